import { UsageError } from '../../common/errors.ts';

/*
 * What holds of the teacher of a method of any task.
 */

/**
 * The teacher that a method is made for.
 *
 * @throws UsageError `METHOD_TEACHER` where the trial has none
 */
export function neededTeacher<Teacher>(method: string, teacher: Teacher | null): Teacher {
  if (teacher !== null) return teacher;
  throw new UsageError('METHOD_TEACHER', `${method} needs a teacher and the trial has none.`, {
    hint: 'Give the pair as teacher -> student, or use the method none.',
  });
}

/** What the teacher gives in a step; that of a method with a teacher always has it. */
export function taught<Output>(teacher: Output | null): Output {
  if (teacher === null) throw new TypeError('A step of a distillation method without a teacher.');
  return teacher;
}
