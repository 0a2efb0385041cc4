import { createInterface } from 'node:readline';
import { Bench } from 'tinybench';
import { type Binding, backend } from '../runners/engine/tensorflow.ts';
import type { Burst } from './lane.ts';

let inTensorflow = 0;

/**
 * Counts the time within TensorFlow's session calls from now on; the rest of a step is the harness.
 */
export function watchTensorflow(): void {
  const engine = backend();
  const { binding } = engine;
  engine.binding = Object.create(binding, {
    runSavedModel: {
      value: (...call: Parameters<Binding['runSavedModel']>) => {
        const start = performance.now();
        try {
          return binding.runSavedModel(...call);
        } finally {
          inTensorflow += performance.now() - start;
        }
      },
    },
  }) as Binding;
}

/**
 * Speaks the measured side of `lane.ts`: greets, then for every line "VARIANT STEPS" on standard
 * input answers with a line of JSON. Needs `watchTensorflow` for `outside` to be more than the
 * whole time.
 */
export async function serve(
  hello: object,
  answer: (variant: string, steps: number) => Burst | Promise<Burst>,
): Promise<void> {
  const say = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);
  say(hello);
  for await (const line of createInterface({ input: process.stdin })) {
    const space = line.lastIndexOf(' ');
    say(await answer(line.slice(0, space), Number(line.slice(space + 1))));
  }
}

/**
 * Times some calls of a step.
 *
 * @param waits whether each call gives a promise, for whose end the next one waits
 */
export async function burstOf(
  name: string,
  step: () => unknown,
  steps: number,
  waits = false,
): Promise<Burst> {
  const outside: number[] = [];
  const timed = () => {
    inTensorflow = 0;
    const start = performance.now();
    return () => outside.push(performance.now() - start - inTensorflow);
  };
  const before = process.cpuUsage();
  const bench = new Bench({
    iterations: steps,
    time: 0,
    warmup: false,
    throws: true,
    retainSamples: true,
  }).add(
    name,
    waits
      ? async () => {
          const end = timed();
          await step();
          end();
        }
      : () => {
          const end = timed();
          step();
          end();
        },
    // Otherwise tinybench finds out by one more call, which the time of several processes together
    // would contain.
    { async: waits },
  );
  await bench.run();
  const { user, system } = process.cpuUsage(before);
  const result = bench.tasks[0]?.result;
  if (result?.state !== 'completed') throw new Error(`tinybench ended ${result?.state}`);
  const times = result.latency.samples ?? [];
  return {
    times: [...times],
    processorMs: (user + system) / 1000,
    outside,
    peakMiB: process.resourceUsage().maxRSS / 1024,
  };
}
