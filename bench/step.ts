import { UsageError } from '../common/errors.ts';
import { codePath } from '../common/installation.mjs';
import { suggestion } from '../common/nearest.ts';
import { ratioInterval } from '../common/ratio-interval.ts';
import type { StepSuite } from '../contract/bench-suites.ts';
import type { Environment } from '../contract/journal-types.ts';
import { schemaVersion } from '../contract/spec.ts';
import {
  type Bfloat16,
  bfloat16Words,
  processorBfloat16,
} from '../runners/engine/bfloat16/processor.ts';
import { nodeArguments, tensorflowEnvironment } from '../runners/engine/environment.ts';
import { type KeptTotal, keptTotals } from './kept-totals.ts';
import { type Lane, startLane, together } from './lane.ts';
import { median, type Spread, spread } from './spread.ts';
import { denseClasses, type StepCase, stepCases, stepClasses, stepPictures } from './step-cases.ts';
import { decisive, type Window } from './windows.ts';

/** Of both sides; null where there is no peer. */
export interface Sides {
  readonly ours: number;
  readonly peer: number | null;
}

/** A case beside one variant of the peer, just measured. */
export interface MeasuredWindow extends Layout {
  readonly name: string;
  readonly variant: string | null;
  /** Milliseconds of a step, as medians: on the clock, and of the processor. */
  readonly step: Sides;
  readonly processor: Sides;
  /** Milliseconds on the clock of the shortest step. */
  readonly shortest: Sides;
  /** Largest resident memory until now, in MiB. */
  readonly peak: Sides;
}

/** Milliseconds per training step, as medians; null where there is nothing to measure. */
export interface StepResult {
  readonly name: string;
  /**
   * Processes at a time, and threads of each; with several, times are of the machine: per step of
   * any of them.
   */
  readonly workers: number;
  readonly threads: number;
  readonly students: number;
  /** The recorded step of all students, what trials run, beside the variant of `peer_ms`. */
  readonly ours_ms: number;
  readonly eager_ms: number | null;
  /**
   * The same work in PyTorch, every student with a teacher pass of its own, by the variant that
   * comes off best.
   */
  readonly peer_ms: number | null;
  /**
   * Every variant of the peer, those with a shared teacher too; each measured in a window of its
   * own.
   */
  readonly peer_variants: Readonly<Record<string, number>> | null;
  /**
   * Milliseconds that a step's process computes, over all of its threads: they compare on a machine
   * that others use too.
   */
  readonly processor_ms: Sides;
  /** Milliseconds of our step outside of TensorFlow's call. */
  readonly harness_ms: number;
  /**
   * Milliseconds from the start of the process until it could run a step, and the first step
   * (recording, loading).
   */
  readonly start_ms: number;
  readonly first_step_ms: number;
  /** Milliseconds from the start of the peer's process until it could run a step. */
  readonly peer_start_ms: number | null;
  /**
   * Students whose weights or losses in the list differ in a bit from those of the same student
   * alone; null: not looked at.
   */
  readonly differing: readonly string[] | null;
  /** Nodes of the step's graph as a CPU and as a GPU gets it; null where steps are not trained. */
  readonly nodes: { readonly cpu: number; readonly gpu: number } | null;
  readonly peak_mib: { readonly ours: number; readonly peer: number | null };
  readonly samples: {
    readonly ours: Spread;
    readonly eager: Spread | null;
    readonly peer: Spread | null;
    readonly peer_variants: Readonly<Record<string, Spread>> | null;
  };
}

export interface StepBench {
  readonly schemaVersion: typeof schemaVersion;
  readonly suite: StepSuite;
  readonly conditions: Environment & { readonly batch: number; readonly torch: string | null };
  readonly results: readonly StepResult[];
  /** Of the suite `kept`: what a published table comes to by the parts. Absent elsewhere. */
  readonly totals?: readonly KeptTotal[] | null;
}

interface OursHello {
  readonly conditions: Environment;
}
interface PeerHello {
  readonly version: string;
}

/** Processes at a time, and threads of each. */
export interface Layout {
  readonly workers: number;
  readonly threads: number;
}

