import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { mgdGeneration } from '../../distillers/mgd.ts';
import type { TensorMap } from '../../engine/types.ts';
import { GoldenNode } from '../golden.ts';
import { Comparison } from '../tolerance.ts';
import type { ParityCase, ParityCheck } from '../types.ts';
import { compareLoss, gradientsOf } from './bounds.ts';
import { featureLoss, summandsOf } from './features.ts';
import { tensorsOf } from './networks.ts';
import { type LossFunction, modes, runLoss } from './run.ts';

/**
 * MGD: cases of classification through the method as it trains, those of detection and segmentation, whose mask is over
 * positions, through the same learned parts.
 */
export const maskedCheck: ParityCheck = (file) =>
  GoldenNode.of(file)
    .get('cases')
    .list()
    .map((node) => maskedCase(file.path, node));

function maskedCase(path: string, node: GoldenNode): ParityCase {
  const comparison = new Comparison(path, node.get('name').text());
  const channels = node.get('hyper').get('variant').text() === 'cls';
  for (const mode of modes) {
    const result = runLoss(channels ? channelLoss(node) : positionLoss(node), mode);
    compareLoss(comparison, mode, result, node, summandsOf(node, 0));
  }
  return comparison.result();
}

function channelLoss(node: GoldenNode): LossFunction {
  const hyper = node.get('hyper');
  return featureLoss(
    {
      id: 'mgd',
      hyper: {
        alpha: hyper.get('alpha_mgd').number(),
        lambda: hyper.get('lambda_mgd').number(),
      },
      student: { features: ['feat_student'] },
      teacher: { features: ['feat_teacher'] },
      draws: { random: 'rand' },
      golden: (param) => param,
    },
    node,
  );
}

function positionLoss(node: GoldenNode): LossFunction {
  const tensors = tensorsOf(node);
  const channels = (name: string) => tensors[name]?.shape[1] as number;
  const generation = mgdGeneration(channels('feat_student'), channels('feat_teacher'));
  const alpha = node.get('hyper').get('alpha_mgd').number();
  const lambda = node.get('hyper').get('lambda_mgd').number();
  const map = (given: TensorMap, name: string) =>
    tf.transpose(given[name] as Tensor, [0, 2, 3, 1]) as Tensor4D;
  return {
    tensors,
    differentiate: gradientsOf(node).map(([name]) => name),
    loss: (given) => {
      const context = {
        training: true,
        param: (name: string) => {
          const tensor = given[`param:${name}`] as Tensor;
          return tensor.rank === 4 ? tf.transpose(tensor, [2, 3, 1, 0]) : tensor;
        },
        update: () => {},
        layer: <T>(_: string, run: () => T) => run(),
      };
      const mask = tf.cast(tf.lessEqual(map(given, 'rand'), 1 - lambda), 'float32');
      const loss = generation.loss(
        context,
        map(given, 'feat_student'),
        map(given, 'feat_teacher'),
        mask,
      );
      return tf.mul(loss, alpha) as Scalar;
    },
  };
}
