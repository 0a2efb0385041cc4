import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import { resizeTo } from '../../detection/parts/fpn.ts';
import { giouLoss, iouLoss } from '../../detection/parts/iou-losses.ts';
import {
  absoluteError,
  binaryCrossEntropy,
  crossEntropyRows,
  sigmoidFocalRows,
  smoothAbsoluteError,
} from '../../engine/ops/index.ts';
import { tf } from '../../engine/tensorflow.ts';
import { GoldenNode, type GoldenTensor } from '../golden.ts';
import { type LossFunction, modes, runLoss } from '../losses/run.ts';
import { Comparison, largest, relativeTolerance } from '../tolerance.ts';

/**
 * The part of `ops` that is TensorFlow: losses with their gradients, recorded and eager, and the
 * pyramid's enlargement, which copies.
 */
export const lossOpsCheck: ParityCheck = (file) => {
  const root = GoldenNode.of(file);
  const cases = (key: string, of: (node: GoldenNode, name: string) => ParityCase[]) =>
    root
      .get(key)
      .list()
      .flatMap((node, index) => of(node, `${key} ${index + 1}`));
  return [
    ...cases('focal', (node, name) => lossCases(file.path, name, node, 'logits', focal(node))),
    ...cases('regression', (node, name) => {
      const kind = node.get('name').text();
      return lossCases(file.path, `${name} ${kind}`, node, 'pred', regression(node, kind));
    }),
    ...cases('cross_entropy', (node, name) =>
      lossCases(file.path, name, node, 'logits', crossEntropy(node)),
    ),
    ...cases('upsample', (node, name) => [upsampleCase(file.path, name, node)]),
  ];
};

type Rows = (values: Tensor2D, target: Tensor) => Tensor;

function focal(node: GoldenNode): Rows {
  const hyper = node.get('hyper');
  // Background is the label behind the last class.
  node.get('background_label').fixed(node.get('logits').tensor().shape[1]);
  const options = { gamma: hyper.get('gamma').number(), alpha: hyper.get('alpha').number() };
  return (logits, target) => sigmoidFocalRows(logits, target as Tensor1D, options);
}

function regression(node: GoldenNode, kind: string): Rows {
  const rows: Record<string, Rows> = {
    l1: (x, target) => absoluteError(x, target as Tensor2D),
    smooth_l1_beta1: (x, target) => smoothAbsoluteError(x, target as Tensor2D, 1),
    'smooth_l1_beta_1/9': (x, target) => smoothAbsoluteError(x, target as Tensor2D, 1 / 9),
    giou: (x, target) => giouLoss(x, target as Tensor2D),
    iou_log: (x, target) => iouLoss(x, target as Tensor2D, 'log'),
    iou_linear: (x, target) => iouLoss(x, target as Tensor2D, 'linear'),
  };
  const own = rows[kind];
  if (own === undefined) throw node.malformed(`has the unknown loss "${kind}"`);
  return own;
}

function crossEntropy(node: GoldenNode): Rows {
  if (!node.get('use_sigmoid').flag()) {
    return (logits, target) => crossEntropyRows(logits, target as Tensor1D);
  }
  // There foreground is label 0 and background 1.
  return (logits, target) =>
    binaryCrossEntropy(logits.reshape([-1]), tf.cast(tf.equal(target, 0), 'float32'));
}

/**
 * Loss and gradient of one case: rows or elements, weighted, summed and divided as
 * `weight_reduce_loss` does.
 */
function lossCases(
  path: string,
  name: string,
  node: GoldenNode,
  differentiated: string,
  rows: Rows,
): ParityCase[] {
  const weight = node.optional('weight')?.tensor();
  const factor = (node.optional('hyper') ?? node).optional('avg_factor')?.number();
  const values = node.get(differentiated).tensor();
  const elements = values.data.length;
  const definition: LossFunction = {
    tensors: {
      values,
      target: node.get('target').tensor(),
      ...(weight === undefined ? {} : { weight }),
    },
    differentiate: ['values'],
    loss(tensors) {
      const each = rows(tensors['values'] as Tensor2D, tensors['target'] as Tensor);
      const weighted = weight === undefined ? each : tf.mul(each, tensors['weight'] as Tensor);
      return tf.div(
        tf.sum(weighted),
        factor === undefined ? elements : factor + 2 ** -23,
      ) as Scalar;
    },
  };
  const exact = node.get('loss_f64').number();
  const noise = relativeTolerance(Math.abs(node.get('loss').number() - exact), Math.abs(exact));
  const grad = node.get('grad').tensor();
  const reference = node.optional('grad_f64')?.tensor() ?? grad;
  const rounding = largest(
    grad.data.map((value, index) => value - (reference.data[index] as number)),
  );
  return modes.map((mode) => {
    const result = runLoss(definition, mode);
    return new Comparison(path, `${name}, ${mode}`)
      .scalar('loss', result.loss, exact, noise)
      .tensor(
        'gradient',
        result.grads['values'] as GoldenTensor,
        reference,
        relativeTolerance(rounding, largest(reference.data)),
      )
      .result();
  });
}

function upsampleCase(path: string, name: string, node: GoldenNode): ParityCase {
  const [height, width] = node.get('size').shape() as [number, number];
  const input = node.get('input').tensor();
  const data = tf.tidy(() => {
    const map = tf.transpose(
      tf.tensor(Float32Array.from(input.data), [...input.shape]),
      [0, 2, 3, 1],
    );
    const enlarged = resizeTo(map as Tensor4D, [height, width]);
    return tf.transpose(enlarged, [0, 3, 1, 2]).dataSync();
  });
  const shape = [...input.shape.slice(0, 2), height, width];
  return new Comparison(path, name)
    .tensor('output', { shape, data }, node.get('output').tensor(), 2 ** -24)
    .result();
}
