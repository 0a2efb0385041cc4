import type { Recipe, Task } from '../../../contract/spec.ts';
import { createDenseDistiller } from '../../distillers/dense/create.ts';
import { denseMethods } from '../../distillers/dense/registry.ts';
import type { DenseDistiller, DenseShapes } from '../../distillers/dense/types.ts';
import { checkParts } from '../parts/changes.ts';
import { type RecipeUse, requireUsed, settingOf } from '../recipe-use.ts';
import type { LoadedNetwork, NetworkState, PrepareOptions } from '../types.ts';

/** A network of detection or segmentation, as far as methods go. */
export interface DenseNetwork extends NetworkState {
  /** The maps that methods see. */
  readonly shapes: DenseShapes;
}

/** One student of a recorded step of detection or segmentation. */
export interface DenseStudent<N extends DenseNetwork> {
  readonly network: N;
  readonly distiller: DenseDistiller;
  readonly recipe: Recipe;
  readonly seed: number;
  /** Values that its network starts with in place of drawn ones; null: all are drawn. */
  readonly start: Readonly<Record<string, Float32Array>> | null;
}

/**
 * Makes the students of some trials with their methods.
 *
 * @param networks theirs, in the order of `options.specs`
 * @throws RedistillError where a method does not fit the networks; UsageError `RECIPE_FIELD` for a
 *   field of a recipe that the training would not use, `TRIAL_PARTS` for parts that it cannot have
 */
export async function denseStudents<N extends DenseNetwork>(
  task: Task,
  use: RecipeUse,
  networks: readonly N[],
  { specs, teacher, starts, parts }: PrepareOptions<N>,
): Promise<readonly DenseStudent<N>[]> {
  await denseMethods.load(specs.map(({ method }) => method));
  return specs.map(({ method, hyper, recipe, seed }, index) => {
    const network = networks[index] as N;
    const distiller = createDenseDistiller(method, hyper, {
      student: network.shapes,
      teacher: teacher?.network.shapes ?? null,
    });
    // A teacher that is only measured has a recipe without epochs; only its input matters.
    if (recipe.epochs > 0) requireUsed(recipe, task, use, settingOf(distiller));
    const { params } = network;
    checkParts({ model: network.name, recipe }, { params, method: distiller }, parts ?? null);
    return { network, distiller, recipe, seed, start: starts?.[index] ?? null };
  });
}

/** The networks that students learn from and start from. */
export interface TaughtBy<N extends DenseNetwork> {
  /** The frozen network that every student of the list learns from; null when none needs one. */
  readonly teacher: LoadedNetwork<N> | null;
  /**
   * The network that students with `initStudent` in their recipe start from; null where there is no
   * teacher.
   */
  readonly heritage: LoadedNetwork<N> | null;
}

/** Of a program that only evaluates. */
export const taughtByNone: TaughtBy<never> = { teacher: null, heritage: null };

/** Of a program that trains these students. */
export function taughtBy<N extends DenseNetwork>(
  teacher: LoadedNetwork<N> | null,
  students: readonly DenseStudent<N>[],
): TaughtBy<N> {
  const taught = students.some(({ distiller }) => distiller.needsTeacher);
  return { teacher: taught ? teacher : null, heritage: teacher };
}
