import { shown } from '../../../common/shown.ts';
import { type CocoPlace, type CocoRecord, fieldError } from './json.ts';

/**
 * Ids of pictures or of categories as a file writes them. COCO's are whole numbers; other tools
 * write texts, which pycocotools takes as well and sorts by their characters. Such ids get numbers
 * in that order, so that everything behind the reader counts with numbers.
 */
export interface CocoIds {
  /** The number of an id, or undefined for one that the list lacks. */
  numberOf(id: unknown): number | undefined;
  /** The id as the file has it. */
  nameOf(number: number): number | string;
}

/** Ids that are numbers, by the numbers. */
export function numericIds(ids: ReadonlySet<number>): CocoIds {
  return {
    numberOf: (id) => (typeof id === 'number' && ids.has(id) ? id : undefined),
    nameOf: (number) => number,
  };
}

/** Ids that are texts. */
export function textIds(ids: readonly string[]): CocoIds {
  const sorted = [...new Set(ids)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const numbers = new Map(sorted.map((id, at) => [id, at + 1]));
  return {
    numberOf: (id) => (typeof id === 'string' ? numbers.get(id) : undefined),
    nameOf: (number) => sorted[number - 1] as string,
  };
}

/** Longer texts are no ids. */
const longestId = 1024;

/**
 * The ids of a list: all numbers or all texts.
 *
 * @throws DataError `COCO_FIELD` naming the first id that is neither, or of another kind than the
 *   ones before
 */
export function readIds(
  records: readonly CocoRecord[],
  placeOf: (index: number) => CocoPlace,
): CocoIds {
  const texts = typeof records[0]?.['id'] === 'string';
  for (const [index, { id }] of records.entries()) {
    const fits = texts
      ? typeof id === 'string' && id.length <= longestId
      : Number.isSafeInteger(id);
    if (fits) continue;
    const is = id === undefined ? 'is missing' : `is ${shown(id)}`;
    throw fieldError(
      placeOf(index),
      'id',
      texts
        ? `${is}, but must be a text like the ids before it`
        : `${is}, but must be a whole number`,
    );
  }
  return texts
    ? textIds(records.map(({ id }) => id as string))
    : numericIds(new Set(records.map(({ id }) => id as number)));
}
