import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { type BackboneSpec, backbone } from '../../../runners/detection/parts/backbone.ts';
import { lossAndGradients } from '../../../runners/engine/ops/index.ts';
import { createProgram } from '../../../runners/engine/program.ts';
import { recordFor } from '../../../runners/engine/target.ts';
import { tf } from '../../../runners/engine/tensorflow.ts';
import { forwardContext } from '../../../runners/networks/forward.ts';
import { initialState } from '../../../runners/networks/init.ts';
import { ModuleScope } from '../../../runners/networks/modules.ts';

afterEach(() => recordFor(null));

/** ResNeXt's blocks with its groups, in few channels. */
const grouped: BackboneSpec = {
  ...{ block: 'bottleneck', counts: [1, 1, 1, 1], width: 16 },
  groups: { count: 4, width: 2 },
};

/** A loss of all maps of a backbone, and its gradients, recorded for a device. */
function gradientsOf(spec: BackboneSpec, device: 'cpu' | 'gpu') {
  recordFor(device);
  const scope = new ModuleScope();
  const network = backbone(scope, spec, { frozenStages: 0, normEval: true });
  const { params } = scope;
  const moved = params.filter(({ trainable }) => trainable).map(({ name }) => name);
  const program = createProgram({
    state: Object.fromEntries(params.map(({ name, shape }) => [name, { shape, dtype: 'float32' }])),
    initial: initialState(params, 3),
    functions: {
      step: {
        inputs: { images: { shape: [2, 64, 64, 3], dtype: 'float32' } },
        run: (state, { images }) => {
          const own = Object.fromEntries(moved.map((name) => [name, state[name] as Tensor]));
          const { loss, gradients } = lossAndGradients(own, () => {
            const maps = network.run(forwardContext(state, true), images as Tensor4D);
            const means = maps.map((map) => tf.mean(tf.square(map)));
            return { loss: tf.addN(means) as Scalar, aux: {} };
          });
          return { outputs: { loss, ...gradients }, state: {} };
        },
      },
    },
  });
  const images = Float32Array.from({ length: 2 * 64 * 64 * 3 }, (_, at) => Math.sin(at * 0.7));
  const found = program.call('step', { images });
  const nodes = program.nodes('step') ?? {};
  program.dispose();
  return { found, nodes };
}

for (const [name, more] of [
  ['groups', {}],
  ['deformable convolutions in groups', { deformable: 'plain' }],
] as const) {
  test(`a ResNeXt with ${name} has the gradients of a CPU's graph in that of a GPU`, () => {
    const [cpu, gpu] = (['cpu', 'gpu'] as const).map((device) =>
      gradientsOf({ ...grouped, ...more }, device),
    ) as [ReturnType<typeof gradientsOf>, ReturnType<typeof gradientsOf>];
    const count = (nodes: Readonly<Record<string, number>>) =>
      Object.values(nodes).reduce((sum, each) => sum + each, 0);
    assert.ok(count(gpu.nodes) < count(cpu.nodes));
    assert.deepEqual(Object.keys(gpu.found), Object.keys(cpu.found));
    assert.ok(Object.keys(cpu.found).length > 20);
    for (const [key, values] of Object.entries(cpu.found)) {
      let largest = 0;
      for (const value of values) largest = Math.max(largest, Math.abs(value));
      const other = gpu.found[key] as Float32Array;
      values.forEach((value, at) => {
        const off = Math.abs((other[at] as number) - value);
        assert.ok(off <= 2e-4 * largest + 1e-7, `${key}[${at}]: ${other[at]}, ${value}`);
      });
    }
  });
}
