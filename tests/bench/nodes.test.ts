import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { type StepNodes, stepNodes, total } from '../../bench/nodes.ts';
import type { TrialSpec } from '../../contract/spec.ts';
import { recordFor } from '../../runners/engine/target.ts';
import { assertSameSteps } from './gpu-steps.ts';
import { trialsOf } from './gpu-trials.ts';

afterEach(() => recordFor(null));

/**
 * What a step of a GPU may have of the nodes that it has on a CPU. A transformer's are products and
 * norms for the most part, which have no operation of their own: it has 38 %.
 */
const share = 0.4;
const steps = 3;

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
    it(`of ${name} has four tenths of the nodes, and does what a CPU's does within rounding`, async () => {
      const [spec] = (await trialsOf(
        suite,
        (each) => each.teacher !== null && wanted(each),
      )) as readonly [TrialSpec];
      assert.ok(spec !== undefined, `${suite} has such a trial`);
      assertFewer(await stepNodes([spec]));
      await assertSameSteps(spec, steps);
    });
  }

  it('of a cohort has four tenths of the nodes, too', async () => {
    const specs = await trialsOf('default', ({ seed, teacher }) => teacher !== null && seed === 1);
    assert.ok(specs.length > 3);
    assertFewer(await stepNodes(specs));
  });
});
