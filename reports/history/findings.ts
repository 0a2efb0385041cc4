import type { ChangeState } from '../../reference/history/regressions.ts';
import { adjustedPValues } from '../../reference/verdict/false-discovery.ts';
import { fixed, plural, shortHash, signed } from '../format.ts';
import { type Check, defaultMargin, type JudgedSeries, lowerIsBetter } from './check.ts';
import type { HistoryComparison } from './compare.ts';
import type { SeriesPoint } from './series.ts';

/** What a check found, in words: the same for the terminal, JSON and other writers. */
export interface HistoryFinding {
  readonly signal: 'metric' | 'step time' | 'bits' | 'no number' | 'baseline';
  readonly state: ChangeState;
  readonly suite: string;
  readonly scale: string;
  readonly cell: string;
  /** Null where the signal knows none. */
  readonly machine: string | null;
  /** ISO 8601 UTC of the first measurement that shows it. */
  readonly time: string | null;
  /** One sentence without the cell's name. */
  readonly sentence: string;
}

/** All findings, regressions first, then by time, cell and signal. */
export function findings(check: Check): readonly HistoryFinding[] {
  const all = [
    ...check.metrics.flatMap((series) => changesOf(series, 'metric')),
    ...check.steps.flatMap((series) => changesOf(series, 'step time')),
    ...check.bits.map((bits): HistoryFinding => {
      const cell = bits.cells[0] as (typeof bits.cells)[number];
      return {
        signal: 'bits',
        state: bits.accepted ? 'accepted' : 'regression',
        ...cell,
        machine: null,
        time: bits.startedAt,
        sentence:
          `run ${bits.run} (${bits.model}, ${bits.method}, seed ${bits.seed}) left the path of ${bits.reference} by epoch ` +
          `${bits.epoch}, with equal numerics and processor: the loss bits differ.`,
      };
    }),
    ...check.lost.map(
      ({ suite, scale, cell, time, reason, accepted }): HistoryFinding => ({
        signal: 'no number',
        state: accepted ? 'accepted' : 'regression',
        suite,
        scale,
        cell,
        machine: null,
        time,
        sentence: `it had numbers before, and the last execution gave none: ${reason}`,
      }),
    ),
  ];
  return sorted(all);
}

/**
 * Regressions of the second side against the first: worse by at least the threshold,
 * with false-discovery control at 5 % over the cells. A cell without an interval cannot be judged.
 */
export function baselineFindings(
  comparison: HistoryComparison,
  threshold: number | undefined,
): { readonly findings: readonly HistoryFinding[]; readonly unjudged: number } {
  const judged = comparison.cells.filter(
    ({ difference }) => difference !== null && difference.p !== null,
  );
  const adjusted = adjustedPValues(
    judged.map(({ difference }) => difference?.p as number),
    'positive',
  );
  const found = judged.flatMap((cell, index): HistoryFinding[] => {
    const { mean, low, high, pairedSeeds } = cell.difference as NonNullable<typeof cell.difference>;
    const worse = lowerIsBetter(cell.metric) ? mean : -mean;
    const least = threshold ?? cell.margin ?? defaultMargin;
    if ((adjusted[index] as number) > baselineRate || Math.abs(mean) < least) return [];
    const seeds =
      pairedSeeds.length > 0 ? `paired over ${plural(pairedSeeds.length, 'seed')}` : 'unpaired';
    return [
      {
        signal: 'baseline',
        state: worse > 0 ? 'regression' : 'improvement',
        suite: cell.suite,
        scale: cell.scale,
        cell: cell.cell,
        machine: null,
        time: null,
        sentence:
          `${fixed(cell.a?.mean as number, 2)} to ${fixed(cell.b?.mean as number, 2)}: ${signed(mean, 2)}, 90 % interval ` +
          `${signed(low as number, 2)} to ${signed(high as number, 2)}, ${seeds}.`,
      },
    ];
  });
  return { findings: sorted(found), unjudged: comparison.cells.length - judged.length };
}

/** A comparison is asked for once, not every night. */
const baselineRate = 0.05;

function changesOf(
  series: JudgedSeries,
  signal: 'metric' | 'step time',
): readonly HistoryFinding[] {
  const { key, points, changes } = series;
  const { suite, scale, cell, machine } = key;
  return changes.map((change) => {
    const first = points[change.at] as SeriesPoint;
    const last = points[change.at - 1] as SeriesPoint;
    const { before, after } = change;
    const levels =
      signal === 'metric'
        ? `${fixed(before.mean, 2)} to ${fixed(after.mean, 2)} (${signed(change.change, 2)})`
        : `${fixed(Math.exp(before.mean), 1)} to ${fixed(Math.exp(after.mean), 1)} ms per step (${signed(100 * Math.expm1(change.change), 0)} %)`;
    return {
      signal,
      state: change.state,
      suite,
      scale,
      cell,
      machine,
      time: first.time,
      sentence: `${levels} since ${first.time.slice(0, 10)}, ${plural(before.n, 'point')} before and ${after.n} after, p = ${pText(change.p)}${commitText(last, first)}.`,
    };
  });
}

/** `1.3e-6`; what is smaller than a double can tell is said as a bound. */
export function pText(p: number): string {
  return p < 1e-15 ? '1e-15 or less' : p < 0.001 ? p.toExponential(1) : fixed(p, 4);
}

function commitText(last: SeriesPoint, first: SeriesPoint): string {
  const before = last.commits.at(-1);
  const after = first.commits.at(0);
  if (before === undefined || after === undefined) return '';
  if (before === after) return `, within commit ${shortHash(after)}`;
  return `, between commits ${shortHash(before)} and ${shortHash(after)}`;
}

const order: readonly ChangeState[] = ['regression', 'accepted', 'recovered', 'improvement'];

function sorted(all: readonly HistoryFinding[]): readonly HistoryFinding[] {
  const rank = ({ state }: HistoryFinding) => order.indexOf(state);
  const name = (one: HistoryFinding) =>
    [
      one.time ?? '',
      one.suite,
      one.scale,
      one.cell,
      one.signal,
      one.machine ?? '',
      one.sentence,
    ].join('\n');
  return all.toSorted(
    (one, other) => rank(one) - rank(other) || (name(one) < name(other) ? -1 : 1),
  );
}
