import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { StepBench } from '../../bench/step.ts';
import { exitCodes, InfrastructureError } from '../../common/errors.ts';
import { nodeArguments, tensorflowEnvironment } from '../../runners/engine/environment.ts';
import { type CommandContext, defineCommand, sharedOptions } from '../command.ts';
import { benchLines } from '../output/bench.ts';
import { cocoBenchLines } from '../output/bench-coco.ts';
import { workspaceBenchLines } from '../output/bench-workspace.ts';

export const command = defineCommand({
  name: 'bench',
  summary: 'measure training steps, a COCO evaluation, ingest and report',
  description:
    'step: medians of whole training steps on one batch of 64 pictures of 32 x 32 pixels, recorded as one graph (what ' +
    'trials run) and eager. coco: redistill coco-eval of 5,000 generated pictures with 100 detections each, in turn with ' +
    'pycocotools where $REDISTILL_PYTHON (default: python3) has it. store and report: ingest and the whole site of a ' +
    'generated workspace of 10,000 cells and 1,000,000 epochs, with memory. Close other programs; the figures are of this ' +
    'machine, now.',
  arguments: [],
  options: {
    suite: {
      kind: 'text',
      choices: ['step', 'coco', 'store', 'report'],
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
      summary: 'time for each measurement; ten steps or one evaluation are measured at least',
    },
    json: sharedOptions.json,
  },
  examples: [
    { command: 'redistill bench', meaning: 'the table' },
    { command: 'redistill bench --suite step --json', meaning: 'the same for a program' },
    { command: 'redistill bench --suite coco', meaning: 'the evaluation of detections' },
    { command: 'redistill bench --suite report', meaning: 'ingest and report at full size' },
  ],
  async run(context, _args, { suite, threads, seconds, json }) {
    if (suite === 'coco') {
      const { benchCoco } = await import('../../bench/coco.ts');
      const result = await benchCoco({
        python: context.environment['REDISTILL_PYTHON'] ?? 'python3',
        seconds,
        signal: context.signal,
        onCase: (name, mode) => context.stderr(`measuring ${name}, ${mode}`),
      });
      if (json) context.json(result);
      else for (const line of cocoBenchLines(result)) context.stdout(line);
      return exitCodes.fine;
    }
    if (suite === 'store' || suite === 'report') {
      const { benchWorkspace } = await import('../../bench/workspace-bench.ts');
      const result = await benchWorkspace(suite, {
        signal: context.signal,
        onCase: (name, mode) => context.stderr(`${name}: ${mode}`),
      });
      if (json) context.json(result);
      else for (const line of workspaceBenchLines(result)) context.stdout(line);
      return exitCodes.fine;
    }
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
