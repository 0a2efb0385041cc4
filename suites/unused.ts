import type { FieldPath } from '../common/checked-yaml.ts';
import { suggestion } from '../common/nearest.ts';
import type { PlannedCell } from '../contract/plan-types.ts';
import type { Scale } from '../contract/spec.ts';
import { placeholdersIn } from '../runners/external/command.ts';
import { lacksMetric } from './cell-metrics.ts';
import { standsAlone } from './own-study.ts';
import type { PlanContext, Scope } from './plan-context.ts';
import { type Column, mayTrainTeacher, type Row } from './resolve.ts';
import { teacherRecipe } from './settings.ts';
import type { SuiteOverride } from './suite-types.ts';

/** A row and a column whose cells the scale has. */
export interface Pair {
  readonly row: Row;
  readonly column: Column;
}

export interface Planned {
  readonly rows: readonly Row[];
  readonly columns: readonly Column[];
  /** Those that the scale runs, with and without a reason not to. */
  readonly pairs: readonly Pair[];
  readonly cells: readonly PlannedCell[];
}

/**
 * Refuses fields of a suite that this scale reads and that have no effect in it: their author
 * expects one.
 *
 * @throws UsageError `SUITE_UNUSED` at the field
 */
export function refuseUnusedFields(scope: Scope, planned: Planned): void {
  const checks = [references, overrides, refusals, ofColumns, gates, teachers, metrics, external];
  for (const check of checks) scope.problems.attempt(() => check(scope, planned));
}

/**
 * Whether a row's training has a teacher, or is one. A method that is not implemented is one that
 * distils.
 */
export function learnsFromTeacher(context: PlanContext, { row, method, missing }: Row): boolean {
  return missing !== null || row.role === 'teacher' || context.needsTeacher(method);
}

function refuse({ suite }: Scope, path: FieldPath, sentence: string, hint?: string): never {
  throw suite.error('SUITE_UNUSED', path, sentence, hint ?? 'Leave it out.');
}

/** What speaks of publications, in a suite whose every scale stands alone. */
function ofPublications(scope: Scope): void {
  const { definition } = scope.suite;
  const scales = Object.keys(definition.scales) as Scale[];
  if (!scales.every((name) => standsAlone(definition, name))) return;
  const why = 'the suite is an own study at every scale, and is held against no publication.';
  each(scope, ['table', 'noReference', 'excerpt'] as const, (field) => {
    if (definition[field] !== undefined) refuse(scope, [field], why);
  });
  each(scope, definition.rows, (row, index) => {
    for (const field of ['published', 'noReference'] as const) {
      if (row[field] !== undefined) refuse(scope, ['rows', index, field], why);
    }
  });
}

/** Looks at each of a list; a mistake in one is kept and does not hide those of the others. */
function each<T>(
  { problems }: Scope,
  list: readonly T[],
  look: (one: T, index: number) => void,
): void {
  list.forEach((one, index) => {
    problems.attempt(() => look(one, index));
  });
}

function references(scope: Scope): void {
  const { definition } = scope.suite;
  ofPublications(scope);
  if (scope.problems.any) return;
  if (definition.table !== undefined && definition.noReference !== undefined) {
    refuse(
      scope,
      ['noReference'],
      'the suite names a published table, so this reason shows nowhere.',
    );
  }
  const own = definition.rows.some(({ published }) => published?.table !== undefined);
  if (definition.excerpt !== undefined && definition.table === undefined && !own) {
    refuse(
      scope,
      ['excerpt'],
      'the suite names no published table that it could leave a part out of.',
    );
  }
}

/** The rows and columns that an exception names, of those that `exclude` leaves. */
function namedCells({ suite }: Scope, part: SuiteOverride): { row: string; column: string }[] {
  const { rows, columns, exclude = [] } = suite.definition;
  return rows.flatMap(({ name: row }) =>
    columns
      .map(({ id: column }) => ({ row, column }))
      .filter((cell) => names(part, cell.row, cell.column))
      .filter(
        (cell) =>
          !exclude.some(
            (out) =>
              (out.row ?? cell.row) === cell.row && (out.column ?? cell.column) === cell.column,
          ),
      ),
  );
}

