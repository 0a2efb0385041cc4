import * as fc from 'fast-check';

/**
 * Where and how an input is changed. Numbers are taken modulo what there is, so that every edit
 * fits every input.
 */
export interface Edit {
  readonly kind: number;
  readonly at: number;
  readonly size: number;
  readonly value: number;
}

/** A member of the corpus, another one to take pieces from, and what is done to it. */
export interface Recipe {
  readonly seed: number;
  readonly other: number;
  readonly edits: readonly Edit[];
}

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.nat(1023),
  at: fc.nat(0x7fffffff),
  size: fc.oneof({ weight: 3, arbitrary: fc.nat(8) }, fc.nat(300), fc.nat(70_000)),
  value: fc.nat(0x7fffffff),
});

/** Few edits come deep into a reader, many break it early: both are wanted. */
export function recipes(most = 8): fc.Arbitrary<Recipe> {
  return fc.record({
    seed: fc.nat(0xffff),
    other: fc.nat(0xffff),
    edits: fc.oneof(
      { weight: 3, arbitrary: fc.array(edit, { maxLength: 3 }) },
      { weight: 2, arbitrary: fc.array(edit, { maxLength: most }) },
    ),
  });
}

/** Numbers at which programs break: limits of widths, signs, what doubles cannot hold. */
export const integers: readonly number[] = [
  0,
  1,
  2,
  3,
  7,
  8,
  15,
  16,
  31,
  32,
  63,
  64,
  65,
  127,
  128,
  255,
  256,
  257,
  511,
  512,
  1000,
  1023,
  1024,
  4095,
  4096,
  10_000,
  32_767,
  32_768,
  65_535,
  65_536,
  100_000,
  1_000_000,
  16_777_215,
  16_777_216,
  2 ** 30,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 40,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 62,
  2 ** 63,
  2 ** 64,
];

export const numbers: readonly number[] = [
  ...integers,
  ...integers.map((value) => -value),
  0.1,
  0.5,
  1.5,
  -0.5,
  1e-9,
  5e-324,
  1e21,
  1e100,
  1.7976931348623157e308,
  -1.7976931348623157e308,
];

export const texts: readonly string[] = [
  '',
  ' ',
  'a',
  '0',
  '-1',
  '1e999',
  'NaN',
  'nan',
  'Infinity',
  'null',
  'true',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '../../etc/passwd',
  '/etc/passwd',
  'C:\\x',
  '\u0000',
  '\ud800',
  '\u{1f600}',
  '\u202e',
  '<script>',
  "'; DROP TABLE runs; --",
  '2026-13-45T99:99:99Z',
  '+275760-09-13T00:00:00.000Z',
  '-271821-04-20T00:00:00.000Z',
  '9999-12-31T23:59:59.999Z',
  '0000-01-01T00:00:00Z',
  'x'.repeat(300),
  'x'.repeat(5000),
  'module.'.repeat(3000),
  '\n',
  '\n\n---\n',
  '%s%n',
];

const byIndex = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

/** No input grows beyond this: time is for many of them. */
const longest = 2 ** 20;

/**
 * Flips, splices, cuts, repeats; overwrites with numbers of all widths, and with words that mean
 * something to the reader.
 */
export function mutateBytes(
  corpus: readonly Uint8Array[],
  { seed, other, edits }: Recipe,
  words: readonly (string | Uint8Array)[] = [],
): Buffer {
  let bytes: Buffer = Buffer.from(byIndex(corpus, seed));
  const donor = byIndex(corpus, other);
  for (const one of edits) bytes = editBytes(bytes, donor, one, words);
  return bytes;
}

