import type {
  AcceptanceRow,
  ExecutionRow,
  HistoryRow,
  PlannedCellRow,
} from '../../results/history-queries.ts';
import { acceptedUntil } from './accepted.ts';

/** A cell whose newest nights did not give the numbers that they should have. */
export interface UnfinishedCell {
  readonly suite: string;
  readonly scale: HistoryRow['scale'];
  readonly cell: string;
  readonly kind: /** It had numbers, and its trials end badly now. */
    | 'lost'
    /** Its trials end badly, and it never had a number. */
    | 'never'
    /** Some of its seeds end badly night after night, and others give numbers. */
    | 'some seeds'
    /** It had numbers, and the newest executions do not plan it. */
    | 'gone';
  /** When it began. */
  readonly time: string;
  /** Executions since then. */
  readonly nights: number;
  readonly reason: string;
  /** Seeds of the newest execution that ended badly, and all of them. */
  readonly seeds: { readonly bad: number; readonly all: number };
  /** Once may be chance: some seeds of one night alone, a cell that one night left out. */
  readonly confirmed: boolean;
  readonly accepted: boolean;
}

const badEnds: readonly HistoryRow['state'][] = [
  'diverged',
  'failed',
  'timed-out',
  'failed gate',
  'blocked',
];
/** Executions among which seeds that end badly now and then are counted. */
const recent = 10;
/** So many of them are no chance. */
const oftenAmongRecent = 3;

/** Every cell of which the newest execution of its suite leaves something to say. */
export function unfinishedCells(
  rows: readonly HistoryRow[],
  executions: readonly ExecutionRow[],
  planned: readonly PlannedCellRow[],
  accepted: readonly AcceptanceRow[],
): readonly UnfinishedCell[] {
  const bySuite = Map.groupBy(executions, placeOf);
  const plans = new Set(planned.map(placeOf));
  const plan = new Map(planned.map((cell) => [cellOf(cell), cell]));
  return [...Map.groupBy(rows, cellOf).values()].flatMap((of) => {
    const first = of[0] as HistoryRow;
    const calls = bySuite.get(placeOf(first)) ?? [];
    const found =
      goneCell(of, calls, {
        known: plans.has(placeOf(first)),
        cell: plan.get(cellOf(first)) ?? null,
      }) ?? badCell(of, calls);
    if (found === null) return [];
    const { suite, scale, cell } = first;
    const newest = calls.at(-1)?.executedAt ?? found.time;
    const until = acceptedUntil(accepted, first);
    // What was gone when a human accepted it may stay gone; a bad end may not come again.
    const whole = found.kind === 'gone' ? until >= found.time : until >= newest;
    return [{ suite, scale, cell, ...found, accepted: whole }];
  });
}

type Found = Omit<UnfinishedCell, 'suite' | 'scale' | 'cell' | 'accepted'>;

/**
 * A cell that is planned no more. A `run` may have asked for some rows alone, so that it says
 * nothing by itself: the present plan of the suite does, or nights, which plan the whole suite.
 */
function goneCell(
  rows: readonly HistoryRow[],
  calls: readonly ExecutionRow[],
  plan: { readonly known: boolean; readonly cell: PlannedCellRow | null },
): Found | null {
  if (!rows.some(({ value }) => value !== null)) return null;
  const last = calls.findLastIndex(({ execution }) =>
    rows.some((row) => row.execution === execution),
  );
  const since = last < 0 ? [] : calls.slice(last + 1);
  const nights = since.filter(({ kind }) => kind === 'nightly');
  const notRun = plan.cell?.notRun ?? null;
  const unplanned = plan.known && (plan.cell === null || notRun !== null);
  const told = unplanned ? since : nights;
  const first = told[0];
  if (first === undefined) return null;
  // The plan has it, so that a newer plan than the last night's brings it back.
  if (!unplanned && plan.known && plan.cell !== null && nights.length < 2) return null;
  return {
    kind: 'gone',
    time: first.executedAt,
    nights: told.length,
    reason: notRun === null ? 'no plan has it any more' : `not run: ${notRun}`,
    seeds: { bad: 0, all: 0 },
    confirmed: told.length > 1,
  };
}

function badCell(rows: readonly HistoryRow[], calls: readonly ExecutionRow[]): Found | null {
  const nights = calls.flatMap(({ execution, executedAt }) => {
    const own = rows.filter((row) => row.execution === execution);
    if (own.length === 0) return [];
    const bad = own.filter(({ state, value }) => value === null && badEnds.includes(state));
    const good = own.some(({ value }) => value !== null);
    return [{ executedAt, bad, all: own.length, good }];
  });
  const newest = nights.at(-1);
  if (newest === undefined) return null;
  const wholly = (night: typeof newest) => night.bad.length > 0 && !night.good;
  const bad = newest.bad[0];
  const seeds = { bad: newest.bad.length, all: newest.all };
  if (bad !== undefined && !newest.good) {
    const from = nights.findLastIndex((night) => !wholly(night)) + 1;
    const had = rows.some(({ value }) => value !== null);
    return {
      kind: had ? 'lost' : 'never',
      time: (nights[from] as typeof newest).executedAt,
      nights: nights.length - from,
      reason: `${bad.state}: ${bad.reason}`,
      seeds,
      confirmed: true,
    };
  }
  const lately = nights.slice(-recent).filter((night) => night.bad.length > 0 && night.good);
  const twice = nights.slice(-2).every((night) => night.bad.length > 0);
  const often = lately.length >= oftenAmongRecent;
  const shown = lately.at(-1);
  if (shown === undefined || (bad === undefined && !often)) return null;
  const example = shown.bad[0] as HistoryRow;
  return {
    kind: 'some seeds',
    time: (lately[0] as typeof newest).executedAt,
    nights: lately.length,
    reason: `${example.state}: ${example.reason}`,
    seeds: { bad: shown.bad.length, all: shown.all },
    confirmed: often || (twice && nights.length > 1),
  };
}

const placeOf = ({ suite, scale }: { readonly suite: string; readonly scale: string }) =>
  `${suite}@${scale}`;
const cellOf = (row: { readonly suite: string; readonly scale: string; readonly cell: string }) =>
  JSON.stringify([row.suite, row.scale, row.cell]);
