import { adjustedPValues } from './false-discovery.ts';
import { seedsToDecide } from './seeds.ts';
import type { Verdict, VerdictWord } from './verdict.ts';

/**
 * Of the cells of a table that bear one word and stand, at most this share is wrong in expectation.
 */
export const falseDiscoveryRate = 0.05;

/** How a verdict fares among all cells of its table. */
export interface TableControl {
  /** Cells of the table that were tested for this word. */
  readonly cells: number;
  /** Benjamini-Hochberg over those cells. */
  readonly adjustedP: number;
  /** Whether the word stands at `falseDiscoveryRate`. */
  readonly stands: boolean;
  /** The word that the cell's own interval says. */
  readonly alone: ControlledWord;
}

const controlled = ['reproduced', 'below', 'above'] as const satisfies readonly VerdictWord[];
type ControlledWord = (typeof controlled)[number];

/**
 * Looks at the verdicts of one table together. A word is wrong in about 5 % of cells on the edge of
 * the margin by itself, so a table of a hundred cells that all lie on the edge of the margin would
 * show five of them `below` for nothing. Each word is a family of its own: the p-values that all
 * tested cells have for it, adjusted by Benjamini-Hochberg.
 *
 * Why not Benjamini-Yekutieli: the cells of a table are not independent (they share teachers, seeds
 * and the pooled standard deviation), but what they share moves them the same way, and the tests of
 * a family all look in one direction. That is the positive dependence under which
 * Benjamini-Hochberg holds; docs/verdicts.md has its rates under a shared teacher.
 *
 * Control is null for words that no test stands behind. The result is in the order given. With one
 * tested cell every word stands.
 */
export function controlTable(verdicts: readonly Verdict[]): readonly (TableControl | null)[] {
  const adjusted = new Map(controlled.map((word) => [word, family(verdicts, word)]));
  return verdicts.map((verdict, index) => {
    const word = controlled.find((name) => name === verdict.word);
    const entry = word === undefined ? undefined : adjusted.get(word)?.get(index);
    if (entry === undefined) return null;
    return {
      ...entry,
      stands: entry.adjustedP <= falseDiscoveryRate,
      alone: word as ControlledWord,
    };
  });
}

/** The cells that were tested for a word, by their position, with adjusted p-values. */
function family(
  verdicts: readonly Verdict[],
  word: ControlledWord,
): ReadonlyMap<number, Pick<TableControl, 'cells' | 'adjustedP'>> {
  const tested = verdicts
    .map((verdict, index) => ({ index, p: pValue(verdict, word) }))
    .filter((entry): entry is { index: number; p: number } => entry.p !== null);
  const adjusted = adjustedPValues(
    tested.map(({ p }) => p),
    'positive',
  );
  return new Map(
    tested.map(({ index }, position) => [
      index,
      { cells: tested.length, adjustedP: adjusted[position] as number },
    ]),
  );
}

/**
 * The p-value that a cell has for a word. Where best and last epoch were both compared, the word
 * needs both, so the larger counts (an intersection-union test). Null where no test was made.
 */
function pValue(verdict: Verdict, word: ControlledWord): number | null {
  if (verdict.undecidable !== null) return null;
  const each = Object.values(verdict.comparisons).map(({ p }) => p?.[word] ?? null);
  if (each.length === 0 || each.includes(null)) return null;
  return Math.max(...(each as number[]));
}

/**
 * The verdict that stands. A word that may be chance among the cells of its table becomes
 * `inconclusive`, so that it is nowhere green, red or counted. The cell's own word stays in the
 * reason and in `TableControl.alone`.
 */
export function standing(verdict: Verdict, control: TableControl | null): Verdict {
  if (control === null || control.stands) return verdict;
  const { cells, adjustedP, alone } = control;
  const level = falseDiscoveryRate / cells;
  const seeds = Object.values(verdict.comparisons).map((each) => seedsToDecide(each, level));
  const moreSeeds = seeds.includes(null) ? null : Math.max(...(seeds as number[]));
  const more =
    moreSeeds === null
      ? ''
      : ` ${moreSeeds} more seeds would decide among ${cells} cells with a power of 80 % if mean and scatter are as they look.`;
  return {
    ...verdict,
    word: 'inconclusive',
    reason:
      `By itself the cell is ${alone}, but over the ${cells} tested cells of the table that may be chance: adjusted p-value ` +
      `${adjustedP.toFixed(3)}, above the false-discovery rate of ${100 * falseDiscoveryRate} %. ${capital(verdict.reason)}${more}`,
    moreSeeds,
  };
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
