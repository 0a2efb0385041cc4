/* What commands leave in a workspace beside plans and journals: one JSON file each. */
import Type from 'typebox';
import { benchSuites } from '../bench-suites.ts';
import { constant } from './define.ts';
import { endStates } from './journal.ts';
import { scale } from './spec.ts';

const text = Type.String();
const said = Type.String({ minLength: 1 });
const textOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'] });
const numberOrNull = Type.Unsafe<number | null>({ type: ['number', 'null'] });

/** One comparison with an official number, as `redistill verify --json` prints it. */
export const parityCase = Type.Object({
  /** Path within the golden folder, `losses/kd.json`. */
  file: text,
  name: text,
  ok: Type.Boolean(),
  /**
   * Error of the quantity that comes nearest to its tolerance or exceeds it most, relative to that
   * quantity's size; Number.MAX_VALUE where shapes, names or finiteness differ.
   */
  maxError: Type.Number(),
  /** What `maxError` may be at most: the tolerance of that quantity. */
  tolerance: Type.Number(),
  /**
   * Set where the official code gave nothing to compare with; `note` says why. Such a case counts
   * neither as passed nor as failed, though it is `ok`.
   */
  skipped: Type.Optional(constant(true)),
  /** Where it failed, or what makes the case special (a recorded non-finite value, an option). */
  note: Type.Optional(text),
});

/** What part of the golden files a sample of `verify` checks. */
export const paritySample = Type.Object({
  files: Type.Integer(),
  /** Golden files that a whole run checks. */
  of: Type.Integer(),
});

/** What one `redistill verify` found, and where: a whole one, or a sample that says so. */
export const parity = Type.Object({
  schemaVersion: constant(1),
  /** Names the file: `20260102T031500123Z-recorded`. */
  parity: text,
  /** ISO 8601 UTC. */
  startedAt: text,
  mode: Type.Enum(['recorded', 'eager']),
  ownGolden: Type.Boolean(),
  seconds: Type.Number(),
  environment: Type.Object({
    cpu: text,
    cores: Type.Number(),
    os: text,
    node: text,
    tensorflow: text,
    commit: textOrNull,
    dirty: Type.Boolean(),
  }),
  /** Set where only some golden files were checked: how many, and how many a whole one checks. */
  sample: Type.Optional(paritySample),
  cases: Type.Array(parityCase),
  notCovered: Type.Array(text),
});

/** One number that a bench measured. */
export const benchFigure = Type.Object({
  /** What was done: `kd-resnet32x4-resnet8x4`, `ingest`. */
  name: text,
  side: Type.Enum(['redistill', 'peer']),
  /**
   * How: `recorded`, `eager`; of a peer `plain`, `folded`, `folded, shared teacher`; a method's id;
   * empty where there is one way.
   */
  variant: text,
  /** Processes at a time, and threads of each. */
  workers: Type.Number(),
  threads: Type.Number(),
  /**
   * `step`, `harness`, `start`, `first-step`, `time`, `cpu` (ms); `memory` (MiB); `rate` (1/s);
   * `against-kd`, `differing`; `nodes` and `nodes-gpu` of a step's graph (1).
   */
  quantity: text,
  value: Type.Number(),
  unit: text,
  samples: Type.Number(),
  smallest: numberOrNull,
  /** Median absolute deviation. */
  deviation: numberOrNull,
});

export const benchEnvironment = Type.Object({
  cpu: text,
  cores: Type.Number(),
  memoryGiB: Type.Number(),
  gpu: textOrNull,
  os: text,
  node: text,
  tensorflow: textOrNull,
  torch: textOrNull,
  /** Processes that wanted a core in the minute before the end. */
  load: Type.Number(),
  commit: textOrNull,
  dirty: Type.Boolean(),
});

/** What one suite of `redistill bench` measured, and where. */
export const bench = Type.Object({
  schemaVersion: constant(1),
  /** Names the file: `20260102T031500123Z-step`. */
  bench: text,
  suite: Type.Enum([...benchSuites]),
  /** ISO 8601 UTC. */
  startedAt: text,
  seconds: Type.Number(),
  environment: benchEnvironment,
  figures: Type.Array(benchFigure),
});

/** One number that a part of `gpu-check` measured. */
export const gpuCheckFigure = Type.Object({
  /** What it is of: `kd-resnet32x4-resnet8x4`. */
  name: said,
  value: Type.Number(),
  /** `ms`, `s`, `GiB`; `1` for a count or a relative difference. */
  unit: text,
  /** The same of PyTorch on the same device; null where it is not there or not asked. */
  peer: numberOrNull,
});

/** One part of `gpu-check`. */
export const gpuCheckPart = Type.Object({
  id: said,
  title: said,
  /** What it does and what passes, in words. */
  about: said,
  result: Type.Enum(['passed', 'failed', 'not-shown']),
  /** What was compared, what is wrong, or why it cannot be shown here. */
  sentence: said,
  seconds: Type.Number({ minimum: 0 }),
  /** Seconds after which it would have been ended. */
  limit: Type.Number({ minimum: 0 }),
  figures: Type.Array(gpuCheckFigure),
});

/** What one `redistill gpu-check` found on a machine. */
export const gpuCheck = Type.Object({
  schemaVersion: constant(1),
  /** ISO 8601 UTC. */
  startedAt: text,
  seconds: Type.Number({ minimum: 0 }),
  /** Where every part was run: `cpu` only shows that the check itself works. */
  device: Type.Enum(['cpu', 'gpu']),
  /** Whether TensorFlow saw a GPU. */
  gpuSeen: Type.Boolean(),
  environment: benchEnvironment,
  parts: Type.Array(gpuCheckPart),
});

/**
 * One call of `run` or `nightly`: a point in the history of its cells. It holds the cells as they
 * were then, because the plan of a suite is replaced by the next one, and rotating seeds are in no
 * later plan.
 */
export const execution = Type.Object({
  schemaVersion: constant(1),
  /** Names the file: `20260102T031500123Z-default@smoke`. */
  execution: text,
  suite: text,
  scale,
  kind: Type.Enum(['run', 'nightly']),
  /** ISO 8601 UTC. */
  startedAt: text,
  /**
   * Seeds that only watch the bits, because rotating seeds carry the statistics; empty where all
   * seeds count.
   */
  fixedSeeds: Type.Array(Type.Number()),
  /**
   * What the plan said that the training would take, and what it took. Absent where nothing was
   * trained here.
   */
  estimate: Type.Optional(
    Type.Object({
      trials: Type.Number(),
      unpriced: Type.Number(),
      predictedSeconds: Type.Number(),
      seconds: Type.Number(),
    }),
  ),
  cells: Type.Array(
    Type.Object({ cell: text, metric: text, margin: numberOrNull, trials: Type.Array(text) }),
  ),
  trials: Type.Array(
    Type.Object({
      trial: text,
      run: textOrNull,
      state: Type.Enum([...endStates, 'failed gate', 'blocked']),
      reason: text,
    }),
  ),
});

/** A human's acceptance of a cell's changes up to a time. */
export const acceptance = Type.Object({
  schemaVersion: constant(1),
  /** ISO 8601 UTC. Later measurements are judged as usual. */
  time: text,
  suite: said,
  scale,
  cell: said,
  /** The person who accepts it. */
  author: said,
  reason: said,
});
