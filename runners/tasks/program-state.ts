import type { TensorSpec } from '../engine/types.ts';
import { initialState } from '../networks/init.ts';
import type { ParamSpec } from '../networks/types.ts';
import { inheritedNames } from './inherited.ts';
import { optimizerState, type UpdateRecipe } from './optimise.ts';
import { names, trainable } from './students.ts';
import type { LoadedNetwork, NetworkState } from './types.ts';

/** One student, as far as the state of a program goes. */
export interface StartingStudent {
  readonly network: NetworkState;
  readonly distiller: { readonly id: string; readonly params: readonly ParamSpec[] };
  readonly recipe: UpdateRecipe & { readonly initStudent?: true };
  readonly seed: number;
  /** Values that its network starts with in place of drawn ones; null or absent: all are drawn. */
  readonly start?: Readonly<Record<string, Float32Array>> | null;
}

export interface ProgramStart {
  readonly students: readonly StartingStudent[];
  /** The frozen network that every student of the list learns from; null when none needs one. */
  readonly teacher: LoadedNetwork | null;
  /**
   * The weights that students with `initStudent` in their recipe start from; null where there is no
   * teacher.
   */
  readonly heritage: LoadedNetwork | null;
}

/**
 * A program's state: the teacher's weights, and of every student its network, its method and its
 * optimizer.
 */
export function programState({ students, teacher, heritage }: ProgramStart): {
  state: Record<string, TensorSpec>;
  initial: Record<string, Float32Array>;
} {
  const state: Record<string, TensorSpec> = {};
  const initial: Record<string, Float32Array> = {};
  const add = (name: string, shape: readonly number[], values: Float32Array): void => {
    state[name] = { shape, dtype: 'float32' };
    initial[name] = values;
  };
  for (const { name, shape } of teacher?.network.params ?? []) {
    add(names.teacher(name), shape, teacher?.weights[name] as Float32Array);
  }
  students.forEach((student, index) => {
    const { network, distiller, recipe, seed, start } = student;
    const model = {
      ...initialState(network.params, seed),
      ...start,
      ...(recipe.initStudent === true ? inherited(network, heritage) : {}),
    };
    for (const { name, shape } of network.params) {
      add(names.model(index, name), shape, model[name] as Float32Array);
    }
    const method = initialState(distiller.params, `${seed}/method/${distiller.id}`);
    for (const { name, shape } of distiller.params) {
      add(names.method(index, name), shape, method[name] as Float32Array);
    }
    const slots = optimizerState(recipe, index, trainable(student, index));
    for (const [name, { shape, values }] of Object.entries(slots)) add(name, shape, values);
  });
  return { state, initial };
}

/**
 * Values of a network's parameters under the names that they have as those of a program's student.
 */
export function modelState(
  { params }: NetworkState,
  student: number,
  weights: Readonly<Record<string, Float32Array>>,
): Record<string, Float32Array> {
  return Object.fromEntries(
    params.map(({ name }) => [names.model(student, name), weights[name] as Float32Array]),
  );
}

/** The teacher's weights that a student starts from: see `inheritedNames`. */
function inherited(
  network: NetworkState,
  teacher: LoadedNetwork | null,
): Record<string, Float32Array> {
  if (teacher === null) return {};
  const { weights } = teacher;
  return Object.fromEntries(
    inheritedNames(network, teacher.network).map((name) => [name, weights[name] as Float32Array]),
  );
}
