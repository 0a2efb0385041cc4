import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { AnyBench } from '../bench/figures.ts';
import type { MeasuredWindow } from '../bench/step.ts';
import { UsageError } from '../common/errors.ts';
import { codeRoot } from '../common/installation.mjs';
import { checkWritable } from '../common/writable.ts';
import { type BenchSuite, stepSuites } from '../contract/bench-suites.ts';
import { schemaVersion } from '../contract/spec.ts';
import { completeEffects, type Effects, type WorkspaceOption, workspaceOf } from './effects.ts';

export interface BenchOptions extends WorkspaceOption {
  /** What to measure; default: all in turn, which takes minutes. */
  readonly suite?: BenchSuite | undefined;
  /**
   * Names of the cases to measure of a suite of steps (`step`, `cohort`, `tokens`, `dense`,
   * `evaluation`, `kept`, `precision`); default: all of them.
   */
  readonly only?: readonly string[] | undefined;
  /** Threads of both sides; default: one, then all cores by threads and by workers. */
  readonly threads?: number | undefined;
  /** Time for each measurement; default: 5. */
  readonly seconds?: number | undefined;
  /**
   * Keep the results under `runs/benches/` for the report. Default: true. Some cases of a suite are
   * never kept, since they would stand in the report as the whole suite.
   */
  readonly store?: boolean | undefined;
}

/** The effects of `bench`. */
export interface BenchEffects extends Effects {
  /** A measurement is about to begin. */
  onCase(name: string, what: string): void;
  onBench(bench: AnyBench): void;
  /**
   * A case of a suite of steps was measured beside a variant of the peer; all of them come together
   * in `onBench`.
   */
  onWindow(measured: MeasuredWindow): void;
}

export interface BenchResult {
  readonly benches: readonly AnyBench[];
  /** Whether the results were kept for the report. */
  readonly kept: boolean;
}

/** What a call without a suite measures: the report's bench ingests too. */
const wholeBench: readonly BenchSuite[] = [
  ...(['step', 'cohort', 'tokens', 'evaluation', 'kept'] as const),
  ...(['methods', 'report', 'coco'] as const),
];

/**
 * Measures this machine, now: training steps, cohorts, methods, ingest and report at full size, the
 * evaluation of detections. PyTorch and pycocotools are measured in turn where the Python of
 * `REDISTILL_PYTHON` has them, or the one with the newest PyTorch where it is not set. Needs a
 * process that was started with TensorFlow's environment, as `cli/bin.js` starts it.
 *
 * @example
 * ```ts
 * import { bench } from 'redistill';
 *
 * const { benches } = await bench({ suite: 'store', store: false });
 * console.log(benches[0]);
 * ```
 * @throws InfrastructureError `BENCH_FAILED`, `FILE_WRITE`
 * @throws UsageError `BENCH_CASE` where `only` names what the suite does not have,
 *   `BENCH_PRECISION` where the processor has nothing for bfloat16
 */
export async function bench(
  options: BenchOptions = {},
  effects: Partial<BenchEffects> = {},
): Promise<BenchResult> {
  const all = { onCase() {}, onBench() {}, onWindow() {}, ...effects, ...completeEffects(effects) };
  const folder = workspaceOf(options, all);
  const kept = (options.store ?? true) && options.only === undefined;
  checkOnly(options);
  if (kept) checkWritable(folder);
  const benches: AnyBench[] = [];
  for (const suite of options.suite === undefined ? wholeBench : [options.suite]) {
    const startedAt = all.clock.now();
    const measured = await measure(suite, options, folder, all);
    benches.push(measured);
    if (kept) await keep(folder, startedAt, all.clock.now(), measured);
    all.onBench(measured);
  }
  return { benches, kept };
}

function checkOnly({ suite, only }: BenchOptions): void {
  if (only === undefined || (stepSuites as readonly (string | undefined)[]).includes(suite)) return;
  throw new UsageError(
    'BENCH_CASE',
    suite === undefined
      ? 'Cases can be chosen of one suite alone, and none is named.'
      : `The bench "${suite}" has no cases to choose from.`,
    { hint: `Suites whose cases can be chosen: ${stepSuites.join(', ')}.` },
  );
}

async function measure(
  suite: BenchSuite,
  { threads, seconds = 5, only }: BenchOptions,
  folder: string,
  { signal, onCase, onWindow, environment }: BenchEffects,
): Promise<AnyBench> {
  const shared = { signal, onCase };
  const findPython = async () => {
    const found = await import('../bench/find-python.ts');
    return found.findPython(environment);
  };
  switch (suite) {
    case 'coco': {
      const { benchCoco } = await import('../bench/coco.ts');
      const python = await findPython();
      return benchCoco({ ...shared, cli: join(codeRoot, 'cli', 'bin.js'), python, seconds });
    }
    case 'store':
    case 'report': {
      const { benchWorkspace } = await import('../bench/workspace-bench.ts');
      return benchWorkspace(suite, { ...shared, disk: folder });
    }
    case 'methods': {
      const { benchMethods } = await import('../bench/methods.ts');
      return benchMethods({ ...shared, threads: threads ?? 1 });
    }
    default: {
      const { benchSteps, casesOf, layoutsOf } = await import('../bench/step.ts');
      // One thread against one thread, and the whole machine against the whole machine.
      const layouts =
        threads === undefined && suite !== 'kept'
          ? layoutsOf(availableParallelism())
          : [{ workers: 1, threads: threads ?? 1 }];
      const cases = casesOf(suite, only);
      const python = await findPython();
      return benchSteps({ ...shared, suite, layouts, seconds, python, cases, onWindow });
    }
  }
}

/** Stores what was measured where ingest looks for it. */
async function keep(folder: string, startedAt: Date, endedAt: Date, measured: AnyBench) {
  const [results, { figuresOf }, { benchEnvironment }] = await Promise.all([
    import('../results/benches.ts'),
    import('../bench/figures.ts'),
    import('./bench-environment.ts'),
  ]);
  const time = startedAt.toISOString();
  const conditions = 'tensorflow' in measured.conditions ? measured.conditions : null;
  results.writeBench(folder, {
    schemaVersion,
    bench: results.benchName(time, measured.suite),
    suite: measured.suite,
    startedAt: time,
    seconds: (endedAt.getTime() - startedAt.getTime()) / 1000,
    environment: benchEnvironment({
      gpu: conditions?.hardware.gpu ?? null,
      tensorflow: conditions?.tensorflow ?? null,
      torch: conditions !== null && 'torch' in conditions ? conditions.torch : null,
    }),
    figures: figuresOf(measured),
  });
}
