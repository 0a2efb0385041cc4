import type { Difference } from '../../reference/history/difference.ts';
import { plural } from '../../reports/format.ts';
import type { HistoryComparison, SideSummary } from '../../reports/history/compare.ts';
import { renderTable } from './table.ts';

/**
 * A comparison for people: the sides, a table of cells for every suite and metric, and what to make
 * of it.
 */
export function comparisonLines(comparison: HistoryComparison): readonly string[] {
  const { a, b, cells, overall, stepRatio, notes } = comparison;
  const lines = [...sideLines('A', a), ...sideLines('B', b), ''];
  for (const { suite, scale, metric, cells: count, difference } of overall) {
    lines.push(`${suite}@${scale}, ${metric}: B minus A`);
    const own = cells.filter(
      (cell) => cell.suite === suite && cell.scale === scale && cell.metric === metric,
    );
    const rows = own.map((cell) => [
      cell.cell.slice(0, cell.cell.lastIndexOf('/')),
      side(cell.a),
      side(cell.b),
      ...differenceCells(cell.difference),
      cell.msPerStep === null
        ? ''
        : `${cell.msPerStep.a.toFixed(1)} \u2192 ${cell.msPerStep.b.toFixed(1)}`,
      cell.sameTrials ? '' : 'configuration differs',
    ]);
    rows.push([
      `all ${plural(count, 'cell')} of students`,
      '',
      '',
      ...differenceCells(difference),
      '',
      '',
    ]);
    const table = renderTable(
      [
        { title: 'cell' },
        { title: 'A (n)', align: 'right' },
        { title: 'B (n)', align: 'right' },
        { title: 'B - A', align: 'right' },
        { title: '90 % interval', align: 'right' },
        { title: '' },
        { title: 'seeds' },
        { title: 'ms per step', align: 'right' },
        { title: '' },
      ],
      rows,
    );
    lines.push(...table.map((line) => `  ${line}`), '');
  }
  if (stepRatio !== null) {
    const percent = 100 * (stepRatio - 1);
    lines.push(`Time per step, B over A: ${percent < 0 ? '' : '+'}${percent.toFixed(1)} %.`);
  }
  lines.push(...notes, ...caution(comparison));
  return lines;
}

function sideLines(name: string, side: SideSummary): readonly string[] {
  const short = (hashes: readonly string[]) =>
    hashes.map((hash) => hash.slice(0, 12)).join(', ') || 'unknown';
  return [
    `${name}: ${side.meaning}, ${plural(side.runs, 'run')} on ${side.machines.join('; ')}`,
    `   commit ${short(side.commits)}; numerics ${short(side.fingerprints)}`,
  ];
}

function side(value: { readonly n: number; readonly mean: number } | null): string {
  return value === null ? '-' : `${value.mean.toFixed(2)} (${value.n})`;
}

/** Difference, interval, word and seeds. */
function differenceCells(difference: Difference | null): readonly string[] {
  if (difference === null) return ['', '', '', ''];
  const { mean, low, high, pairedSeeds, spread } = difference;
  const seeds = pairedSeeds.length > 0 ? `paired ${pairedSeeds.join(',')}` : 'unpaired';
  if (low === null || high === null) return [sign(mean), 'none', '', seeds];
  const word = low > 0 ? 'higher' : high < 0 ? 'lower' : 'open';
  return [
    sign(mean),
    `${sign(low)} to ${sign(high)}`,
    mean === 0 && low === 0 && high === 0 ? 'equal' : word,
    spread === 'pooled' ? `${seeds}, pooled scatter` : seeds,
  ];
}

function sign(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(2)}`;
}

/** A caution for the reader of many intervals. */
function caution({ cells }: HistoryComparison): readonly string[] {
  const with90 = cells.filter(
    ({ difference }) => difference !== null && difference.low !== null,
  ).length;
  const without = cells.length - with90;
  const lines: string[] = [];
  if (with90 >= 5) {
    lines.push(
      `Of ${with90} intervals at 90 %, about ${Math.round(with90 / 10)} would leave out zero by chance alone.`,
    );
  }
  if (without > 0) {
    lines.push(
      `${plural(without, 'cell')} without an interval: one seed says nothing about its scatter.`,
    );
  }
  return lines;
}
