import { RandomStream } from '../common/random.ts';
import { type ComparisonInput, judge } from '../reference/verdict/comparison.ts';
import { intervalWord } from '../reference/verdict/interval.ts';
import { type Spread, sample } from '../reference/verdict/sample.ts';
import { independentValues, tableSpread } from '../reference/verdict/teachers.ts';

/**
 * How a made-up publication comes to its number: it is exact; averages four runs and prints their
 * scatter; averages four and prints none; is one run; averages four and does not say so.
 */
export type Publication = 'exact' | 'printed' | 'stated' | 'single' | 'silent';

/**
 * One made-up situation: what is true, and what the verdict gets to see of it. Differences and
 * scatter in points.
 */
export interface Situation {
  readonly name: string;
  readonly seeds: number;
  readonly publication: Publication;
  /** Standard deviation of a seed of the judged cell, and of the other cells. */
  readonly sd: number;
  readonly otherSd: number;
  /** Without it the cell stands alone: nothing can be pooled. */
  readonly table: boolean;
  /**
   * How much better a best epoch is than a last one, where the rule before compared the one with
   * the other.
   */
  readonly bestOverLast?: number;
  /** Standard deviation between teachers, and how many teach the seeds in turn. */
  readonly teacherSd?: number;
  readonly teachers?: number;
  /** Seeds are added one by one up to so many, until a word appears. */
  readonly addedUpTo?: number;
}

/** Margin, runs that a publication averages, and cells beside the judged one. */
export const setting = { margin: 0.5, publishedRuns: 4, otherCells: 6 } as const;

export type Word = ReturnType<typeof judge>['word'];

/** Shares of words under the rules before and as they are now. */
export interface Rates {
  readonly before: Readonly<Record<Word, number>>;
  readonly after: Readonly<Record<Word, number>>;
}

const none = (): Record<Word, number> => ({ reproduced: 0, below: 0, above: 0, inconclusive: 0 });

/**
 * Shares of each word over `runs` cells whose truth is `truth` off the published one, from a stream
 * of the situation's own.
 */
export function wordRates(situation: Situation, truth: number, runs: number): Rates {
  const stream = RandomStream.named(1, `verdict-rates/${JSON.stringify(situation)}/${truth}`);
  const [before, after] = [none(), none()];
  for (let run = 0; run < runs; run += 1) {
    const words = oneCell(situation, truth, stream);
    before[words.before] += 1 / runs;
    after[words.after] += 1 / runs;
  }
  return { before, after };
}

interface DrawnCell {
  readonly column: string;
  readonly values: number[];
  readonly teachers: string[];
}

function oneCell(situation: Situation, truth: number, stream: RandomStream) {
  const { seeds, publication, sd, otherSd, bestOverLast = 0 } = situation;
  const most = situation.addedUpTo ?? seeds;
  const own = drawCell(stream, situation, most, 75 + truth, sd);
  const others = situation.table
    ? Array.from({ length: setting.otherCells }, (_, index) =>
        // With one seed a cell has no spread to pool: the other cells then have three.
        drawCell(stream, situation, Math.max(3, seeds), 70, otherSd, `other ${index}`),
      )
    : [];
  const published = drawPublication(stream, publication, sd);
  const input = (count: number, cell: DrawnCell): ComparisonInput => {
    const used = { ...cell, values: cell.values.slice(0, count) };
    const pooled = situation.table ? tableSpread([used, ...others]) : null;
    const measured = independentValues(used.values, used.teachers);
    return { measured, margin: setting.margin, pooled, ...published };
  };
  const counts = situation.addedUpTo === undefined ? [seeds] : range(seeds, situation.addedUpTo);
  // Before, a best epoch might be held against a last one, and every seed that was there counted.
  const lifted = { ...own, values: own.values.map((value) => value + bestOverLast) };
  const alone = { ...lifted, teachers: [] };
  return {
    before: firstWord(counts.map((count) => () => wordBefore(input(count, alone)))),
    after: judge(input(seeds, own)).word,
  };
}

/** Students in turn of so many teachers; without teachers they scatter as seeds do. */
function drawCell(
  stream: RandomStream,
  { teacherSd = 0, teachers = 1 }: Situation,
  seeds: number,
  centre: number,
  sd: number,
  column = 'own',
): DrawnCell {
  const shifts = Array.from({ length: teachers }, () =>
    teacherSd === 0 ? 0 : teacherSd * stream.normal(),
  );
  const turn = (seed: number) => seed % teachers;
  const places = Array.from({ length: seeds }, (_, seed) => seed);
  return {
    column,
    values: places.map((seed) => centre + (shifts[turn(seed)] as number) + sd * stream.normal()),
    teachers: places.map((seed) => `teacher ${turn(seed)}`),
  };
}

function drawPublication(stream: RandomStream, publication: Publication, sd: number) {
  const runs = publication === 'single' ? 1 : setting.publishedRuns;
  const drawn =
    publication === 'exact' ? [75] : Array.from({ length: runs }, () => 75 + sd * stream.normal());
  const printed = sample(drawn);
  const stated = publication === 'printed';
  const imputed: Readonly<Record<Publication, number | null>> = {
    exact: null,
    printed: null,
    stated: runs,
    single: 1,
    silent: 1,
  };
  return {
    published: printed.mean,
    publishedError: stated ? (printed.sd as number) / Math.sqrt(runs) : 0,
    publishedDf: stated ? runs - 1 : Infinity,
    imputedRuns: imputed[publication],
  };
}

/** The first word that is one, as for somebody who looks after every seed. */
function firstWord(looks: readonly (() => Word)[]): Word {
  for (const look of looks) {
    const word = look();
    if (word !== 'inconclusive') return word;
  }
  return 'inconclusive';
}

/**
 * The rules before: below five seeds every cell was pooled, a publication without a printed scatter
 * was exact, and one seed might be `below` or `above`.
 */
function wordBefore(input: ComparisonInput): Word {
  const own = sample(input.measured);
  const pooled = own.n < 5 ? input.pooled : null;
  const spread: Spread | null = pooled ?? (own.sd === null ? null : { sd: own.sd, df: own.n - 1 });
  if (spread === null) return 'inconclusive';
  const ours = spread.sd ** 2 / own.n;
  const theirs = input.publishedError ** 2;
  const { word } = intervalWord({
    difference: own.mean - input.published,
    standardError: Math.sqrt(ours + theirs),
    df:
      theirs === 0
        ? spread.df
        : (ours + theirs) ** 2 / (ours ** 2 / spread.df + theirs ** 2 / input.publishedDf),
    margin: input.margin,
  });
  return own.n === 1 && word === 'reproduced' ? 'inconclusive' : word;
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
