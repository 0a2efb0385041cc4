/**
 * What a kind of one's own is made with: a file in your own repository that exports a method, a
 * plug-in or a method of detection and segmentation, and is named with `--plugin` or in
 * `redistill.config.yaml` (docs/own-method.md).
 *
 * Import values from here alone, and not from `redistill`: what a trial's worker can reach is in
 * the trial's numerics fingerprint, and the whole application would be.
 *
 * @example
 * ```ts
 * import { defineMethod, option, tf } from 'redistill/kinds';
 *
 * export default defineMethod({ kind: 'logits', id: 'my-kd', ... });
 * ```
 *
 * @module
 */
import * as classification from '../distillers/define.ts';
import * as dense from '../distillers/dense/define.ts';
import type { Options } from '../distillers/option-types.ts';
import type { NetworkKind, NetworkOptions } from '../networks/types.ts';
import { checkedNetwork } from './checked-network.ts';
import { type OwnKind, type OwnName, ownKind } from './own-kind.ts';

export type {
  Scalar,
  Tensor,
  Tensor1D,
  Tensor2D,
  Tensor3D,
  Tensor4D,
} from '@tensorflow/tfjs-core';
/** TensorFlow's core, the one that the recorded steps are made with. */
export * as tf from '@tensorflow/tfjs-core';
export { DataError, UsageError } from '../../common/errors.ts';
export type { RandomStream } from '../../common/random.ts';
export { allLevels, levelsOf, mapsAt } from '../distillers/dense/levels.ts';
export { batchMean, perPicture, squaresPerPicture } from '../distillers/dense/reduce.ts';
export type * from '../distillers/dense/types.ts';
export { divergence, targetMask, timesSquare } from '../distillers/divergence.ts';
export {
  absolute,
  flatten,
  meanSquare,
  normalizeRows,
  rowLengths,
  sameSize,
  smoothL1,
  sumOf,
} from '../distillers/feature-ops.ts';
export { firstOf, unless, unlessAny } from '../distillers/idle.ts';
export { kdRows } from '../distillers/kd-rows.ts';
export { klTermIdle, onFeatures, withCurriculum } from '../distillers/on-features.ts';
export * as option from '../distillers/option.ts';
export type * from '../distillers/option-types.ts';
export {
  buffer,
  partsContext,
  refuseNetworks,
  torchDefaults,
  withWeights,
} from '../distillers/parts.ts';
export { defineRowOp } from '../distillers/row-op.ts';
export { warmup } from '../distillers/scalars.ts';
export type * from '../distillers/types.ts';
export * as ops from '../engine/ops/index.ts';
export type { Layer } from '../networks/modules.ts';
export { classifierOf, ModuleScope } from '../networks/modules.ts';
export type { MapShape, NetworkShapes } from '../networks/shapes.ts';
export type {
  Forward,
  Network,
  NetworkKind,
  NetworkOptions,
  NetworkOutput,
  ParamSpec,
} from '../networks/types.ts';
export type { OwnKind } from './own-kind.ts';

/**
 * A distillation method of classification. `kind: 'logits'` compares logits row by row, so that
 * plug-ins act on it; `kind: 'network'` sees features, relations and pictures, and may have trained
 * parts of its own.
 */
export function defineMethod<Given extends Options>(
  definition: classification.LogitDefinition<Given> | classification.NetworkDefinition<Given>,
): OwnKind {
  return ownKind('method', definition, classification.defineMethod<Given>);
}

/** A transformation of what logit methods see: `kd+<id>`. */
export function definePlugin<Given extends Options>(
  definition: classification.PluginDefinition<Given>,
): OwnKind {
  return ownKind('plug-in', definition, classification.definePlugin<Given>);
}

/** A method of detection and segmentation, which compares maps. */
export function defineDenseMethod<Given extends Options>(
  definition: dense.DenseDefinition<Given>,
): OwnKind {
  return ownKind('dense method', definition, dense.defineDenseMethod<Given>);
}

/** A network for classification. */
export function defineNetwork(definition: OwnName & NetworkKind): OwnKind {
  return ownKind('network', definition, (kind) => ({
    ...kind,
    build: (name: string, asked: NetworkOptions) =>
      checkedNetwork(name, asked, kind.build(name, asked)),
  }));
}
