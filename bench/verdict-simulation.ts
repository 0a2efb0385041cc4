import { RandomStream } from '../common/random.ts';
import { judge } from '../reference/verdict/comparison.ts';
import { pooledSpread } from '../reference/verdict/sample.ts';
import { controlTable } from '../reference/verdict/table-control.ts';
import type { Verdict } from '../reference/verdict/verdict.ts';

/** How the made-up publication knows its own error: its number is exact, averages runs and says how they scatter, or keeps silent. */
export type PublishedError = 'none' | 'stated' | 'not stated';

/** One made-up situation: what is true, and what the verdict gets to see of it. */
export interface Situation {
  readonly seeds: number;
  readonly spread: 'own' | 'pooled';
  readonly publishedError: PublishedError;
  /** What the method reaches in truth minus what the publication would print if it averaged infinitely many runs. */
  readonly truth: number;
}

/** Margin, standard deviation of a seed, runs that the publication averages, and cells beside this one that are pooled over. */
export const setting = { margin: 0.5, sd: 0.25, publishedRuns: 4, otherCells: 6 } as const;

type JudgedWord = ReturnType<typeof judge>['word'];

/** Share of each word over `runs` simulated cells, from a stream of the situation's own. */
export function wordRates(
  situation: Situation,
  runs: number,
): Readonly<Record<JudgedWord, number>> {
  const { seeds, spread, publishedError, truth } = situation;
  const { margin, sd, publishedRuns, otherCells } = setting;
  const name = `verdict-rates/${seeds}/${spread}/${publishedError}/${truth}`;
  const stream = RandomStream.named(1, name);
  const counts = { reproduced: 0, below: 0, above: 0, inconclusive: 0 };
  const draw = (count: number, centre: number) =>
    Array.from({ length: count }, () => centre + sd * stream.normal());
  for (let run = 0; run < runs; run += 1) {
    const measured = draw(seeds, 75 + truth);
    // With one seed a cell has no spread to pool: the other cells then have three.
    const others = Array.from({ length: otherCells }, () => draw(Math.max(3, seeds), 70));
    const printed = publishedError === 'none' ? [75] : draw(publishedRuns, 75);
    const stated = publishedError === 'stated';
    const { word } = judge({
      measured,
      published: mean(printed),
      publishedError: stated ? deviation(printed) / Math.sqrt(publishedRuns) : 0,
      publishedDf: stated ? publishedRuns - 1 : Infinity,
      margin,
      pooled: spread === 'pooled' ? pooledSpread([measured, ...others]) : null,
    });
    counts[word] += 1;
  }
  for (const word of Object.keys(counts) as JudgedWord[]) counts[word] /= runs;
  return counts;
}

/** A table of cells that share what a teacher does to them, judged cell by cell and together. */
export interface TableRates {
  /** Tables in which at least one cell within the margin is called below. */
  readonly anyFalseBelow: { readonly alone: number; readonly together: number };
  /** Mean share of wrong ones among the cells called below (0 where none is). */
  readonly falseShare: { readonly alone: number; readonly together: number };
  /** Mean share of the cells truly beyond the margin that are called below. */
  readonly found: { readonly alone: number; readonly together: number };
}

/**
 * Tables of 20 cells with three seeds and pooled spread. `beyond` of them lie 0.5 points below the margin in truth, the others
 * exactly on its edge, the worst place for a false word. With `shared`, half of a seed's variance is the column's (its teacher
 * and its seed), the same in five cells each; without, cells are independent.
 */
export function tableRates(beyond: number, shared: boolean, tables: number): TableRates {
  const { margin, sd } = setting;
  const cells = 20;
  const perColumn = 5;
  const stream = RandomStream.named(
    1,
    `verdict-rates/table/${beyond}/${shared ? 'shared' : 'independent'}`,
  );
  const sums = { any: [0, 0], share: [0, 0], found: [0, 0] };
  for (let table = 0; table < tables; table += 1) {
    const columns = Array.from({ length: cells / perColumn }, () =>
      Array.from({ length: 3 }, () => stream.normal()),
    );
    const measured = Array.from({ length: cells }, (_, cell) => {
      const centre = 75 - margin - (cell < beyond ? 0.5 : 0);
      const column = columns[cell % (cells / perColumn)] as readonly number[];
      return column.map((common) =>
        shared
          ? centre + sd * Math.SQRT1_2 * (common + stream.normal())
          : centre + sd * stream.normal(),
      );
    });
    const pooled = pooledSpread(measured);
    const verdicts = measured.map((values) =>
      asVerdict({
        measured: values,
        published: 75,
        publishedError: 0,
        publishedDf: Infinity,
        margin,
        pooled,
      }),
    );
    const control = controlTable(verdicts);
    const called = verdicts.map(({ word }) => word === 'below');
    [called, called.map((below, cell) => below && control[cell]?.stands === true)].forEach(
      (found, way) => {
        const wrong = found.filter((below, cell) => below && cell >= beyond).length;
        const right = found.filter((below, cell) => below && cell < beyond).length;
        add(sums.any, way, wrong > 0 ? 1 : 0);
        add(sums.share, way, wrong + right === 0 ? 0 : wrong / (wrong + right));
        add(sums.found, way, beyond === 0 ? 0 : right / beyond);
      },
    );
  }
  const rate = (of: readonly number[]) => ({
    alone: (of[0] as number) / tables,
    together: (of[1] as number) / tables,
  });
  return {
    anyFalseBelow: rate(sums.any),
    falseShare: rate(sums.share),
    found: rate(sums.found),
  };
}

function asVerdict(input: Parameters<typeof judge>[0]): Verdict {
  const last = { ...judge(input), moreSeeds: null };
  return { word: last.word, reason: '', comparisons: { last }, moreSeeds: null };
}

function add(sums: number[], index: number, value: number): void {
  sums[index] = (sums[index] as number) + value;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(
    values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1),
  );
}
