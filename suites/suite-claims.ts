import { suggestion } from '../common/nearest.ts';
import type { Problems } from '../common/problems.ts';
import type { PlannedCell, PlannedClaim } from '../contract/plan-types.ts';
import type { Suite } from './suite.ts';
import type { SuiteClaim, SuiteFile } from './suite-types.ts';

/**
 * A claim speaks of rows, columns and metrics that the suite has. @throws UsageError `SUITE_CLAIM`
 */
export function checkClaims({ definition, error }: Suite, problems: Problems): void {
  const { claims = [], rows, columns, metrics } = definition;
  const names = rows.map(({ name }) => name);
  const ids = columns.map(({ id }) => id);
  const wrong = (index: number, field: string, sentence: string) =>
    problems.add(error('SUITE_CLAIM', ['claims', index, field], sentence));
  claims.forEach((claim, index) => {
    const named: readonly (readonly [string, string, string, readonly string[]])[] = [
      ['row', 'row', claim.row, names],
      ['over', 'row', claim.over, names],
      ['metric', 'metric', metricOf(claim, definition), Object.keys(metrics)],
      ...(claim.columns ?? []).map((column) => ['columns', 'column', column, ids] as const),
    ];
    for (const [field, what, name, known] of named) {
      if (known.includes(name)) continue;
      const sentence = `the suite has no ${what} "${name}". ${suggestion(name, known)}`;
      wrong(index, field, sentence);
    }
    if (claim.row === claim.over) {
      wrong(index, 'over', `is "${claim.over}", which cannot be better than itself.`);
    }
  });
}

/** The claims of a suite as its plan has them: complete, and only where both rows have a cell. */
export function planClaims(
  definition: SuiteFile,
  cells: readonly PlannedCell[],
): readonly PlannedClaim[] {
  const has = (row: string, column: string, metric: string) =>
    cells.some((cell) => cell.row === row && cell.column === column && cell.metric === metric);
  return (definition.claims ?? []).flatMap((claim) => {
    const { row, over, by = 0 } = claim;
    const metric = metricOf(claim, definition);
    const asked = claim.columns ?? definition.columns.map(({ id }) => id);
    const columns = asked.filter((id) => has(row, id, metric) && has(over, id, metric));
    const title = claim.title ?? `${row} is better than ${over}${amount(by)}`;
    // A scale may leave rows out. A claim about them is then left out too.
    return columns.length === 0 ? [] : [{ title, row, over, metric, columns, by }];
  });
}

function amount(by: number): string {
  if (by === 0) return '';
  return by > 0 ? ` by more than ${by}` : `, or worse by less than ${-by}`;
}

function metricOf({ metric }: SuiteClaim, { metrics }: SuiteFile): string {
  return metric ?? (Object.keys(metrics)[0] as string);
}
