import type * as fc from 'fast-check';
import { pictureBytes } from '../../../runners/data/dense/sources.ts';
import { listZip, readZipEntry } from '../../../runners/data/dense/zip.ts';
import { zipOf } from '../../runners/data/dense/trees.ts';
import { corpusFiles } from '../corpus.ts';
import { mutateBytes, type Recipe, recipes } from '../mutate.ts';
import { expect, type FuzzTarget, readOrRefused } from '../target.ts';

const tree = {
  'set/a.png': Buffer.alloc(3000, 7),
  'set/b.png': Buffer.from('b'.repeat(40)),
  'set/c/': Buffer.alloc(0),
  'annotations/d.json': Buffer.from('{}'),
};
const corpus = [zipOf(tree), zipOf(tree, true), zipOf({}, false), ...corpusFiles('zips')];
const words: readonly (string | Uint8Array)[] = [
  'PK\x01\x02',
  'PK\x03\x04',
  'PK\x05\x06',
  'PK\x06\x06',
  'PK\x06\x07',
  '../',
  '/',
  Buffer.from([0xff, 0xff, 0xff, 0xff]),
  Buffer.from([1, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0x80]),
  Buffer.from([8, 0]),
];

export const target: FuzzTarget<Recipe> = {
  name: 'zips',
  short: 200,
  inputs: (): fc.Arbitrary<Recipe> => recipes(),
  show: (recipe) => mutateBytes(corpus, recipe, words),
  run: (recipe, world) => {
    const path = world.file('fuzz.zip', mutateBytes(corpus, recipe, words));
    return readOrRefused(
      'fuzz.zip',
      () => listZip(path),
      async (places) => {
        for (const [index, place] of places.slice(0, 20).entries()) {
          expect(
            !place.name.startsWith('/') && !place.name.split('/').includes('..'),
            `the path ${place.name}`,
          );
          await readOrRefused(
            ['fuzz.zip', place.name],
            () => pictureBytes({ kind: 'zip', places }, index),
            (bytes) => {
              expect(bytes.byteLength === place.size, `${bytes.byteLength} of ${place.size} bytes`);
            },
          );
          if (place.size <= 2 ** 20) {
            await readOrRefused(
              ['fuzz.zip'],
              () => readZipEntry(place),
              () => {},
            );
          }
        }
      },
    );
  },
};
