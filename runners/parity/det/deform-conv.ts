import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import { deformableConv2d } from '../../engine/ops/index.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { TensorMap } from '../../engine/types.ts';
import { GoldenNode, type GoldenTensor } from '../golden.ts';
import { type Mode, modes, runLoss } from '../losses/run.ts';
import { Comparison, largest, relativeTolerance } from '../tolerance.ts';

/** Deformable convolution, plain and modulated, with all its gradients, recorded and eager. */
export const deformConvCheck: ParityCheck = (file) =>
  GoldenNode.of(file)
    .get('cases')
    .list()
    .flatMap((node) => modes.map((mode) => caseOf(file.path, node, mode)));

function caseOf(path: string, node: GoldenNode, mode: Mode): ParityCase {
  const comparison = new Comparison(path, `${node.get('name').text()}, ${mode}`);
  const hyper = node.get('hyper');
  const [stride, padding, dilation, groups] = ['stride', 'padding', 'dilation', 'groups'].map(
    (key) => hyper.get(key).number(),
  ) as [number, number, number, number];
  const tensors = Object.fromEntries(
    node
      .get('inputs')
      .entries()
      .map(([name, each]) => [name, each.tensor()]),
  );
  const [weight, offset] = [tensors['weight'], tensors['offset']] as [GoldenTensor, GoldenTensor];
  const taps = (weight.shape[2] as number) * (weight.shape[3] as number);
  // The channels of the offsets say how many groups there are.
  hyper.get('deform_groups').fixed((offset.shape[1] as number) / (2 * taps));
  const map = (named: TensorMap, name: string) =>
    tf.transpose(named[name] as Tensor4D, [0, 2, 3, 1]) as Tensor4D;
  const outputOf = (named: TensorMap): Tensor => {
    const y = deformableConv2d(
      map(named, 'input'),
      map(named, 'offset'),
      tf.transpose(named['weight'] as Tensor4D, [2, 3, 1, 0]) as Tensor4D,
      { stride, padding, dilation, groups },
      { mask: named['mask'] === undefined ? null : map(named, 'mask') },
    );
    return tf.transpose(y, [0, 3, 1, 2]);
  };
  const expected = node.get('grads').entries();
  const { grads, others } = runLoss(
    {
      tensors,
      differentiate: expected.map(([name]) => name),
      loss: (named) => tf.sum(tf.mul(outputOf(named), named['upstream'] as Tensor)) as Scalar,
      others: (named) => ({ y: outputOf(named) }),
    },
    mode,
  );
  const outputs = node.get('outputs');
  const y = outputs.get('y').tensor();
  const noise = outputs.get('f32_vs_f64_maxabs').number();
  const data = others['y'] as Float32Array;
  comparison.tensor('y', { shape: y.shape, data }, y, relativeTolerance(noise, largest(y.data)));
  for (const [name, each] of expected) {
    const golden = each.tensor();
    const [own = 0] = outputs.get('grad_f32_vs_f64').get(name).numbers();
    const tolerance = relativeTolerance(own, largest(golden.data));
    comparison.tensor(`gradient of ${name}`, grads[name] as GoldenTensor, golden, tolerance);
  }
  return comparison.result();
}
