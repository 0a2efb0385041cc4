import {
  type VerdictWord,
  verdictKinds,
  verdictWords,
} from '../../reference/verdict/words/index.ts';
import { type Coverage, numberKey } from '../../suites/coverage.ts';
import { listed, plural } from '../format.ts';
import { measuredNumbers } from './measured-numbers.ts';
import type { CellModel, TableModel } from './table-model.ts';

/** How far the published numbers have come, and what came of those that were measured. */
export interface Answer {
  /** Published numbers that are held as data. */
  readonly known: number;
  /** Those whose training can be run. */
  readonly runnable: number;
  /** Those with a completed training at paper scale in this database. */
  readonly measured: number;
  /** The measured ones by verdict. */
  readonly words: ReadonlyMap<VerdictWord, number>;
}

/**
 * Pure.
 *
 * @param coverage of all suites; without one only numbers count that a stored plan stands for.
 */
export function answerOf(tables: readonly TableModel[], coverage: Coverage | null): Answer {
  const cells = tables
    .filter(({ plan }) => plan.scale === 'paper')
    .flatMap((table) => table.cells)
    .flatMap((cell) => {
      const { published, metric } = cell.row;
      return published === null ? [] : [{ cell, key: numberKey({ ...published, metric }) }];
    });
  const numbers = Map.groupBy(cells, ({ key }) => key);
  const words = new Map<VerdictWord, number>();
  for (const key of measuredNumbers(tables)) {
    for (const word of leastFavourable(numbers.get(key) ?? [])) {
      words.set(word, (words.get(word) ?? 0) + 1);
    }
  }
  const counts = coverage ?? {
    known: numbers.size,
    runnable: [...numbers.values()].filter((own) => own.some(({ cell }) => isRunnable(cell)))
      .length,
  };
  return {
    known: counts.known,
    runnable: counts.runnable,
    measured: [...words.values()].reduce((sum, count) => sum + count, 0),
    words,
  };
}

/** The verdict that speaks for a number for which several cells stand. */
function leastFavourable(cells: readonly { readonly cell: CellModel }[]): readonly VerdictWord[] {
  return cells
    .map(({ cell }) => cell.verdict.word)
    .sort((one, other) => verdictKinds[one].favour - verdictKinds[other].favour)
    .slice(0, 1);
}

/** Whether the plan found everything that the cell needs. */
export function isRunnable({ row }: CellModel): boolean {
  return row.notRun === null;
}

/** The words that answer whether a number holds. */
export const decisive: readonly VerdictWord[] = verdictWords.filter(
  (word) => verdictKinds[word].answer !== null,
);

/** The answer in one line, and what it rests on in a second. Never more than was measured. */
export function answerSentences({ words, measured }: Answer): {
  readonly headline: string;
  readonly detail: string;
  /** How many numbers have a verdict. */
  readonly judged: number;
} {
  const count = (word: VerdictWord) => words.get(word) ?? 0;
  const judged = decisive.reduce((sum, word) => sum + count(word), 0);
  if (judged === 0) {
    return {
      judged,
      headline: 'Not answered here yet.',
      detail:
        measured === 0
          ? 'No published number was measured here at paper scale.'
          : `${plural(measured, 'published number')} ${measured === 1 ? 'was' : 'were'} measured here at paper scale, but none by the published protocol with a result that a verdict could rest on.`,
    };
  }
  const held = count('reproduced');
  const others = decisive
    .filter((word) => word !== 'reproduced')
    .flatMap((word) => part(count(word), verdictKinds[word].answer as string));
  const headline =
    held === judged
      ? `${held === 1 ? 'The one number' : `All ${held} numbers`} measured by the published protocol ${held === 1 ? 'holds' : 'hold'}.`
      : `${held === 0 ? 'None' : held} of ${plural(judged, 'number')} measured by the published protocol ${held === 1 ? 'holds' : 'hold'}.`;
  const rest = others.length === 0 ? '' : `Of the others ${listed(others)}.`;
  return { judged, headline, detail: rest };
}

function part(count: number, words: string): readonly string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? 'is' : 'are'} ${words}`];
}
