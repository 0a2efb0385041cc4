import type { ChangeState } from '../../reference/history/regressions.ts';
import { adjustedPValues } from '../../reference/verdict/false-discovery.ts';
import { fixed, plural, shortHash, signed } from '../format.ts';
import {
  type BitAlarm,
  type Check,
  defaultMargin,
  type JudgedSeries,
  lowerIsBetter,
} from './check.ts';
import type { HistoryComparison } from './compare.ts';
import type { Restart } from './restarts.ts';
import type { SeriesPoint } from './series.ts';
import type { UnfinishedCell } from './unfinished.ts';

export type FindingState =
  | ChangeState
  /** Seen once; a second night must confirm it. Fails nothing. */
  | 'unconfirmed'
  /** A maintainer should know it; it is no regression. Fails nothing. */
  | 'informed';

/** What a check found, in words: the same for the terminal, JSON and other writers. */
export interface HistoryFinding {
  readonly signal:
    | 'metric'
    | 'step time'
    | 'spread'
    | 'bits'
    | 'no number'
    | 'gone'
    | 'new series'
    | 'baseline';
  readonly state: FindingState;
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
  const single = [
    ...check.metrics.flatMap((series) => seriesFindings(series, 'metric')),
    ...check.steps.flatMap((series) => seriesFindings(series, 'step time')),
  ];
  const all = [
    ...single,
    // Over all machines only what none of them shows by itself.
    ...check.joined
      .flatMap(joinedFindings)
      .filter(
        ({ state, suite, scale, cell }) =>
          state === 'regression' &&
          !single.some(
            (own) =>
              own.state === 'regression' &&
              own.signal !== 'step time' &&
              own.suite === suite &&
              own.scale === scale &&
              own.cell === cell,
          ),
      ),
    ...check.bits.map(bitFinding),
    ...check.unfinished.map(unfinishedFinding),
    ...restartFindings(check.restarts),
  ];
  return sorted(all);
}

/** Of machines in turn: which they are, because no table has the level of the second one. */
function joinedFindings(series: JudgedSeries): readonly HistoryFinding[] {
  return seriesFindings(series, 'metric').map((finding) => ({
    ...finding,
    sentence: `${finding.sentence} Seen over ${series.key.machine}; all numbers are brought to the level of the first.`,
  }));
}

function bitFinding({ cause, first, runs, trials, cells, accepted }: BitAlarm): HistoryFinding {
  const [cell, ...others] = cells as [BitAlarm['cells'][number], ...BitAlarm['cells']];
  const reach = [
    ...(trials > 1 ? [plural(trials, 'trial')] : []),
    ...(others.length > 0 ? [`${plural(others.length, 'other cell')}`] : []),
    ...(runs > 1 ? [plural(runs, 'run')] : []),
  ];
  return {
    signal: 'bits',
    state: accepted ? 'accepted' : 'regression',
    ...cell,
    machine: null,
    time: first.startedAt,
    sentence:
      `run ${first.run} (${first.model}, ${first.method}, seed ${first.seed}) left the path of ${first.reference} by epoch ` +
      `${first.epoch}, with equal numerics and processor: the loss bits differ. Changed between the two: ${cause}` +
      `${reach.length === 0 ? '' : `; the same cause shows in ${reach.join(', ')}`}.`,
  };
}

function unfinishedFinding(found: UnfinishedCell): HistoryFinding {
  const { suite, scale, cell, kind, time, confirmed, accepted } = found;
  return {
    signal: kind === 'gone' ? 'gone' : 'no number',
    state: accepted ? 'accepted' : confirmed ? 'regression' : 'unconfirmed',
    suite,
    scale,
    cell,
    machine: null,
    time,
    sentence: unfinishedSentence(found),
  };
}

function unfinishedSentence({ kind, time, nights, reason, seeds }: UnfinishedCell): string {
  const day = time.slice(0, 10);
  const since = `since ${day} (${plural(nights, 'execution')})`;
  switch (kind) {
    case 'lost':
      return nights === 1
        ? `it had numbers before, and the last execution gave none: ${reason}`
        : `it had numbers before, and gave none ${since}: ${reason}`;
    case 'never':
      return `it has failed in every execution ${since} and never had a number: ${reason}`;
    case 'some seeds':
      return (
        `${seeds.bad} of ${plural(seeds.all, 'seed')} ended badly, in ${plural(nights, 'execution')} since ${day}; ` +
        `its mean is over the others: ${reason}`
      );
    case 'gone':
      return `it had numbers before, and ${nights === 1 ? 'the last execution has' : `${plural(nights, 'execution')} since ${day} have`} not planned it (${reason}).`;
  }
}

/** Cells of one restart that moved little are one line. */
function restartFindings(all: Check['restarts']): readonly HistoryFinding[] {
  const moved = all.filter(({ before, after, leastChange }) =>
    isLarge(after.level - before.level, leastChange),
  );
  const rest = all.filter((restart) => !moved.includes(restart));
  const byCause = Map.groupBy(rest, ({ key, causes }) =>
    JSON.stringify([key.suite, key.scale, causes]),
  );
  return [
    ...moved.map((restart) => restartFinding(restart, 0)),
    ...[...byCause.values()].map((of) =>
      restartFinding(
        of.toSorted((one, other) => Math.abs(moveOf(other)) - Math.abs(moveOf(one)))[0] as Restart,
        of.length - 1,
      ),
    ),
  ];
}

