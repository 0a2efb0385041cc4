import type { Published } from '../loader.ts';
import { copiedCells, copiedColumns, elsewhereOf, mislabelledColumns } from './copies.ts';
import { disagreements, networkScores } from './disagreements.ts';
import { averagesOfOneRun, mixedEpochs, publishedBesideLogs, recordedEpochs } from './epochs.ts';
import { checkGains } from './gains.ts';
import { type FindingGroup, isStatement, type Rule, rules, severities } from './types.ts';

export type { FindingGroup, RecordFinding, Rule, Severity } from './types.ts';
export { rules, severities } from './types.ts';

/** What was looked at and what was found in the published record. */
export interface RecordLint {
  readonly tables: number;
  readonly numbers: number;
  readonly secondaryTables: number;
  /** `unchecked` are those whose baseline the table does not print. */
  readonly gains: { readonly checked: number; readonly wrong: number; readonly unchecked: number };
  /** By rule, then the gravest first, then in the order of the index. */
  readonly groups: readonly FindingGroup[];
}

/**
 * Checks the published numbers against themselves. Pure: every finding is computed from the tables
 * and carries the printed numbers that it rests on with their sources.
 */
export function lintPublished(published: Published): RecordLint {
  const statements = published.cells.filter((cell) =>
    isStatement(cell, published.table(cell.table).source.kind),
  );
  const elsewhere = elsewhereOf(published, statements);
  const gains = checkGains(published);
  const groups = [
    ...gains.groups,
    ...mislabelledColumns(published, elsewhere),
    ...copiedColumns(published, elsewhere),
    ...copiedCells(published, elsewhere),
    ...publishedBesideLogs(published, statements),
    ...averagesOfOneRun(published, statements),
    ...disagreements(published, statements),
    ...networkScores(published, statements),
    ...recordedEpochs(published),
    ...mixedEpochs(published),
  ];
  const tables = [...published.tables.values()];
  return {
    tables: tables.length,
    numbers: published.cells.length,
    secondaryTables: tables.filter(({ trust }) => trust === 'secondary').length,
    gains: {
      checked: gains.checked,
      wrong: gains.wrong,
      unchecked: gains.unchecked,
    },
    groups: byRule(groups),
  };
}

/**
 * Whether the record itself is at fault. A misprint of others is for readers to know; our own
 * mistake in recording makes verdicts wrong.
 */
export function recordFails({ groups }: Pick<RecordLint, 'groups'>): boolean {
  return groups.some(({ rule }) => rule === 'recorded-epoch');
}

function byRule(groups: readonly FindingGroup[]): readonly FindingGroup[] {
  const order = Object.keys(rules) as Rule[];
  const place = ({ rule, severity, secondary, findings }: FindingGroup) => [
    order.indexOf(rule),
    secondary ? 1 : 0,
    severities.indexOf(severity),
    -findings.length,
  ];
  return [...groups].sort((one, other) => {
    const [a, b] = [place(one), place(other)];
    const index = a.findIndex((value, position) => value !== b[position]);
    return index < 0 ? 0 : (a[index] as number) - (b[index] as number);
  });
}
