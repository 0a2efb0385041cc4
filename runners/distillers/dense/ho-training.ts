import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { detach, lossAndGradients } from '../../engine/ops/index.ts';
import { adam } from '../../engine/optim/index.ts';
import type { ParamSpec } from '../../networks/types.ts';
import type { Discriminator, Values } from './ho-discriminator.ts';

/** How the discriminator is trained. */
export interface DiscriminatorTraining {
  /** Factor of the gradient penalty. */
  readonly penalty: number;
  /** Its learning rate in this step. */
  readonly learningRate: Scalar;
}

/** The maps of one step, [B, H, W, C]. */
export interface JudgedMaps {
  readonly student: Tensor4D;
  readonly teacher: Tensor4D;
  /** [B, 1, 1, 1] share of the teacher's map in those between the two, uniform in [0, 1). */
  readonly share: Tensor4D;
}

/** `torch.optim.Adam(..., [0.9, 0.99])` of networks/kd_model.py. */
const optimizer = adam({ beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0 });

/** `--lambda-d` of options.py. Adam divides it out again, within its epsilon. */
const lossWeight = 0.1;

const slot = 'adam/';

/** The state of the optimizer, as buffers of the method. */
export function optimizerParams(weights: readonly ParamSpec[]): ParamSpec[] {
  const byName = new Map(weights.map((spec) => [spec.name, spec]));
  const initial = optimizer.initialState(
    weights.map(({ name, shape }) => ({ key: name, spec: { shape } })),
  );
  return Object.entries(initial).map(([name, { shape }]) => {
    const like = byName.get(name.slice(name.indexOf('/') + 1));
    return {
      ...(like ?? { torchShape: shape, shape, layout: 'flat' as const }),
      ...{ name: `${slot}${name}`, kind: 'buffer' as const, trainable: false },
      init: { kind: 'constant', value: 0 },
    };
  });
}

/**
 * New values of the discriminator's state after one step: Wasserstein loss with gradient penalty,
 * by Adam. Student's and teacher's maps are constants, and passes follow each other as in the
 * official code: student, teacher, maps between them.
 *
 * @param values of weights, vectors and the optimizer, by name
 */
export function trainedDiscriminator(
  discriminator: Discriminator,
  values: Values,
  maps: JudgedMaps,
  { penalty, learningRate }: DiscriminatorTraining,
): { readonly state: Values; readonly loss: Scalar } {
  const weights = Object.fromEntries(
    discriminator.weights.map(({ name }) => [name, values[name] as Tensor]),
  );
  const { loss, gradients, aux } = lossAndGradients(weights, () => {
    const [student, teacher] = [detach(maps.student), detach(maps.teacher)];
    const fake = discriminator.judge(values, student);
    const real = discriminator.judge({ ...values, ...fake.vectors }, teacher);
    const between = tf.add<Tensor4D>(
      tf.mul(teacher, maps.share),
      tf.mul(student, tf.sub(1, maps.share)),
    );
    const slopes = slopesOf(discriminator, { ...values, ...real.vectors }, detach(between));
    const distance = tf.sub(tf.mean(fake.scores), tf.mean(real.scores));
    const total = tf.add(distance, tf.mul(slopes.penalty, penalty));
    return { loss: tf.mul(total, lossWeight) as Scalar, aux: slopes.vectors };
  });
  const state = Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => name.startsWith(slot))
      .map(([name, value]) => [name.slice(slot.length), value]),
  );
  const next = optimizer.update({
    parameters: Object.entries(weights).map(([key, value]) => ({
      ...{ key, value, gradient: gradients[key] },
    })),
    state,
    learningRate,
  });
  const moments = Object.entries(next.state).map(([name, value]) => [`${slot}${name}`, value]);
  return { loss, state: { ...next.parameters, ...Object.fromEntries(moments), ...aux } };
}

/**
 * How far the gradients of the scores by the maps are from length 1: the mean over pictures of the
 * squared difference (Gulrajani et al. 2017, arXiv:1704.00028, equation 3).
 */
function slopesOf(
  discriminator: Discriminator,
  values: Values,
  maps: Tensor4D,
): { readonly penalty: Scalar; readonly vectors: Readonly<Record<string, Tensor>> } {
  const { gradients, aux } = lossAndGradients({ maps }, () => {
    const { scores, vectors } = discriminator.judge(values, maps);
    return { loss: tf.sum(scores) as Scalar, aux: { ...vectors } };
  });
  const rows = tf.reshape(gradients['maps'] as Tensor, [maps.shape[0], -1]);
  const lengths = tf.sqrt(tf.sum(tf.square(rows), 1));
  return { penalty: tf.mean(tf.square(tf.sub(lengths, 1))), vectors: aux };
}
