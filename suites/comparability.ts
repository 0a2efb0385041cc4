import type { PlannedCell } from '../contract/plan-types.ts';
import type { Hyper, HyperValue, Recipe } from '../contract/spec.ts';
import type { PublishedTable } from '../reference/published/types.ts';
import type { OfficialSubject } from '../reference/recipes/official.ts';
import { publishedName } from './network-names.ts';
import { standsAlone } from './own-study.ts';
import type { Scope } from './plan-context.ts';
import {
  compareColumn,
  compareProtocol,
  type Deviation,
  type ProtocolComparison,
  protocolReason,
} from './protocol.ts';
import type { Column, Row } from './resolve.ts';
import { teacherRecipe } from './settings.ts';

/** The resolved training of a cell. */
export interface CellTraining {
  readonly row: Row;
  readonly column: Column;
  readonly recipe: Recipe;
  readonly hyper: Hyper;
  /** Whether the cell has a teacher that the suite trains. */
  readonly trainsTeacher: boolean;
}

/**
 * Why a cell's numbers may not be set against its published number; null where they may, and where
 * there is no number.
 *
 * Below scale `paper` it is the suite's own words about the scale. At scale `paper` the resolved
 * training is compared with the protocol in the table's official files: data set, networks, every
 * setting of recipe and method, and the training of the teacher. A number without a known official
 * file cannot be compared either.
 */
export function whyNotComparable(
  scope: Scope,
  training: CellTraining,
  published: PlannedCell['published'],
): string | null {
  const { suite, scaleName, scale, context, data } = scope;
  if (standsAlone(suite.definition, scaleName)) return scale.notComparable ?? null;
  if (scaleName !== 'paper')
    return scale.notComparable ?? `a ${scaleName} run is not the published protocol`;
  const table = published === null ? undefined : context.published.tables.get(published.table);
  if (published === null || table === undefined) return null;
  const { row, column } = training;
  const dataset = data.identity?.dataset ?? scale.dataset;
  const place = compareColumn(table, column, dataset);
  const compared =
    row.row.role === 'teacher'
      ? teachersCell(scope, training, table, published.row)
      : studentComparison(scope, training, table, published.row);
  if (compared === null) {
    return protocolReason(place, [`no official file is known for ${published.row} of ${table.id}`]);
  }
  return protocolReason([...place, ...compared.deviations], compared.open);
}

function studentComparison(
  scope: Scope,
  training: CellTraining,
  table: PublishedTable,
  row: string,
): ProtocolComparison | null {
  const { column, recipe, hyper } = training;
  const { method, missing } = training.row;
  const subject: OfficialSubject = {
    row,
    method,
    column: column.id,
    model: publishedName(column.student),
    role: 'student',
  };
  const implemented = missing === null;
  const student = compareProtocol(table, {
    subject,
    recipe,
    hyper: implemented ? hyper : null,
    spelled: (name, value) =>
      implemented && isHyperValue(value) ? scope.context.spelledHyper(method, name, value) : value,
    defaults: implemented ? scope.context.resolveHyper(method, {}, column.student) : {},
  });
  if (student === null) return null;
  // Unknown settings of a teacher's training are no objection: papers name the teacher by its
  // score.
  const teacher = teacherComparison(scope, training, table, row);
  return {
    deviations: [...student.deviations, ...(teacher?.deviations ?? []).map(ofTeacher)],
    open: student.open,
  };
}

/** A cell that is a teacher's own accuracy. */
function teachersCell(
  scope: Scope,
  training: CellTraining,
  table: PublishedTable,
  row: string,
): ProtocolComparison | null {
  const deviations = otherTeacher(training.column, table, row);
  return deviations.length === 0
    ? teacherComparison(scope, training, table, row)
    : { deviations, open: [] };
}

function teacherComparison(
  scope: Scope,
  { column, trainsTeacher }: CellTraining,
  table: PublishedTable,
  row: string,
): ProtocolComparison | null {
  const { teacher, id } = column;
  // Imported weights are not trained: their gate says whether they are good enough.
  if (teacher === null || !trainsTeacher) return { deviations: [], open: [] };
  return compareProtocol(table, {
    subject: { row, method: 'none', column: id, model: publishedName(teacher), role: 'teacher' },
    recipe: teacherRecipe(scope, teacher).recipe,
    hyper: {},
    defaults: {},
  });
}

const isHyperValue = (value: unknown): value is HyperValue =>
  ['number', 'string', 'boolean'].includes(typeof value);

/** A table may print the score of another teacher than the released one that taught. */
function otherTeacher(
  { id, released }: Column,
  table: PublishedTable,
  row: string,
): readonly Deviation[] {
  const score = released?.score ?? null;
  if (released === null || released.unfit !== null || score === null) return [];
  const printed = table.cells.find(
    (cell) => cell.row === row && cell.column === id && cell.metric === score.metric,
  );
  if (printed === undefined) return [];
  if (Math.abs(score.value - printed.value) < 0.5 * 10 ** -printed.decimals) return [];
  const text = `score ${score.value} of the released teacher (${released.release}), published ${printed.value}`;
  return [{ field: 'score', text }];
}

const ofTeacher = ({ field, text }: Deviation): Deviation => ({
  field: `teacher.${field}`,
  text: `the teacher's ${text}`,
});
