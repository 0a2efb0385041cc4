import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { ModuleScope } from '../networks/modules.ts';
import type { MapShape } from '../networks/shapes.ts';
import { patchTokens, transformerStart } from '../networks/tokens.ts';
import type { Forward } from '../networks/types.ts';
import { refuseNetworks } from './parts.ts';
import type { StageShape } from './stage-choice.ts';

/*
 * How FitNets at every stage bring two features into one shape. Class tokens are left out. Which of
 * the two is folded depends on the grids: the finer one gives its neighbours side by side, so that
 * nothing is averaged away. Author's code: github.com/Hao840/OFAKD issue 10, in full in
 * jimmylin0979/PAT@a7aff3f distillers/fitnet.py; maps of two CNNs: Hao840/OFAKD@f7bb896
 * distillers/fitnet.py.
 */

/** What a stage's features become before they are compared. */
export interface Alignment {
  student(context: Forward, feature: Tensor3D & Tensor4D): Tensor3D | Tensor4D;
  teacher(feature: Tensor3D & Tensor4D): Tensor3D | Tensor4D;
}

/** For messages. */
export interface AlignedStage {
  readonly stage: number;
  readonly student: string;
  readonly teacher: string;
}

interface TokenShape {
  /** Side of the square grid of patches. */
  readonly grid: number;
  readonly count: number;
  readonly width: number;
  readonly classTokens: number;
}

/**
 * The learned layer of one stage, under the names of the official code: convolutions start Kaiming
 * normal over the fan-out, linear layers from a normal of deviation 0.02.
 *
 * @throws UsageError `METHOD_NETWORKS` for grids of which neither is a multiple of the other
 */
export function alignment(
  scope: ModuleScope,
  student: StageShape | undefined,
  teacher: StageShape | undefined,
  names: AlignedStage,
): Alignment {
  if (student === undefined || teacher === undefined) return refuse(names, 'a stage is missing');
  if (student.of === 'map') {
    return teacher.of === 'map'
      ? ofMaps(scope, student.shape, teacher.shape, names)
      : towardsTokens(scope, student.shape, gridOf(teacher, names), names);
  }
  const own = gridOf(student, names);
  return teacher.of === 'map'
    ? towardsMap(scope, own, teacher.shape, names)
    : ofTokens(scope, own, gridOf(teacher, names), names);
}

const alignerOf = (scope: ModuleScope, { stage }: AlignedStage): ModuleScope =>
  scope.child(stage).child('aligner');

const asItIs = <Feature>(feature: Feature): Feature => feature;

function ofMaps(
  scope: ModuleScope,
  own: MapShape,
  other: MapShape,
  names: AlignedStage,
): Alignment {
  const sizes = [own, other].map(([height, width]) => `${height} x ${width}`);
  if (sizes[0] !== sizes[1]) refuse(names, `maps of ${sizes.join(' and ')} are compared`);
  const conv = scope.conv(names.stage, { inputs: own[2], outputs: other[2], kernel: 1 });
  return { student: conv, teacher: asItIs };
}

/** Maps of a student, tokens of a teacher. */
function towardsTokens(
  scope: ModuleScope,
  [height, , channels]: MapShape,
  { grid, width, classTokens }: TokenShape,
  names: AlignedStage,
): Alignment {
  const aligner = alignerOf(scope, names);
  const patches = (feature: Tensor3D) => withoutClassTokens(feature, classTokens);
  if (height >= grid) {
    const patch = multiple(height, grid, names);
    return { student: patchTokens(aligner, channels, patch, width), teacher: patches };
  }
  const scale = multiple(grid, height, names);
  const conv = aligner.conv(0, {
    inputs: channels,
    outputs: width * scale ** 2,
    kernel: 1,
    bias: true,
  });
  return {
    student: (context, map) => asTokens(conv(context, map)),
    teacher: (feature) => foldedTokens(patches(feature), height),
  };
}

