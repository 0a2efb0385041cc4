/* The lines of a journal, a schema for each type of line. */
import Type, { type TSchema } from 'typebox';
import type { Json } from '../../common/canonical.ts';
import { constant, oneOf, recordOf, ref, type TypeOf } from './define.ts';
import { ownFile } from './own-file.ts';
import { count, small, spec } from './read-spec.ts';

const text = Type.String();
const textOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'] });

/** A number that was measured. JSON has no NaN and no Infinity: those are written as null. */
const measured = Type.Unsafe<number>({ type: ['number', 'null'] });

/** What every line begins with. */
const line = {
  /** Counts from 0 without gaps. */
  seq: ref('small', small),
  /** ISO 8601 UTC. */
  time: text,
};

/** Where and with what a run was measured. `hardware` names a series of the history. */
export const environment = Type.Object({
  hardware: Type.Object({
    cpu: text,
    cores: ref('small', small),
    memoryGiB: measured,
    gpu: textOrNull,
  }),
  os: text,
  node: text,
  tensorflow: text,
  /** `unrecorded` in journals that were made from an official log. */
  device: Type.Enum(['cpu', 'gpu', 'unrecorded']),
  /** How a GPU computed; absent on a CPU, and in journals from before it was recorded. */
  gpuSettings: Type.Optional(
    Type.Object({ tf32: Type.Boolean(), deterministic: Type.Boolean(), xla: Type.Boolean() }),
  ),
  /** What a processor has for bfloat16. Absent: nothing, or it was not recorded. */
  bfloat16: Type.Optional(Type.Enum(['amx', 'avx512'])),
  threads: Type.Object({ intra: ref('small', small), inter: ref('small', small) }),
  /**
   * How batches were worked off: pictures of a part, and the GPUs (on a processor: processes) that
   * shared the parts. Absent: each as a whole.
   */
  parts: Type.Optional(Type.Object({ size: ref('small', small), gpus: ref('small', small) })),
  libvips: text,
  commit: textOrNull,
  /** True where the checkout differed from `commit`. */
  dirty: Type.Boolean(),
});

/** One number: (task, name, split) of one epoch. The store selects (`best`, `last`). */
export const metric = Type.Object({ task: text, name: text, split: text, value: measured });

/** How a run may end. */
export const endStates = [
  'completed',
  'diverged',
  'failed',
  'infrastructure',
  'timed-out',
  'cancelled',
] as const;

export const endState = Type.Enum([...endStates]);

export const header = Type.Object({
  ...line,
  type: constant('header'),
  schemaVersion: constant(1),
  /** One measurement of a trial: `<trial>-<fingerprint, 8 digits>-<attempt>`. */
  run: text,
  trial: text,
  attempt: ref('small', small),
  /** Numerics fingerprint, 64 hexadecimal digits: sources, TensorFlow's version, threads. */
  fingerprint: text,
  spec: ref('spec', spec),
  environment: ref('environment', environment),
  /** The user's files whose kinds the trial uses; absent where it uses none. */
  ownKinds: Type.Optional(Type.Array(ref('ownFile', ownFile))),
});

export const start = Type.Object({
  ...line,
  type: constant('start'),
  parameters: ref('count', count),
  stepsPerEpoch: ref('small', small),
  initialWeights: text,
});

/** A run that was killed goes on, and repeats the epochs after its checkpoint. */
export const resume = Type.Object({
  ...line,
  type: constant('resume'),
  epoch: ref('small', small),
  step: ref('count', count),
  lostEpochs: ref('small', small),
  environment: ref('environment', environment),
});

export const epoch = Type.Object({
  ...line,
  type: constant('epoch'),
  epoch: ref('small', small),
  step: ref('count', count),
  lr: measured,
  /** Mean over the epoch of every named loss term and of their sum `total`. */
  losses: recordOf(measured),
  metrics: Type.Array(ref('metric', metric)),
  /** Chain of SHA-256 over the bits of every step's total loss since the start of the trial. */
  lossChain: text,
  /**
   * In the first epoch: the bits (float32, eight hexadecimal digits each, most significant first)
   * of the total loss of its first steps, so that `replay` can tell the step at which a training
   * leaves its path. Absent in later epochs.
   */
  stepLosses: Type.Optional(text),
  /** Seconds and milliseconds are of whole steps and evaluations; `students` share them. */
  trainSeconds: measured,
  evalSeconds: measured,
  msPerStep: measured,
  /**
   * Trials that shared the epoch's steps, this one included: the mean over the steps where some
   * joined or left. Absent where it was trained alone.
   */
  students: Type.Optional(Type.Number({ minimum: 1, maximum: 2147483647 })),
  /**
   * Where the teacher's outputs came from in the epoch, of all students together: pictures whose
   * outputs were kept from before, those that were computed (`damaged`: because their entry was),
   * the forward passes of the teacher, and the seconds of all that, which are part of
   * `trainSeconds`. Absent where each step computed them.
   */
  teacherOutputs: Type.Optional(
    Type.Object({
      kept: ref('count', count),
      computed: ref('count', count),
      damaged: ref('count', count),
      passes: ref('count', count),
      seconds: measured,
    }),
  ),
  peakMemoryMiB: measured,
});

export const checkpoint = Type.Object({
  ...line,
  type: constant('checkpoint'),
  epoch: ref('small', small),
  step: ref('count', count),
  file: text,
  sha256: text,
});

export const event = Type.Object({
  ...line,
  type: constant('event'),
  kind: text,
  message: text,
  data: Type.Optional(Type.Unsafe<Json>({})),
});

export const end = Type.Object({
  ...line,
  type: constant('end'),
  state: ref('endState', endState),
  reason: text,
  /** SHA-256 over the final weights (names, shapes, bits); null where training did not finish. */
  weights: textOrNull,
  seconds: measured,
});

/** The types of lines, in the order in which they appear first. */
export const lines = { header, start, resume, epoch, checkpoint, event, end } as const;

const references = Object.entries(lines).map(([name, schema]) => ref(name, schema as TSchema));

export const journalLine = Type.Unsafe<TypeOf<(typeof lines)[keyof typeof lines]>>(
  oneOf(references, {
    $id: 'journal',
    title: 'A line of a journal',
    description:
      'What readers of a journal rely on. Lines are numbered from 0; of several lines for one epoch the last counts.',
  }),
);