/** `2 x 1 thread` for two processes with one thread each. */
export function layoutWords({ workers, threads }: Layout): string {
  return `${workers} x ${threads} thread${threads === 1 ? '' : 's'}`;
}

/** One thread, and the whole machine as one process and as a process per core. */
export function layoutsOf(cores: number): readonly Layout[] {
  const one = { workers: 1, threads: 1 };
  return cores === 1
    ? [one]
    : [one, { workers: 1, threads: cores }, { workers: cores, threads: 1 }];
}

/**
 * Steps of a burst: few, so that both sides see the same disturbances of the machine; of slow steps
 * one.
 */
const burstOfQuick = 3;
/** Milliseconds from which a step is slow. */
const slow = 500;
/** Bursts of each side at the least, however slow steps are. */
const fewest = 6;
/** Suites whose steps are trainings of classifiers alone. */
const countsNodes: ReadonlySet<StepSuite> = new Set(['step', 'cohort', 'tokens']);
/** Steps after which a student of a list is compared with itself alone. */
const compared = 2;

/**
 * Measures every case of a suite: our process and PyTorch's, in turn, burst by burst, so that other
 * load hits both.
 *
 * @param options.layouts workers times threads; each is measured for itself, one thread against one
 *   thread
 * @param options.seconds of our steps per case and number of threads
 * @param options.onCase is told before each measurement
 */
export async function benchSteps(options: {
  readonly suite: StepSuite;
  readonly layouts: readonly Layout[];
  readonly seconds: number;
  readonly python: string;
  /** Of the suite; default: all. */
  readonly cases?: readonly StepCase[];
  /** Of both sides; default: the GPU where TensorFlow sees one, and a peer on the CPU. */
  readonly device?: 'cpu' | 'gpu';
  /** Whether to measure steps that run operation by operation, too. Default: true. */
  readonly eager?: boolean;
  /** Whether PyTorch may compile its networks, which takes minutes of a start. Default: true. */
  readonly compiled?: boolean;
  readonly signal: AbortSignal | undefined;
  onCase(name: string, what: string): void;
  /**
   * Is told of each case beside each variant of the peer as soon as it is measured: a bench may be
   * stopped before its end.
   */
  onWindow?(measured: MeasuredWindow): void;
}): Promise<StepBench> {
  const { cases = stepCases[options.suite] } = options;
  const results: StepResult[] = [];
  let conditions: Environment | undefined;
  let torch: string | null = null;
  for (const layout of options.layouts) {
    for (const stepCase of cases) {
      options.onCase(stepCase.name, layoutWords(layout));
      const measured = await measure(stepCase, layout, options);
      results.push(measured.result);
      conditions ??= measured.conditions;
      torch ??= measured.torch;
    }
  }
  if (conditions === undefined) throw new RangeError('A bench without a number of threads.');
  return {
    schemaVersion,
    suite: options.suite,
    conditions: { ...conditions, batch: stepPictures[options.suite].batch, torch },
    results,
    ...(options.suite === 'kept' && { totals: keptTotals({ results }) }),
  };
}

/** The peer's median as a multiple of ours, with its 95 % interval; null where there is no peer. */
export function peerRatio({ ours_ms, peer_ms, samples: { ours, peer } }: StepResult) {
  if (peer_ms === null || peer === null) return null;
  return {
    value: peer_ms / ours_ms,
    interval: ratioInterval({ ...peer, median: peer_ms }, { ...ours, median: ours_ms }),
  };
}

/**
 * A suite's cases of these names; all of them where none are named.
 *
 * @param bfloat16 what the processor has for mixed precision
 * @throws UsageError `BENCH_CASE` for a name that the suite does not have, `BENCH_PRECISION` for a
 *   case in mixed precision that the processor cannot train
 */
