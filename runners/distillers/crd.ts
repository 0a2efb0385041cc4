import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../common/random.ts';
import { replaceRows, takeRows } from '../engine/ops/index.ts';
import { type LinearLayer, ModuleScope } from '../networks/modules.ts';
import type { Forward } from '../networks/types.ts';
import { ClassSampler } from './class-sampler.ts';
import { defineMethod } from './define.ts';
import { unless } from './idle.ts';
import { klTermIdle, onFeatures, withCurriculum } from './on-features.ts';
import * as option from './option.ts';
import { buffer, partsContext, refuseNetworks } from './parts.ts';
import { defineRowOp, detach } from './row-op.ts';
import type { Draw } from './types.ts';

const cfg = 'megvii-research/mdistiller@a08d46f mdistiller/engine/cfg.py (CRD)';

/**
 * Contrastive representation distillation: the embedded pooled features of student and teacher are
 * told apart from K pictures of other classes by noise-contrastive estimation, with the student as
 * anchor against a memory of teacher embeddings and the teacher as anchor against a memory of
 * student embeddings.
 *
 * The memories hold a unit vector per training picture and move towards the batch's embeddings
 * after every step; the normalisation constants are set by the first batch and kept. Both are state
 * that resumes. Positives and negatives are drawn by the host (`contrast`). Scores are the product
 * of the batch with the whole memory, from which the K + 1 columns are taken: the official code
 * gathers the vectors first, which is the same numbers and 16,385 copies of a vector per picture.
 */
export const crd = defineMethod({
  kind: 'network',
  id: 'crd',
  pictures: 'remembered',
  title: 'Contrastive representation distillation',
  reference: {
    paper:
      'Tian, Krishnan, Isola: Contrastive Representation Distillation, ICLR 2020, arXiv 1910.10699',
    equations: 'Equations 12 and 18 to 19 (NCE objective, critic, memory buffer)',
    official:
      'megvii-research/mdistiller@a08d46f mdistiller/distillers/CRD.py; the same in zhengli97/CTKD@7d52522 crd/memory.py, crd/criterion.py',
  },
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', cfg),
    featWeight: option.weight(0.8, 'Weight of the contrastive loss', cfg),
    ...option.klTerm(0),
    featDim: option.number({
      default: 128,
      min: 1,
      max: 4096,
      integer: true,
      about: 'Width of the embedding',
      source: `${cfg}: FEAT.DIM`,
    }),
    nceK: option.number({
      default: 16384,
      min: 1,
      max: 1e6,
      integer: true,
      about:
        'Negatives per picture; drawn with replacement where there are fewer pictures of other classes',
      source: `${cfg}: NCE.K`,
    }),
    nceTemperature: option.number({
      default: 0.07,
      min: 0,
      open: true,
      about: 'Divides the scores',
      source: `${cfg}: NCE.TEMPERATURE`,
    }),
    nceMomentum: option.number({
      default: 0.5,
      min: 0,
      max: 1,
      about: 'Share of the old vector when the memory moves',
      source: `${cfg}: NCE.MOMENTUM`,
    }),
    positives: option.choice({
      default: 'exact',
      choices: ['exact', 'relax'],
      about: 'The positive is the picture itself, or any picture of its class',
      source: `${cfg}: MODE`,
    }),
  },
  idle: {
    ...klTermIdle,
    featDim: unless('featWeight'),
    nceK: unless('featWeight'),
    nceTemperature: unless('featWeight'),
    nceMomentum: unless('featWeight'),
    positives: unless('featWeight'),
  },
  defaultsWith: withCurriculum,
  refuses: onFeatures('crd', true),
  build: (values, { student, teacher, trainLabels }) => {
    if (trainLabels === null) {
      return refuseNetworks(
        'crd',
        'it keeps a memory of every training picture, and there are none',
      );
    }
    const pictures = trainLabels.length;
    const width = values.featDim;
    const scope = new ModuleScope();
    const own = scope.child('embed_s').linear('linear', student.pooled, width);
    const other = scope.child('embed_t').linear('linear', teacher.pooled, width);
    const bound = 1 / Math.sqrt(width / 3);
    const contrast: Contrast = {
      pictures,
      temperature: values.nceTemperature,
      momentum: values.nceMomentum,
    };
    return {
      params: [
        ...scope.params,
        buffer('contrast.memory_v1', [pictures, width], { kind: 'uniform', bound }),
        buffer('contrast.memory_v2', [pictures, width], { kind: 'uniform', bound }),
        buffer('contrast.Z_v1', [1], { kind: 'constant', value: -1 }),
        buffer('contrast.Z_v2', [1], { kind: 'constant', value: -1 }),
      ],
      draws: {
        contrast: contrastDraw(trainLabels, values.nceK, values.positives === 'relax'),
      },
      needs: { indices: true },
      terms: (step) => {
        const context = partsContext(step);
        const v1 = embed(own, context, step.student.pooled);
        const v2 = embed(other, context, step.teacher.pooled);
        const places = step.draw('contrast') as Tensor2D;
        const memories = ['v1', 'v2'].map(
          (side) => step.param(`contrast.memory_${side}`) as Tensor2D,
        ) as [Tensor2D, Tensor2D];
        const losses = [
          anchored(contrast, step.param('contrast.Z_v1'), v1, memories[1], places),
          anchored(contrast, step.param('contrast.Z_v2'), v2, memories[0], places),
        ] as const;
        const indices = step.indices as Tensor1D;
        [v1, v2].forEach((vectors, side) => {
          const name = `v${side + 1}`;
          step.update(
            `contrast.memory_${name}`,
            moved(contrast, memories[side] as Tensor2D, indices, vectors),
          );
          step.update(`contrast.Z_${name}`, (losses[side] as AnchoredLoss).constant);
        });
        const loss = tf.add<Scalar>(losses[0].loss, losses[1].loss);
        return { crd: tf.mul(loss, values.featWeight) };
      },
    };
  },
});

