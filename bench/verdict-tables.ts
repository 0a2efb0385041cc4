import { RandomStream } from '../common/random.ts';
import { noiseFloor } from '../reference/claims/noise-floor.ts';
import { loadPublished } from '../reference/published/loader.ts';
import { judge } from '../reference/verdict/comparison.ts';
import { pairedDifference } from '../reference/verdict/paired.ts';
import { pairedControl } from '../reference/verdict/paired-control.ts';
import { pooledSpread } from '../reference/verdict/sample.ts';
import { seedsToDecide } from '../reference/verdict/seeds.ts';
import { controlTable, standing } from '../reference/verdict/table-control.ts';
import type { Verdict } from '../reference/verdict/verdict.ts';
import { setting } from './verdict-simulation.ts';

/**
 * A rate with the words of each cell alone, as they were shown before, and as they stand together.
 */
export interface AloneAndTogether {
  readonly alone: number;
  readonly together: number;
}

/** A table of cells that share what a teacher does to them, judged cell by cell and together. */
export interface TableRates {
  /** Tables in which at least one cell within the margin is called below. */
  readonly anyFalseBelow: AloneAndTogether;
  /** Mean share of wrong ones among the cells called below (0 where none is). */
  readonly falseShare: AloneAndTogether;
  /** Mean share of the cells truly beyond the margin that are called below. */
  readonly found: AloneAndTogether;
}

const sd = 0.25;

/**
 * Tables of 20 cells with three seeds and pooled spread. `beyond` of them lie 0.5 points below the
 * margin in truth, the others exactly on its edge, the worst place for a false word. With `shared`,
 * half of a seed's variance is the column's (its teacher and its seed), the same in five cells
 * each; without, cells are independent.
 */
export function tableRates(beyond: number, shared: boolean, tables: number): TableRates {
  const { margin } = setting;
  const cells = 20;
  const columns = 4;
  const name = `verdict-rates/table/${beyond}/${shared ? 'shared' : 'independent'}`;
  const stream = RandomStream.named(1, name);
  const tally = new Tally(beyond);
  for (let table = 0; table < tables; table += 1) {
    const common = Array.from({ length: columns }, () =>
      Array.from({ length: 3 }, () => stream.normal()),
    );
    const measured = Array.from({ length: cells }, (_, cell) => {
      const centre = 75 - margin - (cell < beyond ? 0.5 : 0);
      return (common[cell % columns] as readonly number[]).map((column) =>
        shared
          ? centre + sd * Math.SQRT1_2 * (column + stream.normal())
          : centre + sd * stream.normal(),
      );
    });
    const pooled = pooledSpread(measured);
    const verdicts = measured.map((values) => asVerdict(values, pooled));
    const control = controlTable(verdicts);
    const words = verdicts.map((verdict, cell) => standing(verdict, control[cell] ?? null).word);
    tally.add(
      verdicts.map(({ word }) => word === 'below'),
      words.map((word) => word === 'below'),
    );
  }
  return tally.rates();
}

function asVerdict(measured: readonly number[], pooled: ReturnType<typeof pooledSpread>): Verdict {
  const exact = { published: 75, publishedError: 0, publishedDf: Infinity };
  const last = {
    ...judge({ measured, ...exact, margin: setting.margin, pooled }),
    moreSeeds: null,
  };
  return { word: last.word, reason: '', comparisons: { last }, moreSeeds: null, undecidable: null };
}

/** Counts findings of tables whose first `truly` entries are real. */
class Tally {
  private readonly truly: number;
  private tables = 0;
  private readonly sums = { any: [0, 0], share: [0, 0], found: [0, 0], wrong: [0, 0] };

  constructor(truly: number) {
    this.truly = truly;
  }

  add(alone: readonly boolean[], together: readonly boolean[]): void {
    this.tables += 1;
    [alone, together].forEach((found, way) => {
      const right = found.filter((each, index) => each && index < this.truly).length;
      const wrong = found.filter(Boolean).length - right;
      this.put('any', way, wrong > 0 ? 1 : 0);
      this.put('share', way, wrong + right === 0 ? 0 : wrong / (wrong + right));
      this.put('found', way, this.truly === 0 ? 0 : right / this.truly);
      this.put('wrong', way, wrong);
    });
  }