/** Tokens of a student, maps of a teacher. */
function towardsMap(
  scope: ModuleScope,
  { grid, width, classTokens }: TokenShape,
  [height, , channels]: MapShape,
  names: AlignedStage,
): Alignment {
  const aligner = alignerOf(scope, names);
  if (height >= grid) {
    const patch = multiple(height, grid, names);
    const linear = aligner.linear(0, width, patch ** 2 * channels, transformerStart);
    return {
      student: (context, tokens) =>
        unfolded(linear(context, withoutClassTokens(tokens, classTokens)), grid, patch),
      teacher: asItIs,
    };
  }
  const scale = multiple(grid, height, names);
  const conv = aligner.conv(2, {
    inputs: width * scale ** 2,
    outputs: channels,
    kernel: 1,
    bias: true,
  });
  return {
    student: (context, tokens) => {
      const folded = foldedTokens(withoutClassTokens(tokens, classTokens), height);
      const [batch, , wide] = folded.shape;
      return conv(context, folded.reshape<Tensor4D>([batch, height, height, wide]));
    },
    teacher: asItIs,
  };
}

function ofTokens(
  scope: ModuleScope,
  own: TokenShape,
  other: TokenShape,
  names: AlignedStage,
): Alignment {
  const aligner = alignerOf(scope, names);
  const teacher = (tokens: Tensor3D) => withoutClassTokens(tokens, other.classTokens);
  if (other.count > own.count) {
    const scale = multiple(other.count * other.width, own.count * own.width, names);
    const linear = aligner.linear(0, own.width, own.width * scale, transformerStart);
    return {
      student: (context, tokens) => {
        const wide = linear(context, withoutClassTokens(tokens, own.classTokens));
        return wide.reshape<Tensor3D>([wide.shape[0], other.count, other.width]);
      },
      teacher,
    };
  }
  const folds = multiple(own.grid, other.grid, names) ** 2;
  const linear = aligner.linear(1, folds * own.width, other.width, transformerStart);
  return {
    student: (context, tokens) =>
      linear(context, foldedTokens(withoutClassTokens(tokens, own.classTokens), other.grid)),
    teacher,
  };
}

/** [B, tokens, C] without the first `count` tokens. */
function withoutClassTokens(tokens: Tensor3D, count: number): Tensor3D {
  if (count === 0) return tokens;
  const [batch, all, width] = tokens.shape;
  return tf.slice(tokens, [0, count, 0], [batch, all - count, width]);
}

/** A map [B, H, W, C] as tokens, row by row. */
function asTokens(map: Tensor4D): Tensor3D {
  const [batch, height, width, channels] = map.shape;
  return map.reshape([batch, height * width, channels]);
}

/** Square cells of neighbours side by side, so that the grid has this side: [B, side^2, n C]. */
function foldedTokens(tokens: Tensor3D, side: number): Tensor3D {
  const [batch, count, width] = tokens.shape;
  const cell = Math.round(Math.sqrt(count)) / side;
  const cells = tokens.reshape([batch, side, cell, side, cell, width]);
  return tf.transpose(cells, [0, 1, 3, 2, 4, 5]).reshape([batch, side * side, cell * cell * width]);
}

/** Tokens of `patch`^2 pixels each as a map: [B, grid^2, patch^2 C] -> [B, grid patch, ..., C]. */
function unfolded(tokens: Tensor3D, grid: number, patch: number): Tensor4D {
  const [batch, , width] = tokens.shape;
  const channels = width / patch ** 2;
  const cells = tokens.reshape([batch, grid, grid, patch, patch, channels]);
  const side = grid * patch;
  return tf.transpose(cells, [0, 1, 3, 2, 4, 5]).reshape([batch, side, side, channels]);
}

function gridOf(
  { count, width, classTokens }: Extract<StageShape, { of: 'tokens' }>,
  names: AlignedStage,
): TokenShape {
  const patches = count - classTokens;
  const grid = Math.floor(Math.sqrt(patches));
  if (grid * grid !== patches) refuse(names, `${patches} tokens are no square grid`);
  return { grid, count: patches, width, classTokens };
}

/** How many times the smaller size is in the larger. */
function multiple(larger: number, smaller: number, names: AlignedStage): number {
  if (larger % smaller !== 0) {
    refuse(names, `its layer knows no way between sizes of ${larger} and ${smaller}`);
  }
  return larger / smaller;
}

function refuse({ stage, student, teacher }: AlignedStage, reason: string): never {
  return refuseNetworks('fitnet-stages', `${reason} (${teacher} to ${student}, stage ${stage})`);
}
