import { availableParallelism } from 'node:os';
import { exitCodes } from '../../common/errors.ts';
import { defineCommand, sharedOptions } from '../command.ts';
import { stepBenchLines } from '../output/bench.ts';
import { cocoBenchLines } from '../output/bench-coco.ts';
import { workspaceBenchLines } from '../output/bench-workspace.ts';

export const command = defineCommand({
  name: 'bench',
  summary: 'measure training steps, a COCO evaluation, ingest and report',
  description:
    'step: medians of whole training steps on one batch of 64 pictures of 32 x 32 pixels, recorded as one graph (what ' +
    'trials run) and eager, in turn with PyTorch where $REDISTILL_PYTHON (default: python3) has it. cohort: the same for six ' +
    'students of one teacher in one graph. coco: redistill coco-eval of 5,000 generated pictures with 100 detections each, in turn with ' +
    'pycocotools where that Python has it. store and report: ingest and the whole site of a ' +
    'generated workspace of 10,000 cells and 1,000,000 epochs, with memory. Close other programs; the figures are of this ' +
    'machine, now.',
  arguments: [],
  options: {
    suite: {
      kind: 'text',
      choices: ['step', 'cohort', 'coco', 'store', 'report'],
      default: 'step',
      summary: 'what to measure',
    },
    threads: {
      kind: 'integer',
      minimum: 1,
      summary: 'threads of both sides (default: the number of cores, then one)',
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
    { command: 'redistill bench --suite cohort', meaning: 'six students of one teacher' },
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
    const { benchSteps } = await import('../../bench/step.ts');
    const cores = availableParallelism();
    const result = await benchSteps({
      suite: suite === 'cohort' ? 'cohort' : 'step',
      // The whole machine against the whole machine, and one thread against one thread.
      threads: threads === undefined ? [...new Set([cores, 1])] : [threads],
      seconds,
      python: context.environment['REDISTILL_PYTHON'] ?? 'python3',
      signal: context.signal,
      onCase: (name, what) => context.stderr(`measuring ${name}, ${what}`),
    });
    if (json) context.json(result);
    else for (const line of stepBenchLines(result)) context.stdout(line);
    return exitCodes.fine;
  },
});
