/* What a worker process is given, and what it says. */
import Type, { type TSchema } from 'typebox';
import { constant, oneOf, ref, type TypeOf } from './define.ts';
import { endState } from './journal.ts';
import { small } from './read-spec.ts';

const text = Type.String();
const positive = Type.Integer({ minimum: 1, maximum: 2147483647 });

export const progress = Type.Object({
  type: constant('progress'),
  trial: text,
  epoch: ref('small', small),
  epochs: positive,
  step: ref('small', small),
  steps: positive,
  loss: Type.Number(),
});

export const epoch = Type.Object({
  type: constant('epoch'),
  trial: text,
  epoch: ref('small', small),
  epochs: positive,
  /** The task's headline metric (`headline.ts`) in percent; null where it is not defined. */
  headline: Type.Unsafe<number | null>({ type: ['number', 'null'] }),
  loss: Type.Number(),
  seconds: Type.Number(),
});

/**
 * It went on from an earlier state than it had reached: epochs that are trained again, and what
 * kept later ones from use.
 */
export const lost = Type.Object({
  type: constant('lost'),
  trial: text,
  epochs: ref('small', small),
  reasons: Type.Array(text),
});

export const end = Type.Object({
  type: constant('end'),
  /** Null: all that have not ended yet, where the process could not even open their journals. */
  trial: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
  state: ref('endState', endState),
  reason: text,
  /** Trouble with the machine that no retry mends. Absent: false. */
  permanent: Type.Optional(constant(true)),
  /** For want of memory: fewer trials in one process may fit. Absent: false. */
  memory: Type.Optional(constant(true)),
});

const messages = { progress, epoch, lost, end } as const;

const references = Object.entries(messages).map(([name, schema]) => ref(name, schema as TSchema));

/** What a worker prints on standard output, one JSON object a line. */
export const workerMessage = Type.Unsafe<TypeOf<(typeof messages)[keyof typeof messages]>>(
  oneOf(references, { title: 'What a worker process says' }),
);