function editBytes(
  bytes: Buffer,
  donor: Uint8Array,
  { kind, at, size, value }: Edit,
  words: readonly (string | Uint8Array)[],
): Buffer {
  const place = at % (bytes.length + 1);
  const end = Math.min(bytes.length, place + 1 + size);
  const piece = bytes.subarray(place, end);
  const insert = (what: Uint8Array, removed = 0) =>
    Buffer.concat([bytes.subarray(0, place), what, bytes.subarray(place + removed)]).subarray(
      0,
      longest,
    );
  const put = (what: Uint8Array) => insert(what, what.length);
  const word = () => {
    const chosen = byIndex(words, value);
    return typeof chosen === 'string' ? Buffer.from(chosen) : chosen;
  };
  switch (kind % 16) {
    case 0:
      return place < bytes.length
        ? put(Buffer.from([(bytes[place] as number) ^ (1 << (value % 8))]))
        : bytes;
    case 1:
      return put(Buffer.from([value & 255]));
    case 2:
    case 3:
      return put(integerBytes(value, size));
    case 4:
      return insert(Buffer.alloc(0), 1 + (size % 64));
    case 5:
      return insert(piece);
    case 6:
      return bytes.subarray(0, place);
    case 7: {
      const from = value % (donor.length + 1);
      return insert(donor.subarray(from, from + 1 + size), kind % 2 === 0 ? size : 0);
    }
    case 8: {
      const times = Math.min(1 + (value % 2000), Math.floor(2 ** 18 / (piece.length + 1)));
      return insert(Buffer.concat(Array.from({ length: times }, () => piece)));
    }
    case 9:
    case 10:
    case 11:
      return words.length === 0 ? put(integerBytes(value, size)) : insert(word());
    case 12:
    case 13:
      return words.length === 0 ? put(Buffer.alloc(1 + (size % 64), value)) : put(word());
    case 14:
      return editDecimal(bytes, place, value);
    default:
      return insert(Buffer.alloc(size % 4096, value));
  }
}

function integerBytes(value: number, size: number): Buffer {
  const number = byIndex(integers, value);
  const wide = BigInt.asUintN(64, size % 3 === 0 ? BigInt(-number) : BigInt(number));
  const bytes = Buffer.alloc(8);
  const big = size % 2 === 0;
  if (big) bytes.writeBigUInt64BE(wide);
  else bytes.writeBigUInt64LE(wide);
  const width = 2 ** (size % 4);
  return big ? bytes.subarray(8 - width) : bytes.subarray(0, width);
}

/** The next run of digits becomes another number. */
function editDecimal(bytes: Buffer, from: number, value: number): Buffer {
  const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 48 && byte <= 57;
  let start = from;
  while (start < bytes.length && !isDigit(bytes[start])) start += 1;
  let end = start;
  while (isDigit(bytes[end])) end += 1;
  if (start === end) return bytes;
  return Buffer.concat([
    bytes.subarray(0, start),
    Buffer.from(String(byIndex(numbers, value))),
    bytes.subarray(end),
  ]);
}

/** Lines are dropped, doubled, swapped, indented, joined; within them bytes are changed. */
export function mutateText(
  corpus: readonly string[],
  recipe: Recipe,
  words: readonly string[] = [],
): string {
  let text = byIndex(corpus, recipe.seed);
  const donor = byIndex(corpus, recipe.other);
  for (const one of recipe.edits) {
    const { kind, at, size, value } = one;
    if (kind % 2 === 0) {
      text = editBytes(Buffer.from(text), Buffer.from(donor), one, [...words, ...texts]).toString();
      continue;
    }
    const lines = text.split('\n');
    const place = at % lines.length;
    const line = lines[place] as string;
    const count = 1 + (size % 12);
    switch ((kind >> 1) % 8) {
      case 0:
        lines.splice(place, count);
        break;
      case 1:
        lines.splice(place, 0, ...lines.slice(place, place + count));
        break;
      case 2:
        lines.splice(value % lines.length, 0, ...lines.splice(place, count));
        break;
      case 3:
        lines[place] = `${' '.repeat(value % 6)}${line}`;
        break;
      case 4:
        lines[place] = line.replace(/^ +/, '');
        break;
      case 5:
        lines[place] = line.replace(/:.*$/, `: ${JSON.stringify(byIndex(jsonValues, value))}`);
        break;
      case 6: {
        const others = donor.split('\n');
        lines.splice(
          place,
          0,
          ...others.slice(value % others.length, (value % others.length) + count),
        );
        break;
      }
      default:
        lines[place] = line.repeat(
          Math.min(1 + (value % 1000), 1 + Math.floor(50_000 / (line.length + 1))),
        );
    }
    text = lines.join('\n').slice(0, longest);
  }
  return text;
}

const jsonValues: readonly unknown[] = [
  ...numbers,
  ...texts,
  null,
  true,
  false,
  [],
  {},
  [[]],
  [null],
  [{}],
  { constructor: 1 },
  [1, 2, 3, 4],
];

type Container = unknown[] | Record<string, unknown>;

/** A place in a tree of JSON. */
interface Place {
  readonly parent: Container;
  readonly key: string | number;
}

/**
 * Changes a tree of JSON: values are replaced, dropped, doubled, renamed, nested, swapped, and
 * taken from elsewhere. The tree is copied first.
 */
