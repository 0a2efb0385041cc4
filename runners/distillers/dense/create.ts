import { UsageError } from '../../../common/errors.ts';
import { lookUp } from '../../../common/look-up.ts';
import { suggestion } from '../../../common/nearest.ts';
import type { Hyper, HyperValue } from '../../../contract/spec.ts';
import { checkedHyper } from '../hyper-values.ts';
import { denseMethods, findDenseMethod } from './registry.ts';
import type {
  BuiltDense,
  DenseDistiller,
  DenseFamily,
  DenseMethod,
  DenseOutput,
  DenseShapes,
} from './types.ts';

/**
 * The method of detection and segmentation that a suite or a table calls `name`; case does not
 * matter.
 *
 * @throws UsageError `METHOD_UNKNOWN` with the nearest known name
 */
export function denseMethod(name: string): DenseMethod {
  const id = name.trim().toLowerCase();
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
 * Hyper-parameters with every default written out: those of the official configs for the student's
 * family of networks, those for its kind, then `overrides`.
 *
 * @param kind what the student is (`gfl`), where it is known
 * @throws UsageError `HYPER_UNKNOWN` with the nearest name, `HYPER_VALUE` for a value of the wrong
 *   kind or out of range, `METHOD_NETWORKS` where the method has nothing to work on in that family
 */
export function resolveDenseHyper(
  { id, fields, defaults, defaultsFor, defaultsOfKind = {}, refuses }: DenseMethod,
  family: DenseFamily,
  overrides: Hyper = {},
  kind: string | null = null,
): Hyper {
  const reason = refuses?.(family) ?? null;
  if (reason !== null) {
    throw new UsageError('METHOD_NETWORKS', `${id} cannot be used here: ${reason}.`);
  }
  const known = Object.keys(fields);
  for (const name of Object.keys(overrides)) {
    if (known.includes(name)) continue;
    const help = known.length === 0 ? 'It has none.' : suggestion(name, known);
    throw new UsageError(
      'HYPER_UNKNOWN',
      `${id} has no hyper-parameter "${name}". ${help}`,
      known.length === 0 ? {} : { hint: `It has: ${known.join(', ')}.` },
    );
  }
  const ofKind = kind === null ? undefined : lookUp(defaultsOfKind, kind);
  const values: Hyper = { ...defaults, ...defaultsFor?.(family), ...ofKind };
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const given = lookUp(overrides, name);
      return [
        name,
        given === undefined ? (values[name] as HyperValue) : checkedHyper(name, given, field, id),
      ];
    }),
  );
}

/**
 * A method for two networks, ready to give losses in a step.
 *
 * @param overrides hyper-parameters that differ from the official defaults
 * @param networks.teacher null where the trial has no teacher
 * @throws UsageError as `denseMethod` and `resolveDenseHyper`; `METHOD_TEACHER` where the method
 *   needs a teacher and there is none; `METHOD_NETWORKS` where it cannot work on these two networks
 */
export function createDenseDistiller(
  name: string,
  overrides: Hyper,
  { student, teacher }: { readonly student: DenseShapes; readonly teacher: DenseShapes | null },
): DenseDistiller {
  const method = denseMethod(name);
  const { id, needsTeacher } = method;
  const hyper = resolveDenseHyper(method, student.family, overrides);
  const built = builtFor(method, hyper, student, teacher);
  return {
    id,
    needsTeacher,
    hyper,
    params: built.params,
    scalars: (epoch) => method.scalars?.(hyper, epoch) ?? {},
    draws: built.draws ?? {},
    regions: built.regions ?? null,
    monitors: built.monitors ?? [],
    terms: (step) => (needsTeacher ? built.terms({ ...step, teacher: taught(step.teacher) }) : {}),
  };
}

function builtFor(
  { id, needsTeacher, build }: DenseMethod,
  hyper: Hyper,
  student: DenseShapes,
  teacher: DenseShapes | null,
): BuiltDense {
  if (!needsTeacher || build === undefined) return { params: [], terms: () => ({}) };
  if (teacher === null) {
    throw new UsageError('METHOD_TEACHER', `${id} needs a teacher and the trial has none.`, {
      hint: 'Give the pair as teacher -> student, or use the method none.',
    });
  }
  return build(hyper, { student, teacher });
}

function taught(teacher: DenseOutput | null): DenseOutput {
  if (teacher === null) throw new TypeError('A step of a distillation method without a teacher.');
  return teacher;
}