export function casesOf(
  suite: StepSuite,
  asked?: readonly string[] | undefined,
  bfloat16: Bfloat16 | null = processorBfloat16(),
): readonly StepCase[] {
  const known = stepCases[suite].map(({ name }) => name);
  for (const name of asked ?? []) {
    if (!known.includes(name)) {
      throw new UsageError('BENCH_CASE', `The bench "${suite}" has no case "${name}".`, {
        hint: suggestion(name, known),
      });
    }
  }
  const chosen = stepCases[suite].filter(({ name }) => asked?.includes(name) ?? true);
  const mixed = chosen.find(({ precision }) => precision === 'mixed');
  if (mixed !== undefined && bfloat16 === null) {
    const words = Object.values(bfloat16Words).join(' nor ');
    throw new UsageError(
      'BENCH_PRECISION',
      `The case "${mixed.name}" is in bfloat16, and this processor has neither ${words}.`,
      { hint: 'Choose other cases by --only, or "redistill bench --suite step".' },
    );
  }
  return chosen;
}

async function measure(
  stepCase: StepCase,
  layout: Layout,
  options: Parameters<typeof benchSteps>[0],
): Promise<{ result: StepResult; conditions: Environment; torch: string | null }> {
  const { workers, threads } = layout;
  const ours = await startOurs(stepCase, layout, options);
  let peer: Lane<PeerHello> | null = null;
  try {
    peer = await startPeer(stepCase, layout, options);
    const [first] = (await ours.run('recorded', 1)).times;
    const [warm] = (await ours.run('recorded', 1)).times;
    const burst = (warm as number) > slow ? 1 : burstOfQuick;
    const windows: Window[] = [];
    const outside: number[] = [];
    let oursPeak = 0;
    let peerPeak: number | null = null;
    // A peer holds one copy of its networks: its variants come one after the other, each beside our
    // own bursts.
    for (const variant of peer?.hello.variants ?? [null]) {
      if (variant !== null) await peer?.run(variant, burst);
      const processor = { ours: [] as number[], peer: [] as number[] };
      const window = { variant, ours: [] as number[], peer: [] as number[], processor };
      windows.push(window);
      const start = performance.now();
      for (let round = 0; round < fewest || more(start, options.seconds); round += 1) {
        const own = await ours.run('recorded', burst);
        window.ours.push(...own.times);
        processor.ours.push(own.processorMs / burst);
        outside.push(...(own.outside ?? []));
        oursPeak = own.peakMiB;
        if (variant === null || peer === null) continue;
        const other = await peer.run(variant, burst);
        window.peer.push(...other.times);
        processor.peer.push(other.processorMs / burst);
        peerPeak = other.peakMiB;
      }
      const peak = { ours: oursPeak, peer: peerPeak };
      options.onWindow?.(measuredWindow(stepCase, layout, window, peak));
    }
    await peer?.stop();
    const best = decisive(windows);
    // Once: how many threads there are changes which bits, not whether they are equal.
    const differing =
      workers === 1 && ours.hello.variants.includes('alone') && layout === options.layouts[0]
        ? ((await ours.run('alone', compared)).differing ?? [])
        : null;
    const counted =
      workers === 1 &&
      layout === options.layouts[0] &&
      stepCase.forward !== true &&
      countsNodes.has(options.suite)
        ? ((await ours.run('nodes', 1)).nodes ?? null)
        : null;
    const eager =
      workers === 1 && options.eager !== false && ours.hello.variants.includes('eager')
        ? await eagerTimes(ours, options)
        : null;
    return {
      conditions: ours.hello.conditions,
      torch: peer?.hello.version ?? null,
      result: {
        name: stepCase.name,
        workers,
        threads,
        students: stepCase.methods.length,
        ours_ms: median(best.ours),
        eager_ms: eager === null ? null : median(eager),
        peer_ms: peer === null ? null : median(best.peer),
        peer_variants: peer === null ? null : ofVariants(windows, median),
        processor_ms: {
          ours: median(best.processor.ours),
          peer: peer === null ? null : median(best.processor.peer),
        },
        harness_ms: median(outside),
        start_ms: ours.startMs,
        first_step_ms: first as number,
        peer_start_ms: peer?.startMs ?? null,
        differing,
        nodes: counted === null ? null : { cpu: counted[0], gpu: counted[1] },
        peak_mib: { ours: oursPeak, peer: peerPeak },
        samples: {
          ours: spread(best.ours),
          eager: eager === null ? null : spread(eager),
          peer: peer === null ? null : spread(best.peer),
          peer_variants: peer === null ? null : ofVariants(windows, spread),
        },
      },
    };
  } finally {
    await Promise.all([ours.stop(), peer?.stop()]);
  }
}

