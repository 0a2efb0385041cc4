import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { StepBench } from '../../bench/step.ts';
import { exitCodes, InfrastructureError } from '../../common/errors.ts';
import { nodeArguments, tensorflowEnvironment } from '../../runners/engine/environment.ts';
import { type CommandContext, defineCommand, sharedOptions } from '../command.ts';
import { benchLines } from '../output/bench.ts';

export const command = defineCommand({
  name: 'bench',
  summary: 'measure milliseconds per training step',
  description:
    'Medians of whole training steps on one batch of 64 pictures of 32 x 32 pixels: recorded as one graph (what ' +
    'trials run) and eager. Close other programs; the figures are of this machine, now.',
  arguments: [],
  options: {
    suite: {
      kind: 'text',
      choices: ['step'],
      default: 'step',
      summary: 'what to measure',
    },
    threads: {
      kind: 'integer',
      minimum: 1,
      summary: 'threads of TensorFlow (default: the number of cores)',
    },
    seconds: {
      kind: 'number',
      minimum: 0,
      default: 5,
      summary: 'time for each measurement; ten steps are measured at least',
    },
    json: sharedOptions.json,
  },
  examples: [
    { command: 'redistill bench', meaning: 'the table' },
    { command: 'redistill bench --suite step --json', meaning: 'the same for a program' },
  ],
  async run(context, _args, { threads, seconds, json }) {
    const result = await measureSteps(context, threads ?? availableParallelism(), seconds);
    if (json) context.json(result);
    else for (const line of benchLines(result)) context.stdout(line);
    return exitCodes.fine;
  },
});

/** In a process of its own, because TensorFlow reads its thread settings when a process starts. */
async function measureSteps(
  context: CommandContext,
  threads: number,
  seconds: number,
): Promise<StepBench> {
  const { execa } = await import('execa');
  const script = fileURLToPath(new URL('../../bench/step-process.ts', import.meta.url));
  const subprocess = execa(
    process.execPath,
    [...nodeArguments(), script, String(threads), String(seconds)],
    {
      env: tensorflowEnvironment({ threads }),
      stdin: 'ignore',
      lines: { stderr: true },
      cancelSignal: context.signal,
      reject: false,
    },
  );
  let last = '';
  for await (const line of subprocess.iterable({ from: 'stderr' })) {
    last = String(line);
    context.stderr(last);
  }
  const result = await subprocess;
  if (result.failed) {
    throw new InfrastructureError('BENCH_FAILED', `The measuring process failed: ${last}.`, {
      hint: 'Run redistill doctor.',
    });
  }
  return JSON.parse(result.stdout) as StepBench;
}