  private put(name: keyof Tally['sums'], way: number, value: number): void {
    this.sums[name][way] = (this.sums[name][way] as number) + value;
  }

  private rate(name: keyof Tally['sums']): AloneAndTogether {
    const [alone = 0, together = 0] = this.sums[name];
    return { alone: alone / this.tables, together: together / this.tables };
  }

  rates(): TableRates & { readonly wrong: AloneAndTogether } {
    return {
      anyFalseBelow: this.rate('any'),
      falseShare: this.rate('share'),
      found: this.rate('found'),
      wrong: this.rate('wrong'),
    };
  }
}

export interface ArrowRates {
  /** Mean number of false arrows in a table. */
  readonly wrong: AloneAndTogether;
  /** Mean share of wrong ones among the arrows. */
  readonly falseShare: AloneAndTogether;
  /** Mean share of the real differences that get an arrow. */
  readonly found: AloneAndTogether;
}

/**
 * "Who is better?" of a table of 33 methods against one baseline on 7 pairs: 231 comparisons, those
 * of a pair with one baseline in common. The first `better` of them are truly 0.5 points better,
 * the others equal. Alone: an arrow where the 90 % interval leaves out zero, as before.
 */
export function arrowRates(seeds: number, better: number, tables: number): ArrowRates {
  const [methods, pairs] = [33, 7];
  const stream = RandomStream.named(1, `verdict-rates/arrows/${seeds}/${better}`);
  const tally = new Tally(better);
  const draw = (centre: number) =>
    new Map(Array.from({ length: seeds }, (_, seed) => [seed, centre + sd * stream.normal()]));
  for (let table = 0; table < tables; table += 1) {
    const baselines = Array.from({ length: pairs }, () => draw(0));
    const differences = Array.from({ length: methods * pairs }, (_, index) =>
      pairedDifference(
        draw(index < better ? 0.5 : 0),
        baselines[index % pairs] as ReadonlyMap<number, number>,
      ),
    );
    const controls = pairedControl(differences);
    tally.add(
      differences.map((one) => (one?.low ?? 0) > 0 || (one?.high ?? 0) < 0),
      controls.map((control) => control?.stands === true),
    );
  }
  return tally.rates();
}

/**
 * Cells that are decided by as many fresh seeds as were said to decide, of those that have a word
 * to be had.
 */
export function powerRate(truth: number, runs: number): { seeds: number | null; rate: number } {
  const spread = { sd, df: 2, source: 'own', pooling: null } as const;
  const publishedError = { error: 0, source: 'none', df: Infinity, runs: null } as const;
  const { margin } = setting;
  const shape = { n: 3, mean: 75 + truth, sd, difference: truth, low: null, high: null, p: null };
  const open = { ...shape, margin, spread, publishedError, word: 'inconclusive' } as const;
  const seeds = seedsToDecide(open);
  if (seeds === null) return { seeds, rate: 0 };
  const stream = RandomStream.named(1, `verdict-rates/power/${truth}`);
  let decided = 0;
  for (let run = 0; run < runs; run += 1) {
    const measured = Array.from({ length: seeds }, () => 75 + truth + sd * stream.normal());
    if (asVerdict(measured, null).word !== 'inconclusive') decided += 1;
  }
  return { seeds, rate: decided / runs };
}

/**
 * Two methods that are equal in truth, each printed as the mean of `averaged` runs: how often the
 * printed numbers count for the claim that the first is better. Before, any printed difference did.
 * With `mixed`, the first is a best epoch and the other a last one.
 */
export function claimRates(
  averaged: number,
  mixed: boolean,
  runs: number,
): { readonly before: number; readonly now: number } {
  const floor = noiseFloor(loadPublished(), 'cifar100', 'top1') as number;
  const stream = RandomStream.named(1, `verdict-rates/claims/${averaged}/${mixed}`);
  const print = () => Math.round((100 * sd * stream.normal()) / Math.sqrt(averaged)) / 100;
  const counts = { before: 0, now: 0 };
  for (let run = 0; run < runs; run += 1) {
    const difference = print() + (mixed ? 0.28 : 0) - print();
    if (difference > 1e-9) counts.before += 1 / runs;
    if (difference > floor) counts.now += 1 / runs;
  }
  return counts;
}