const names = ({ rows, columns }: SuiteOverride, row: string, column: string): boolean =>
  (rows?.includes(row) ?? true) && (columns?.includes(column) ?? true);

function overrides(scope: Scope, { pairs }: Planned): void {
  const { suite, scale, scaleName } = scope;
  const { definition } = suite;
  each(scope, definition.overrides ?? [], (part, index) => {
    const path = ['overrides', index];
    checkOverride(scope, part, path);
    if (namedCells(scope, part).length > 0) return;
    refuse(scope, path, 'every cell that the exception names is excluded.');
  });
  each(scope, scale.overrides ?? [], (part, index) => {
    const path = ['scales', scaleName, 'overrides', index];
    checkOverride(scope, part, path);
    if (pairs.some(({ row, column }) => names(part, row.row.name, column.id))) return;
    refuse(scope, path, `this scale runs no cell that the exception names.`);
  });
}

function checkOverride(scope: Scope, part: SuiteOverride, path: FieldPath): void {
  if (!says(part.hyper) && !says(part.recipe)) {
    refuse(scope, path, 'the exception changes nothing.', 'Give it "hyper" or "recipe".');
  }
  const { rows } = scope.suite.definition;
  const named = rows.filter(({ name }) => part.rows?.includes(name) ?? true);
  if (part.recipe !== undefined && named.every(({ role }) => role === 'teacher')) {
    refuse(
      scope,
      [...path, 'recipe'],
      'the exception names teachers alone, whose recipe no exception of cells changes.',
      `Give the scale teacher: {recipe: ...}.`,
    );
  }
}

/** Whether any setting stands in a part of a suite: `{}` and `{optimizer: {}}` have none. */
function says(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return part !== undefined;
  return Array.isArray(part) || Object.values(part).some(says);
}

function refusals(scope: Scope): void {
  each(scope, scope.suite.definition.notRun ?? [], (part, index) => {
    const elsewhere = part.scales?.includes(scope.scaleName) === false;
    if (elsewhere || namedCells(scope, part).length > 0) return;
    refuse(scope, ['notRun', index], 'every cell that it names is excluded.');
  });
}

const withTeacher = ({ context }: Scope, pairs: readonly Pair[]) =>
  pairs.filter(({ row, column }) => column.teacher !== null && learnsFromTeacher(context, row));

function ofColumns(scope: Scope, { pairs, columns }: Planned): void {
  const { scale, scaleName } = scope;
  each(scope, Object.entries(scale.columns ?? {}), ([id, change]) => {
    const path = ['scales', scaleName, 'columns', id];
    if (!says(change)) refuse(scope, path, 'it changes nothing of the column.');
    const own = pairs.filter(({ column }) => column.id === id);
    if (own.length === 0) refuse(scope, path, 'this scale runs no cell of the column.');
    if (withTeacher(scope, own).length > 0) return;
    const field = (['checkpoint', 'gate'] as const).find((name) => change[name] !== undefined);
    if (field === undefined) return;
    const reason =
      columns.find((column) => column.id === id)?.teacher === null
        ? 'the pair has no teacher'
        : 'no method that this scale runs for the pair has a teacher';
    refuse(scope, [...path, field], `${reason}.`);
  });
}

function gates(scope: Scope, { pairs, rows }: Planned): void {
  const { suite, scale, scaleName, context } = scope;
  const { columns } = suite.definition;
  const taught = withTeacher(scope, pairs);
  if (scale.gate !== undefined) {
    const path = ['scales', scaleName, 'gate'];
    if (taught.length === 0) refuse(scope, path, 'nothing at this scale has a teacher.');
    if (taught.every(({ column }) => scale.columns?.[column.id]?.gate !== undefined)) {
      refuse(scope, path, "every pair's own gate at this scale takes its place.");
    }
  }
  each(scope, columns, ({ id, gate, teacher }, index) => {
    if (gate === undefined) return;
    const path = ['columns', index, 'gate'];
    const alone = teacher === null || (teacher === undefined && !id.includes('__'));
    if (alone) refuse(scope, path, 'the pair has no teacher.');
    if (rows.some((row) => learnsFromTeacher(context, row))) return;
    refuse(scope, path, 'no row of the suite has a teacher.');
  });
}