const moveOf = ({ before, after }: Restart) => after.level - before.level;
/** A sum of rounding errors is no difference. */
const isLarge = (move: number, least: number) => Math.abs(move) >= least - 1e-9;

function restartFinding(restart: Restart, others: number): HistoryFinding {
  const { key, causes, time, before, after } = restart;
  const { suite, scale, cell, machine } = key;
  return {
    signal: 'new series',
    state: 'informed',
    suite,
    scale,
    cell,
    machine,
    time,
    sentence:
      `the series starts anew on ${time.slice(0, 10)} (${causes.join('; ')}): ${fixed(before.level, 2)} over the last ` +
      `${plural(before.n, 'point')} of the old one, ${fixed(after.level, 2)} over ${plural(after.n, 'point')} of the new one ` +
      `(${signed(moveOf(restart), 2)}); the two are not judged against each other` +
      `${others === 0 ? '' : `. ${plural(others, 'other cell')} moved by less`}.`,
  };
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

type Signal = 'metric' | 'step time';

function seriesFindings(series: JudgedSeries, signal: Signal): readonly HistoryFinding[] {
  const { key, points, changes, drift, spread, lone } = series;
  const { suite, scale, cell, machine } = key;
  const place = { suite, scale, cell, machine };
  const timeOf = (at: number) => (points[at] as SeriesPoint).time;
  const found: HistoryFinding[] = changes.map((change) => ({
    signal,
    state: change.state,
    ...place,
    time: timeOf(change.at),
    sentence: changeSentence(points, change, signal),
  }));
  if (drift !== null) {
    const { before, after, change, nights, p } = drift;
    const time = timeOf(before.from);
    found.push({
      signal,
      state: 'regression',
      ...place,
      time,
      sentence: `drifts: ${levels(before.mean, after.mean, change, signal)} over ${plural(nights, 'point')} since ${time.slice(0, 10)}, the first ${before.n} against the last ${after.n}, with no step; p = ${pText(p)}${commitText(points[before.from] as SeriesPoint, points.at(-1) as SeriesPoint)}.`,
    });
  }
  if (spread !== null) {
    const { at, of, before, after, nights, p } = spread;
    const time = timeOf(at);
    const what = of === 'nights' ? 'nights scatter around their level' : 'seeds of a night scatter';
    const ratio = before === 0 ? 'none before' : `${fixed(after / before, 1)} times as much`;
    found.push({
      signal: 'spread',
      state: 'regression',
      ...place,
      time,
      sentence: `the last ${nights} ${what} by ${fixed(after, 2)} (median), ${fixed(before, 2)} before: ${ratio}, p = ${pText(p)}${commitText(points[at - 1] as SeriesPoint, points[at] as SeriesPoint)}.`,
    });
  }
  if (lone !== null) {
    const { at, before, change, p } = lone;
    const value = before.mean + change;
    found.push({
      signal,
      state: 'unconfirmed',
      ...place,
      time: timeOf(at),
      sentence: `${levels(before.mean, value, change, signal)} in the last night alone, p = ${pText(p)}: unconfirmed, a second night must show it${commitText(points[at - 1] as SeriesPoint, points[at] as SeriesPoint)}.`,
    });
  }
  return found;
}

function changeSentence(
  points: readonly SeriesPoint[],
  { at, before, after, change, p }: JudgedSeries['changes'][number],
  signal: Signal,
): string {
  const [last, first] = [points[at - 1] as SeriesPoint, points[at] as SeriesPoint];
  return `${levels(before.mean, after.mean, change, signal)} since ${first.time.slice(0, 10)}, ${plural(before.n, 'point')} before and ${after.n} after, p = ${pText(p)}${commitText(last, first)}.`;
}

function levels(before: number, after: number, change: number, signal: Signal): string {
  return signal === 'metric'
    ? `${fixed(before, 2)} to ${fixed(after, 2)} (${signed(change, 2)})`
    : `${fixed(Math.exp(before), 1)} to ${fixed(Math.exp(after), 1)} ms per step (${signed(100 * Math.expm1(change), 0)} %)`;
}

/** `1.3e-6`; what is smaller than a double can tell is said as a bound. */
export function pText(p: number): string {
  return p < 1e-15 ? '1e-15 or less' : p < 0.001 ? p.toExponential(1) : fixed(p, 4);
}

function commitText(last: SeriesPoint, first: SeriesPoint): string {
  const before = last.commits.at(-1);
  const after = first.commits.at(0);
  const dirty = first.dirty ? ', on a dirty tree: it had changes that no commit holds' : '';
  if (before === undefined || after === undefined) return dirty;
  if (before === after) return `, within commit ${shortHash(after)}${dirty}`;
  return `, between commits ${shortHash(before)} and ${shortHash(after)}${dirty}`;
}

const order: readonly FindingState[] = [
  'regression',
  'unconfirmed',
  'informed',
  'accepted',
  'recovered',
  'improvement',
];

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
