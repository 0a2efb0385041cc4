import { UsageError } from '../../../common/errors.ts';
import { suggestion } from '../../../common/nearest.ts';
import type { Hyper } from '../../../contract/spec.ts';
import type { Size } from '../../data/dense/geometry.ts';
import { neededTeacher, taught } from '../teachers.ts';
import { resolveDenseHyper } from './hyper.ts';
import { denseMethods, findDenseMethod } from './registry.ts';
import type { BuiltDense, DenseDistiller, DenseMethod, DenseShapes } from './types.ts';

/** The id that a suite or a table means by `name`, whether or not there is such a method. */
export function denseMethodId(name: string): string {
  return name.trim().toLowerCase();
}

/**
 * The method of detection and segmentation that a suite or a table calls `name`; case does not
 * matter. It must be loaded.
 *
 * @throws UsageError `METHOD_UNKNOWN` with the nearest known name
 */
export function denseMethod(name: string): DenseMethod {
  const id = denseMethodId(name);
  const method = findDenseMethod(id);
  if (method === undefined) {
    throw new UsageError(
      'METHOD_UNKNOWN',
      `"${name}" is not a method of detection and segmentation. ${suggestion(id, denseMethods.ids)}`,
      { hint: `Methods: ${denseMethods.ids.join(', ')}.` },
    );
  }
  return method;
}

/**
 * A method for two networks, ready to give losses in a step.
 *
 * @param overrides hyper-parameters that differ from the official defaults
 * @param networks.teacher null where the trial has no teacher
 * @param networks.picture see `DenseSetting`
 * @throws UsageError as `denseMethod` and `resolveDenseHyper`; `METHOD_TEACHER` where the method
 *   needs a teacher and there is none; `METHOD_NETWORKS` where it cannot work on these two networks
 */
export function createDenseDistiller(
  name: string,
  overrides: Hyper,
  networks: {
    readonly student: DenseShapes;
    readonly teacher: DenseShapes | null;
    readonly picture?: Size;
  },
): DenseDistiller {
  const { student, teacher } = networks;
  const method = denseMethod(name);
  const { id, needsTeacher } = method;
  // The overrides of a trial are complete: what its network's own config says is among them.
  const hyper = resolveDenseHyper(method, { family: student.family, kind: null }, overrides);
  const loss = method.with(hyper);
  const built: BuiltDense = needsTeacher
    ? loss.build({ ...networks, teacher: neededTeacher(id, teacher) })
    : untaught;
  return {
    id,
    needsTeacher,
    pictures: method.pictures,
    hyper,
    params: built.params,
    scalars: (epoch) => loss.scalars(epoch),
    draws: built.draws ?? {},
    regions: built.regions ?? null,
    monitors: built.monitors ?? [],
    terms: (step) => (needsTeacher ? built.terms({ ...step, teacher: taught(step.teacher) }) : {}),
  };
}

/** What a training without a teacher adds: nothing. */
const untaught: BuiltDense = { params: [], terms: () => ({}) };
