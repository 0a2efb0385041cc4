/* `make fuzz`: attacks the readers of files for as long as it is told, and says what broke. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzzTarget, type TargetFinding, type TargetResult } from './parent.ts';
import { targetNames } from './targets/index.ts';

const help = `Usage: make fuzz [FUZZ="TARGET... --seconds 120 --at-once 2 --seed 1 --runs N --path PATH --out FOLDER"]
Targets: ${targetNames.join(', ')}
With --seed and --path of a finding, its input is executed again. --out takes the inputs of findings.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '120' },
    'at-once': { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '1000000000' },
    path: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}
const waiting = positionals.length > 0 ? [...positionals] : [...targetNames];
const unknown = waiting.find((name) => !targetNames.includes(name));
if (unknown !== undefined) {
  process.stderr.write(`There is no target "${unknown}".\n${help}`);
  process.exit(2);
}
const results: TargetResult[] = [];
await Promise.all(
  Array.from({ length: Number(values['at-once']) }, async () => {
    for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
      const result = await fuzzTarget(target, {
        seed: Number(values.seed),
        runs: Number(values.runs),
        seconds: Number(values.seconds),
        path: values.path,
      });
      results.push(result);
      report(result);
    }
  }),
);
const sum = (of: (result: TargetResult) => number) =>
  results.reduce((total, result) => total + of(result), 0);
process.stdout.write(
  `${sum(({ executions }) => executions)} executions in ${sum(({ seconds }) => seconds).toFixed(0)} s of ${results.length} targets; ` +
    `${sum(({ findings }) => findings.length)} findings.\n`,
);
process.exitCode = results.some(({ findings }) => findings.length > 0) ? 1 : 0;

function report({ target, executions, seconds, findings }: TargetResult): void {
  process.stdout.write(
    `${target}: ${executions} executions in ${seconds.toFixed(0)} s, ${findings.length} findings\n`,
  );
  for (const finding of findings) {
    process.stdout.write(
      `  ${finding.sentence.replaceAll('\n', '\n    ')}\n    ${finding.place}; again: ${target} --seed ${finding.seed} --path ${finding.path}\n`,
    );
    if (values.out !== undefined && finding.input !== '') keep(values.out, finding);
  }
}

function keep(folder: string, { target, seed, path, input }: TargetFinding): void {
  mkdirSync(join(folder, target), { recursive: true });
  writeFileSync(
    join(folder, target, `${seed}-${path.replaceAll(':', '-')}`),
    Buffer.from(input, 'base64'),
  );
}
