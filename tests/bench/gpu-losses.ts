import assert from 'node:assert/strict';
import { plan } from '../../app/plan.ts';
import { RandomStream } from '../../common/random.ts';
import type { TrialSpec } from '../../contract/spec.ts';
import { taskModule } from '../../runners/catalogue/tasks.ts';
import { recordFor } from '../../runners/engine/target.ts';
import { initialState } from '../../runners/networks/init.ts';
import { oneByOne, withNext } from '../../runners/training/batches-ahead.ts';

/** Relative difference of a loss by the order of sums and by fused kernels. */
export const rounding = 2e-4;
/** Of two stages: which proposals stay may hang on a millionth of the learning rate. */
export const ofTies = 2e-3;

/** Students of a suite at scale smoke. */
export async function trialsOf(
  suite: string,
  wanted: (spec: TrialSpec) => boolean,
): Promise<readonly TrialSpec[]> {
  const { plan: planned } = await plan({ suite: `${suite}@smoke`, store: false });
  const students = planned.trials.map(({ spec }) => spec).filter(({ role }) => role === 'student');
  return students.filter(wanted);
}

/** Losses of the first steps, recorded for a device and run by this machine. */
async function losses(
  specs: readonly TrialSpec[],
  device: 'cpu' | 'gpu',
  most: number,
): Promise<readonly number[]> {
  const [spec] = specs as readonly [TrialSpec];
  const data = await (await taskModule(spec.task)).load(spec, null);
  const network = spec.teacher === null ? null : await data.network(spec.teacher.model, 'teacher');
  const teacher = network && { network, weights: initialState(network.params, 1) };
  const prepared = await data.prepare({ specs, teacher, mode: 'recorded' });
  // Before the first batch too: on a GPU two of them hold at a time.
  recordFor(device);
  const program = prepared.createProgram(specs.map((_, index) => index));
  try {
    const found: number[] = [];
    let step = 0;
    // As a training does it.
    const batches = prepared.batches(1, 0);
    for await (const { batch, next } of device === 'gpu' ? withNext(batches) : oneByOne(batches)) {
      if (next !== null) program.announce(next);
      const controls = specs.map(({ seed, method }) => ({
        ...{ epoch: 1, step, learningRate: 0.002 },
        random: RandomStream.named(seed, `method/${method}/${step}`),
      }));
      const reports = await program.step(batch, controls);
      found.push(...reports.map(({ total: loss }) => loss));
      step += 1;
      if (step === Math.min(most, prepared.stepsPerEpoch)) break;
    }
    return found;
  } finally {
    program.dispose();
    await prepared.close();
    recordFor(null);
  }
}

/**
 * The losses of a trial's first steps, recorded for a GPU, are those of a CPU.
 *
 * @param most relative difference
 */
export async function assertSameLosses(
  spec: TrialSpec,
  most: number,
  count: number,
): Promise<void> {
  const [cpu, gpu] = [await losses([spec], 'cpu', count), await losses([spec], 'gpu', count)];
  assert.equal(gpu.length, cpu.length);
  assert.ok(cpu.length > 0);
  cpu.forEach((loss, step) => {
    const off = Math.abs((gpu[step] as number) - loss) / Math.abs(loss);
    assert.ok(off <= most, `step ${step + 1}: ${gpu[step]} and ${loss}`);
  });
}
