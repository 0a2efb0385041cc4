import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { readArchive } from '../../../runners/data/archive.ts';
import { tarOf } from '../../runners/data/pictures.ts';
import { corpusFiles } from '../corpus.ts';
import { mutateBytes, type Recipe, recipes } from '../mutate.ts';
import { expect, type FuzzTarget, readOrRefused } from '../target.ts';

const most = 5000;
let tars: readonly Buffer[] = [];

async function made(): Promise<readonly Buffer[]> {
  return [
    await tarOf([
      ['set/train/a.png', Buffer.alloc(700, 1)],
      ['set/test/b.png', Buffer.alloc(20, 2)],
      ['set/README', Buffer.from('hello')],
    ]),
    await tarOf([[`${'deep/'.repeat(30)}${'n'.repeat(120)}.bin`, Buffer.alloc(10)]]),
    await tarOf([['a', Buffer.alloc(0)], { name: 'b', linkname: 'a' }]),
    await tarOf([]),
    ...corpusFiles('archives'),
  ];
}

const words: readonly (string | Uint8Array)[] = [
  '../',
  '/',
  'ustar\0' + '00',
  'ustar  \0',
  'path=../x\n',
  '30 path=../../etc/passwd\n',
  '27 size=99999999999999999\n',
  '12 size=-1\n',
  'x',
  'L',
  'K',
  'g',
  '5',
  '2',
  '\\',
  Buffer.alloc(512),
  Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0xff]),
  Buffer.from([0xff, 0xff, 0xff, 0xff]),
];

interface Input {
  readonly form: 'tar' | 'gz' | 'xz' | 'gz-bytes' | 'xz-bytes';
  readonly recipe: Recipe;
  readonly repair: boolean;
}

const extension = (form: Input['form']) =>
  form === 'tar' ? 'tar' : form.startsWith('gz') ? 'tar.gz' : 'tar.xz';

const xz = (bytes: Uint8Array) => spawnSync('xz', ['-1', '-c'], { input: bytes }).stdout;

function bytesOf({ form, recipe, repair }: Input): Uint8Array {
  const plain = { ...recipe, edits: [] };
  const inner = mutateBytes(tars, form.endsWith('bytes') ? plain : recipe, words);
  const tar = repair ? withChecksums(Buffer.from(inner)) : inner;
  if (form === 'tar') return tar;
  const packed = form.startsWith('gz') ? gzipSync(tar, { level: 1 }) : xz(tar);
  return form.endsWith('bytes') ? mutateBytes([packed], recipe) : packed;
}

/** Every block of 512 bytes that may be a header gets the checksum that a header needs. */
export function withChecksums(tar: Buffer): Buffer {
  for (let at = 0; at + 512 <= tar.length; at += 512) {
    if (tar.toString('latin1', at + 257, at + 262) !== 'ustar') continue;
    tar.fill(' ', at + 148, at + 156);
    let sum = 0;
    for (let byte = at; byte < at + 512; byte += 1) sum += tar[byte] as number;
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
  }
  return tar;
}

export const target: FuzzTarget<Input> = {
  name: 'archives',
  short: 80,
  async inputs() {
    tars = await made();
    return fc.record({
      form: fc.constantFrom('tar', 'tar', 'tar', 'gz', 'gz-bytes', 'xz', 'xz-bytes'),
      recipe: recipes(),
      repair: fc.boolean(),
    });
  },
  show: bytesOf,
  run: (input, world) => {
    const name = `fuzz.${extension(input.form)}`;
    const path = world.file(name, bytesOf(input));
    return readOrRefused(
      name,
      () => readArchive(path, (each) => !each.endsWith('README'), most),
      (files) => {
        const paths = files.map((file) => file.path);
        expect(new Set(paths).size === paths.length, 'a path stands once');
        for (const { path: inner, bytes } of files) {
          expect(bytes.byteLength <= most, `${bytes.byteLength} bytes`);
          expect(
            inner.length <= 1024 && !inner.startsWith('/') && !inner.includes('\\'),
            `the path ${inner}`,
          );
          expect(!inner.split('/').includes('..'), `the path ${inner} leaves the archive`);
        }
      },
    );
  },
};
