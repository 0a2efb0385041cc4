/*
 * A process that runs training steps on demand: TensorFlow reads its thread settings when a process starts.
 * Arguments: threads, suite, case. Prints a line of JSON with its conditions and variants; then for every line
 * "VARIANT STEPS" on standard input runs that many steps and prints their milliseconds. Standard error is not used.
 */
import { createInterface } from 'node:readline';
import { Bench } from 'tinybench';
import { type Binding, backend } from '../runners/engine/tensorflow.ts';
import { describeEnvironment } from '../runners/trial/machine.ts';
import { prepareStep, type StepSuite, stepCases } from './step-cases.ts';

const [threads, suite, name] = process.argv.slice(2) as [string, StepSuite, string];
const stepCase = stepCases[suite].find((each) => each.name === name);
if (stepCase === undefined) throw new RangeError(`No case ${name} in ${suite}.`);

const prepared = new Map<string, { step(): void; dispose(): void }>();
let inTensorflow = 0;
watchTensorflow();

const say = (answer: object) => process.stdout.write(`${JSON.stringify(answer)}\n`);
say({
  conditions: describeEnvironment({ intra: Number(threads), inter: 1 }),
  variants: suite === 'step' ? ['recorded', 'eager'] : ['recorded'],
});
for await (const line of createInterface({ input: process.stdin })) {
  const [variant, steps] = line.split(' ') as ['recorded' | 'eager', string];
  const step = prepare(variant);
  const outside: number[] = [];
  const bench = new Bench({
    iterations: Number(steps),
    time: 0,
    warmup: false,
    throws: true,
    retainSamples: true,
  }).add(variant, () => {
    inTensorflow = 0;
    const start = performance.now();
    step();
    outside.push(performance.now() - start - inTensorflow);
  });
  await bench.run();
  const result = bench.tasks[0]?.result;
  if (result?.state !== 'completed') throw new Error(`tinybench ended ${result?.state}`);
  const times = result.latency.samples ?? [];
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  say({ times, peakMiB, ...(variant === 'recorded' && { outside }) });
}

/** One variant at a time, so that the memory peak of the recorded step is not that of both. */
function prepare(variant: 'recorded' | 'eager'): () => void {
  const known = prepared.get(variant);
  if (known !== undefined) return known.step;
  for (const other of prepared.values()) other.dispose();
  prepared.clear();
  const fresh = prepareStep(stepCase as NonNullable<typeof stepCase>, variant);
  prepared.set(variant, fresh);
  return fresh.step;
}

/** Counts the time within TensorFlow's session calls; the rest of a step is the harness. */
function watchTensorflow(): void {
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
