/*
 * A process that holds the recorded steps of KD and of one other method and runs them on demand, so
 * that each is measured in turn with KD: see lane.ts. Argument: threads. The variants are method
 * ids; the first step of each records its graph.
 */
import { describeEnvironment } from '../runners/training/machine.ts';
import { burstOf, serve } from './serve.ts';
import {
  benchMethods,
  methodPair,
  type PreparedStep,
  prepareStep,
  stepPictures,
} from './step-cases.ts';

const threads = Number(process.argv[2]);
const held = new Map<string, PreparedStep>();

await serve(
  { conditions: describeEnvironment({ intra: threads, inter: 1 }), variants: benchMethods },
  (method, count) => burstOf(method, () => void hold(method).step(), count),
);

/**
 * The step of a method. Graphs with all they hold take hundreds of MiB each, so that a third one
 * goes.
 */
function hold(method: string): PreparedStep {
  const known = held.get(method);
  if (known !== undefined) return known;
  for (const [other, step] of held) {
    if (other === 'kd') continue;
    step.dispose();
    held.delete(other);
  }
  const fresh = prepareStep({ ...methodPair, methods: [method] }, 'recorded', stepPictures.step);
  held.set(method, fresh);
  return fresh;
}
