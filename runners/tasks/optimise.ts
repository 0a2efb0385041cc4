import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { Recipe } from '../../contract/spec.ts';
import { choose } from '../engine/ops/index.ts';
import {
  clipByGlobalNorm,
  createOptimizer,
  initialScaler,
  nextScaler,
  type ScalerState,
  unscale,
} from '../engine/optim/index.ts';
import type { TensorMap } from '../engine/types.ts';
import type { ParamSpec } from '../networks/types.ts';
import { names, under } from './students.ts';

/** A tensor that the optimizer moves, by its name in the program's state. */
export interface Moved {
  readonly name: string;
  readonly param: ParamSpec;
}

/** Fields of a recipe that decide an update. The learning rate is an input and not among them. */
export type UpdateRecipe = Pick<Recipe, 'optimizer' | 'clipNorm' | 'precision'>;

/** The inputs of a student's update. */
export interface Update {
  readonly recipe: UpdateRecipe;
  /** Of the student in the program. */
  readonly index: number;
  readonly moved: readonly Moved[];
  /** The program's. */
  readonly state: TensorMap;
  readonly learningRate: Scalar;
}

/** By the names of `moved`; absent where the loss does not depend on a parameter. */
export type Gradients = Readonly<Record<string, Tensor>>;

/**
 * New values of what a student's optimizer moves and of its own state, by their names in the
 * program's state. Clips first where the recipe asks for it. In mixed precision the gradients are
 * those of the scaled loss (`lossScale`); a step in which they overflow changes nothing but the
 * scale.
 *
 * @param distilled gradients of the distillation loss, where the optimizer wants them apart
 *   (`keepsDistillationApart`); `gradients` are then those of the task's loss. No recipe asks for
 *   that together with clipping or mixed precision.
 */
export function optimise(
  update: Update,
  gradients: Gradients,
  distilled: Gradients = {},
): Record<string, Tensor> {
  const { index, state } = update;
  const scaler = scalerOf(update);
  if (scaler === null) return updated(update, gradients, distilled);
  const { gradients: unscaled, finite } = unscale(gradients, scaler.scale);
  const fresh = updated(update, unscaled);
  const kept = Object.entries(fresh).map(([name, value]) => [
    name,
    choose(finite, value, state[name] as Tensor),
  ]);
  const next = Object.entries(nextScaler(scaler, finite)) as [string, Tensor][];
  return {
    ...Object.fromEntries(kept),
    ...renamed(Object.fromEntries(next), (key) => names.scaler(index, key)),
  };
}

/** The factor of a student's loss in mixed precision; null where it has none. */
export function lossScale(update: Update): Scalar | null {
  return scalerOf(update)?.scale ?? null;
}

function scalerOf({ recipe, index, state }: Update): ScalerState<Scalar> | null {
  if (recipe.precision !== 'mixed') return null;
  return under(state, names.scaler(index, '')) as unknown as ScalerState<Scalar>;
}

function updated(
  { recipe: { optimizer, clipNorm }, index, moved, state, learningRate }: Update,
  gradients: Gradients,
  distilled: Gradients = {},
): Record<string, Tensor> {
  const used = clipNorm === undefined ? gradients : clipByGlobalNorm(gradients, clipNorm);
  const norms = normLayers(moved);
  const stepped = createOptimizer(optimizer).update({
    parameters: moved.map(({ name, param }) => ({
      key: slotKey(name, index),
      value: state[name] as Tensor,
      gradient: used[name],
      distilled: distilled[name],
      decays: decays(optimizer, param, norms),
      rate: rateFactor(optimizer, param, norms),
    })),
    state: under(state, names.optimizer(index, '')),
    learningRate,
  });
  return {
    ...renamed(stepped.parameters, (key) => `student${index}/${key}`),
    ...renamed(stepped.state, (key) => names.optimizer(index, key)),
  };
}

/** Names of the layers whose scale is that of a norm. */
export function normLayers(moved: readonly Moved[]): ReadonlySet<string> {
  return new Set(
    moved.flatMap(({ param: { kind, name } }) => (kind === 'bn_weight' ? [layerOf(name)] : [])),
  );
}

const layerOf = (name: string) => name.slice(0, name.lastIndexOf('.') + 1);

/** Whether a tensor is the bias of a convolution or linear layer, not that of a norm. */
function isBias({ name }: Pick<ParamSpec, 'name'>, norms: ReadonlySet<string>): boolean {
  return /(^|\.)bias$/.test(name) && !norms.has(layerOf(name));
}

/**
 * Factor of a tensor's learning rate: `biasRate` for a bias, 1 for any other. The convolution that
 * says where a deformable one looks has 1 for its bias, too.
 *
 * Official file: open-mmlab/mmcv@0627873:mmcv/runner/optimizer/default_constructor.py, which leaves
 * the decay of norms as it is. mmengine's of later years takes that of their biases too.
 */
export function rateFactor(
  { biasRate = 1 }: Pick<Recipe['optimizer'], 'biasRate'>,
  param: Pick<ParamSpec, 'name'>,
  norms: ReadonlySet<string>,
): number {
  return isBias(param, norms) && !param.name.includes('conv_offset.') ? biasRate : 1;
}

/**
 * Whether weight decay acts on a tensor. timm leaves those of one axis alone; class tokens and
 * position tables have more, and decay where only `weights` do not.
 *
 * @param norms of `normLayers`; absent: none is known
 */
export function decays(
  optimizer: Recipe['optimizer'],
  { torchShape, kind, name }: Pick<ParamSpec, 'torchShape' | 'kind' | 'name'>,
  norms: ReadonlySet<string> = new Set(),
): boolean {
  if (optimizer.biasDecays === false && isBias({ name }, norms)) return false;
  if (optimizer.decays === undefined) return true;
  return torchShape.length !== 1 && (optimizer.decays === 'matrices' || kind !== 'bias');
}

/**
 * Initial state of a student's optimizer and of its loss scaling, by their names in the program's
 * state.
 */
export function optimizerState(
  { optimizer, precision }: UpdateRecipe,
  index: number,
  moved: readonly Moved[],
): Record<string, { readonly shape: readonly number[]; readonly values: Float32Array }> {
  const slots = moved.map(({ name, param }) => ({ key: slotKey(name, index), spec: param }));
  const initial = createOptimizer(optimizer).initialState(slots);
  const scaler = precision === 'mixed' ? Object.entries(initialScaler) : [];
  return {
    ...renamed(initial, (key) => names.optimizer(index, key)),
    ...Object.fromEntries(
      scaler.map(([key, value]) => [
        names.scaler(index, key),
        { shape: [], values: Float32Array.of(value) },
      ]),
    ),
  };
}

/**
 * `model/conv1.weight`: a parameter's name without the student's number, as optimizer state is
 * keyed.
 */
function slotKey(name: string, index: number): string {
  return name.slice(`student${index}/`.length);
}

/** The same values under other names. */
export function renamed<T>(
  values: Readonly<Record<string, T>>,
  name: (key: string) => string,
): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [name(key), value]));
}
