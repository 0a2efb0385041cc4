import type { Tensor4D } from '@tensorflow/tfjs-core';
import * as option from '../option.ts';
import type { NumberOption } from '../option-types.ts';
import { refuseNetworks } from '../parts.ts';
import type { DenseMethodStep, DensePlace, DenseSetting } from './types.ts';

/** One pair of maps that a feature method compares. */
export interface Level {
  readonly index: number;
  /** Channels of the student's map and of the teacher's. */
  readonly inputs: number;
  readonly outputs: number;
  /** What precedes the names of its parts: `levels.0`. */
  readonly path: string;
}

/** More levels than any neck has: all of them. */
export const allLevels = 16;
/**
 * Levels of every neck here, P3 to P7 or P2 to P6: to compare so many or more is to compare all.
 */
const levelsOfNecks = 5;

export function levelsOption(standard: number, source: string): NumberOption {
  return option.number({
    default: standard,
    min: 1,
    max: allLevels,
    integer: true,
    same: (count) => (count >= levelsOfNecks ? allLevels : count),
    about: `How many levels are compared, from the finest; ${allLevels} is all that both networks have`,
    source,
  });
}

/** An idle rule: why there is no number of levels to choose. */
export function oneLevel(_: unknown, { family }: DensePlace): string | null {
  return family === 'segmenter' ? 'a segmenter has one map to compare' : null;
}

/**
 * The levels that are compared.
 *
 * @throws UsageError `METHOD_NETWORKS` where the networks' maps are of different sizes
 */
export function levelsOf(id: string, { student, teacher }: DenseSetting, count: number): Level[] {
  const shared = Math.min(student.features.length, teacher.features.length, count);
  return Array.from({ length: shared }, (_, index) => {
    const [own, other] = [student.strides[index], teacher.strides[index]];
    if (own !== other) {
      return refuseNetworks(
        id,
        `map ${index} of ${student.name} has a stride of ${own} pixels and that of ${teacher.name} ${other}`,
        'Take two networks whose maps have the same size.',
      );
    }
    return {
      index,
      inputs: student.features[index] as number,
      outputs: teacher.features[index] as number,
      path: `levels.${index}`,
    };
  });
}

/** Both networks' maps of a level. */
export function mapsAt(step: DenseMethodStep, { index }: Level): [Tensor4D, Tensor4D] {
  return [step.student.features[index] as Tensor4D, step.teacher.features[index] as Tensor4D];
}
