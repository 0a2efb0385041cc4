import { RedistillError, UsageError } from '../common/errors.ts';
import { suggestion } from '../common/nearest.ts';
import { Problems } from '../common/problems.ts';
import type { Plan, PlannedCell } from '../contract/plan-types.ts';
import type { Hyper, Recipe, Scale } from '../contract/spec.ts';
import { lacksMetric } from './cell-metrics.ts';
import { type CellTraining, whyNotComparable } from './comparability.ts';
import { standsAlone } from './own-study.ts';
import { located, type PlanContext, type Scope } from './plan-context.ts';
import { publishedKey } from './references.ts';
import {
  type Column,
  mayTrainTeacher,
  type Row,
  resolveColumns,
  resolveDataset,
  resolveRows,
  trainsItsTeacher,
} from './resolve.ts';
import {
  cellHyper,
  checkRecipeNames,
  type LocatedRecipe,
  refuseUnused,
  studentRecipe,
  teacherRecipe,
} from './settings.ts';
import type { Suite } from './suite.ts';
import { planClaims } from './suite-claims.ts';
import type { SuitePart, SuiteScale } from './suite-types.ts';
import { TrialBook } from './trial-book.ts';
import { learnsFromTeacher, refuseUnusedFields } from './unused.ts';
import { vocabularyOf } from './vocabulary.ts';

export interface PlanOptions {
  /** Instead of the scale's own seeds. */
  readonly seeds?: readonly number[] | undefined;
  /** Train teachers even where the published table's own was released. */
  readonly ownTeachers?: boolean | undefined;
  /** What was found before, to be told with what is found here. */
  readonly problems?: Problems | undefined;
}

/**
 * Plans a suite at one scale: its cells, and the trials behind them with their content-hashed
 * identities. Pure.
 *
 * A cell whose method, network or data are missing is planned as `notRun` with the reason; it is
 * never dropped.
 *
 * @throws UsageError that names file, line and field: an unknown scale, method, network, data set,
 *   recipe, published table or row (with the nearest known name), a hyper-parameter or recipe field
 *   that does not fit or has no effect, a field of the suite that has none, a repeated seed, a
 *   suite without cells.
 */
export function planSuite(
  suite: Suite,
  scaleName: Scale,
  context: PlanContext,
  options: PlanOptions = {},
): Plan {
  const problems = options.problems ?? new Problems();
  const scale = problems.attempt(() => requireScale(suite, scaleName));
  const seeds = options.seeds === undefined ? scale?.seeds : checkSeeds(options.seeds);
  if (scale === undefined || seeds === undefined) throw problems.asError('SUITE_ERRORS');
  const ownTeachers = options.ownTeachers ?? false;
  const vocabulary = vocabularyOf(context.published);
  const base = { suite, scaleName, scale, context, vocabulary, ownTeachers, problems };
  const data = problems.attempt(() => resolveDataset(base)) ?? unknownData;
  const scope: Scope = { ...base, data };
  const columns = resolveColumns(scope);
  const rows = resolveRows(scope);
  checkRecipeNames(scope);
  if (!problems.attempt(() => checkSize(scope, rows.length * columns.length, seeds.length))) {
    throw problems.asError('SUITE_ERRORS');
  }
  const book = new TrialBook(scope);
  const pairs = rows.flatMap((row) =>
    columns
      .filter((column) => included(scope, row.row.name, column.id))
      .map((column) => ({ row, column })),
  );
  const cells = pairs.flatMap(({ row, column }) => cellsOf(scope, row, column, seeds, book));
  // What is left of a suite with mistakes says nothing of these.
  if (problems.any) throw problems.asError('SUITE_ERRORS');
  if (cells.length === 0) {
    throw suite.error(
      'SUITE_EMPTY',
      ['scales', scaleName],
      'no cell is left: everything is excluded.',
    );
  }
  const claims = planClaims(suite.definition, cells);
  refuseUnusedFields(scope, { rows, columns, pairs, cells });
  if (problems.any) throw problems.asError('SUITE_ERRORS');
  return {
    schemaVersion: 1,
    suite: suite.id,
    title: suite.definition.title,
    task: suite.definition.task,
    scale: scaleName,
    notComparable: scale.notComparable ?? null,
    margins: Object.fromEntries(
      Object.entries(suite.definition.metrics).map(([name, { margin }]) => [name, margin]),
    ),
    ...(options.seeds === undefined ? {} : { registeredSeeds: scale.seeds }),
    ...(claims.length === 0 ? {} : { claims }),
    columns: columns
      .filter(({ id }) => cells.some((cell) => cell.column === id))
      .map(({ id, teacher, student, released }) => ({
        id,
        teacher,
        student,
        ...(released && { released }),
      })),
    rows: rows
      .filter(({ row }) => cells.some((cell) => cell.row === row.name))
      .map(({ row, method }) => ({ name: row.name, method })),
    cells,
    trials: book.trials(),
  };
}