function teachers(scope: Scope, { pairs }: Planned): void {
  const { scale, scaleName, suite } = scope;
  const { teacher } = scale;
  if (teacher === undefined) return;
  const path = ['scales', scaleName, 'teacher'];
  if (!says(teacher)) refuse(scope, path, 'it says nothing of the teachers.');
  const taught = withTeacher(scope, pairs);
  if (taught.length === 0) refuse(scope, path, 'nothing at this scale has a teacher.');
  const { external: source } = suite.definition;
  if (source !== undefined && source.teacherCommand === undefined) {
    refuse(scope, path, 'without a teacherCommand the external implementation trains no teachers.');
  }
  if (taught.some(({ column }) => mayTrainTeacher(column))) return;
  const measured =
    'every teacher at this scale is an imported checkpoint, which is measured and not trained.';
  if (teacher.seed !== undefined) refuse(scope, [...path, 'seed'], measured);
  // Pictures of a measured teacher are made as those of a trained one would be.
  const seen = taught.some(({ column }) => {
    const { input, normalisation } = teacherRecipe(scope, column.teacher as string).recipe;
    return input !== undefined || normalisation !== undefined;
  });
  if (teacher.recipe !== undefined && !seen) refuse(scope, [...path, 'recipe'], measured);
}

/**
 * A margin of a metric that no task here measures, or none of the suite's networks on its data, has
 * no meaning. It may still stand there for published numbers of cells that are not run.
 */
function metrics(scope: Scope, { pairs, cells }: Planned): void {
  const { suite, context, data } = scope;
  if (context.metrics === null) return;
  const { definition } = suite;
  const { names: known, ofClasses } = context.metrics;
  each(scope, Object.keys(definition.metrics), (metric) => {
    const path = ['metrics', metric];
    const own = cells.filter((cell) => cell.metric === metric);
    if (known.includes(metric) || ofClasses.some((prefix) => metric.startsWith(prefix))) {
      const lacking = pairs.map((pair) => lacksMetric(scope, pair, metric));
      const [reason] = lacking;
      if (reason == null || lacking.includes(null)) return;
      throw suite.error(
        'SUITE_METRIC',
        path,
        `nothing that this scale trains on ${data.identity?.dataset ?? scope.scale.dataset} measures it: ${reason}.`,
        'Leave the metric out, or take a network and a data set that have it.',
      );
    }
    if (!own.some((cell) => cell.notRun === null)) return;
    throw suite.error(
      'SUITE_UNKNOWN_METRIC',
      path,
      `no training of ${definition.task} measures "${metric}". ${suggestion(metric, known)}`,
      `It measures: ${known.join(', ')}.`,
    );
  });
}

/** Code that is not ours is told of a hyper-parameter by its placeholder, and of nothing else. */
function external(scope: Scope, { pairs, rows }: Planned): void {
  const { definition } = scope.suite;
  const { external: source } = definition;
  if (source === undefined) return;
  if (source.teacherCommand !== undefined && withTeacher(scope, pairs).length === 0) {
    refuse(scope, ['external', 'teacherCommand'], 'nothing at this scale has a teacher.');
  }
  const told = (row: string) =>
    [...source.command, ...(source.rows?.[row] ?? [])].flatMap((word) => placeholdersIn(word));
  const check = (path: FieldPath, row: string, hyper: object | undefined) => {
    const unheard = Object.keys(hyper ?? {}).find((name) => !told(row).includes(`hyper.${name}`));
    if (unheard === undefined) return;
    refuse(
      scope,
      [...path, unheard],
      `the command of the row "${row}" is not told of it.`,
      `Put {hyper.${unheard}} into external.command or external.rows.`,
    );
  };
  each(scope, rows, ({ row, index }) => check(['rows', index, 'hyper'], row.name, row.hyper));
  const exceptions = (list: readonly SuiteOverride[] | undefined, path: FieldPath) => {
    each(scope, list ?? [], (part, index) => {
      for (const { row } of rows) {
        if (row.role === 'teacher' || !(part.rows?.includes(row.name) ?? true)) continue;
        check([...path, 'overrides', index, 'hyper'], row.name, part.hyper);
      }
    });
  };
  exceptions(definition.overrides, []);
  exceptions(scope.scale.overrides, ['scales', scope.scaleName]);
}
