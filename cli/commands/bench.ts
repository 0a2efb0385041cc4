import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AnyBench, isStepBench } from '../../bench/figures.ts';
import { exitCodes } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import type { BenchSuite } from '../../results/benches.ts';
import { type CommandContext, defineCommand, sharedOptions } from '../command.ts';
import { stepBenchLines } from '../output/bench.ts';
import { cocoBenchLines } from '../output/bench-coco.ts';
import { methodsBenchLines } from '../output/bench-methods.ts';
import { workspaceBenchLines } from '../output/bench-workspace.ts';

/** What a call without a suite measures: the report's bench ingests too. */
const wholeBench: readonly BenchSuite[] = ['step', 'cohort', 'methods', 'report', 'coco'];

export const command = defineCommand({
  name: 'bench',
  summary: 'measure training steps, methods, ingest, report and a COCO evaluation',
  description:
    'step: medians of whole training steps on one batch of 64 pictures of 32 x 32 pixels, recorded as one graph (what ' +
    'trials run) and eager, in turn with PyTorch where $REDISTILL_PYTHON (default: python3) has it. cohort: the same for six ' +
    'students of one teacher in one graph, whose bits are compared with those of each alone. methods: every method beside KD on ' +
    'one pair, with one thread. coco: redistill coco-eval of 5,000 generated pictures with 100 detections each, in turn with ' +
    'pycocotools where that Python has it. store and report: ingest and the whole site of a ' +
    'generated workspace of 10,000 cells and 1,000,000 epochs, with memory, and the lines a second that a journal takes on the ' +
    'disk of the workspace. Results are kept under runs/benches/, from where "redistill ingest" takes them for the cost page of ' +
    'the report. Close other programs; the figures are of this machine, now.',
  arguments: [],
  options: {
    suite: {
      kind: 'text',
      choices: ['step', 'cohort', 'methods', 'store', 'report', 'coco'],
      summary: 'what to measure (default: all in turn, which takes minutes)',
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
  async run(context, _args, { suite, threads, seconds, noStore, workspace, json }) {
    const folder = resolve(context.cwd, workspace ?? '.');
    const benches: AnyBench[] = [];
    for (const each of suite === undefined ? wholeBench : [suite as BenchSuite]) {
      const startedAt = new Date();
      const bench = await measureSuite(context, each, { threads, seconds, folder });
      benches.push(bench);
      if (!noStore) await keep(folder, startedAt, bench);
      if (json) continue;
      if (benches.length > 1) context.stdout('');
      for (const line of benchLines(bench)) context.stdout(line);
    }
    if (!noStore) context.stderr('Kept for the report: "redistill ingest" takes it in.');
    if (json) context.json(suite === undefined ? { schemaVersion, benches } : benches[0]);
    return exitCodes.fine;
  },
});

async function measureSuite(
  context: CommandContext,
  suite: BenchSuite,
  options: {
    readonly threads: number | undefined;
    readonly seconds: number;
    readonly folder: string;
  },
): Promise<AnyBench> {
  const { threads, seconds, folder } = options;
  const shared = {
    signal: context.signal,
    onCase: (name: string, what: string) => context.stderr(`measuring ${name}, ${what}`),
  };
  const python = context.environment['REDISTILL_PYTHON'] ?? 'python3';
  switch (suite) {
    case 'coco': {
      const { benchCoco } = await import('../../bench/coco.ts');
      const cli = fileURLToPath(new URL('../bin.js', import.meta.url));
      return benchCoco({ ...shared, cli, python, seconds });
    }
    case 'store':
    case 'report': {
      const { benchWorkspace } = await import('../../bench/workspace-bench.ts');
      return benchWorkspace(suite, { ...shared, disk: folder });
    }
    case 'methods': {
      const { benchMethods } = await import('../../bench/methods.ts');
      return benchMethods({ ...shared, threads: threads ?? 1 });
    }
    default: {
      const { benchSteps, layoutsOf } = await import('../../bench/step.ts');
      // One thread against one thread, and the whole machine against the whole machine.
      const layouts =
        threads === undefined ? layoutsOf(availableParallelism()) : [{ workers: 1, threads }];
      return benchSteps({ ...shared, suite, layouts, seconds, python });
    }
  }
}

function benchLines(bench: AnyBench): readonly string[] {
  if (bench.suite === 'coco') return cocoBenchLines(bench);
  if (bench.suite === 'methods') return methodsBenchLines(bench);
  return isStepBench(bench) ? stepBenchLines(bench) : workspaceBenchLines(bench);
}

/** Stores what was measured where ingest looks for it. */
async function keep(folder: string, startedAt: Date, bench: AnyBench): Promise<void> {
  const [{ cpus, loadavg, release, totalmem, type }, results, { figuresOf }, { checkoutVersion }] =
    await Promise.all([
      import('node:os'),
      import('../../results/benches.ts'),
      import('../../bench/figures.ts'),
      import('../../runners/training/machine.ts'),
    ]);
  const processors = cpus();
  const time = startedAt.toISOString();
  const conditions = 'tensorflow' in bench.conditions ? bench.conditions : null;
  results.writeBench(folder, {
    schemaVersion,
    bench: results.benchName(time, bench.suite),
    suite: bench.suite,
    startedAt: time,
    seconds: (Date.now() - startedAt.getTime()) / 1000,
    environment: {
      cpu: processors[0]?.model.trim() ?? 'unknown',
      cores: processors.length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      gpu: conditions?.hardware.gpu ?? null,
      os: `${type()} ${release()}`,
      node: process.version,
      tensorflow: conditions?.tensorflow ?? null,
      torch: conditions !== null && 'torch' in conditions ? conditions.torch : null,
      load: Number((loadavg()[0] as number).toFixed(1)),
      ...checkoutVersion(),
    },
    figures: figuresOf(bench),
  });
}