/** Stands for a set that nobody knows while the rest of the suite is looked at. */
const unknownData = { identity: null, missing: 'no such data set', trainPictures: 0 } as const;

function requireScale(suite: Suite, name: Scale): SuiteScale {
  const { scales } = suite.definition;
  const scale = scales[name];
  if (scale === undefined) {
    const known = Object.keys(scales);
    throw suite.error(
      'SUITE_UNKNOWN_SCALE',
      ['scales'],
      `the suite has no scale "${name}". ${suggestion(name, known)}`,
      `It has: ${known.join(', ')}.`,
    );
  }
  return scale;
}

/** Far more than anybody trains, and planned within seconds. */
const mostTrials = 20_000;

/**
 * Rows, columns, metrics and seeds of a small file may multiply to billions: counted before any is
 * planned.
 */
function checkSize({ suite, scaleName }: Scope, pairs: number, seeds: number): true {
  const cells = pairs * Object.keys(suite.definition.metrics).length;
  const most = Math.max(cells, pairs * seeds);
  if (most <= mostTrials) return true;
  throw suite.error(
    'SUITE_SIZE',
    ['scales', scaleName],
    `rows, columns, metrics and seeds make ${cells} cells with up to ${pairs * seeds} trials; up to ${mostTrials} of each are planned.`,
    'Make several suites of it.',
  );
}

function checkSeeds(seeds: readonly number[]): readonly number[] {
  if (seeds.length === 0) throw new UsageError('SEEDS', 'There are no seeds to run.');
  const bad = seeds.find((seed) => !Number.isSafeInteger(seed) || seed < 0);
  if (bad !== undefined) {
    throw new UsageError('SEEDS', `A seed is a whole number from 0 on, not ${bad}.`);
  }
  const known = new Set<number>();
  const twice = seeds.find((seed) => known.size === known.add(seed).size);
  if (twice !== undefined) {
    throw new UsageError('SEEDS', `The seed ${twice} is named twice.`, {
      hint: 'Two trials with one seed are one trial; take another number.',
    });
  }
  return seeds;
}

function included({ suite, scale }: Scope, row: string, column: string): boolean {
  const { only } = scale;
  const parts: readonly SuitePart[] = only === undefined ? [{}] : [only].flat();
  const inside = parts.some(
    ({ rows, columns }) => (rows?.includes(row) ?? true) && (columns?.includes(column) ?? true),
  );
  if (!inside) return false;
  return !(suite.definition.exclude ?? []).some(
    (cell) =>
      (cell.row === undefined || cell.row === row) &&
      (cell.column === undefined || cell.column === column),
  );
}

