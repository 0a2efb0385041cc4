import { constants } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { DataError } from '../../../common/errors.ts';
import { jsonProblem } from '../../../common/json-text.ts';
import { regularFile } from '../../../common/regular-file.ts';
import { shown } from '../../../common/shown.ts';

/**
 * A place in a COCO file for errors: `instances.json: annotations[17].bbox`. Reading a field checks
 * it, so that nothing downstream computes with what is not there.
 */
export interface CocoPlace {
  readonly file: string;
  /** List and index, `annotations[17]`. */
  readonly item: string;
}

export type CocoRecord = Readonly<Record<string, unknown>>;

/**
 * Reads a JSON file of any size that fits a JavaScript string (512 MiB; COCO's largest has 470 MB).
 *
 * @throws DataError `COCO_FILE` naming the path when it cannot be read, is no file, is too large or
 *   is no JSON
 */
export function readCocoJson(path: string): unknown {
  const found = regularFile(path);
  if (typeof found === 'string') throw fileError(path, found);
  if (found.size > constants.MAX_STRING_LENGTH) {
    throw fileError(
      path,
      `has ${found.size} bytes, but at most ${constants.MAX_STRING_LENGTH} can be read`,
      'Split it by pictures, or leave out the fields that COCO does not define.',
    );
  }
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw fileError(path, `cannot be read (${(cause as NodeJS.ErrnoException).code})`, null, cause);
  }
  return parseCocoJson(text, (sentence, hint, cause) => fileError(path, sentence, hint, cause));
}

/**
 * The document in a text. @param fail makes the error of a sentence, whose subject is the file, and
 * a hint
 */
export function parseCocoJson(
  text: string,
  fail: (sentence: string, hint: string, cause: unknown) => Error,
): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const { sentence, hint } = jsonProblem(text, cause);
    throw fail(sentence, hint, cause);
  }
}

function fileError(
  path: string,
  what: string,
  hint: string | null = null,
  cause?: unknown,
): DataError {
  return new DataError('COCO_FILE', `The COCO file ${path} ${what}.`, {
    hint: hint ?? 'Give the path of a COCO annotation or result file.',
    cause,
  });
}

/** An error about a field: `x.json: annotations[17].bbox has 3 numbers.` */
export function fieldError({ file, item }: CocoPlace, field: string, problem: string): DataError {
  const place = field === '' ? item : `${item}.${field}`;
  return new DataError('COCO_FIELD', `${file}: ${place} ${problem}.`, {
    hint: 'The format is described at https://cocodataset.org/#format-data and #format-results.',
  });
}

/** @throws DataError `COCO_FIELD` when the item is no object */
export function recordAt(value: unknown, place: CocoPlace): CocoRecord {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as CocoRecord;
  }
  throw fieldError(place, '', `is ${shown(value)}, but must be an object`);
}

/** A whole number of `minimum` or more. */
export function integerAt(
  record: CocoRecord,
  place: CocoPlace,
  field: string,
  minimum = Number.MIN_SAFE_INTEGER,
): number {
  const value = record[field];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum) return value;
  const wanted = minimum > 0 ? `a whole number of at least ${minimum}` : 'a whole number';
  throw fieldError(place, field, `${found(value)}, but must be ${wanted}`);
}

export function numberAt(record: CocoRecord, place: CocoPlace, field: string): number {
  const value = record[field];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw fieldError(place, field, `${found(value)}, but must be a number`);
}

export function textAt(record: CocoRecord, place: CocoPlace, field: string): string {
  const value = record[field];
  if (typeof value === 'string') return value;
  throw fieldError(place, field, `${found(value)}, but must be a text`);
}

/** [x, y, width, height] in pixels; width and height are not negative. */
export function boxAt(
  record: CocoRecord,
  place: CocoPlace,
): readonly [number, number, number, number] {
  const value = record['bbox'];
  if (!Array.isArray(value)) {
    throw fieldError(place, 'bbox', `${found(value)}, but must be a list [x, y, width, height]`);
  }
  if (value.length !== 4) {
    throw fieldError(
      place,
      'bbox',
      `has ${value.length} values, but must have 4: x, y, width, height`,
    );
  }
  for (const [index, item] of value.entries()) {
    if (typeof item !== 'number' || !Number.isFinite(item)) {
      throw fieldError(place, `bbox[${index}]`, `is ${shown(item)}, but must be a number`);
    }
  }
  const [, , width, height] = value as [number, number, number, number];
  if (width < 0 || height < 0) {
    throw fieldError(
      place,
      'bbox',
      `has the width ${width} and the height ${height}; neither may be negative`,
    );
  }
  return value as [number, number, number, number];
}

const found = (value: unknown) => (value === undefined ? 'is missing' : `is ${shown(value)}`);
