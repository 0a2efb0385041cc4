import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { plan } from '../../app/plan.ts';
import { cohortsOf, type GraphNode, recordedFor } from '../../bench/gpu-operations.ts';
import { tensorflowVersion } from '../../runners/engine/tensorflow.ts';
import {
  askedVersion,
  assertKnown,
  copiedBack,
  hasKernel,
  recordedOperations,
} from './gpu-kernels.ts';

describe('the CUDA build of TensorFlow', () => {
  it('has a kernel on a GPU for the types of every operation that we record for one', () => {
    assert.ok(recordedOperations.length > 100);
    assert.deepEqual(
      recordedOperations.filter((line) => !hasKernel(line)),
      [],
    );
    // A test that cannot fail would say nothing.
    assert.ok(!hasKernel('MatMul T=7'), 'products of texts');
    assert.ok(!hasKernel('RedistillGelu'), 'kernels of our own');
  });

  it('was asked in the version that is in use', () => {
    assert.equal(askedVersion, tensorflowVersion(), 'make gpu-kernels asks the new one');
  });

  for (const [suite, wanted] of [
    ['default', /./],
    ['embedded-segmentation', /./],
    ['embedded-heterogeneous', /^(ofa|crd)$/],
    ['embedded-detectors', /^mgd$/],
  ] as const) {
    it(`was asked for all that ${suite} records, whose steps copy nothing back but their results`, async () => {
      const { plan: planned } = await plan({ suite: `${suite}@smoke`, seeds: [1], store: false });
      const trials = planned.trials.filter(({ spec }) => wanted.test(spec.method));
      assertKnown(await recordedFor(cohortsOf({ trials }).slice(0, 2)));
    });
  }

  it('adds and compares int32 on the processor, which is seen', () => {
    const typed = (
      name: string,
      op: string,
      input: readonly string[],
      type: number,
    ): GraphNode => ({
      ...{ name, op, input },
      attr: op === 'Cast' ? { SrcT: { type: 1 }, DstT: { type } } : { T: { type } },
    });
    const fed: GraphNode = { name: 'train/x', op: 'Placeholder', attr: { dtype: { type: 1 } } };
    const graph = (type: number) => [
      fed,
      typed('train/cast', 'Cast', ['train/x'], type),
      typed('train/sum', 'Add', ['train/cast:0', 'train/cast'], type),
    ];
    const twice = ['Cast -> Add: train/sum', 'Cast -> Add: train/sum'];
    assert.deepEqual(copiedBack(graph(3)), twice);
    assert.deepEqual(copiedBack(graph(1)), []);
  });
});