/** The cells of one row and column, one per metric: they share their trials. */
function cellsOf(
  scope: Scope,
  row: Row,
  column: Column,
  seeds: readonly number[],
  book: TrialBook,
): readonly PlannedCell[] {
  const { suite, context, problems } = scope;
  const settled = problems.attempt(() => studentRecipe(scope, row, column));
  const hyper =
    row.missing === null ? problems.attempt(() => cellHyper(scope, row, column)) : noHyper;
  const metrics = Object.keys(suite.definition.metrics);
  const references = metrics.map((metric) =>
    problems.attempt(() => referenceOf(scope, row, column, metric)),
  );
  if (settled === undefined || hyper === undefined) return [];
  const { recipe } = settled;
  if (row.missing === null) {
    problems.attempt(() => checkRecipes(scope, row, column, settled, hyper));
    problems.attempt(() => checkNetworks(scope, row, column, recipe, hyper));
  }
  const training = { row, column, recipe, hyper };
  const found = problems.attempt(() => {
    const notRun = missing(scope, row, column, recipe);
    return { notRun, trials: notRun === null ? trialsOf(scope, training, seeds, book) : [] };
  });
  if (found === undefined) return [];
  const trainsTeacher =
    learnsFromTeacher(context, row) && trainsTeachers(suite) && trainsItsTeacher(column);
  return metrics.flatMap((metric, index) => {
    const reference = references[index];
    if (reference === undefined) return [];
    const lacking = lacksMetric(scope, { row, column }, metric);
    return {
      id: `${row.row.name}/${column.id}/${metric}`,
      row: row.row.name,
      method: row.method,
      column: column.id,
      metric,
      ...reference,
      notComparable: whyNotComparable(scope, { ...training, trainsTeacher }, reference.published),
      ...(found.notRun === null && lacking !== null ? { notRun: lacking, trials: [] } : found),
    };
  });
}

const noHyper: Hyper = {};

/** What is published of a cell, where the scale is held against publications. */
function referenceOf(
  { suite, scaleName, context }: Scope,
  row: Row,
  column: Column,
  metric: string,
): Pick<PlannedCell, 'published' | 'noReference'> {
  if (standsAlone(suite.definition, scaleName)) return { published: null, noReference: null };
  return publishedKey(suite, row.index, column, metric, context.published);
}

/** The requirement of this cell that Redistill or this machine lacks, or null. */
function missing(scope: Scope, row: Row, column: Column, recipe: Recipe): string | null {
  const { suite, context, data } = scope;
  const needed: string[] = [];
  if (row.row.role === 'teacher' && !trainsTeachers(suite)) {
    needed.push('the external implementation trains no teachers by themselves');
  }
  if (!context.trained) needed.push(`training for ${suite.definition.task} is not implemented`);
  const network = (name: string) => {
    if (!context.models.includes(name)) needed.push(`the network ${name} is not implemented`);
  };
  if (row.missing !== null) needed.push(`the method ${row.missing} is not implemented`);
  needed.push(...refusals(scope, row, column));
  const taught = learnsFromTeacher(context, row);
  if (taught) {
    if (column.teacher === null) needed.push('the pair has no teacher');
    else network(column.teacher);
  }
  if (row.row.role !== 'teacher') network(column.student);
  if (data.missing !== null) needed.push(data.missing);
  if (recipe.input !== undefined && !context.inputs.includes(recipe.input.kind))
    needed.push(`the recipe's ${recipe.input.kind} is not implemented`);
  if (taught && column.released?.missing != null) needed.push(column.released.missing);
  needed.push(...missingWeights(scope, row, column, recipe));
  return needed.length === 0 ? null : needed.join('; ');
}

/** Why the suite itself says that the cell cannot be trained. */
function refusals({ suite, scaleName }: Scope, { row }: Row, column: Column): readonly string[] {
  return (suite.definition.notRun ?? [])
    .filter(
      ({ rows, columns, scales }) =>
        rows.includes(row.name) &&
        (columns?.includes(column.id) ?? true) &&
        (scales?.includes(scaleName) ?? true),
    )
    .map(({ because }) => because);
}

