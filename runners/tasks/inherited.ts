import { UsageError } from '../../common/errors.ts';
import type { NetworkState } from './types.ts';

/**
 * The weights outside of the backbone that a student has as its teacher has them, by name
 * (`init_student` of FGD and MGD; official code: yzd-v/FGD@c03a6cf
 * mmdet/distillation/distillers/detection_distiller.py, yzd-v/MGD@2c9da0b
 * seg/mmseg/distillation/distillers/segmentation_distiller.py). Tensors of other shapes stay as
 * they are.
 *
 * @throws UsageError `RECIPE_FIELD` where no tensor fits
 */
export function inheritedNames(
  network: Pick<NetworkState, 'name' | 'params'>,
  teacher: Pick<NetworkState, 'name' | 'params'>,
): readonly string[] {
  const shapes = new Map(teacher.params.map(({ name, shape }) => [name, shape.join()]));
  const names = network.params
    .filter(({ name, shape }) => !name.startsWith('backbone.') && shapes.get(name) === shape.join())
    .map(({ name }) => name);
  if (names.length > 0) return names;
  throw new UsageError(
    'RECIPE_FIELD',
    `The field initStudent would have no effect: no weight of ${teacher.name} outside its backbone fits into ${network.name}.`,
    { hint: 'Leave initStudent out, or take a teacher with the same neck and head.' },
  );
}
