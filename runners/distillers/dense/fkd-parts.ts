import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { detach } from '../../engine/ops/index.ts';
import { ModuleScope } from '../../networks/modules.ts';
import type { Forward, ParamSpec } from '../../networks/types.ts';
import { rowLengths } from '../feature-ops.ts';
import { torchDefaults } from '../parts.ts';
import { type Attention, attentionOf } from './fgd-parts.ts';
import type { Level } from './levels.ts';
import { nonLocal } from './non-local.ts';

/** FKD's unweighted distances of one level. */
export interface FkdLosses {
  /** Of the maps, weighted by attention. */
  readonly masked: Scalar;
  /** Of the maps' means over positions. */
  readonly channels: Scalar;
  /** Of the maps' means over channels. */
  readonly positions: Scalar;
  /** Of what non-local blocks make of the maps. */
  readonly relations: Scalar;
}

/** The learned parts of one level and what they give. */
export interface FkdParts {
  readonly params: readonly ParamSpec[];
  /** @param present [B] 1 for slots that hold a picture; null where all do */
  losses(
    context: Forward,
    student: Tensor4D,
    teacher: Tensor4D,
    present: Tensor1D | null,
  ): FkdLosses;
}

/** Which attention weighs the differences of the maps. */
export const fkdMasks = ['positions', 'positions-and-channels'] as const;
export type FkdMask = (typeof fkdMasks)[number];

export interface FkdSpec {
  readonly mask: FkdMask;
  /** Of the attention. */
  readonly temperature: number;
}

export function fkdParts(level: Level, { mask, temperature }: FkdSpec): FkdParts {
  const { inputs, outputs, path } = level;
  const root = new ModuleScope();
  const scope = path.split('.').reduce((parent, name) => parent.child(name), root);
  const ofChannels = scope.linear('channel_wise_adaptation', inputs, outputs);
  const ofPositions = scope.conv('spatial_wise_adaptation', {
    ...{ inputs: 1, outputs: 1, kernel: 3, padding: 1, bias: true },
  });
  const adapted = (name: string) => scope.conv(name, { inputs, outputs, kernel: 1, bias: true });
  const adapt = adapted('adaptation_layers');
  const block = (name: string, channels: number) =>
    nonLocal(scope.child(name), { channels, ...comparedAt(level, channels) });
  const relate = block('student_non_local', inputs);
  const relateTeacher = block('teacher_non_local', outputs);
  const adaptRelation = adapted('non_local_adaptation');
  return {
    params: torchDefaults(root.params),
    losses(context, student, teacher, present) {
      const own = adapt(context, student);
      const theirs = attentionOf(teacher, temperature);
      const ours = attentionOf(detach(student), temperature);
      // Means of the networks' attention, which has the teacher's channels alone where they differ.
      const weights: Attention = {
        spatial: halfway(ours.spatial, theirs.spatial),
        channel: inputs === outputs ? halfway(ours.channel, theirs.channel) : theirs.channel,
      };
      const distance = (a: Tensor, b: Tensor) => lengthOf(tf.sub(a, b), present);
      const means = (map: Tensor4D) => tf.mean(map, [1, 2]) as Tensor2D;
      const average = (map: Tensor4D) => tf.mean(map, 3, true) as Tensor4D;
      return {
        masked: lengthOf(tf.mul(tf.sub(own, teacher), rootOf(weights, mask)), present),
        channels: distance(ofChannels(context, means(student)), means(teacher)),
        positions: distance(ofPositions(context, average(student)), average(teacher)),
        relations: distance(
          adaptRelation(context, relate(context, student)),
          relateTeacher(context, teacher),
        ),
      };
    },
  };
}

const halfway = <T extends Tensor>(a: T, b: T): T => tf.div(tf.add(a, b), 2);

/** Root of the weights of squared differences, as a map. */
function rootOf({ spatial, channel }: Attention, mask: FkdMask): Tensor {
  const ofPositions = tf.sqrt(tf.reshape(spatial, [...spatial.shape, 1]));
  if (mask === 'positions') return ofPositions;
  return tf.mul(ofPositions, tf.sqrt(tf.reshape(channel, [-1, 1, 1, channel.shape[1]])));
}

/**
 * Euclidean length of all values of the pictures together, as `torch.dist` has it: its gradient is
 * 0 where nothing differs, where the square root of the official masked sum has no finite one.
 */
function lengthOf(difference: Tensor, present: Tensor1D | null): Scalar {
  const rows = tf.reshape(difference, [difference.shape[0] as number, -1]);
  const counted = present === null ? rows : tf.mul(rows, tf.reshape(present, [-1, 1]));
  return tf.reshape(rowLengths(tf.reshape(counted, [1, -1]) as Tensor2D), []);
}

/** How the official blocks are: on the two finest levels narrower, with larger windows. */
function comparedAt({ index }: Level, channels: number) {
  const pool = [8, 4][index] ?? 2;
  return { inner: Math.max(1, Math.floor(channels / (index < 2 ? 4 : 2))), pool };
}
