import type { FieldPath } from '../common/checked-yaml.ts';
import { RedistillError } from '../common/errors.ts';
import { lookUp } from '../common/look-up.ts';
import { nearest, suggestion } from '../common/nearest.ts';
import { Problems } from '../common/problems.ts';
import type { ReleasedTeacherInfo } from '../contract/plan-types.ts';
import type { Published } from '../reference/published/loader.ts';
import { ownName, publishedName } from './network-names.ts';
import { type DatasetInfo, located, type Scope } from './plan-context.ts';
import { tableOf } from './references.ts';
import type { Suite } from './suite.ts';
import type { SuiteColumn, SuiteRow } from './suite-types.ts';
import { missingMethodPart } from './vocabulary.ts';

/** A column with the networks that this scale runs. */
export interface Column {
  readonly id: string;
  readonly index: number;
  readonly teacher: string | null;
  readonly student: string;
  readonly gate: number | null;
  /**
   * SHA-256 of imported weights that the teacher has instead of a training of its own; null for
   * none, and where they are not here.
   */
  readonly checkpoint: string | null;
  /**
   * The table's own teacher, where its authors released it; null where none is known or another is
   * asked for.
   */
  readonly released: ReleasedTeacherInfo | null;
  /** Field that names the networks, for messages. */
  readonly path: FieldPath;
}

/** A row with the method behind its name. */
export interface Row {
  readonly row: SuiteRow;
  readonly index: number;
  /** Canonical id, or the name in lower case where a part of it is not implemented. */
  readonly method: string;
  /** The part that published tables know and Redistill has not. */
  readonly missing: string | null;
}

/**
 * @throws UsageError `SUITE_UNKNOWN_DATASET` where neither Redistill nor a published table knows
 * the name.
 */
export function resolveDataset(scope: Omit<Scope, 'data'>): DatasetInfo {
  const { suite, scaleName, scale, context, vocabulary } = scope;
  const id = scale.dataset;
  if (context.datasets.includes(id)) return context.dataset(id);
  if (vocabulary.datasets.includes(id)) {
    return { identity: null, missing: `the data set ${id} is not supported`, trainPictures: 0 };
  }
  throw suite.error(
    'SUITE_UNKNOWN_DATASET',
    ['scales', scaleName, 'dataset'],
    `no data set is called "${id}". ${datasetSuggestion(id, [...context.datasets, ...vocabulary.datasets])}`,
    "A folder or archive NAME of your own under --data DIR is images:NAME (train/<class>/<picture>, test/<class>/<picture>), in COCO's layout coco:NAME.",
  );
}

/**
 * Sets of one's own are known by their folder's name, so that whoever writes `birds` is told of
 * `images:birds`. Published tables join the names of several sets with a plus; nobody can train on
 * those.
 */
export function datasetSuggestion(id: string, known: readonly string[]): string {
  const names = known.filter((name) => !name.includes('+'));
  const bare = new Map(names.map((name) => [name.replace(/^(images|coco):/, ''), name]));
  const near = nearest(id.replace(/^(images|coco):/, ''), [...bare.keys()]);
  return near === undefined ? suggestion(id, names) : `Did you mean "${bare.get(near)}"?`;
}

/**
 * The columns whose networks are known. Notes `SUITE_UNKNOWN_MODEL` where neither Redistill nor a
 * published table knows one.
 */
export function resolveColumns(scope: Scope): readonly Column[] {
  return scope.suite.definition.columns.flatMap(
    (column, index) => scope.problems.attempt(() => resolveColumn(scope, column, index)) ?? [],
  );
}

function resolveColumn(scope: Scope, column: SuiteColumn, index: number): Column {
  const change = lookUp(scope.scale.columns ?? {}, column.id);
  const path: FieldPath =
    change === undefined ? ['columns', index] : ['scales', scope.scaleName, 'columns', column.id];
  const [first = column.id, second] = column.id.split('__');
  const inId =
    second === undefined ? { teacher: null, student: first } : { teacher: first, student: second };
  const own = { ...inId, ...column };
  const resolved = { ...own, ...change };
  // A gate belongs to a network: one for another teacher says nothing about this one.
  const sameTeacher = resolved.teacher === own.teacher;
  const gate = change?.gate ?? scope.scale.gate ?? (sameTeacher ? column.gate : undefined) ?? null;
  const teacher = resolved.teacher === null ? null : ownName(resolved.teacher, scope.scale.dataset);
  const networks = new Problems();
  for (const name of [resolved.teacher, resolved.student]) {
    networks.attempt(() => checkNetwork(scope, name, path));
  }
  networks.throwAll('SUITE_UNKNOWN_MODEL');
  const named = change?.checkpoint ?? null;
  const released = named === null && sameTeacher ? releasedTeacher(scope, teacher) : null;
  checkImported(scope, named, teacher, [...path, 'checkpoint']);
  if (released !== null && released.unfit === null) {
    checkImported(scope, released.sha256, teacher, path);
  }
  return {
    id: column.id,
    index,
    teacher,
    student: ownName(resolved.student, scope.scale.dataset),
    gate: gate ?? scoreGate(scope, released),
    checkpoint: named ?? released?.sha256 ?? null,
    released,
    path,
  };
}

