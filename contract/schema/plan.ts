import Type from 'typebox';
import { mayLack, orNull, recordOf, ref } from './define.ts';
import { ownFile } from './own-file.ts';
import { count, spec, text } from './read-spec.ts';
import { scale, task } from './spec.ts';

export const textOrNull = orNull(text);
export const trial = Type.String({ pattern: '^[0-9a-f]{16}$' });
const closed = { additionalProperties: false } as const;

/** One number of a table that a suite wants to measure. */
export const cell = Type.Object({
  /** `<row>/<column>/<metric>`, unique within the plan; safe as a file name after encoding. */
  id: ref('text', text),
  /** The row as the paper prints it (`SD-KD`), and the canonical method behind it (`kd+sdd`). */
  row: ref('text', text),
  method: ref('text', text),
  /** Column id: the pair `resnet32x4__resnet8x4`, or a detector. */
  column: ref('text', text),
  metric: ref('text', text),
  /** Key of the published cell, or null with the reason why there is none. */
  published: orNull(
    Type.Object({ table: ref('text', text), row: ref('text', text), column: ref('text', text) }),
  ),
  noReference: ref('textOrNull', textOrNull),
  /**
   * Why the cell's numbers may not be set against the published one: the scale, or a training that
   * departs from the published protocol, with the settings named (`epochs 12, published 240`). Null
   * where they may, and where nothing is published.
   */
  notComparable: mayLack(ref('textOrNull', textOrNull)),
  /**
   * The trials whose metric is this cell, one per seed. Empty with `notRun` saying what is missing.
   */
  trials: Type.Array(ref('trial', trial)),
  notRun: ref('textOrNull', textOrNull),
});

export const plannedTrial = Type.Object({
  id: ref('trial', trial),
  spec: ref('spec', spec),
  /** Trials that must be complete before (the teacher). */
  after: Type.Array(ref('trial', trial)),
  /**
   * Least accuracy (percent top-1, last epoch) a teacher needs before it may teach; null for
   * students.
   */
  gate: Type.Unsafe<number | null>({ type: ['number', 'null'] }),
  steps: ref('count', count),
  /** Of code that is not ours: a training that takes longer is ended. Absent: no limit. */
  timeoutMinutes: Type.Optional(Type.Number()),
});

/** What a suite claims of its own rows: one is better than another by more than an amount. */
export const claim = Type.Object({
  title: ref('text', text),
  /** Rows of the table by name. */
  row: ref('text', text),
  over: ref('text', text),
  metric: ref('text', text),
  /** Where it is claimed: columns that have both rows. */
  columns: Type.Array(ref('text', text)),
  /** In the metric's unit; below zero: how much worse the row may be. */
  by: Type.Number(),
});

/** How a plan was asked for: enough to ask for it again from the same folder. */
export const asked = Type.Object(
  {
    /** Where the command was given, seen from the workspace, with slashes; empty: in it. */
    folder: ref('text', text),
    /** Name or path of the suite, as it was typed, without a scale. */
    suite: ref('text', text),
    /** Options that plan or measure otherwise than without them, as they were typed. */
    options: Type.Array(ref('text', text), { maxItems: 100 }),
    /** The user's files whose kinds the trials use. Absent: all kinds are Redistill's. */
    ownKinds: Type.Optional(Type.Array(ref('ownFile', ownFile), { maxItems: 1000 })),
  },
  closed,
);

/** A teacher whose weights the authors released, as planning needs it. */
export const released = Type.Object({
  /** The release in reference/teachers. */
  release: ref('text', text),
  /** Of the imported weights; null where they are not here. */
  sha256: ref('textOrNull', textOrNull),
  /** What is missing and what to do about it; null where nothing is. */
  missing: ref('textOrNull', textOrNull),
  /** Why the network here cannot take the weights, so that they cannot teach; null where it can. */
  unfit: mayLack(ref('textOrNull', textOrNull)),
  /** Its printed accuracy in percent, and the metric; null where no source prints it. */
  score: orNull(Type.Object({ value: Type.Number(), metric: ref('text', text) })),
});

export const column = Type.Object({
  id: ref('text', text),
  teacher: mayLack(ref('textOrNull', textOrNull)),
  student: ref('text', text),
  /**
   * The table's own teacher, where its authors released it. Absent: none is known, or another is
   * asked for.
   */
  released: Type.Optional(released),
});

/**
 * What a suite means at one scale: pure data, made from the suite, the recipes and the data
 * identities.
 */
export const plan = Type.Object(
  {
    schemaVersion: Type.Unsafe<1>({ const: 1 }),
    suite: ref('text', text),
    title: ref('text', text),
    task: mayLack(task),
    scale,
    /**
     * Why nothing at this scale is comparable, in the suite's words; null at paper scale, where
     * each cell says it for itself, and in an own study, which has nothing to be compared with.
     */
    notComparable: ref('textOrNull', textOrNull),
    /** Equivalence margin per metric, in the metric's unit. */
    margins: recordOf(Type.Number()),
    /**
     * The seeds that the suite declares at this scale, where the plan was made for others. They
     * decide: seeds that are added after the first were looked at are no part of a verdict. Absent:
     * the plan has the suite's own seeds.
     */
    registeredSeeds: Type.Optional(Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1 })),
    /** Absent where the suite claims nothing. */
    claims: Type.Optional(Type.Array(claim)),
    /** Absent in plans that no command stored, and in older ones. */
    asked: Type.Optional(asked),
    columns: Type.Array(column),
    rows: Type.Array(Type.Object({ name: ref('text', text), method: ref('text', text) })),
    cells: Type.Array(cell),
    trials: Type.Array(plannedTrial),
  },
  {
    title: 'A plan, as commands leave it in a workspace',
    description:
      'What readers of a plan rely on. A plan of an older Redistill may lack the task and the comparability of its cells.',
  },
);
