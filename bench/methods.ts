import { codePath } from '../common/installation.mjs';
import type { Environment } from '../contract/journal-types.ts';
import { schemaVersion } from '../contract/spec.ts';
import { nodeArguments, tensorflowEnvironment } from '../runners/engine/environment.ts';
import { startLane } from './lane.ts';
import { median, type Spread, spread } from './spread.ts';
import { methodPair, stepPictures } from './step-cases.ts';

/** The recorded step of a method, a student alone with its teacher's pass: median milliseconds. */
export interface MethodResult {
  readonly name: string;
  readonly ours_ms: number;
  /** Median of the step's time over that of KD's step before it. */
  readonly against_kd: number;
  /**
   * Building, recording and running the first step; KD's graph is there already when its turn
   * comes.
   */
  readonly first_step_ms: number;
  readonly samples: { readonly ours: Spread; readonly against_kd: Spread };
}

export interface MethodsBench {
  readonly schemaVersion: typeof schemaVersion;
  readonly suite: 'methods';
  readonly conditions: Environment & { readonly batch: number; readonly pair: string };
  readonly results: readonly MethodResult[];
}

/** Steps of each method, each beside one of KD. */
const rounds = 3;

/**
 * Measures every method on one pair of networks, each in turn with KD, so that what disturbs the
 * machine hits both.
 *
 * @param options.methods default: every method of the registry, and every plug-in on KD
 * @throws InfrastructureError `BENCH_FAILED` when the measured process fails
 */
export async function benchMethods(options: {
  readonly methods?: readonly string[];
  readonly threads: number;
  readonly signal: AbortSignal | undefined;
  onCase(name: string, what: string): void;
}): Promise<MethodsBench> {
  const { threads, signal, onCase } = options;
  const script = codePath(new URL('method-process.ts', import.meta.url));
  const lane = await startLane<{ conditions: Environment }>(
    process.execPath,
    [...nodeArguments(), script, String(threads)],
    { env: tensorflowEnvironment({ threads }), signal },
  );
  if (lane === null) throw new TypeError('Our measuring process says that it is not installed.');
  try {
    const methods = options.methods ?? lane.hello.variants;
    const step = async (method: string) => (await lane.run(method, 1)).times[0] as number;
    const results: MethodResult[] = [];
    await step('kd');
    for (const method of methods) {
      onCase('methods', method);
      results.push(await besideKd(method, step));
    }
    return {
      schemaVersion,
      suite: 'methods',
      conditions: {
        ...lane.hello.conditions,
        batch: stepPictures.step.batch,
        pair: methodPair.name,
      },
      results,
    };
  } finally {
    await lane.stop();
  }
}

/** KD itself is measured beside itself: what its factor is off from 1 is noise. */
async function besideKd(
  name: string,
  step: (method: string) => Promise<number>,
): Promise<MethodResult> {
  const first = await step(name);
  await step(name);
  const own: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const kd = await step('kd');
    const time = await step(name);
    own.push(time);
    ratios.push(time / kd);
  }
  return {
    name,
    ours_ms: median(own),
    against_kd: median(ratios),
    first_step_ms: first,
    samples: { ours: spread(own), against_kd: spread(ratios) },
  };
}
