/*
 * The process that executes one target. The parent (main.ts) reads the file of its state, so that
 * an input that hangs or kills this process is known.
 */
import { appendFileSync, openSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fuzz } from './execute.ts';
import { loadTarget } from './targets/index.ts';

const { values } = parseArgs({
  options: {
    target: { type: 'string' },
    seed: { type: 'string' },
    runs: { type: 'string' },
    seconds: { type: 'string' },
    path: { type: 'string' },
    folder: { type: 'string' },
    state: { type: 'string' },
    findings: { type: 'string' },
  },
});
const need = (name: keyof typeof values): string => values[name] ?? '';
const target = await loadTarget(need('target'));
const runs = need('runs') === 'short' ? target.short : Number(need('runs'));
const state = openSync(need('state'), 'w');
let total = 0;
const executions = await fuzz(
  target,
  {
    seed: Number(need('seed')),
    runs,
    seconds: Number(need('seconds')),
    path: values.path,
    folder: need('folder'),
  },
  {
    begins(seed, execution) {
      total += 1;
      writeSync(state, `${seed} ${execution} ${total} running`.padEnd(60), 0);
    },
    found({ input, ...finding }) {
      const line = { ...finding, input: Buffer.from(input).toString('base64') };
      appendFileSync(need('findings'), `${JSON.stringify(line)}\n`);
    },
  },
);
writeSync(state, `0 0 ${executions} ended`.padEnd(60), 0);
// What a library keeps running is not waited for.
process.exit(0);
