import { fixed, plural, signed } from '../format.ts';
import { defaultMargin, lowerIsBetter } from '../history/check.ts';
import type { ComparedCell, HistoryComparison } from '../history/compare.ts';
import type { HistoryFinding } from '../history/findings.ts';
import type { DigestEntry, DigestGroup } from './digest.ts';

/**
 * The latest execution against a baseline of one's own, cell by cell: it fails where `check
 * --baseline` finds a regression, passes where the 90 % interval excludes a loss of a margin, and
 * is undecided between the two. A group per suite and scale. Pure.
 *
 * @param findings what `check` says of the same comparison
 * @param threshold least loss that is one, in the metric's unit; default: the suite's margin
 */
export function baselineGroups(
  comparison: HistoryComparison,
  findings: readonly HistoryFinding[],
  threshold: number | undefined,
): readonly DigestGroup[] {
  const groups = Map.groupBy(comparison.cells, ({ suite, scale }) => `${suite}@${scale}`);
  return [...groups].map(([name, cells]) => ({
    name: `${name} against ${comparison.a.text}`,
    note: `${comparison.a.text}: ${comparison.a.meaning}`,
    entries: cells.map((cell) => entryOf(cell, findings, threshold)),
  }));
}

function entryOf(
  cell: ComparedCell,
  findings: readonly HistoryFinding[],
  threshold: number | undefined,
): DigestEntry {
  const name = `${cell.cell} against the baseline`;
  const found = findings.find(
    (one) => one.suite === cell.suite && one.scale === cell.scale && one.cell === cell.cell,
  );
  if (found?.state === 'regression')
    return { name, level: 'failed', word: 'worse', message: found.sentence };
  if (found !== undefined)
    return { name, level: 'notice', word: 'better', message: found.sentence };
  const { difference } = cell;
  const margin = threshold ?? cell.margin ?? defaultMargin;
  if (difference === null || difference.low === null || difference.high === null)
    return { name, level: 'skipped', word: 'not judged', message: 'there is no interval' };
  const { mean, low, high } = difference;
  const worst = lowerIsBetter(cell.metric) ? high : -low;
  const message =
    `${fixed(cell.a?.mean as number, 2)} to ${fixed(cell.b?.mean as number, 2)}: ${signed(mean, 2)}, 90 % interval ` +
    `${signed(low, 2)} to ${signed(high, 2)}, margin ${margin}, ${plural(cell.b?.n ?? 0, 'seed')}`;
  return worst < margin
    ? { name, level: 'passed', word: 'no worse', message }
    : { name, level: 'warning', word: 'undecided', message };
}
