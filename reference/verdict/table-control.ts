import { adjustedPValues } from './false-discovery.ts';
import type { Verdict, VerdictWord } from './verdict.ts';

/** Of the cells of a table that bear one word and stand, at most this share is wrong in expectation. */
export const falseDiscoveryRate = 0.05;

/** How a verdict fares among all cells of its table. */
export interface TableControl {
  /** Cells of the table that were tested for this word. */
  readonly cells: number;
  /** Benjamini-Hochberg over those cells. */
  readonly adjustedP: number;
  /** Whether the word stands at `falseDiscoveryRate`. */
  readonly stands: boolean;
}

const controlled = ['reproduced', 'below', 'above'] as const satisfies readonly VerdictWord[];
type ControlledWord = (typeof controlled)[number];

/**
 * Looks at the verdicts of one table together. A word is wrong in at most 5 % of cells by itself, so a table of a hundred
 * cells that all lie on the edge of the margin would show five of them `below` for nothing. Each word is a family of its own:
 * the p-values that all tested cells have for it, adjusted by Benjamini-Hochberg.
 *
 * Why not Benjamini-Yekutieli: the cells of a table are not independent (they share teachers, seeds and the pooled standard
 * deviation), but what they share moves them the same way, and the tests of a family all look in one direction. That is the
 * positive dependence under which Benjamini-Hochberg holds; docs/verdicts.md has its rates under a shared teacher.
 *
 * The word stays: it is what the cell's own interval says. Control is null for words that no test stands behind. The
 * result is in the order given. With one tested cell every word stands.
 */
export function controlTable(verdicts: readonly Verdict[]): readonly (TableControl | null)[] {
  const adjusted = new Map(controlled.map((word) => [word, family(verdicts, word)]));
  return verdicts.map((verdict, index) => {
    const word = controlled.find((name) => name === verdict.word);
    const entry = word === undefined ? undefined : adjusted.get(word)?.get(index);
    if (entry === undefined) return null;
    return { ...entry, stands: entry.adjustedP <= falseDiscoveryRate };
  });
}

/** The cells that were tested for a word, by their position, with adjusted p-values. */
function family(
  verdicts: readonly Verdict[],
  word: ControlledWord,
): ReadonlyMap<number, Omit<TableControl, 'stands'>> {
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
 * The p-value that a cell has for a word. Where best and last epoch were both compared, the word needs both, so the larger
 * counts (an intersection-union test). Null where no test was made.
 */
function pValue(verdict: Verdict, word: ControlledWord): number | null {
  const each = Object.values(verdict.comparisons).map(({ p }) => p?.[word] ?? null);
  if (each.length === 0 || each.includes(null)) return null;
  return Math.max(...(each as number[]));
}

/** What a reader must know of a word that does not stand; null where it stands or was not tested. */
export function controlSentence(control: TableControl | null): string | null {
  if (control === null || control.stands) return null;
  return (
    `By itself the cell earns its word, but over the ${control.cells} tested cells of the table it may be chance: ` +
    `adjusted p-value ${control.adjustedP.toFixed(3)}, above the false-discovery rate of ${100 * falseDiscoveryRate} %.`
  );
}