export function mutateJson(corpus: readonly unknown[], { seed, other, edits }: Recipe): unknown {
  const holder: Container = [structuredClone(byIndex(corpus, seed))];
  const donor = [byIndex(corpus, other)];
  for (const one of edits) {
    try {
      editJson(holder, donor, one);
    } catch (cause) {
      // Nested more deeply than the stack reaches: it stays as it is.
      if (!(cause instanceof RangeError || cause instanceof DOMException)) throw cause;
    }
  }
  return holder[0];
}

function editJson(holder: Container, donor: unknown[], { kind, at, size, value }: Edit): void {
  const places = placesOf(holder);
  const { parent, key } = byIndex(places, at);
  const now = read(parent, key);
  switch (kind % 12) {
    case 0:
    case 1:
    case 2:
      write(parent, key, structuredClone(byIndex(jsonValues, value)));
      return;
    case 3:
      remove(parent, key);
      return;
    case 4: {
      if (!Array.isArray(parent) || parent === holder) return;
      const times = size % 50 === 0 ? 1 + (value % 3000) : 1 + (value % 3);
      if (times > 10 && JSON.stringify(now).length > 300) return;
      parent.splice(key as number, 0, ...Array.from({ length: times }, () => structuredClone(now)));
      return;
    }
    case 5: {
      if (Array.isArray(parent)) return;
      const names = [
        ...texts,
        ...places.filter((place) => typeof place.key === 'string').map((place) => place.key),
      ];
      remove(parent, key);
      write(parent, String(byIndex(names, value)), now);
      return;
    }
    case 6: {
      let nested = now;
      const depth = size % 20 === 0 ? 3000 : 1 + (value % 70);
      for (let level = 0; level < depth; level += 1)
        nested = value % 2 === 0 ? [nested] : { a: nested };
      write(parent, key, nested);
      return;
    }
    case 7: {
      const second = byIndex(places, value);
      write(parent, key, structuredClone(read(second.parent, second.key)));
      return;
    }
    case 8: {
      const foreign = placesOf(donor);
      const chosen = byIndex(foreign, value);
      write(parent, key, structuredClone(read(chosen.parent, chosen.key)));
      return;
    }
    case 9:
      if (typeof now === 'number') {
        write(
          parent,
          key,
          now * byIndex([-1, 2, 10, 0.5, 1e6, 1e-6], value) + byIndex([0, 1, -1], size),
        );
      } else if (typeof now === 'string') {
        write(
          parent,
          key,
          editBytes(
            Buffer.from(now),
            Buffer.from(now),
            { kind: value, at: size, size, value },
            texts,
          ).toString(),
        );
      } else write(parent, key, structuredClone(byIndex(jsonValues, value)));
      return;
    case 10:
      if (!Array.isArray(parent))
        write(parent, byIndex(texts, value), structuredClone(byIndex(jsonValues, at)));
      return;
    default:
      write(parent, key, turnedInsideOut(now));
      return;
  }
}

/** A list for a value, an object for a list, a list for an object. */
function turnedInsideOut(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return [value, value];
  return Array.isArray(value) ? Object.fromEntries(value.entries()) : Object.values(value);
}

/** All places, from the root down. A tree with very many is looked at in part. */
function placesOf(root: Container): readonly Place[] {
  const found: Place[] = [];
  const queue: Container[] = [root];
  for (let at = 0; at < queue.length && found.length < 20_000; at += 1) {
    const parent = queue[at] as Container;
    const keys = Array.isArray(parent) ? [...parent.keys()] : Object.keys(parent);
    for (const key of keys) {
      found.push({ parent, key });
      const value = read(parent, key);
      if (typeof value === 'object' && value !== null) queue.push(value as Container);
    }
  }
  return found.length > 0 ? found : [{ parent: root, key: 0 }];
}

const read = (parent: Container, key: string | number) =>
  (parent as Record<string | number, unknown>)[key];

/** `__proto__` becomes a name like any other, as JSON.parse makes it. */
function write(parent: Container, key: string | number, value: unknown): void {
  Object.defineProperty(parent, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

function remove(parent: Container, key: string | number): void {
  if (Array.isArray(parent)) {
    if (parent.length > 1) parent.splice(key as number, 1);
  } else delete parent[key];
}

/** JSON, also of what nests too deeply for the stack: as nothing. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    return '['.repeat(5000);
  }
}
