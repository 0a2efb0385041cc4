import type { Scale } from '../../contract/spec.ts';
import {
  type Difference,
  differences,
  overallDifference,
  type TwoSides,
} from '../../reference/history/difference.ts';
import { sample } from '../../reference/verdict/sample.ts';
import type { HistoryRow } from '../../results/history-queries.ts';
import type { Side } from './selector.ts';
import { machineName } from './series.ts';

/** What a side of a comparison is made of. */
export interface SideSummary {
  readonly text: string;
  readonly meaning: string;
  readonly runs: number;
  readonly executions: readonly string[];
  readonly commits: readonly string[];
  readonly fingerprints: readonly string[];
  readonly machines: readonly string[];
}

/** One cell on both sides; `difference` is B minus A. */
export interface ComparedCell {
  readonly suite: string;
  readonly scale: Scale;
  readonly cell: string;
  readonly metric: string;
  readonly margin: number | null;
  readonly a: { readonly n: number; readonly mean: number } | null;
  readonly b: { readonly n: number; readonly mean: number } | null;
  readonly difference: Difference | null;
  /**
   * Whether shared seeds have the same trials: false where the configuration of the cell has
   * changed.
   */
  readonly sameTrials: boolean;
  /** Geometric mean of milliseconds per step. */
  readonly msPerStep: { readonly a: number; readonly b: number } | null;
}

export interface ComparedMetric {
  readonly suite: string;
  readonly scale: Scale;
  readonly metric: string;
  readonly cells: number;
  readonly difference: Difference | null;
}

export interface HistoryComparison {
  readonly a: SideSummary;
  readonly b: SideSummary;
  /** Cells that both sides have, in the order of suite, scale, cell and metric. */
  readonly cells: readonly ComparedCell[];
  readonly overall: readonly ComparedMetric[];
  /** Geometric mean over the cells of B's time per step over A's; null where one side has none. */
  readonly stepRatio: number | null;
  /** Why cells were left out, in sentences. */
  readonly notes: readonly string[];
}

/** Sets two sides of the history against each other, cell by cell and over all cells. Pure. */
export function compareSides(a: Side, b: Side): HistoryComparison {
  const cells = new Map<string, { a: HistoryRow[]; b: HistoryRow[] }>();
  const notes: string[] = [];
  for (const side of ['a', 'b'] as const) {
    for (const row of (side === 'a' ? a : b).rows) {
      const name = JSON.stringify([row.suite, row.scale, row.cell, row.metric, row.implementation]);
      const entry = cells.get(name) ?? { a: [], b: [] };
      entry[side].push(row);
      cells.set(name, entry);
    }
  }
  const comparable = [...cells.values()].filter((cell) => {
    const reason = whyNot(cell);
    if (reason !== null) notes.push(`${nameOf((cell.a[0] ?? cell.b[0]) as HistoryRow)}: ${reason}`);
    return reason === null;
  });
  const sides = comparable.map((cell): TwoSides => ({ a: bySeed(cell.a), b: bySeed(cell.b) }));
  // Scatter is pooled within a suite's metric, never over different ones.
  const rowOf = (index: number) => (comparable[index] as { a: HistoryRow[] }).a[0] as HistoryRow;
  const groups = Map.groupBy(comparable.keys(), (index) => {
    const { suite, scale, metric } = rowOf(index);
    return JSON.stringify([suite, scale, metric]);
  });
  const found = new Map<number, Difference | null>();
  const overall: ComparedMetric[] = [];
  for (const indices of groups.values()) {
    const own = indices.map((index) => sides[index] as TwoSides);
    differences(own).forEach((difference, place) => {
      found.set(indices[place] as number, difference);
    });
    const { suite, scale, metric } = rowOf(indices[0] as number);
    // Teachers have a seed of their own: with them, no seed would be common to all cells.
    const students = indices.filter((index) => rowOf(index).role === 'student');
    const together = (students.length > 0 ? students : indices).map(
      (index) => sides[index] as TwoSides,
    );
    const counted = together.filter((side) => side.a.size > 0 && side.b.size > 0).length;
    overall.push({ suite, scale, metric, cells: counted, difference: overallDifference(together) });
  }
  const compared = comparable.map((cell, index) =>
    comparedCell(cell, sides[index] as TwoSides, found.get(index) ?? null),
  );
  const ratios = compared.flatMap(({ msPerStep }) =>
    msPerStep === null ? [] : [Math.log(msPerStep.b / msPerStep.a)],
  );
  const both = new Set(a.rows.map(({ run }) => run));
  const twice = new Set(b.rows.filter(({ run }) => both.has(run)).map(({ run }) => run)).size;
  if (twice > 0) notes.push(`${twice} runs are on both sides; they differ by nothing.`);
  return {
    a: summary(a),
    b: summary(b),
    cells: compared,
    overall,
    stepRatio: ratios.length === 0 ? null : Math.exp(sample(ratios).mean),
    notes,
  };
}

