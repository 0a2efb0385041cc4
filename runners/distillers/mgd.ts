import type { Scalar, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../common/random.ts';
import { relu } from '../engine/ops/index.ts';
import { type Layer, ModuleScope } from '../networks/modules.ts';
import type { Forward, ParamSpec } from '../networks/types.ts';
import * as fields from './fields.ts';
import { partsContext, refuseNetworks, torchDefaults } from './parts.ts';
import type { NetworkMethod } from './types.ts';

const code = 'yzd-v/MGD@2c9da0b cls/mmcls/distillation/losses/mgd.py';

/**
 * Masked generative distillation for classification: channels of the student's last map are dropped
 * at random, and two 3x3 convolutions (ReLU between them) must make the teacher's map of what is
 * left. A 1x1 convolution before that adapts the channels where they differ. Nothing is rescaled;
 * the sum of squares is divided by the batch size only.
 */
export const mgd: NetworkMethod = {
  kind: 'network',
  id: 'mgd',
  title: 'Masked generative distillation',
  reference: {
    paper: 'Yang et al.: Masked Generative Distillation, ECCV 2022, arXiv 2205.01529',
    equations: 'Equations 2 to 5; the mask of classification is over channels (section 4.1)',
    official: 'yzd-v/MGD@2c9da0b cls/mmcls/distillation/losses/mgd.py (MGDLoss)',
  },
  defaults: { ceWeight: 1, alpha: 7e-5, lambda: 0.15 },
  fields: {
    ceWeight: fields.weight(
      'Weight of the cross-entropy',
      'yzd-v/MGD@2c9da0b cls/mmcls/distillation/distillers/classification_distiller.py',
    ),
    alpha: fields.weight('Weight of the sum of squares', code),
    lambda: {
      kind: 'number',
      min: 0,
      max: 1,
      about: 'Share of the channels that are dropped',
      source: code,
    },
  },
  idle: { lambda: fields.unless('alpha') },
  refuses: fields.onFeatures('mgd', false),
  scalars: () => ({}),
  build: (hyper, { student, teacher }) => {
    const [from, to] = [student.features.at(-1), teacher.features.at(-1)];
    if (from === undefined || to === undefined || from[0] !== to[0] || from[1] !== to[1]) {
      return refuseNetworks(
        'mgd',
        `the last maps must have one size, but that of ${student.name} is ${from?.slice(0, 2).join('x')} and that of ${teacher.name} ${to?.slice(0, 2).join('x')}`,
      );
    }
    const generation = mgdGeneration(from[2], to[2]);
    const lambda = Number(hyper['lambda']);
    return {
      params: generation.params,
      draws: {
        random: { shape: (batch) => [batch, to[2]], fill: uniform },
      },
      terms: (step) => {
        const [own, other] = [step.student, step.teacher].map(
          ({ features }) => features.at(-1) as Tensor4D,
        ) as [Tensor4D, Tensor4D];
        const random = step.draw('random') as Tensor2D;
        const mask = tf.reshape(tf.cast(tf.greaterEqual(random, lambda), 'float32'), [
          random.shape[0],
          1,
          1,
          to[2],
        ]);
        const loss = generation.loss(partsContext(step), own, other, mask);
        return { mgd: tf.mul<Scalar>(loss, Number(hyper['alpha'])) };
      },
    };
  },
};

/** MGD's learned parts, for maps of classification, detection and segmentation alike. */
export interface MgdGeneration {
  readonly params: readonly ParamSpec[];
  /**
   * The teacher's map as generated from the student's. `mask` is 0 where the aligned map is
   * dropped, and broadcasts.
   */
  generate(context: Forward, student: Tensor4D, mask: Tensor): Tensor4D;
  /** Sum of squares of what is missing, over the batch size. */
  loss(context: Forward, student: Tensor4D, teacher: Tensor4D, mask: Tensor): Scalar;
}

/**
 * @param inputs channels of the student's map; the align convolution is there only where they
 *   differ from `outputs`
 * @param path what precedes the parameters' names, where a method has several of these (`levels.0`)
 */
export function mgdGeneration(inputs: number, outputs: number, path = ''): MgdGeneration {
  const scope = new ModuleScope(path);
  const align: Layer =
    inputs === outputs
      ? (_, x) => x
      : scope.conv('align', { inputs, outputs, kernel: 1, bias: true });
  const generation = scope.child('generation');
  const [first, second] = [0, 2].map((index) =>
    generation.conv(index, { inputs: outputs, outputs, kernel: 3, padding: 1, bias: true }),
  ) as [Layer, Layer];
  const generate: MgdGeneration['generate'] = (context, student, mask) => {
    const masked = tf.mul<Tensor4D>(align(context, student), mask);
    return second(context, relu(first(context, masked)));
  };
  return {
    params: torchDefaults(scope.params),
    generate,
    loss: (context, student, teacher, mask) =>
      tf.div(
        tf.sum(tf.squaredDifference(generate(context, student, mask), teacher)),
        teacher.shape[0],
      ),
  };
}

/** Fills with numbers uniform in [0, 1). */
export function uniform(stream: RandomStream, into: Float32Array | Int32Array): void {
  for (let index = 0; index < into.length; index += 1) into[index] = stream.uniform();
}
