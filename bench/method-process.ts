/*
 * A process that holds the recorded step of every method and runs them on demand, so that methods are measured in turn: see
 * lane.ts. Argument: threads. The variants are method ids; the first step of each records its graph.
 */
import { describeEnvironment } from '../runners/trial/machine.ts';
import { burstOf, serve } from './serve.ts';
import { benchMethods, methodPair, prepareStep } from './step-cases.ts';

const threads = Number(process.argv[2]);
const steps = new Map<string, () => void>();

await serve(
  { conditions: describeEnvironment({ intra: threads, inter: 1 }), variants: benchMethods },
  (method, count) => {
    const known = steps.get(method);
    return burstOf(method, known ?? (() => prepare(method)()), count);
  },
);

/** The step of a method, recorded and kept. */
function prepare(method: string): () => void {
  const { step } = prepareStep({ ...methodPair, methods: [method] }, 'recorded');
  steps.set(method, step);
  return step;
}