interface Contrast {
  readonly pictures: number;
  readonly temperature: number;
  readonly momentum: number;
}

/** A linear layer to unit length. */
function embed(layer: LinearLayer, context: Forward, pooled: Tensor2D): Tensor2D {
  const rows = layer(context, pooled);
  return tf.div(rows, tf.sqrt(tf.sum(tf.square(rows), 1, true)));
}

interface AnchoredLoss {
  readonly loss: Scalar;
  /** [1], the normalisation constant after this step. */
  readonly constant: Tensor;
}

/** Noise-contrastive estimation with `anchors` [B, D] against the other network's memory. */
function anchored(
  { pictures, temperature }: Contrast,
  constant: Tensor,
  anchors: Tensor2D,
  memory: Tensor2D,
  places: Tensor2D,
): AnchoredLoss {
  const [batch, count] = places.shape;
  const scores = tf.matMul(anchors, memory, false, true);
  const rows = tf.reshape(tf.range(0, batch, 1, 'int32'), [batch, 1]);
  const flat = tf.reshape(tf.add(tf.mul(rows, tf.scalar(pictures, 'int32')), places), [-1]);
  const chosen = takeRows(tf.reshape(scores, [-1]), flat as Tensor1D);
  const raw = tf.exp(tf.div(tf.reshape(chosen, [batch, count]), temperature));
  const fixed = settledOp({ constant, scores: raw }, { pictures });
  const share = tf.div(raw, fixed);
  const negatives = count - 1;
  const noise = negatives / pictures;
  const denominator = tf.add(share, noise + 1e-7);
  const positive = tf.slice(tf.div(share, denominator), [0, 0], [batch, 1]);
  const negative = tf.slice(tf.div(noise, denominator), [0, 1], [batch, negatives]);
  const sum = tf.add(tf.sum(tf.log(positive)), tf.sum(tf.log(negative)));
  return { loss: tf.neg(tf.div(sum, batch)), constant: fixed };
}

/**
 * The normalisation constant: once set it stays, before that (negative) it is the mean score times
 * the pictures.
 */
const settledOp = defineRowOp<'constant' | 'scores', { readonly pictures: number }>('Settled', {
  saves: ['constant', 'scores'],
  results: 1,
  forward: ({ constant, scores }, { pictures }) => {
    const first = tf.reshape(tf.mul(tf.mean(scores), pictures), [1]);
    return [tf.where(tf.less(constant, 0), first, constant)];
  },
  gradient: (_, [constant, scores]) => ({
    constant: () => tf.zerosLike(constant as Tensor),
    scores: () => tf.zerosLike(scores as Tensor),
  }),
});

/** The memory with the batch's vectors moved towards what they are now, at unit length. */
function moved(
  { momentum }: Contrast,
  memory: Tensor2D,
  indices: Tensor1D,
  vectors: Tensor2D,
): Tensor2D {
  const mixed = tf.add(
    tf.mul(takeRows(memory, indices), momentum),
    tf.mul(detach(vectors), 1 - momentum),
  );
  const unit = tf.div(mixed, tf.sqrt(tf.sum(tf.square(mixed), 1, true)));
  return replaceRows(memory, indices, unit as Tensor2D);
}

/** Per picture: the place of its positive, then those of `count` pictures of other classes. */
function contrastDraw(labels: Int32Array, count: number, relaxed: boolean): Draw {
  const sampler = new ClassSampler(labels);
  return {
    dtype: 'int32',
    shape: (batch) => [batch, count + 1],
    fill: (stream: RandomStream, into, batch) => {
      batch.labels.forEach((label, slot) => {
        const start = slot * (count + 1);
        into[start] = relaxed ? sampler.same(stream, label) : (batch.indices[slot] as number);
        sampler.others(stream, label, into.subarray(start + 1, start + 1 + count));
      });
    },
  };
}
