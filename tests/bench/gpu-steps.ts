import assert from 'node:assert/strict';
import { RandomStream } from '../../common/random.ts';
import type { TrialSpec } from '../../contract/spec.ts';
import { taskModule } from '../../runners/catalogue/tasks.ts';
import { recordFor } from '../../runners/engine/target.ts';
import type { ArrayMap } from '../../runners/engine/types.ts';
import { initialState } from '../../runners/networks/init.ts';
import { isNamed, names } from '../../runners/tasks/students.ts';
import { oneByOne, withNext } from '../../runners/training/batches-ahead.ts';

/** One step of a trial: its losses, and all state before and after it. */
interface Step {
  readonly loss: number;
  readonly before: ArrayMap;
  readonly after: ArrayMap;
}

/**
 * The first steps of a trial, recorded for a device and run by this machine.
 *
 * @param from each step begins with the state of this one; absent: with that of the step before
 */
async function stepsFor(
  spec: TrialSpec,
  device: 'cpu' | 'gpu',
  most: number,
  from?: readonly Step[],
): Promise<{ readonly steps: readonly Step[]; readonly trained: readonly string[] }> {
  const data = await (await taskModule(spec.task)).load(spec, null);
  const network = spec.teacher === null ? null : await data.network(spec.teacher.model, 'teacher');
  const teacher = network && { network, weights: initialState(network.params, 1) };
  const prepared = await data.prepare({ specs: [spec], teacher, mode: 'recorded' });
  // Before the first batch too: on a GPU two of them hold at a time.
  recordFor(device);
  const program = prepared.createProgram([0]);
  const [student] = prepared.students as readonly [(typeof prepared.students)[number]];
  const trained = student.network.params
    .filter(({ trainable }) => trainable)
    .map(({ name }) => names.model(0, name));
  try {
    const steps: Step[] = [];
    let before = program.program.readState();
    // As a training does it.
    const batches = prepared.batches(1, 0);
    for await (const { batch, next } of device === 'gpu' ? withNext(batches) : oneByOne(batches)) {
      const step = steps.length;
      const given = from?.[step]?.before;
      if (given !== undefined) {
        program.program.writeState(given);
        before = given;
      }
      if (next !== null) program.announce(next);
      const control = {
        ...{ epoch: 1, step, learningRate: 0.002 },
        random: RandomStream.named(spec.seed, `method/${spec.method}/${step}`),
      };
      const [report] = await program.step(batch, [control]);
      const after = program.program.readState();
      steps.push({ loss: report?.total ?? Number.NaN, before, after });
      before = after;
      if (steps.length === Math.min(most, prepared.stepsPerEpoch)) break;
    }
    return { steps, trained };
  } finally {
    program.dispose();
    await prepared.close();
    recordFor(null);
  }
}

/** Length of the difference of two changes of some state, as a share of the first one's. */
function difference(keys: readonly string[], one: Step, other: Step): number {
  let [off, all] = [0, 0];
  for (const key of keys) {
    const [before, own, others] = [one.before, one.after, other.after].map(
      (state) => state[key] as Float32Array,
    ) as [Float32Array, Float32Array, Float32Array];
    for (let at = 0; at < own.length; at += 1) {
      const value = own[at] as number;
      off += (value - (others[at] as number)) ** 2;
      all += (value - (before[at] as number)) ** 2;
    }
  }
  return all === 0 ? Math.sqrt(off) : Math.sqrt(off / all);
}

/** State by what keeps it: weights, statistics, and each sum of an optimizer. */
function groupsOf(state: ArrayMap, trained: readonly string[]): Map<string, string[]> {
  const known = new Set(trained);
  return Map.groupBy(Object.keys(state), (key) => {
    if (known.has(key)) return 'weights';
    if (!isNamed.optimizer(key)) return 'other state';
    return key.slice(names.optimizer(0, '').length).split('/')[0] as string;
  });
}

/** Relative differences of a step on a GPU from that on a CPU, by what differs. */
interface StepDifference {
  readonly loss: number;
  /** Of what the step changed. */
  readonly changes: Readonly<Record<string, number>>;
}

/**
 * Relative difference of a loss from the same state: the order of sums and fused kernels. Found: up
 * to 1.4e-7, in every family of networks.
 */
const ofLoss = 2e-6;
/**
 * The same of what a step changes. A ReLU whose operand is 0 within rounding passes a gradient in
 * one graph alone, and Adam's first step is as long for a gradient of 1e-9 as for any other. Found:
 * up to 3.5e-3 of a gradient's length and 5.6e-3 of a step's.
 */
const ofChange = 2e-2;

/** How the first steps of a trial, each from the same state, differ between the two graphs. */
async function stepDifferences(spec: TrialSpec, count: number): Promise<StepDifference[]> {
  const { steps, trained } = await stepsFor(spec, 'cpu', count);
  const { steps: others } = await stepsFor(spec, 'gpu', count, steps);
  assert.equal(others.length, steps.length);
  assert.ok(steps.length > 0);
  return steps.map((step, at) => {
    const other = others[at] as Step;
    const groups = [...groupsOf(step.after, trained)];
    return {
      loss: Math.abs(other.loss - step.loss) / Math.abs(step.loss),
      changes: Object.fromEntries(
        groups.map(([group, keys]) => [group, difference(keys, step, other)]),
      ),
    };
  });
}

/**
 * The first steps of a trial, recorded for a GPU, have the losses of those recorded for a CPU and
 * change the same.
 *
 * Each begins with the CPU's state. Free trainings part: in the first step of
 * `cascade-mask-rcnn-r18w16-fpn32` the losses are equal to 1.2e-7, and of 200,704 results of a ReLU
 * one is 1.5e-6 in one graph and 0 in the other. So Adam moves 16 of 1,536,882 weights by other
 * than rounding, scores of the second step move by 1e-5, 130 of 1,776 candidates whose scores are
 * that close change places, and with their places the random numbers by which regions are sampled:
 * 12 of 128 regions are others, and the loss is by 0.3 %.
 */
export async function assertSameSteps(spec: TrialSpec, count: number): Promise<void> {
  const found = await stepDifferences(spec, count);
  found.forEach(({ loss, changes }, at) => {
    const all = JSON.stringify({ loss, ...changes });
    assert.ok(loss <= ofLoss, `step ${at + 1}: ${all}`);
    assert.ok(Math.max(...Object.values(changes)) <= ofChange, `step ${at + 1}: ${all}`);
    assert.ok('weights' in changes, 'weights are compared');
  });
}
