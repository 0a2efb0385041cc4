import { Bench } from 'tinybench';
import type { Environment } from '../runners/trial/journal-types.ts';
import { describeEnvironment } from '../runners/trial/machine.ts';
import { schemaVersion } from '../runners/trial/spec.ts';
import { prepareStep, type StepCase, stepBatch, stepCases } from './step-cases.ts';

/** Milliseconds per training step, as medians; null where there is nothing to measure. */
export interface StepResult {
  readonly name: string;
  /** The recorded step: what trials run. */
  readonly ours_ms: number;
  readonly eager_ms: number;
  /** The same step in another framework on the same machine. */
  readonly peer_ms: number | null;
  /** Steps measured, the fastest, and the median absolute deviation, in milliseconds. */
  readonly samples: { readonly ours: Spread; readonly eager: Spread };
}

export interface Spread {
  readonly n: number;
  readonly min: number;
  readonly mad: number;
}

export interface StepBench {
  readonly schemaVersion: typeof schemaVersion;
  readonly suite: 'step';
  readonly conditions: Environment & { readonly batch: number };
  readonly results: readonly StepResult[];
}

/** Calls before measuring: the first records the graph, the next ones let TensorFlow allocate and optimize. */
const warmUp = 3;
/** Steps measured at the least, however slow they are. */
const fewest = 10;

/**
 * Measures every case, recorded and eager, in this process.
 *
 * @param options.seconds for each measurement
 * @param options.onCase is told before each
 */
export async function benchStep(options: {
  readonly threads: { readonly intra: number; readonly inter: number };
  readonly seconds: number;
  onCase(name: string, mode: string): void;
}): Promise<StepBench> {
  const results: StepResult[] = [];
  for (const stepCase of stepCases) {
    options.onCase(stepCase.name, 'recorded');
    const ours = await measure(stepCase, 'recorded', options.seconds);
    options.onCase(stepCase.name, 'eager');
    const eager = await measure(stepCase, 'eager', options.seconds);
    results.push({
      name: stepCase.name,
      ours_ms: ours.median,
      eager_ms: eager.median,
      peer_ms: null,
      samples: { ours: ours.spread, eager: eager.spread },
    });
  }
  const conditions = { ...describeEnvironment(options.threads), batch: stepBatch };
  return { schemaVersion, suite: 'step', conditions, results };
}

async function measure(
  stepCase: StepCase,
  mode: 'recorded' | 'eager',
  seconds: number,
): Promise<{ median: number; spread: Spread }> {
  const { step, dispose } = prepareStep(stepCase, mode);
  try {
    for (let call = 0; call < warmUp; call += 1) step();
    const bench = new Bench({
      iterations: fewest,
      time: seconds * 1000,
      warmup: false,
      throws: true,
    }).add(stepCase.name, step);
    await bench.run();
    const result = bench.tasks[0]?.result;
    if (result?.state !== 'completed') throw new Error(`tinybench ended ${result?.state}`);
    const { p50, min, mad, samplesCount } = result.latency;
    return { median: p50, spread: { n: samplesCount, min, mad } };
  } finally {
    dispose();
  }
}
