import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { matStructures } from '../../../runners/data/streamed/mat.ts';
import { mutateBytes, type Recipe, recipes } from '../mutate.ts';
import { expect, type FuzzTarget, Violation } from '../target.ts';

const fixtures = join(import.meta.dirname, '../../runners/data/streamed/fixtures');
const plain = readFileSync(join(fixtures, 'meta-plain.mat'));
const corpus = [readFileSync(join(fixtures, 'meta.mat')), plain];
/** A file of a few bytes may not become many structures. */
const most = 10_000;

const words: readonly (string | Uint8Array)[] = [
  'synsets',
  Buffer.from([14, 0, 0, 0]),
  Buffer.from([15, 0, 0, 0]),
  Buffer.from([1, 0, 4, 0]),
  Buffer.from([0, 0, 0, 0, 0, 0, 0, 0]),
  Buffer.from([0xff, 0xff, 0xff, 0x7f]),
  Buffer.from([0, 0, 0, 0x80]),
];

interface Input {
  readonly recipe: Recipe;
  readonly packed: boolean;
}

/** Of a packed file what is within is edited, which edits from outside only make unreadable. */
function bytesOf({ recipe, packed }: Input): Buffer {
  if (!packed) return Buffer.from(mutateBytes(corpus, recipe, words));
  const inner = mutateBytes([plain.subarray(128)], recipe, words);
  const body = deflateSync(inner, { level: 1 });
  const tag = Buffer.alloc(8);
  tag.writeUInt32LE(15, 0);
  tag.writeUInt32LE(body.length, 4);
  return Buffer.concat([plain.subarray(0, 128), tag, body]);
}

/** The classes of ImageNet's devkit. A reader of bytes: whoever calls it names the file. */
export const target: FuzzTarget<Input> = {
  name: 'mats',
  short: 300,
  inputs: () => fc.record({ recipe: recipes(), packed: fc.boolean() }),
  show: bytesOf,
  run(input) {
    let found: ReturnType<typeof matStructures>;
    try {
      found = matStructures(bytesOf(input), 'synsets');
    } catch (cause) {
      if (refused(cause)) return;
      throw new Violation(`a raw ${String(cause).slice(0, 300)}`, { cause });
    }
    expect(found.length <= most, `${found.length} structures`);
    for (const value of found.flatMap((each) => Object.values(each))) {
      expect(value === null || ['string', 'number'].includes(typeof value), `a ${typeof value}`);
    }
  },
};

/** What the reader promises, and what zlib says of bytes that it did not pack. */
function refused(cause: unknown): boolean {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  return /^(Z_|ERR_BUFFER_TOO_LARGE$)/.test(code) || (cause instanceof RangeError && code === '');
}
