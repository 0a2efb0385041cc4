/*
 * A process that runs training steps on demand: TensorFlow reads its thread settings when a process
 * starts. Arguments: threads, suite, case. Prints a line of JSON with its conditions and variants;
 * then for every line "VARIANT STEPS" on standard input runs that many steps and prints their
 * milliseconds. Standard error is not used.
 */
import type { StepSuite } from '../contract/bench-suites.ts';
import { recordFor } from '../runners/engine/target.ts';
import { describeEnvironment } from '../runners/training/machine.ts';
import { loadDenseStep } from './dense-cases.ts';
import { loadExchange } from './exchange-case.ts';
import { burstOf, serve, watchTensorflow } from './serve.ts';
import {
  differingStudents,
  prepareStep,
  type StepCase,
  stepCases,
  stepPictures,
} from './step-cases.ts';

const [threads, suite, name] = process.argv.slice(2) as [string, StepSuite, string];
const stepCase = stepCases[suite].find((each) => each.name === name);
if (stepCase === undefined) throw new RangeError(`No case ${name} in ${suite}.`);

/** Eager steps of large networks say nothing that those of small ones do not. */
const variantsOf: Readonly<Record<StepSuite, readonly string[]>> = {
  step: ['recorded', 'eager'],
  cohort: ['recorded', 'alone'],
  tokens: ['recorded'],
  evaluation: ['recorded'],
  kept: ['recorded'],
  precision: ['recorded'],
  dense: ['recorded'],
};

const make: (variant: 'recorded' | 'eager') => { step(): unknown; dispose(): void } =
  await makerOf(stepCase);
/** Steps of several processes are not over when the call returns. */
const waits = stepCase.exchange === true;
const prepared = new Map<string, { step(): unknown; dispose(): void }>();
watchTensorflow();

// 0 on a GPU: TensorFlow's own choice.
const inter = Number(process.env['TF_NUM_INTEROP_THREADS'] ?? 1);

await serve(
  {
    conditions: describeEnvironment({ intra: Number(threads), inter }),
    variants: variantsOf[suite],
  },
  (variant, steps) => {
    if (variant === 'nodes') {
      release();
      return { times: [], processorMs: 0, peakMiB: 0, nodes: [nodesFor('cpu'), nodesFor('gpu')] };
    }
    if (variant !== 'alone')
      return burstOf(variant, prepare(variant as 'recorded' | 'eager'), steps, waits);
    release();
    return { times: [], processorMs: 0, peakMiB: 0, differing: differingStudents(stepCase, steps) };
  },
);

async function makerOf(given: StepCase): Promise<typeof make> {
  const pictures = stepPictures[suite];
  if (given.exchange === true) return loadExchange(given, pictures);
  if (given.task !== undefined) return loadDenseStep(given, pictures);
  return (variant) => prepareStep(given, variant, pictures);
}

/** Nodes of the step as a device gets it. */
function nodesFor(device: 'cpu' | 'gpu'): number {
  recordFor(device);
  const step = prepareStep(stepCase as StepCase, 'recorded', stepPictures[suite]);
  recordFor(null);
  const count = step.nodes();
  step.dispose();
  return count;
}

/** One variant at a time, so that the memory peak of the recorded step is not that of both. */
function prepare(variant: 'recorded' | 'eager'): () => unknown {
  const known = prepared.get(variant);
  if (known !== undefined) return known.step;
  release();
  let ready: ReturnType<typeof make> | null = null;
  // Made by the first step, whose time is then that of building, recording and loading too.
  const step = () => {
    ready ??= make(variant);
    return ready.step();
  };
  prepared.set(variant, { step, dispose: () => ready?.dispose() });
  return step;
}

function release(): void {
  for (const other of prepared.values()) other.dispose();
  prepared.clear();
}
