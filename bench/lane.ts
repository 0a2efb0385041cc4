import { createInterface } from 'node:readline';
import { type ExecaError, execa } from 'execa';
import { InfrastructureError } from '../common/errors.ts';
import { processReason } from '../common/process-reason.ts';

/** What a process that runs steps on demand says of a burst. */
export interface Burst {
  /** Milliseconds of each step. */
  readonly times: readonly number[];
  /** Milliseconds that the process computed during the steps, summed over all of its threads. */
  readonly processorMs: number;
  /** Milliseconds of steps outside of the framework's call; only where the process knows. */
  readonly outside?: readonly number[];
  /** Students that are not, bit by bit, what they are alone; only where the burst compared them. */
  readonly differing?: readonly string[];
  /** Nodes of the step as a CPU and as a GPU gets it; only where the burst counted them. */
  readonly nodes?: readonly [cpu: number, gpu: number];
  /** Largest resident memory of the process until now. */
  readonly peakMiB: number;
}

/**
 * A process that runs bursts of steps when told to, so that two of them can be measured in turn.
 */
export interface Lane<Hello> {
  readonly hello: Hello & { readonly variants: readonly string[] };
  /** Milliseconds from the start of the process until it was ready for the first burst. */
  readonly startMs: number;
  run(variant: string, steps: number): Promise<Burst>;
  stop(): Promise<void>;
}

/**
 * Starts a process that speaks the lines of step-process.ts and torch-peer.py.
 *
 * @returns null where it ends with exit code 3 (what it needs is not installed) or there is no such
 *   program
 * @throws InfrastructureError `BENCH_FAILED` when it fails otherwise
 */
export async function startLane<Hello>(
  file: string,
  args: readonly string[],
  options: { readonly env?: Record<string, string>; readonly signal?: AbortSignal | undefined },
): Promise<Lane<Hello> | null> {
  const started = performance.now();
  const child = execa(file, args, {
    reject: false,
    buffer: { stdout: false, stderr: true },
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async <T>(): Promise<T | null> => {
    const { value, done } = await lines.next();
    return done === true ? null : (JSON.parse(value) as T);
  };
  const failure = async () => {
    const result = await child;
    options.signal?.throwIfAborted();
    const reason = processReason(result.stderr) || (result as ExecaError).shortMessage;
    return new InfrastructureError('BENCH_FAILED', `The measured process failed: ${reason}.`, {
      hint: 'Run redistill doctor.',
    });
  };
  const hello = await answer<Hello & { variants: readonly string[] }>();
  if (hello === null) {
    const { exitCode } = await child;
    if (exitCode === 3 || exitCode === undefined) {
      options.signal?.throwIfAborted();
      return null;
    }
    throw await failure();
  }
  return {
    hello,
    startMs: performance.now() - started,
    async run(variant, steps) {
      child.stdin.write(`${variant} ${steps}\n`);
      const burst = await answer<Burst>();
      if (burst === null) throw await failure();
      return burst;
    },
    async stop() {
      child.stdin.end();
      await child;
    },
  };
}

/**
 * Several processes that run as one: a burst is done when all have done it. Of more than one, the
 * time of a step is that of the burst over all steps of all, which is what a machine is worth.
 */
export function together<Hello>(lanes: readonly Lane<Hello>[]): Lane<Hello> {
  const [first, ...others] = lanes as [Lane<Hello>, ...Lane<Hello>[]];
  if (others.length === 0) return first;
  return {
    hello: first.hello,
    startMs: Math.max(...lanes.map(({ startMs }) => startMs)),
    async run(variant, steps) {
      const start = performance.now();
      const bursts = await Promise.all(lanes.map((lane) => lane.run(variant, steps)));
      return {
        times: [(performance.now() - start) / (steps * lanes.length)],
        processorMs: bursts.reduce((sum, each) => sum + each.processorMs, 0) / lanes.length,
        outside: bursts.flatMap(({ outside }) => outside ?? []).map((ms) => ms / lanes.length),
        peakMiB: bursts.reduce((sum, { peakMiB }) => sum + peakMiB, 0),
      };
    },
    async stop() {
      await Promise.all(lanes.map((lane) => lane.stop()));
    },
  };
}
