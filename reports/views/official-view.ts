import type { Curve } from '../../results/queries.ts';
import { fixed, plural, signed } from '../format.ts';
import type { OfficialRunModel } from '../model/official-runs.ts';
import type { RunData } from '../model/plan-data.ts';
import type { CellModel } from '../model/table-model.ts';
import { hyperSettings } from '../recipe-words.ts';
import { type VerdictStyle, verdictStyle, verdictStyles } from '../verdict-words.ts';
import type { Fact } from './conditions.ts';

/**
 * How pages show runs of the authors' own code. They stand beside our measurements and never in
 * them.
 */

/** `one run: inconclusive`, with the run's numbers, for a cell of a table. */
export function officialFacts({ official, decimals }: CellModel): readonly Fact[] {
  return official.flatMap((run, index) => {
    const name = numbered(official, index);
    const { best, last, verdict } = run;
    const number = (of: { readonly value: number } | null, difference: number | null) =>
      of === null
        ? 'not logged'
        : `${fixed(of.value, decimals)}${difference === null ? '' : ` (${signed(difference, decimals)})`}`;
    return [
      { name: `${name} best`, value: number(best, verdict.differences.best) },
      { name: `${name} last`, value: number(last, verdict.differences.last) },
      { name: `${name}, n = 1`, value: verdict.word },
    ];
  });
}

/**
 * How many cells have an official run beside them, and what those runs came to; nothing where there
 * is none.
 */
export function officialSummary(cells: readonly CellModel[]): readonly Fact[] {
  const runs = cells.flatMap(({ official }) => official);
  if (runs.length === 0) return [];
  const beside = cells.filter(({ official }) => official.length > 0).length;
  const words = verdictStyles
    .map(({ word }) => ({
      word,
      count: runs.filter(({ verdict }) => verdict.word === word).length,
    }))
    .filter(({ count }) => count > 0)
    .map(({ word, count }) => `${count} ${word}`);
  return [
    {
      name: 'Official runs',
      value: `${plural(runs.length, 'run')} of the authors’ own code beside ${beside} of ${plural(cells.length, 'cell')}, read from logs, n = 1 each: ${words.join(', ')}. They are in no mean and in no verdict of ours.`,
    },
  ];
}

/** An official run on the page of its cell. */
export interface OfficialLine {
  readonly name: string;
  readonly verdict: VerdictStyle;
  readonly reason: string;
  readonly best: string;
  readonly bestEpoch: string;
  readonly last: string;
  readonly bestDifference: string;
  readonly lastDifference: string;
  readonly epochs: string;
  readonly hyper: string;
  readonly source: string;
  readonly run: string;
  readonly notes: readonly string[];
  readonly others: readonly string[];
}

export function officialLines({ official, decimals }: CellModel): readonly OfficialLine[] {
  return official.map((one, index) => {
    const { best, last, run, spec, verdict } = one;
    const difference = (value: number | null) => (value === null ? '' : signed(value, decimals));
    return {
      name: officialName(official, index),
      verdict: verdictStyle(verdict.word),
      reason: verdict.reason,
      best: best === null ? '' : fixed(best.value, decimals),
      bestEpoch: best === null ? '' : `(epoch ${best.epoch})`,
      last: last === null ? '' : fixed(last.value, decimals),
      bestDifference: difference(verdict.differences.best),
      lastDifference: difference(verdict.differences.last),
      epochs: `${run.epochs} of ${spec.recipe.epochs}`,
      hyper: hyperSettings(spec.hyper)
        .map(({ name, value }) => `${name} ${value}`)
        .join(', '),
      source: one.source,
      run: run.run,
      notes: one.notes,
      others: one.otherRuns.map((other) => otherText(other, decimals)),
    };
  });
}

function officialName(all: readonly OfficialRunModel[], index: number): string {
  return numbered(all, index).replace(/^[a-z]+/, '$& run');
}

/** `official`, `external`; numbered where several of a kind stand beside one cell. */
function numbered(all: readonly OfficialRunModel[], index: number): string {
  const { implementation } = (all[index] as OfficialRunModel).spec;
  const kin = all.filter(({ spec }) => spec.implementation === implementation);
  const place = kin.indexOf(all[index] as OfficialRunModel) + 1;
  return kin.length === 1 ? implementation : `${implementation} ${place}`;
}

function otherText(
  { run, best, last }: OfficialRunModel['otherRuns'][number],
  decimals: number,
): string {
  const number = (of: { readonly value: number } | null) =>
    of === null ? 'not logged' : fixed(of.value, decimals);
  return `${run.run}: best ${number(best)}, last ${number(last)} after ${plural(run.epochs, 'epoch')}`;
}

/** Curves of the official runs of a cell, for the chart of its metric and that of its loss. */
export function officialCurves(
  data: RunData,
  { official, row }: CellModel,
): readonly {
  readonly label: string;
  readonly value: Curve | undefined;
  readonly loss: Curve | undefined;
}[] {
  return official.map(({ run }, index) => ({
    label: `${officialName(official, index)} (log)`,
    value: data.curves.get(run.run)?.find((curve) => curve.metric === row.metric),
    loss: data.losses.get(run.run),
  }));
}