function measuredWindow(
  { name }: StepCase,
  { workers, threads }: Layout,
  { variant, ours, peer, processor }: Window,
  peak: Sides,
): MeasuredWindow {
  const sides = (
    figure: (values: readonly number[]) => number,
    values: { readonly ours: readonly number[]; readonly peer: readonly number[] },
  ): Sides => ({
    ours: figure(values.ours),
    peer: values.peer.length === 0 ? null : figure(values.peer),
  });
  return {
    ...{ name, workers, threads, variant, peak },
    step: sides(median, { ours, peer }),
    processor: sides(median, processor),
    shortest: sides((values) => Math.min(...values), { ours, peer }),
  };
}

const more = (start: number, seconds: number) => performance.now() - start < seconds * 1000;

async function eagerTimes(
  ours: Lane<OursHello>,
  { seconds }: { readonly seconds: number },
): Promise<number[]> {
  const times: number[] = [];
  await ours.run('eager', 1);
  const start = performance.now();
  for (let round = 0; round < fewest || more(start, seconds); round += 1) {
    times.push(...(await ours.run('eager', 1)).times);
  }
  return times;
}

/** A figure of every variant of the peer. */
function ofVariants<T>(
  windows: readonly Window[],
  figure: (times: readonly number[]) => T,
): Record<string, T> {
  return Object.fromEntries(windows.map(({ variant, peer }) => [String(variant), figure(peer)]));
}

const script = (name: string) => codePath(new URL(name, import.meta.url));

async function startOurs(
  stepCase: StepCase,
  { workers, threads }: Layout,
  { suite, signal, device }: Pick<Parameters<typeof benchSteps>[0], 'suite' | 'signal' | 'device'>,
): Promise<Lane<OursHello>> {
  const args = [
    ...nodeArguments(),
    script('step-process.ts'),
    String(threads),
    suite,
    stepCase.name,
  ];
  const lanes = await startAll<OursHello>(workers, process.execPath, args, {
    env: tensorflowEnvironment({ threads, ...(device !== undefined && { device }) }),
    signal,
  });
  if (lanes === null)
    throw new TypeError('Our own measuring process says that it is not installed.');
  return lanes;
}

const peers: Readonly<Record<StepSuite, string>> = {
  step: 'torch-peer.py',
  cohort: 'torch-peer.py',
  tokens: 'timm-peer.py',
  dense: 'dense-peer.py',
  evaluation: 'torch-peer.py',
  kept: 'torch-peer.py',
  precision: 'torch-peer.py',
};

function startPeer(
  { task, student, teacher, methods, forward = false, precision, peer: has = true }: StepCase,
  { workers, threads }: Layout,
  {
    suite,
    python,
    signal,
    device = 'cpu',
    compiled = true,
  }: Pick<Parameters<typeof benchSteps>[0], 'suite' | 'python' | 'signal' | 'device' | 'compiled'>,
): Promise<Lane<PeerHello> | null> {
  if (!has) return Promise.resolve(null);
  const given = {
    task,
    student,
    teacher,
    students: methods.length,
    views: methods.some((method) => method.startsWith('mlkd')) ? 2 : 1,
    forward,
    mixed: precision === 'mixed',
    ...stepPictures[suite],
    classes: task === undefined ? stepClasses : denseClasses[task],
    compile: compiled,
    device: device === 'gpu' ? 'cuda' : 'cpu',
  };
  const args = [script(peers[suite]), String(threads), JSON.stringify(given)];
  const env = { OMP_NUM_THREADS: String(threads) };
  return startAll<PeerHello>(workers, python, args, { env, signal });
}

async function startAll<Hello>(
  workers: number,
  file: string,
  args: readonly string[],
  options: Parameters<typeof startLane>[2],
): Promise<Lane<Hello> | null> {
  const lanes: Lane<Hello>[] = [];
  for (let worker = 0; worker < workers; worker += 1) {
    const lane = await startLane<Hello>(file, args, options);
    if (lane === null) return null;
    lanes.push(lane);
  }
  return together(lanes);
}
