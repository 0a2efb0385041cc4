import { type KindDefinition, kindOf } from '../kind.ts';
import type { Options, ValuesOf } from '../option-types.ts';
import { valuesOf } from '../option-values.ts';
import type { BuiltDense, DenseFamily, DenseMethod, DensePlace, DenseSetting } from './types.ts';

/**
 * How a method of detection and segmentation is written. Its functions get hyper-parameters as
 * values with the types of their declarations.
 */
export interface DenseDefinition<Given extends Options> extends KindDefinition<Given, DensePlace> {
  /** Why the method has nothing to work on in networks of a family. Absent: it always has. */
  refuses?(family: DenseFamily): string | null;
  /** Numbers that change from epoch to epoch (counted from 1). Absent: none. */
  scalars?(values: ValuesOf<Given>, epoch: number): Readonly<Record<string, number>>;
  /**
   * Absent for training without a teacher.
   *
   * @throws UsageError `METHOD_NETWORKS` where the method cannot work on these networks, with the
   * reason
   */
  build?(values: ValuesOf<Given>, setting: DenseSetting): BuiltDense;
}

/** A method of detection and segmentation; see `kd.ts`. */
export function defineDenseMethod<Given extends Options>(
  definition: DenseDefinition<Given>,
): DenseMethod {
  return {
    ...kindOf<Given, DensePlace>(definition),
    kind: 'dense',
    needsTeacher: definition.build !== undefined,
    refuses: (family) => definition.refuses?.(family) ?? null,
    with: (hyper) => {
      const values = valuesOf(definition.options, hyper);
      return {
        scalars: (epoch) => definition.scalars?.(values, epoch) ?? {},
        build: (setting) => definition.build?.(values, setting) ?? untaught,
      };
    },
  };
}

/** What a training without a teacher adds: nothing. */
const untaught: BuiltDense = { params: [], terms: () => ({}) };
