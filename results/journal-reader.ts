import { shown } from '../common/printable.ts';
import type { EndState, Environment, JournalLine } from '../runners/trial/journal-types.ts';
import { schemaVersion, type TeacherRef, trialId } from '../runners/trial/spec.ts';
import { type Content, LineTooLong } from './lines.ts';

type Line<Type extends JournalLine['type']> = Extract<JournalLine, { type: Type }>;
export type EpochLine = Line<'epoch'>;

/** A journal as the store wants it: one header, the last line of every epoch, everything else in order. */
export interface Journal {
  readonly header: Line<'header'>;
  readonly start: Line<'start'> | null;
  readonly resumes: readonly Line<'resume'>[];
  /** By ascending epoch. */
  readonly epochs: readonly EpochLine[];
  readonly checkpoints: readonly Line<'checkpoint'>[];
  readonly events: readonly Line<'event'>[];
  /** The end that holds: a run that was cancelled and then resumed goes on, and its first end no longer counts. */
  readonly end: Line<'end'> | null;
  /** Time of the last line, ISO 8601 UTC. */
  readonly updatedAt: string;
}

/** Something about a file that its reader should know. `line` counts from 1; null speaks of the whole file. */
export interface Finding {
  readonly code: string;
  readonly file: string;
  readonly line: number | null;
  readonly message: string;
}

export interface JournalReading {
  /** Null where there is no usable header, or a problem. */
  readonly journal: Journal | null;
  /** Normal things: a torn last line, a journal without a header yet. */
  readonly notes: readonly Finding[];
  /** Why nothing of the journal was taken. */
  readonly problem: Finding | null;
}

/** The sentence that stops the reading of one journal; it never leaves this file. */
class Unreadable extends Error {
  readonly line: number | null;
  constructor(line: number | null, message: string) {
    super(message);
    this.line = line;
  }
}

/**
 * Reads a journal. A torn last line (its writer was killed) is ignored with a note; anything else
 * that is not a line of the contract makes the whole journal a problem: half a run must not look like a run.
 *
 * @param file how findings call the journal.
 * @param expected the trial and the run that the folders name.
 */
export function readJournal(
  content: Content,
  file: string,
  expected: { readonly trial: string; readonly run: string },
): JournalReading {
  const notes: Finding[] = [];
  const collected = new Collector();
  try {
    content.forEachLine((text, number, ended) => {
      // The writer takes a line without its line feed for torn and cuts it off on resume, even where it looks whole.
      if (!ended) {
        notes.push({
          code: 'JOURNAL_TORN_LINE',
          file,
          line: number,
          message: `${file}:${number}: the last line is torn and is ignored; the run was killed or is still writing.`,
        });
        return;
      }
      collected.add(checkLine(parse(text), number, collected.lines), number);
    });
    if (collected.header === null) {
      notes.push({
        code: 'JOURNAL_EMPTY',
        file,
        line: null,
        message: `${file}: there is no header yet, so there is no run to show.`,
      });
      return { journal: null, notes, problem: null };
    }
    checkIdentity(collected.header, expected);
    return { journal: collected.journal(collected.header), notes, problem: null };
  } catch (cause) {
    if (!(cause instanceof Unreadable || cause instanceof LineTooLong)) throw cause;
    const where = cause.line === null ? file : `${file}:${cause.line}`;
    const problem = {
      code: 'JOURNAL_UNREADABLE',
      file,
      line: cause.line,
      message: `${where}: ${cause.message}`,
    };
    return { journal: null, notes: [], problem };
  }
}

/** Gathers the lines of one journal; of several lines for one epoch it keeps the last. */
class Collector {
  header: Line<'header'> | null = null;
  lines = 0;
  private start: Line<'start'> | null = null;
  private readonly resumes: Line<'resume'>[] = [];
  private readonly epochs = new Map<number, EpochLine>();
  private readonly checkpoints: Line<'checkpoint'>[] = [];
  private readonly events: Line<'event'>[] = [];
  private end: Line<'end'> | null = null;
  private updatedAt = '';

  add(line: JournalLine, number: number): void {
    if ((line.type === 'header') !== (this.lines === 0)) {
      throw new Unreadable(
        number,
        line.type === 'header'
          ? 'a second header.'
          : `the first line must be the header, not "${line.type}".`,
      );
    }
    this.lines += 1;
    this.updatedAt = line.time;
    if (line.type === 'resume' || line.type === 'epoch') this.end = null;
    switch (line.type) {
      case 'header':
        this.header = line;
        break;
      case 'start':
        this.start = line;
        break;
      case 'resume':
        this.resumes.push(line);
        break;
      case 'epoch':
        this.epochs.set(line.epoch, line);
        break;
      case 'checkpoint':
        this.checkpoints.push(line);
        break;
      case 'event':
        this.events.push(line);
        break;
      case 'end':
        this.end = line;
        break;
    }
  }

