import { statSync } from 'node:fs';
import * as fc from 'fast-check';
import { tarMembers } from '../../../runners/data/streamed/tar-index.ts';
import { tarOf } from '../../runners/data/pictures.ts';
import { mutateBytes, type Recipe, recipes } from '../mutate.ts';
import { expect, type FuzzTarget, readOrRefused } from '../target.ts';
import { withChecksums } from './archives.ts';

const name = 'fuzz.tar';
let corpus: readonly Buffer[] = [];

/** As ImageNet has its archives: pictures, and archives in an archive. */
async function made(): Promise<readonly Buffer[]> {
  const pictures = await tarOf([
    ['n1/a.JPEG', Buffer.alloc(700, 1)],
    ['./b.JPEG', Buffer.alloc(20, 2)],
  ]);
  const archives = await tarOf([
    ['n1.tar', pictures],
    ['n2.tar', await tarOf([])],
  ]);
  const deep = await tarOf([[`${'deep/'.repeat(30)}${'n'.repeat(120)}.JPEG`, Buffer.alloc(10)]]);
  return [pictures, archives, deep, await tarOf([])];
}

const words: readonly (string | Uint8Array)[] = [
  '../',
  '/',
  'x',
  'L',
  '5',
  '12 path=x\n',
  '77777777777',
  '00000000000',
  Buffer.alloc(512),
  Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0xff]),
];

interface Input {
  readonly recipe: Recipe;
  readonly repair: boolean;
}

function bytesOf({ recipe, repair }: Input): Uint8Array {
  const tar = mutateBytes(corpus, recipe, words);
  return repair ? withChecksums(Buffer.from(tar)) : tar;
}

/** The index of archives that are read where they lie; those that are unpacked: `archives`. */
export const target: FuzzTarget<Input> = {
  name: 'tars',
  short: 200,
  async inputs() {
    corpus = await made();
    return fc.record({ recipe: recipes(), repair: fc.boolean() });
  },
  show: bytesOf,
  run: (input, world) => {
    const { size } = statSync(world.file(name, bytesOf(input)));
    const index = (from: number, to: number, part?: Parameters<typeof tarMembers>[2]) =>
      readOrRefused(
        name,
        () => tarMembers(world.folder, name, part),
        async (members) => {
          for (const member of members) {
            const end = member.offset + member.size;
            expect(member.offset >= from && end <= to, `${member.path} lies outside the archive`);
            const { path } = member;
            expect(!path.startsWith('/') && !path.split('/').includes('..'), `the path ${path}`);
            if (part === undefined && path.endsWith('.tar'))
              await index(member.offset, end, member);
          }
        },
      );
    return index(0, size);
  },
};
