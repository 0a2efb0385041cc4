import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { DataError } from '../../common/errors.ts';
import { regularFile } from '../../common/regular-file.ts';
import type { GoldenFile } from '../../contract/parity.ts';

/** A tensor of a golden file: row-major in PyTorch's layout. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
  readonly dtype: 'float' | 'int' | 'bool';
}

/**
 * Paths of all golden files (`.json`, `.json.gz`) under `folder`, relative to it, sorted.
 *
 * @throws DataError `GOLDEN_FOLDER` when there is no such folder
 */
export function goldenPaths(folder: string): string[] {
  let entries: string[];
  try {
    if (!statSync(folder).isDirectory()) throw new Error('not a folder');
    entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (cause) {
    throw new DataError('GOLDEN_FOLDER', `There is no folder of golden files at ${folder}.`, {
      hint: 'Give the folder that holds losses/, models/, optim/ and trajectory/ with --golden.',
      cause,
    });
  }
  return entries
    .map((entry) => entry.split('\\').join('/'))
    .filter((entry) => /\.json(\.gz)?$/.test(entry))
    .sort();
}

/**
 * Reads one golden file.
 *
 * @throws DataError `GOLDEN_MISSING` or `GOLDEN_MALFORMED` naming the path
 */
export function readGolden(folder: string, path: string): GoldenFile {
  let bytes: Buffer;
  try {
    const found = regularFile(join(folder, path));
    if (typeof found === 'string') throw new TypeError(found);
    bytes = readFileSync(join(folder, path));
  } catch (cause) {
    throw new DataError('GOLDEN_MISSING', `The golden file ${join(folder, path)} cannot be read.`, {
      cause,
    });
  }
  try {
    const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    return { path, content: JSON.parse(text) };
  } catch (cause) {
    throw new DataError(
      'GOLDEN_MALFORMED',
      `The golden file ${join(folder, path)} is no JSON document: ${(cause as Error).message}.`,
      { hint: 'Copy it again from where it was made; it may be truncated.', cause },
    );
  }
}

/**
 * A place in a golden file. Every access checks what is there and names file and place when it is
 * not what the format says, so that a check never compares with `undefined`.
 */
export class GoldenNode {
  readonly file: string;
  readonly place: string;
  private readonly value: unknown;
  private readonly read: Set<string>;

  private constructor(file: string, value: unknown, place: string, read: Set<string>) {
    this.file = file;
    this.value = value;
    this.place = place;
    this.read = read;
  }

  static of(file: GoldenFile): GoldenNode {
    return new GoldenNode(file.path, file.content, '', placesRead(file));
  }

  /**
   * Whether there is a value under `key`. Asking is reading where that value is null: it says that
   * there is none.
   */
  has(key: string): boolean {
    if (!isRecord(this.value) || this.value[key] === undefined) return false;
    if (this.value[key] === null) this.read.add(placeBelow(this.place, key));
    return this.value[key] !== null;
  }

  /** @throws DataError `GOLDEN_MALFORMED` when there is no `key` */
  get(key: string): GoldenNode {
    if (!this.has(key)) throw this.malformed(`has no "${key}"`);
    return this.below(key, (this.value as Record<string, unknown>)[key]);
  }

  optional(key: string): GoldenNode | null {
    return this.has(key) ? this.get(key) : null;
  }

  /** Keys and values of an object, in the order of the file. */
  entries(): [string, GoldenNode][] {
    if (!isRecord(this.value)) throw this.malformed('must be an object');
    return Object.entries(this.value).map(([key, value]) => [key, this.below(key, value)]);
  }

  isList(): boolean {
    return Array.isArray(this.value);
  }

  list(): GoldenNode[] {
    if (!Array.isArray(this.value)) throw this.malformed('must be a list');
    return this.value.map(
      (item, index) => new GoldenNode(this.file, item, `${this.place}[${index}]`, this.read),
    );
  }

  text(): string {
    if (typeof this.value !== 'string') throw this.malformed('must be a text');
    this.read.add(this.place);
    return this.value;
  }

  flag(): boolean {
    if (typeof this.value !== 'boolean') throw this.malformed('must be true or false');
    this.read.add(this.place);
    return this.value;
  }

  /**
   * Reads a setting for which the product has one value only, so that a check is of that value and
   * of no other.
   *
   * @throws DataError `GOLDEN_SETTING` naming place, value and what the product has
   */
  fixed(expected: unknown): void {
    this.read.add(this.place);
    if (isDeepStrictEqual(this.value, expected)) return;
    const [theirs, ours] = [JSON.stringify(this.value), JSON.stringify(expected)];
    throw new DataError(
      'GOLDEN_SETTING',
      `${this.file}: ${this.place} is ${theirs}, and Redistill has ${ours} there.`,
      { hint: 'These official numbers are of a setting that Redistill does not offer.' },
    );
  }

  /** Counts everything below this place as read: it belongs to a case that is skipped. */
  leave(): void {
    this.read.add(this.place);
  }

  /** Reads what must be written as it is at another place. */
  sameAs(other: GoldenNode): void {
    this.fixed(other.value);
  }

  /**
   * `fixed` for some keys of an object; a key that the file leaves out has the official default.
   */
  allFixed(expected: Readonly<Record<string, unknown>>): void {
    for (const [key, value] of Object.entries(expected)) {
      if (isRecord(this.value) && this.value[key] !== undefined) {
        this.below(key, this.value[key]).fixed(value);
      }
    }
  }

  /** A number; the format writes non-finite ones as "NaN", "Infinity" and "-Infinity". */
  number(): number {
    const value = numberOf(this.value);
    if (value === undefined) throw this.malformed('must be a number');
    this.read.add(this.place);
    return value;
  }

  numbers(): Float64Array {
    if (!Array.isArray(this.value)) throw this.malformed('must be a list of numbers');
    this.read.add(this.place);
    return Float64Array.from(this.value, (item) => {
      const value = typeof item === 'boolean' ? Number(item) : numberOf(item);
      if (value === undefined) throw this.malformed('must hold numbers only');
      return value;
    });
  }

  shape(): number[] {
    const shape = [...this.numbers()];
    if (!shape.every((side) => Number.isInteger(side) && side >= 0)) {
      throw this.malformed('must be a shape of whole numbers');
    }
    return shape;
  }

  /** @throws DataError when the number of values is not the product of the shape */
  tensor(): GoldenTensor {
    const shape = this.get('shape').shape();
    const data = this.get('data').numbers();
    const size = shape.reduce((product, side) => product * side, 1);
    if (data.length !== size) {
      throw this.malformed(`has ${data.length} values for the shape [${shape}]`);
    }
    const dtype = this.optional('dtype')?.text() ?? 'float';
    if (dtype !== 'float' && dtype !== 'int' && dtype !== 'bool') {
      throw this.malformed(`has the unknown dtype "${dtype}"`);
    }
    return { shape, data, dtype };
  }

  /** An error about this place: `models/x.json: eval.logits <problem>.` */
  malformed(problem: string): DataError {
    return new DataError(
      'GOLDEN_MALFORMED',
      `${this.file}: ${this.place === '' ? 'the document' : this.place} ${problem}.`,
      { hint: 'The format is described in the README.md of the golden folder.' },
    );
  }

  private below(key: string, value: unknown): GoldenNode {
    return new GoldenNode(this.file, value, placeBelow(this.place, key), this.read);
  }
}

const read = new WeakMap<GoldenFile, Set<string>>();

/**
 * Places of a file whose values were read so far, `cases[0].hyper.temperature`: what its checks
 * depend on.
 */
export function placesRead(file: GoldenFile): Set<string> {
  const known = read.get(file) ?? new Set();
  read.set(file, known);
  return known;
}

/** The place of `key` below another; that of the document is the empty text. */
export function placeBelow(place: string, key: string): string {
  return place === '' ? key : `${place}.${key}`;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY;
  return undefined;
}
