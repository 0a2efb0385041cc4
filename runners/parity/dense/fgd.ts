import type { Scalar, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import { attentionOf } from '../../distillers/dense/fgd-parts.ts';
import { regionTargets } from '../../distillers/dense/region-maker.ts';
import type { TensorMap } from '../../engine/types.ts';
import type { ParityDriver } from '../driver.ts';
import type { GoldenNode } from '../golden.ts';
import { compareLoss } from '../losses/bounds.ts';
import { lossCases } from '../losses/cases.ts';
import { summandsOf } from '../losses/features.ts';
import { buildDense, denseLoss, denseStep, type GoldenDense } from '../losses/maps.ts';
import { tensorsOf } from '../losses/networks.ts';
import { type LossFunction, modes, runLoss } from '../losses/run.ts';
import { Comparison } from '../tolerance.ts';

/**
 * FGD: masks from boxes, attention, the four losses apart and together, gradients to the map and to
 * every part.
 */
const check: ParityCheck = (file) => lossCases(file, (node) => focalCase(file.path, node));

export const fgd: ParityDriver = { 'losses/fgd.json': check };

const tolerance = 1e-5;

/**
 * Loss terms of the method, the official outputs that they are without their weights, and the
 * weights.
 */
const terms = [
  ['fgdForeground', 'fg_loss', 'alpha_fgd'],
  ['fgdBackground', 'bg_loss', 'beta_fgd'],
  ['fgdAttention', 'mask_loss', 'gamma_fgd'],
  ['fgdRelation', 'rela_loss', 'lambda_fgd'],
] as const;

function focalCase(path: string, node: GoldenNode): ParityCase {
  const comparison = new Comparison(path, node.get('name').text());
  const regions = regionsOf(node);
  for (const [ours, theirs] of [
    ['foreground0', 'mask_fg'],
    ['background0', 'mask_bg'],
  ] as const) {
    // One division in float32 on either side.
    const expected = node.get('outputs').get(theirs).tensor().data;
    comparison.array(theirs, regions[ours]?.data ?? [], expected, 2 ** -22);
  }
  const definition = withParts(goldenOf(node, regions), node);
  for (const mode of modes) {
    const result = runLoss(definition, mode);
    compareLoss(comparison, mode, result, node, summandsOf(node, 0));
    const outputs = node.get('outputs');
    for (const [, name] of terms) {
      const own = result.others[name]?.[0] as number;
      comparison.scalar(`${mode} ${name}`, own, outputs.get(name).number(), tolerance);
    }
    for (const name of attentions) {
      const expected = outputs.get(name).tensor().data;
      comparison.array(`${mode} ${name}`, result.others[name] ?? [], expected, tolerance);
    }
  }
  return comparison.result();
}

const attentions = [
  'spatial_attention_student',
  'spatial_attention_teacher',
  'channel_attention_student',
  'channel_attention_teacher',
] as const;

function hyperOf(node: GoldenNode) {
  const number = (name: string) => node.get('hyper').get(name).number();
  return {
    alpha: number('alpha_fgd'),
    beta: number('beta_fgd'),
    gamma: number('gamma_fgd'),
    lambda: number('lambda_fgd'),
    temperature: number('temp'),
  };
}

function goldenOf(node: GoldenNode, regions: GoldenDense['regions']): GoldenDense {
  return {
    id: 'fgd',
    family: 'anchor-based',
    hyper: hyperOf(node),
    student: { features: ['feat_student'] },
    teacher: { features: ['feat_teacher'] },
    ...(regions !== undefined && { regions }),
    golden: (param) => param.replace('levels.0.', ''),
  };
}

/** The masks that the product makes of the case's boxes. */
function regionsOf(node: GoldenNode): NonNullable<GoldenDense['regions']> {
  const [batch, , height, width] = node.get('inputs').get('feat_student').tensor().shape as [
    number,
    number,
    number,
    number,
  ];
  const metas = node.get('hyper').get('img_metas').list();
  const boxes = node.get('inputs').get('gt_bboxes').list();
  const pictures = metas.map((meta, index) => {
    const [rows, columns] = meta.get('img_shape').numbers() as unknown as [number, number];
    const own = boxes[index]?.tensor().data ?? [];
    return { boxes: Float32Array.from(own), imgShape: [rows, columns] as const };
  });
  // A stride of 1: the batch is as large as the map.
  const made = regionTargets(pictures, [height, width], [1], batch);
  const shape = [batch, height, width];
  return Object.fromEntries(
    Object.entries(made).map(([name, data]) => [name, { shape, data: data as Float32Array }]),
  );
}

/**
 * The method's loss, and beside it its terms without their weights and both networks' attention.
 */
function withParts(golden: GoldenDense, node: GoldenNode): LossFunction {
  const definition = denseLoss(golden, node);
  const distiller = buildDense(golden, tensorsOf(node));
  const attention = (network: 'student' | 'teacher', map: Tensor4D): TensorMap => {
    const { spatial, channel } = attentionOf(map, hyperOf(node).temperature);
    return {
      [`spatial_attention_${network}`]: spatial,
      [`channel_attention_${network}`]: channel,
    };
  };
  return {
    ...definition,
    others: (given) => {
      const step = denseStep(golden, distiller, given);
      const losses = distiller.terms(step);
      const weight = (name: string) => node.get('hyper').get(name).number();
      const align = given['param:align.weight'];
      const [student, teacher] = [step.student, step.teacher].map(
        ({ features }) => features[0] as Tensor4D,
      ) as [Tensor4D, Tensor4D];
      // Official attention is of the aligned map.
      const aligned =
        align === undefined
          ? student
          : (tf.add(
              tf.conv2d(student, tf.transpose(align, [2, 3, 1, 0]) as Tensor4D, 1, 'valid'),
              given['param:align.bias'] as Tensor1D,
            ) as Tensor4D);
      return {
        ...Object.fromEntries(
          terms.map(([term, output, name]) => [
            output,
            tf.div(losses[term] as Scalar, weight(name)),
          ]),
        ),
        ...attention('student', aligned),
        ...attention('teacher', teacher),
      };
    },
  };
}