/**
 * The teacher of this column's published numbers, at scale `paper`, where the authors released it.
 */
function releasedTeacher(scope: Scope, teacher: string | null): ReleasedTeacherInfo | null {
  const { suite, scaleName, ownTeachers, context } = scope;
  if (teacher === null || scaleName !== 'paper' || ownTeachers) return null;
  // Code that is not ours brings its teachers along, or trains them.
  if (suite.definition.external !== undefined) return null;
  const table = tableOf(suite.definition, headlineMetric(scope));
  return table === undefined ? null : context.releasedTeacher(table, teacher);
}

/**
 * Released weights must reach their printed score within the margin, where the suite says nothing
 * else.
 */
function scoreGate(scope: Scope, released: ReleasedTeacherInfo | null): number | null {
  if (released === null || released.score === null || released.unfit !== null) return null;
  const margin = scope.suite.definition.metrics[headlineMetric(scope)]?.margin ?? 0;
  return Number((released.score.value - margin).toFixed(2));
}

const headlineMetric = ({ suite }: Pick<Scope, 'suite'>) =>
  Object.keys(suite.definition.metrics)[0] ?? '';

/**
 * Whether the suite's training of a teacher can matter: a released one takes its place until
 * somebody asks for it.
 */
export const mayTrainTeacher = ({ checkpoint, released }: Column) =>
  checkpoint === null || released !== null;

/**
 * Whether a teacher of this column is a training of the suite: neither named by its checksum nor
 * released.
 */
export const trainsItsTeacher = ({ checkpoint, released }: Column) =>
  checkpoint === null && (released === null || released.unfit !== null);

/**
 * Imported weights know their network and its classes. What the first trial that loads them would
 * refuse is refused before any is trained.
 */
function checkImported(
  { suite, scale, data, context }: Scope,
  sha256: string | null,
  teacher: string | null,
  path: FieldPath,
): void {
  const found = sha256 === null ? null : context.checkpoint(sha256);
  if (found === null || teacher === null) return;
  if (found.model !== teacher) {
    throw suite.error(
      'SUITE_TEACHER_NETWORK',
      path,
      `these are weights of ${found.model}, and the teacher of the pair is ${teacher}.`,
      `Name the teacher that they are of, or import weights of ${teacher}.`,
    );
  }
  if (data.classes !== undefined && found.classes !== data.classes) {
    throw suite.error(
      'SUITE_TEACHER_CLASSES',
      path,
      `the teacher ${teacher} tells ${found.classes} classes apart, and ${scale.dataset} has ${data.classes}.`,
      'A teacher must be trained on the classes that its student learns: leave out the checkpoint, and the suite trains one.',
    );
  }
}

/** A network may be missing, but it must be one that Redistill or a published table knows. */
function checkNetwork(
  { suite, scale, context, vocabulary }: Scope,
  name: string | null,
  path: FieldPath,
) {
  const known = [...context.models, ...vocabulary.networks];
  if (name === null) return;
  const names = [name, publishedName(name), ownName(name, scale.dataset)];
  if (names.some((each) => known.includes(each))) return;
  throw suite.error(
    'SUITE_UNKNOWN_MODEL',
    path,
    `no network is called "${name}". ${suggestion(name, known)}`,
  );
}

/**
 * The rows whose methods are known. Notes an error where nobody knows a method, or a combination
 * makes no sense.
 */
export function resolveRows(scope: Scope): readonly Row[] {
  return scope.suite.definition.rows.flatMap((row, index): Row | readonly Row[] => {
    if (row.role === 'teacher') return { row, index, method: 'none', missing: null };
    return scope.problems.attempt(() => resolveMethod(scope, row, index)) ?? [];
  });
}

/** The method that a row names, and the paper whose words the name is in. */
export function printedMethod(
  suite: Suite,
  row: SuiteRow,
  published: Published,
): { readonly name: string; readonly paper: string | undefined } {
  // The tables of several metrics are of one paper.
  const table = row.published?.table ?? tableOf(suite.definition, headlineMetric({ suite }));
  const paper = table === undefined ? undefined : published.tables.get(table)?.paper.key;
  return { name: row.method ?? row.name, paper };
}

function resolveMethod({ suite, context, vocabulary }: Scope, row: SuiteRow, index: number): Row {
  const { name, paper } = printedMethod(suite, row, context.published);
  const parse = () => context.parseMethod(name, paper).id;
  try {
    return { row, index, method: parse(), missing: null };
  } catch (cause) {
    if (!(cause instanceof RedistillError)) throw cause;
    const missing = missingMethodPart(name, context.methodNames, vocabulary);
    if (missing !== null) return { row, index, method: name.toLowerCase(), missing };
    const path = ['rows', index, row.method === undefined ? 'name' : 'method'];
    return located(suite, path, () => {
      throw cause;
    });
  }
}
