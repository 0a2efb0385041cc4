import { fileURLToPath } from 'node:url';
import { nodeArguments, tensorflowEnvironment } from '../runners/engine/environment.ts';
import type { Environment } from '../runners/trial/journal-types.ts';
import { schemaVersion } from '../runners/trial/spec.ts';
import { startLane } from './lane.ts';
import { median, type Spread, spread } from './spread.ts';
import { methodPair, stepBatch } from './step-cases.ts';

/** The recorded step of a method, a student alone with its teacher's pass: median milliseconds. */
export interface MethodResult {
  readonly name: string;
  readonly ours_ms: number;
  /** Median over the rounds of the step's time beside KD's in the same round. */
  readonly against_kd: number;
  /** Building, recording and running the first step. */
  readonly first_step_ms: number;
  readonly samples: { readonly ours: Spread; readonly against_kd: Spread };
}

export interface MethodsBench {
  readonly schemaVersion: typeof schemaVersion;
  readonly suite: 'methods';
  readonly conditions: Environment & { readonly batch: number; readonly pair: string };
  readonly results: readonly MethodResult[];
}

/** Rounds over all methods, after one that warms up. */
const rounds = 3;

/**
 * Measures every method on one pair of networks: round by round, each method one step, so that what disturbs the machine hits
 * neighbours alike and every round has a KD to set the others against.
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
  const script = fileURLToPath(new URL('method-process.ts', import.meta.url));
  const lane = await startLane<{ conditions: Environment }>(
    process.execPath,
    [...nodeArguments(), script, String(threads)],
    { env: tensorflowEnvironment({ threads }), signal },
  );
  if (lane === null) throw new TypeError('Our measuring process says that it is not installed.');
  try {
    const methods = options.methods ?? lane.hello.variants;
    const first = new Map<string, number>();
    for (const method of methods) {
      onCase('methods', `recording ${method}`);
      first.set(method, (await lane.run(method, 1)).times[0] as number);
      await lane.run(method, 1);
    }
    const times = new Map<string, number[]>(methods.map((method) => [method, []]));
    for (let round = 1; round <= rounds; round += 1) {
      onCase('methods', `round ${round} of ${rounds}`);
      for (const method of methods)
        times.get(method)?.push((await lane.run(method, 1)).times[0] as number);
    }
    const kd = times.get('kd') as number[];
    return {
      schemaVersion,
      suite: 'methods',
      conditions: { ...lane.hello.conditions, batch: stepBatch, pair: methodPair.name },
      results: methods.map((name) => {
        const own = times.get(name) as number[];
        const ratios = own.map((time, round) => time / (kd[round] as number));
        return {
          name,
          ours_ms: median(own),
          against_kd: median(ratios),
          first_step_ms: first.get(name) as number,
          samples: { ours: spread(own), against_kd: spread(ratios) },
        };
      }),
    };
  } finally {
    await lane.stop();
  }
}
