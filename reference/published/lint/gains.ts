import type { Published } from '../loader.ts';
import { studentRow } from '../table.ts';
import type { PublishedCell, PublishedTable } from '../types.ts';
import {
  type FindingGroup,
  groupOf,
  identity,
  pairOf,
  printed,
  type RecordFinding,
} from './types.ts';

export interface GainCheck {
  readonly groups: readonly FindingGroup[];
  /**
   * Printed gains that were compared, those of them that are wrong, and those whose baseline the
   * table does not print.
   */
  readonly checked: number;
  readonly wrong: number;
  readonly unchecked: number;
}

/**
 * A printed gain is the difference of two printed numbers. Where both are rounded, so may their
 * difference be: it can be off by one in the last digit, which is `rounding`; more is an `error`. A
 * paper and its README that print the same three numbers are one finding with two sources.
 */
export function checkGains(published: Published): GainCheck {
  let [checked, wrong, unchecked] = [0, 0, 0];
  const found = new Map<string, { readonly paper: string; finding: RecordFinding }>();
  for (const cell of published.cells) {
    if (cell.gain === null) continue;
    const table = published.table(cell.table);
    const baseline = baselineOf(table, cell);
    if (baseline === null) {
      unchecked += 1;
      continue;
    }
    checked += 1;
    const finding = compare(cell, baseline, cell.gain);
    if (finding === null) continue;
    wrong += 1;
    const paper = table.paper.key;
    const key = [paper, identity(cell), cell.value, baseline.value, cell.gain].join('\n');
    const known = found.get(key)?.finding;
    const evidence = [...(known?.evidence ?? []), ...finding.evidence];
    const secondary = finding.secondary && (known?.secondary ?? true);
    found.set(key, { paper, finding: { ...finding, evidence, secondary } });
  }
  const groups = [...Map.groupBy(found.values(), ({ paper }) => paper)].flatMap(([paper, list]) =>
    groupOf(
      'gain-sum',
      `Gains of ${paper}`,
      list.map(({ finding }) => finding),
    ),
  );
  return { groups, checked, wrong, unchecked };
}

/**
 * The baseline of a gain: the method without its last plug-in, KD for CTKD alone, else the student
 * trained alone.
 */
function baselineOf(table: PublishedTable, cell: PublishedCell): PublishedCell | null {
  const method = cell.method ?? '';
  const plain = method.startsWith('SD-')
    ? method.slice(3)
    : method.includes('+')
      ? method.slice(0, method.lastIndexOf('+'))
      : method === 'CTKD'
        ? 'KD'
        : null;
  const wanted = (each: PublishedCell) =>
    plain === null ? each.row === studentRow : each.method === plain;
  return (
    table.cells.find(
      (each) =>
        wanted(each) &&
        each.column === cell.column &&
        each.metric === cell.metric &&
        (plain === null || each.part === cell.part),
    ) ?? null
  );
}

function compare(cell: PublishedCell, baseline: PublishedCell, gain: number): RecordFinding | null {
  const unit = 10 ** -cell.decimals;
  const difference = cell.value - baseline.value;
  const off = Math.abs(difference - gain);
  if (off < unit / 2) return null;
  return {
    severity: off < 1.5 * unit ? 'rounding' : 'error',
    subject: `${cell.dataset}, ${pairOf(cell)}, ${cell.row}`,
    sentence: `${printed(cell)} − ${printed(baseline)} = ${difference.toFixed(cell.decimals)}, printed ${gain.toFixed(cell.decimals)}.`,
    evidence: [cell, baseline],
    secondary: cell.trust === 'secondary',
  };
}