/**
 * Weights that backbones of the cell's trainings start with and that are not here: the student's,
 * and those of a teacher that is trained.
 */
function missingWeights(scope: Scope, row: Row, column: Column, recipe: Recipe): readonly string[] {
  const { suite, context } = scope;
  const { teacher, student, path } = column;
  const missingFor = (network: string, { pretrained }: Recipe) =>
    pretrained === undefined || !context.models.includes(network)
      ? null
      : located(suite, path, () => context.backbone(pretrained, network).missing);
  const taught = learnsFromTeacher(context, row);
  const found = [
    taught && teacher !== null && trainsItsTeacher(column) && trainsTeachers(suite)
      ? missingFor(teacher, teacherRecipe(scope, teacher).recipe)
      : null,
    row.row.role === 'teacher' ? null : missingFor(student, recipe),
  ];
  return [...new Set(found.filter((each) => each !== null))];
}

/** Code that is not ours may bring its teachers along. */
const trainsTeachers = ({ definition: { external } }: Suite) =>
  external === undefined || external.teacherCommand !== undefined;

/**
 * @throws UsageError `RECIPE_FIELD` for a field that the training of the cell's student or of its
 * teacher does not use
 */
function checkRecipes(
  scope: Scope,
  row: Row,
  column: Column,
  student: LocatedRecipe,
  hyper: Hyper,
): void {
  const taught = learnsFromTeacher(scope.context, row);
  const { teacher } = column;
  if (taught && teacher !== null && mayTrainTeacher(column)) {
    refuseUnused(scope, teacherRecipe(scope, teacher), {
      method: 'none',
      hyper: {},
      taught: false,
      network: { name: teacher },
    });
  }
  if (row.row.role !== 'teacher') {
    const network = { name: column.student };
    refuseUnused(scope, student, { method: row.method, hyper, taught, network });
  }
}

/**
 * Refuses networks that do not fit the method, at its row. Cells in the suite's `notRun` are never
 * trained, and pass.
 */
function checkNetworks(scope: Scope, row: Row, column: Column, recipe: Recipe, hyper: Hyper): void {
  const { suite, context, data } = scope;
  const { teacher, student } = column;
  if (!learnsFromTeacher(context, row) || teacher === null) return;
  if (![teacher, student].every((name) => context.models.includes(name))) return;
  if (refusals(scope, row, column).length > 0) return;
  try {
    const pair = { method: row.method, hyper, student, teacher };
    context.checkPair({ ...pair, recipe, side: data.side ?? null });
  } catch (cause) {
    if (!(cause instanceof RedistillError)) throw cause;
    // A user's own method may read weights and labels, which only the worker has: it asks again.
    if (cause.code === 'PLUGIN_THREW') return;
    throw suite.error(
      cause.code,
      ['rows', row.index],
      `in the column ${column.id} ${cause.message}`,
      cause.hint ??
        'Take the cell out with `exclude`, or say in `notRun` why it cannot be trained.',
    );
  }
}

/** Plans the trials of a cell that can run. */
function trialsOf(
  scope: Scope,
  cell: Pick<CellTraining, 'row' | 'column' | 'recipe' | 'hyper'>,
  seeds: readonly number[],
  book: TrialBook,
): readonly string[] {
  const { row, column, recipe, hyper } = cell;
  const taught = learnsFromTeacher(scope.context, row);
  const teachers = taught && trainsTeachers(scope.suite) ? book.teachers(column) : [];
  if (row.row.role === 'teacher') return teachers.map(({ id }) => id);
  return seeds.map(
    (seed, index) =>
      book.student(
        { method: row.method, hyper, recipe, seed, row: row.row.name, taught },
        column,
        // In turn, so that every teacher has as many students as the others, or one more.
        teachers[index % teachers.length] ?? null,
        index,
      ).id,
  );
}
