import { bench } from '../../app/bench.ts';
import { type AnyBench, isStepBench } from '../../bench/figures.ts';
import { exitCodes } from '../../common/errors.ts';
import { benchSuites } from '../../contract/bench-suites.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { defineCommand, sharedOptions } from '../command.ts';
import { effectsOf } from '../effects.ts';
import { stepBenchLines, windowLine } from '../output/bench.ts';
import { cocoBenchLines } from '../output/bench-coco.ts';
import { methodsBenchLines } from '../output/bench-methods.ts';
import { workspaceBenchLines } from '../output/bench-workspace.ts';

export const command = defineCommand({
  name: 'bench',
  summary: 'measure training steps, methods, ingest, report and a COCO evaluation',
  description:
    'step: medians of whole training steps on one batch of 64 pictures of 32 x 32 pixels, recorded as one graph (what ' +
    'trials run) and eager, in turn with PyTorch where $REDISTILL_PYTHON (default: python3) has it. cohort: the same for six ' +
    'students of one teacher in one graph, whose bits are compared with those of each alone. tokens: a step of DeiT-T and forward ' +
    'passes of transformers and MLPs at 224 pixels, beside timm 0.6.5 where that Python has it. dense: steps of RetinaNet, of FGD and of CWD with their ' +
    'teachers on four pictures of 320 x 256 pixels, beside torchvision. methods: every method beside KD on ' +
    'one pair, with one thread. evaluation: accuracies and losses of 64 pictures by one and by six students, beside PyTorch. kept: the parts of ' +
    'trainings with kept outputs of a teacher, and what a published table comes to with them. precision: a step of KD in 32 bits and in mixed precision, on a processor that has bfloat16, beside PyTorch without and with autocast. coco: redistill coco-eval of 5,000 generated pictures with 100 detections each, in turn with ' +
    'pycocotools where that Python has it. What a step takes is told on standard error as soon as it is measured. store and report: ingest and the whole site of a ' +
    'generated workspace of 10,000 cells and 1,000,000 epochs, with memory, and the lines a second that a journal takes on the ' +
    'disk of the workspace. Results are kept under runs/benches/, from where "redistill ingest" takes them for the cost page of ' +
    'the report. Close other programs; the figures are of this machine, now.',
  arguments: [],
  options: {
    suite: {
      kind: 'text',
      choices: benchSuites,
      summary: 'what to measure (default: all but dense and precision in turn, which take minutes)',
    },
    only: {
      kind: 'list',
      value: 'CASE,CASE',
      summary:
        'only these cases of a suite of steps, e.g. fgd-retinanet-r101-r50 of dense (default: all); not kept for the report',
    },
    threads: {
      kind: 'integer',
      minimum: 1,
      summary:
        'threads of both sides (default: one, then all cores by threads and by workers; methods: one)',
    },
    seconds: {
      kind: 'number',
      minimum: 0,
      default: 5,
      summary: 'time for each measurement; some steps or one evaluation are measured at least',
    },
    noStore: { kind: 'flag', summary: 'do not keep the results for the report' },
    workspace: sharedOptions.workspace,
    json: sharedOptions.json,
  },
  examples: [
    { command: 'redistill bench', meaning: 'every table' },
    { command: 'redistill bench --suite step --json', meaning: 'the same for a program' },
    { command: 'redistill bench --suite cohort', meaning: 'six students of one teacher' },
    { command: 'redistill bench --suite coco', meaning: 'the evaluation of detections' },
    { command: 'redistill bench --suite report', meaning: 'ingest and report at full size' },
  ],
  async run(context, _args, { suite, only, threads, seconds, noStore, workspace, json }) {
    let told = 0;
    const { benches, kept } = await bench(
      { suite, only, threads, seconds, store: !noStore, workspace },
      {
        ...effectsOf(context),
        onCase: (name, what) => context.stderr(`measuring ${name}, ${what}`),
        onWindow: (measured) => context.stderr(windowLine(measured)),
        onBench(measured) {
          if (json) return;
          if (told > 0) context.stdout('');
          for (const line of benchLines(measured)) context.stdout(line);
          told += 1;
        },
      },
    );
    if (kept) context.stderr('Kept for the report: "redistill ingest" takes it in.');
    if (json) context.json(suite === undefined ? { schemaVersion, benches } : benches[0]);
    return exitCodes.fine;
  },
});

function benchLines(bench: AnyBench): readonly string[] {
  if (bench.suite === 'coco') return cocoBenchLines(bench);
  if (bench.suite === 'methods') return methodsBenchLines(bench);
  return isStepBench(bench) ? stepBenchLines(bench) : workspaceBenchLines(bench);
}
