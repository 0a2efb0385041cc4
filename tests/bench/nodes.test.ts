import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { plan } from '../../app/plan.ts';
import { type StepNodes, stepNodes, total } from '../../bench/nodes.ts';
import { RandomStream } from '../../common/random.ts';
import type { TrialSpec } from '../../contract/spec.ts';
import { taskModule } from '../../runners/catalogue/tasks.ts';
import { recordFor } from '../../runners/engine/target.ts';
import { initialState } from '../../runners/networks/init.ts';

afterEach(() => recordFor(null));

/**
 * What a step of a GPU may have of the nodes that it has on a CPU. A transformer's are products and
 * norms for the most part, which have no operation of their own: it has 40.4 %.
 */
const share = 0.41;
/** Relative difference of a loss by the order of sums and by fused kernels. */
const rounding = 2e-4;
/** Of two stages: which proposals stay may hang on a millionth of the learning rate. */
const ofTies = 2e-3;
const steps = 3;

/** Trials of a suite at scale smoke that share a teacher. */
async function trialsOf(
  suite: string,
  wanted: (spec: TrialSpec) => boolean,
): Promise<readonly TrialSpec[]> {
  const { plan: planned } = await plan({ suite: `${suite}@smoke`, store: false });
  return planned.trials.map(({ spec }) => spec).filter((spec) => spec.teacher && wanted(spec));
}

/** Losses of the first steps, recorded for a device and run by this machine. */
async function losses(
  specs: readonly TrialSpec[],
  device: 'cpu' | 'gpu',
): Promise<readonly number[]> {
  const [spec] = specs as readonly [TrialSpec];
  const data = await (await taskModule(spec.task)).load(spec, null);
  const network = await data.network(spec.teacher?.model as string, 'teacher');
  const weights = initialState(network.params, 1);
  const prepared = await data.prepare({ specs, teacher: { network, weights }, mode: 'recorded' });
  recordFor(device);
  const program = prepared.createProgram(specs.map((_, index) => index));
  try {
    const found: number[] = [];
    let step = 0;
    for await (const batch of prepared.batches(1, 0)) {
      const controls = specs.map(({ seed, method }) => ({
        ...{ epoch: 1, step, learningRate: 0.002 },
        random: RandomStream.named(seed, `method/${method}/${step}`),
      }));
      const reports = await program.step(batch, controls);
      found.push(...reports.map(({ total: loss }) => loss));
      step += 1;
      if (step === Math.min(steps, prepared.stepsPerEpoch)) break;
    }
    return found;
  } finally {
    program.dispose();
    await prepared.close();
  }
}

function assertFewer({ cpu, gpu }: Readonly<Record<'cpu' | 'gpu', StepNodes>>): void {
  assert.ok(total(cpu) > 500, 'a step has nodes');
  assert.ok(
    total(gpu) <= share * total(cpu),
    `${total(gpu)} of ${total(cpu)}: ${JSON.stringify(gpu)}`,
  );
  const ours = Object.keys(gpu).filter((op) => op.startsWith('Redistill'));
  assert.deepEqual(ours, [], 'our own kernels are a CPU’s');
  for (const own of ['_FusedConv2D', '_FusedBatchNormEx', '_FusedMatMul']) {
    assert.equal(gpu[own], undefined, `${own} is a kernel of oneDNN`);
  }
}

describe('a step recorded for a GPU', () => {
  const tasks = [
    ['classification', 'default', ({ method }: TrialSpec) => method === 'dkd'],
    ['grouped convolutions', 'dkd-different', ({ model }: TrialSpec) => /shufflenetv1/.test(model)],
    ['transformers', 'embedded-heterogeneous', ({ model, method }: TrialSpec) => model === 'vit_nano' && method === 'ofa'],
    ['detection', 'embedded-detection', ({ method }: TrialSpec) => method === 'fgd'],
    ['detection in two stages', 'embedded-detectors', ({ method, model }: TrialSpec) => method === 'fgd' && /faster/.test(model)],
    ['segmentation', 'embedded-segmentation', ({ method }: TrialSpec) => method === 'cwd'],
  ] as const; // biome-ignore format: a table

  for (const [name, suite, wanted] of tasks) {
    it(`of ${name} has four tenths of the nodes, and the losses of a CPU's within rounding`, async () => {
      const [spec] = (await trialsOf(suite, wanted)) as readonly [TrialSpec];
      assert.ok(spec !== undefined, `${suite} has such a trial`);
      assertFewer(await stepNodes([spec]));
      const [cpu, gpu] = [await losses([spec], 'cpu'), await losses([spec], 'gpu')];
      assert.equal(gpu.length, cpu.length);
      assert.ok(cpu.length > 0);
      cpu.forEach((loss, step) => {
        const off = Math.abs((gpu[step] as number) - loss) / Math.abs(loss);
        const most = name === 'detection in two stages' ? ofTies : rounding;
        assert.ok(off <= most, `step ${step + 1}: ${gpu[step]} and ${loss}`);
      });
    });
  }

  it('of a cohort has four tenths of the nodes, too', async () => {
    const specs = await trialsOf('default', ({ seed }) => seed === 1);
    assert.ok(specs.length > 3);
    assertFewer(await stepNodes(specs));
  });
});
