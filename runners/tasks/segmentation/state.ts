import type { TensorSpec } from '../../engine/types.ts';
import { initialState } from '../../models/init.ts';
import type { Segmenter } from '../../models/segmentation/types.ts';
import { optimizerState } from '../optimise.ts';
import { names, trainable } from '../students.ts';
import type { LoadedNetwork } from '../types.ts';
import type { SegmentationProgramOptions } from './program.ts';

/** The program's state: the teacher's weights, and of every student its network, its method and its optimizer. */
export function programState({
  students,
  teacher,
  heritage,
}: Pick<SegmentationProgramOptions, 'students' | 'teacher' | 'heritage'>): {
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
    const { network, distiller, recipe, seed } = student;
    const model = {
      ...initialState(network.params, seed),
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
 * The teacher's weights outside of the backbone that the student has, too (MGD's `init_student`; official code:
 * yzd-v/MGD@2c9da0b seg/mmseg/distillation/distillers/segmentation_distiller.py). Tensors of other shapes stay.
 */
function inherited(
  network: Segmenter,
  teacher: LoadedNetwork<Segmenter> | null,
): Record<string, Float32Array> {
  const shapes = new Map(teacher?.network.params.map(({ name, shape }) => [name, shape.join()]));
  return Object.fromEntries(
    network.params
      .filter(
        ({ name, shape }) => !name.startsWith('backbone.') && shapes.get(name) === shape.join(),
      )
      .map(({ name }) => [name, teacher?.weights[name] as Float32Array]),
  );
}
