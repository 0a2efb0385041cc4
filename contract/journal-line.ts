import { shown } from '../common/shown.ts';
import type { EndState, Environment, JournalLine } from './journal-types.ts';
import { schemaVersion, type TeacherRef } from './spec.ts';

/** What is wrong with a line of a journal. */
export class JournalLineError extends Error {}

/**
 * What a field must be. `number` may be null: JSON has no NaN and no Infinity. `small` is a count
 * that fits the 32 bits of its column.
 */
type Kind =
  | 'text'
  | 'textOrNull'
  | 'count'
  | 'small'
  | 'studentsOrNone'
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
    students: 'studentsOrNone',
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

export const endStates: readonly EndState[] = [
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
  studentsOrNone: (value) => value === undefined || isStudents(value),
  number: isNumber,
  flag: (value) => typeof value === 'boolean',
  object: isObject,
  losses: (value) => isObject(value) && Object.values(value).every(isNumber),
  list: Array.isArray,
};

function isSmall(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 2 ** 31 - 1;
}

/**
 * Students that shared the steps of an epoch, in the mean: one may leave its cohort in the middle.
 */
function isStudents(value: unknown): boolean {
  return typeof value === 'number' && value >= 1 && value <= 2 ** 31 - 1;
}

function isNumber(value: unknown): boolean {
  return value === null || typeof value === 'number';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Journals nest a few levels deep; what nests further would overflow the stack of whoever writes it
 * out.
 */
const deepest = 64;

export function isTooDeep(value: unknown, levels = deepest): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((part) => isTooDeep(part, levels - 1));
}

/**
 * ISO 8601 in UTC, as `Date.prototype.toISOString` writes it, of the years that a database can
 * hold.
 */
const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/;

export const isTime = (value: unknown): value is string =>
  typeof value === 'string' && isoTime.test(value) && !Number.isNaN(Date.parse(value));

/**
 * Checks a line against the contract of journals, whoever reads it. What a run was measured with
 * and of (`checkDetails`) is for those who take its numbers.
 *
 * @param seq what its own number must be
 * @throws JournalLineError with the rest of a sentence that begins with the file and the line
 */
export function checkedLine(value: unknown, seq: number): JournalLine {
  if (!isObject(value)) throw new JournalLineError('this line is not a JSON object.');
  if (isTooDeep(value)) {
    throw new JournalLineError(`this line is nested more than ${deepest} levels deep.`);
  }
  const line = value;
  const type = line['type'];
  const known = typeof type === 'string' && Object.hasOwn(fields, type);
  if (!known) throw new JournalLineError(`unknown type of line ${shown(type)}.`);
  if (line['seq'] !== seq)
    throw new JournalLineError(`seq is ${shown(line['seq'])}, but ${seq} was expected.`);
  if (!isTime(line['time']))
    throw new JournalLineError(`time is ${shown(line['time'])}, not an ISO 8601 time.`);
  checkFields(line, fields[type as JournalLine['type']], type);
  if (type === 'header') checkVersion(line);
  if (type === 'epoch') checkMetrics(line['metrics'] as unknown[]);
  if (type === 'end' && !endStates.includes(line['state'] as EndState))
    throw new JournalLineError(`unknown end state ${shown(line['state'])}.`);
  return line as unknown as JournalLine;
}

function checkFields(
  record: Record<string, unknown>,
  expected: Readonly<Record<string, Kind>>,
  name: string,
): void {
  for (const field in expected) {
    if (!isKind[expected[field] as Kind](record[field])) {
      throw new JournalLineError(
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
  studentsOrNone: 'a number from 1 to 2147483647',
  number: 'a number or null',
  flag: 'true or false',
  object: 'an object',
  losses: 'an object of numbers',
  list: 'a list',
};

function checkVersion(line: Record<string, unknown>): void {
  if (line['schemaVersion'] !== schemaVersion) {
    throw new JournalLineError(
      `the journal has schemaVersion ${shown(line['schemaVersion'])}; this Redistill reads ${schemaVersion}.`,
    );
  }
}

/**
 * Checks the environment and the specification within a line that was checked.
 *
 * @throws JournalLineError as `checkedLine`
 */
export function checkDetails(checked: JournalLine): void {
  const line: Record<string, unknown> = { ...checked };
  if (checked.type === 'header' || checked.type === 'resume') checkEnvironment(line);
  if (checked.type === 'header') checkSpec(line['spec'] as Record<string, unknown>);
}

/** What the store takes from a specification; the rest of it only enters its hash. */
function checkSpec(spec: Record<string, unknown>): void {
  checkFields(spec, specFields, 'spec');
  checkFields(spec['recipe'] as Record<string, unknown>, recipeFields, 'spec.recipe');
  checkFields(spec['data'] as Record<string, unknown>, dataFields, 'spec.data');
  const { teacher } = spec;
  if (teacher === null) return;
  if (!isObject(teacher)) throw new JournalLineError('spec.teacher is no object.');
  const known = teacher as Record<string, unknown>;
  const reference = Object.hasOwn(teacherFields, String(known['kind']))
    ? teacherFields[known['kind'] as TeacherRef['kind']]
    : undefined;
  if (reference === undefined) {
    throw new JournalLineError(`spec.teacher.kind is ${shown(known['kind'])}.`);
  }
  checkFields(known, { model: 'text', ...reference }, 'spec.teacher');
}

function checkEnvironment(line: Record<string, unknown>): void {
  const environment = line['environment'] as Record<string, unknown>;
  const part = (name: string) => environment[name] as Record<string, unknown>;
  checkFields(environment, environmentFields, 'environment');
  checkFields(part('hardware'), hardwareFields, 'environment.hardware');
  checkFields(part('threads'), threadFields, 'environment.threads');
}

function checkMetrics(metrics: readonly unknown[]): void {
  for (const metric of metrics) {
    if (!isObject(metric)) throw new JournalLineError('a metric is not an object.');
    const { task, name, split, value } = metric as Record<string, unknown>;
    if (
      typeof task !== 'string' ||
      typeof name !== 'string' ||
      typeof split !== 'string' ||
      !isKind.number(value)
    )
      throw new JournalLineError(`the metric ${shown(metric)} lacks task, name, split or value.`);
  }
}