function whyNot({
  a,
  b,
}: {
  readonly a: readonly HistoryRow[];
  readonly b: readonly HistoryRow[];
}) {
  if (a.length === 0) return 'A has no run of it.';
  if (b.length === 0) return 'B has no run of it.';
  const data = new Set([...a, ...b].map(({ dataHash }) => dataHash));
  return data.size > 1 ? 'the data differ, so the numbers cannot be compared.' : null;
}

function nameOf({ suite, scale, cell }: HistoryRow): string {
  return `${suite}@${scale} ${cell}`;
}

/** Several runs of one seed on one side count once, as their mean. */
function bySeed(rows: readonly HistoryRow[]): ReadonlyMap<number, number> {
  const groups = Map.groupBy(
    rows.filter(({ value }) => value !== null),
    ({ seed }) => seed,
  );
  return new Map(
    [...groups].map(([seed, of]) => [seed, sample(of.map(({ value }) => value as number)).mean]),
  );
}

function comparedCell(
  { a, b }: { readonly a: readonly HistoryRow[]; readonly b: readonly HistoryRow[] },
  sides: TwoSides,
  difference: Difference | null,
): ComparedCell {
  const { suite, scale, cell, metric } = a[0] as HistoryRow;
  const trials = new Map(a.map(({ seed, trial }) => [seed, trial]));
  const mean = (values: ReadonlyMap<number, number>) =>
    values.size === 0 ? null : { n: values.size, mean: sample([...values.values()]).mean };
  const [before, after] = [stepTime(a), stepTime(b)];
  return {
    suite,
    scale,
    cell,
    metric,
    margin: b.at(-1)?.margin ?? null,
    a: mean(sides.a),
    b: mean(sides.b),
    difference,
    sameTrials: b.every(({ seed, trial }) => (trials.get(seed) ?? trial) === trial),
    msPerStep: before === null || after === null ? null : { a: before, b: after },
  };
}

function stepTime(rows: readonly HistoryRow[]): number | null {
  const logarithms = rows.flatMap(({ value, msPerStep }) =>
    value === null || msPerStep === null || msPerStep <= 0 ? [] : [Math.log(msPerStep)],
  );
  return logarithms.length === 0 ? null : Math.exp(sample(logarithms).mean);
}

function summary({ text, meaning, rows }: Side): SideSummary {
  const distinct = (values: readonly (string | null)[]) =>
    [...new Set(values.filter((value) => value !== null))].sort();
  return {
    text,
    meaning,
    runs: distinct(rows.map(({ run }) => run)).length,
    executions: distinct(rows.map(({ execution }) => execution)),
    commits: distinct(rows.map(({ commit }) => commit)),
    fingerprints: distinct(rows.map(({ fingerprint }) => fingerprint)),
    machines: distinct(rows.map(({ machine }) => (machine === null ? null : machineName(machine)))),
  };
}
