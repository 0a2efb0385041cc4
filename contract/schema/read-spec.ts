/* What readers rely on in a specification that somebody else wrote; all of it is in its hash. */
import Type from 'typebox';
import type { TrialSpec } from '../spec.ts';
import { ref } from './define.ts';
import { implementation, scale, task } from './spec.ts';

/** Text that a database, a page and a terminal may be given. */
export const text = Type.String({ maxLength: 65536 });

/** Fits the 32 bits of its column. */
export const small = Type.Integer({ minimum: 0, maximum: 2147483647 });

/** Fits a number of JavaScript. */
export const count = Type.Integer({ minimum: 0, maximum: 9007199254740991 });

/** A kind of teacher needs a field of its own. */
const teacherWith = (kind: string, field: string) => ({
  if: { properties: { kind: { const: kind } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: [field], properties: { [field]: ref('text', text) } },
});

export const spec = Type.Unsafe<TrialSpec>(
  Type.Object({
    implementation,
    task,
    scale,
    role: Type.Enum(['teacher', 'student']),
    model: ref('text', text),
    method: ref('text', text),
    teacher: Type.Unsafe({
      type: ['object', 'null'],
      required: ['kind', 'model'],
      properties: {
        kind: Type.Enum(['trial', 'checkpoint', 'unrecorded']),
        model: ref('text', text),
      },
      allOf: [teacherWith('trial', 'trial'), teacherWith('checkpoint', 'sha256')],
    }),
    recipe: Type.Object({ name: ref('text', text), epochs: ref('small', small) }),
    data: Type.Object({ dataset: ref('text', text), hash: ref('text', text) }),
    seed: ref('count', count),
  }),
);
