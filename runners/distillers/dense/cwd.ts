import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { relu } from '../../engine/ops/index.ts';
import { type Layer, ModuleScope } from '../../networks/modules.ts';
import { sumOf } from '../feature-ops.ts';
import { firstOf, unless } from '../idle.ts';
import * as option from '../option.ts';
import type { ValuesOf } from '../option-types.ts';
import { partsContext, torchDefaults } from '../parts.ts';
import { cwdDivergences, cwdNorms, cwdPerPicture } from './cwd-loss.ts';
import { defineDenseMethod } from './define.ts';
import { levelsOf, levelsOption, oneLevel } from './levels.ts';
import { logitLevels } from './logits.ts';
import { batchMean } from './reduce.ts';
import { type ComparedMap, segmenterMap } from './segmenter-map.ts';
import type { DenseSetting } from './types.ts';

const segmentation = 'irfanICMLL/TorchDistiller@78bac7c SemSeg-distill';
const script = `${segmentation}/exp_cwd.sh as README.md calls it (channel kl 3 4)`;
const detection =
  'pppppM/mmdetection-distiller@7a8a130 configs/distillers/cwd/cwd_retina_rx101_64x4d_distill_retina_r50_fpn_2x_coco.py';
const classHead =
  'open-mmlab/mmrazor@33f8425 configs/distill/cwd/cwd_cls_head_gfl_r101_fpn_gfl_r50_fpn_1x_coco.py';

const options = {
  on: option.choice({
    default: 'features',
    choices: ['logits', 'embedding', 'features'],
    about:
      "Which maps are compared: class logits (of a one-stage detector those of its levels), what a segmenter's classifier sees, or the neck's levels (a segmenter's last backbone map)",
    source: `${script}; ${detection}; ${classHead}`,
  }),
  weight: option.weight(
    5,
    'Weight of the loss; the paper has 3 for logits and 50 for the embedding',
    `${script}; ${detection}`,
  ),
  temperature: option.temperature(1, `${script}; ${detection}`),
  norm: option.choice({
    default: 'channel',
    choices: cwdNorms,
    about:
      "What becomes a distribution: a channel's positions, a position's channels, or nothing; channel_mean compares the channels' means",
    source: script,
  }),
  divergence: option.choice({
    default: 'kl',
    choices: cwdDivergences,
    about: 'Kullback-Leibler, or squares at temperature 1',
    source: script,
  }),
  connector: option.choice({
    default: 'conv',
    choices: ['conv', 'conv-bn-relu'],
    about:
      "What brings the student's embedding or features to the teacher's channels: a 1x1 convolution where they differ, or always one with batch norm and ReLU",
    source: `${segmentation}/networks/kd_model.py; ${detection}`,
  }),
  levels: levelsOption(4, `${detection}: the first four of RetinaNet's five`),
  form: option.choice({
    default: 'stable',
    choices: ['stable', 'official'],
    about:
      'How the divergence is computed: finite at extreme values, or log(softmax) as the official code has it',
    source:
      'Redistill, docs/decisions/008: the stable form is equal wherever the official one is finite',
  }),
};

type Values = ValuesOf<typeof options>;

/**
 * Channel-wise knowledge distillation: each channel's map becomes a distribution over positions,
 * and the student's is pulled towards the teacher's. On the logits of segmenters, on the map before
 * their classifier, on the levels of a detector's neck, or on those of its class logits.
 *
 * A 1x1 convolution takes the student's map to the teacher's channels where they differ. It has no
 * bias: the softmax over positions does not see one. TorchDistiller's connector of the embedding is
 * always there, with batch norm and ReLU.
 */
export const cwd = defineDenseMethod({
  id: 'cwd',
  title: 'Channel-wise knowledge distillation',
  reference: {
    paper:
      'Shu et al.: Channel-wise Knowledge Distillation for Dense Prediction, ICCV 2021, arXiv 2011.13256',
    equations: 'Equations 2 to 4',
    official: `${segmentation}/utils/criterion.py (CriterionCWD), networks/kd_model.py; for detection ${detection}, ${classHead}`,
  },
  options,
  defaultsWith: ({ family }) =>
    family === 'segmenter'
      ? { on: 'logits', weight: 3, temperature: 4, connector: 'conv-bn-relu' }
      : {},
  idle: {
    on: ({ on }: Values, { family }) => {
      if (family === 'segmenter' || on === 'features') return null;
      if (on === 'embedding') return 'only segmenters have an embedding';
      return family === 'two-stage' ? 'a detector with regions has no maps of class logits' : null;
    },
    temperature: firstOf(unless('weight'), squares),
    norm: unless('weight'),
    divergence: unless('weight'),
    connector: firstOf(unless('weight'), ({ on }: Values) =>
      on === 'logits' ? 'logits are compared as they are' : null,
    ),
    levels: firstOf(oneLevel, unless('weight'), ({ on }: Values) =>
      on === 'embedding' ? 'on is embedding, which has no levels' : null,
    ),
    form: firstOf(unless('weight'), squares, ({ norm }: Values) =>
      norm === 'channel' || norm === 'spatial' ? null : `the norm ${norm} makes no distribution`,
    ),
  },
  build: (values, setting) => {
    const { weight, norm, divergence, temperature, form } = values;
    const pairs = pairsOf(values, setting);
    const criterion = { norm, divergence, temperature, official: form === 'official' };
    const scope = new ModuleScope();
    const connectors = pairs.map((pair) =>
      pair.path === null ? same : connectorOf(scope, pair, values),
    );
    return {
      params: torchDefaults(scope.params),
      terms: (step) => {
        const losses = pairs.map(({ map }, index) => {
          const own = (connectors[index] as Layer)(partsContext(step), map(step.student));
          return batchMean(cwdPerPicture(own, map(step.teacher), criterion), step);
        });
        return { cwd: tf.mul<Scalar>(sumOf(losses), weight) };
      },
    };
  },
});

/** Why what belongs to the divergence of distributions does not matter. */
function squares({ divergence }: Values): string | null {
  return divergence === 'mse' ? 'the squares of divergence mse are taken at temperature 1' : null;
}

interface Pair extends ComparedMap {
  /** What precedes the names of its connector; null where it can have none. */
  readonly path: string | null;
}

const same: Layer = (_, x) => x;

function pairsOf({ on, levels }: Values, setting: DenseSetting): Pair[] {
  const { student } = setting;
  if (on === 'features') {
    return levelsOf('cwd', setting, levels).map(({ index, inputs, outputs, path }) => ({
      inputs,
      outputs,
      path,
      map: ({ features }) => features[index] as Tensor4D,
    }));
  }
  if (on === 'logits' && student.family !== 'segmenter') {
    return logitLevels('cwd', setting, levels).map(({ index, inputs, outputs }) => ({
      ...{ inputs, outputs, path: null },
      map: ({ logits }) => logits[index] as Tensor4D,
    }));
  }
  return [{ ...segmenterMap('cwd', setting, on), path: on === 'logits' ? null : on }];
}

function connectorOf(
  root: ModuleScope,
  { inputs, outputs, path }: Pair,
  { connector }: Values,
): Layer {
  const scope = (path ?? '').split('.').reduce((parent, name) => parent.child(name), root);
  if (connector === 'conv') {
    return inputs === outputs ? same : scope.conv('linear', { inputs, outputs, kernel: 1 });
  }
  const linear = scope.child('linear').convNorm(0, 1, { inputs, outputs, kernel: 1 });
  return (context, x) => relu(linear(context, x));
}