  journal(header: Line<'header'>): Journal {
    return {
      header,
      start: this.start,
      resumes: this.resumes,
      epochs: [...this.epochs.values()].sort((one, other) => one.epoch - other.epoch),
      checkpoints: this.checkpoints,
      events: this.events,
      end: this.end,
      updatedAt: this.updatedAt,
    };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * What a field must be. `number` may be null: JSON has no NaN and no Infinity. `small` is a count that fits the 32 bits of
 * its column.
 */
type Kind =
  | 'text'
  | 'textOrNull'
  | 'count'
  | 'small'
  | 'smallOrNone'
  | 'number'
  | 'flag'
  | 'object'
  | 'losses'
  | 'list';

/** The fields that the store reads, per type of line. */
const fields: Readonly<Record<JournalLine['type'], Readonly<Record<string, Kind>>>> = {
  header: {
    run: 'text',
    trial: 'text',
    attempt: 'small',
    fingerprint: 'text',
    spec: 'object',
    environment: 'object',
  },
  start: { parameters: 'count', stepsPerEpoch: 'small', initialWeights: 'text' },
  resume: { epoch: 'small', step: 'count', lostEpochs: 'small', environment: 'object' },
  epoch: {
    epoch: 'small',
    step: 'count',
    lr: 'number',
    losses: 'losses',
    metrics: 'list',
    lossChain: 'text',
    trainSeconds: 'number',
    evalSeconds: 'number',
    msPerStep: 'number',
    peakMemoryMiB: 'number',
    students: 'smallOrNone',
  },
  checkpoint: { epoch: 'small', step: 'count', file: 'text', sha256: 'text' },
  event: { kind: 'text', message: 'text' },
  end: { state: 'text', reason: 'text', weights: 'textOrNull', seconds: 'number' },
};

const environmentFields: Readonly<Record<keyof Environment, Kind>> = {
  hardware: 'object',
  os: 'text',
  node: 'text',
  tensorflow: 'text',
  device: 'text',
  threads: 'object',
  libvips: 'text',
  commit: 'textOrNull',
  dirty: 'flag',
};

const hardwareFields: Readonly<Record<keyof Environment['hardware'], Kind>> = {
  cpu: 'text',
  cores: 'small',
  memoryGiB: 'number',
  gpu: 'textOrNull',
};

const threadFields = { intra: 'small', inter: 'small' } as const;

const specFields: Readonly<Record<string, Kind>> = {
  implementation: 'text',
  task: 'text',
  scale: 'text',
  role: 'text',
  model: 'text',
  method: 'text',
  recipe: 'object',
  data: 'object',
  seed: 'count',
};
const recipeFields = { name: 'text', epochs: 'small' } as const;
const dataFields = { dataset: 'text', hash: 'text' } as const;
const teacherFields: Readonly<Record<TeacherRef['kind'], Readonly<Record<string, Kind>>>> = {
  trial: { trial: 'text' },
  checkpoint: { sha256: 'text' },
  unrecorded: {},
};

const endStates: readonly EndState[] = [
  'completed',
  'diverged',
  'failed',
  'infrastructure',
  'timed-out',
  'cancelled',
];

const isKind: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  textOrNull: (value) => value === null || typeof value === 'string',
  count: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  small: isSmall,
  smallOrNone: (value) => value === undefined || (isSmall(value) && value > 0),
  number: isNumber,
  flag: (value) => typeof value === 'boolean',
  object: isObject,
  losses: (value) => isObject(value) && Object.values(value).every(isNumber),
  list: Array.isArray,
};

function isSmall(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 2 ** 31 - 1;
}

function isNumber(value: unknown): boolean {
  return value === null || typeof value === 'number';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Journals nest a few levels deep; what nests further would overflow the stack of whoever writes it out. */
const deepest = 64;

function isTooDeep(value: unknown, levels = deepest): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((part) => isTooDeep(part, levels - 1));
}

/** ISO 8601 in UTC, as `Date.prototype.toISOString` writes it, of the years that a database can hold. */
const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/;

const isTime = (value: unknown) =>
  typeof value === 'string' && isoTime.test(value) && !Number.isNaN(Date.parse(value));

/** Checks one line against the contract; `seq` is what its own number must be. */
function checkLine(value: unknown, number: number, seq: number): JournalLine {
  if (!isObject(value)) throw new Unreadable(number, 'this line is not a JSON object.');
  if (isTooDeep(value)) {
    throw new Unreadable(number, `this line is nested more than ${deepest} levels deep.`);
  }
  const line = value;
  const type = line['type'];
  const known = typeof type === 'string' && Object.hasOwn(fields, type);
  if (!known) throw new Unreadable(number, `unknown type of line ${shown(type)}.`);
  if (line['seq'] !== seq)
    throw new Unreadable(number, `seq is ${shown(line['seq'])}, but ${seq} was expected.`);
  if (!isTime(line['time']))
    throw new Unreadable(number, `time is ${shown(line['time'])}, not an ISO 8601 time.`);
  checkFields(line, fields[type as JournalLine['type']], type, number);
  if (type === 'header') checkHeader(line, number);
  if (type === 'resume') checkEnvironment(line, number);
  if (type === 'epoch') checkMetrics(line['metrics'] as unknown[], number);
  if (type === 'end' && !endStates.includes(line['state'] as EndState))
    throw new Unreadable(number, `unknown end state ${shown(line['state'])}.`);
  return line as unknown as JournalLine;
}

function checkFields(
  record: Record<string, unknown>,
  expected: Readonly<Record<string, Kind>>,
  name: string,
  number: number,
): void {
  for (const field in expected) {
    if (!isKind[expected[field] as Kind](record[field])) {
      throw new Unreadable(
        number,
        `${name}.${field} is ${shown(record[field])}, expected ${words[expected[field] as Kind]}.`,
      );
    }
  }
}

const words: Readonly<Record<Kind, string>> = {
  text: 'a string',
  textOrNull: 'a string or null',
  count: 'a whole number from 0',
  small: 'a whole number from 0 to 2147483647',
  smallOrNone: 'a whole number from 1 to 2147483647',
  number: 'a number or null',
  flag: 'true or false',
  object: 'an object',
  losses: 'an object of numbers',
  list: 'a list',
};

function checkHeader(line: Record<string, unknown>, number: number): void {
  if (line['schemaVersion'] !== schemaVersion) {
    throw new Unreadable(
      number,
      `the journal has schemaVersion ${shown(line['schemaVersion'])}; this Redistill reads ${schemaVersion}.`,
    );
  }
  checkEnvironment(line, number);
  checkSpec(line['spec'] as Record<string, unknown>, number);
}

/** What the store takes from a specification; the rest of it only enters its hash. */
function checkSpec(spec: Record<string, unknown>, number: number): void {
  checkFields(spec, specFields, 'spec', number);
  checkFields(spec['recipe'] as Record<string, unknown>, recipeFields, 'spec.recipe', number);
  checkFields(spec['data'] as Record<string, unknown>, dataFields, 'spec.data', number);
  const { teacher } = spec;
  if (teacher === null) return;
  if (!isObject(teacher)) throw new Unreadable(number, 'spec.teacher is no object.');
  const known = teacher as Record<string, unknown>;
  const reference = Object.hasOwn(teacherFields, String(known['kind']))
    ? teacherFields[known['kind'] as TeacherRef['kind']]
    : undefined;
  if (reference === undefined) {
    throw new Unreadable(number, `spec.teacher.kind is ${shown(known['kind'])}.`);
  }
  checkFields(known, { model: 'text', ...reference }, 'spec.teacher', number);
}

function checkEnvironment(line: Record<string, unknown>, number: number): void {
  const environment = line['environment'] as Record<string, unknown>;
  const part = (name: string) => environment[name] as Record<string, unknown>;
  checkFields(environment, environmentFields, 'environment', number);
  checkFields(part('hardware'), hardwareFields, 'environment.hardware', number);
  checkFields(part('threads'), threadFields, 'environment.threads', number);
}

function checkMetrics(metrics: readonly unknown[], number: number): void {
  for (const metric of metrics) {
    if (!isObject(metric)) throw new Unreadable(number, 'a metric is not an object.');
    const { task, name, split, value } = metric as Record<string, unknown>;
    if (
      typeof task !== 'string' ||
      typeof name !== 'string' ||
      typeof split !== 'string' ||
      !isKind.number(value)
    )
      throw new Unreadable(number, `the metric ${shown(metric)} lacks task, name, split or value.`);
  }
}

/** A copied folder or an edited header must not pass as a measurement of something else. */
function checkIdentity(
  header: Line<'header'>,
  expected: { readonly trial: string; readonly run: string },
): void {
  if (header.run !== expected.run || header.trial !== expected.trial) {
    throw new Unreadable(
      1,
      `the header is of run ${header.run} of trial ${header.trial}, but it lies in the folder of run ${expected.run} of trial ${expected.trial}.`,
    );
  }
  let identity: string;
  try {
    identity = trialId(header.spec);
  } catch (cause) {
    throw new Unreadable(1, `the specification has no identity: ${(cause as Error).message}.`);
  }
  if (identity !== header.trial)
    throw new Unreadable(
      1,
      `the specification is of trial ${identity}, but the header says ${header.trial}.`,
    );
}
