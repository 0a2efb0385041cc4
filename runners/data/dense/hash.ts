import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { canonicalJson, hashJson } from '../../../common/canonical.ts';
import { writeFileAtomic } from '../../../common/files.ts';
import type { CocoAnnotations } from '../coco/annotations.ts';
import { inspectPicture, pictureVersion } from '../decode.ts';
import { limits } from '../limits.ts';
import { preprocessingVersion } from '../picture-set.ts';
import { type CountedRemark, isRemarks, RemarkCounter } from '../pictures/remarks.ts';
import { type PictureSource, pictureBytes } from './sources.ts';
import type { DenseSplit } from './types.ts';

/** How many files are read at once. */
const readersAtOnce = 8;

/** What a set's hash is made of. */
export interface HashedSet {
  readonly classes: readonly string[];
  readonly labelClasses: readonly string[];
  readonly train: DenseSplit;
  readonly test: DenseSplit;
  readonly annotations: Readonly<Record<'train' | 'test', CocoAnnotations>> | null;
}

/**
 * The hash that stands for a set in a trial's identity: the bytes of all picture files and label
 * maps, what is annotated, class names and the versions of what makes pixels of them. Paths of the
 * set and how it is packed are not in it: a folder and an archive of it are equal data.
 *
 * @param memo a file that remembers the hash of exactly these files (19 GB of COCO take minutes)
 */
export async function denseHash(
  set: HashedSet,
  memo: string,
  progress: (done: number, total: number) => void = () => {},
): Promise<HashedPictures> {
  const known = readMemo(memo);
  if (known !== null) return known;
  const remarks = new RemarkCounter();
  const splits = [set.train, set.test];
  const total = splits.reduce((sum, { pictures }) => sum + pictures.length, 0);
  let done = 0;
  const describe = async (split: DenseSplit, annotations: CocoAnnotations | undefined) => ({
    pictures: await hashSource(split, split.source, async (bytes, name) => {
      remarks.add(name, await remarksOn(split, bytes));
      progress(++done, total);
    }),
    labelMaps: split.labelMaps === null ? null : await hashSource(split, split.labelMaps.source),
    labelTable: split.labelMaps?.table ? [...split.labelMaps.table] : null,
    annotations: annotations === undefined ? null : hashAnnotations(annotations),
  });
  const hash = hashJson({
    preprocessingVersion,
    pictureVersion,
    classes: [...set.classes],
    labelClasses: [...set.labelClasses],
    train: await describe(set.train, set.annotations?.train),
    test: await describe(set.test, set.annotations?.test),
  });
  const hashed = { hash, remarks: remarks.counted() };
  rememberHash(memo, hashed);
  return hashed;
}

/** A hash, and what is remarkable about the files that it is of. */
export interface HashedPictures {
  readonly hash: string;
  readonly remarks: readonly CountedRemark[];
}

export function rememberHash(memo: string, hashed: HashedPictures): void {
  writeFileAtomic(memo, JSON.stringify(hashed));
}

function readMemo(memo: string): HashedPictures | null {
  if (!existsSync(memo)) return null;
  try {
    const { hash, remarks } = JSON.parse(readFileSync(memo, 'utf8')) as HashedPictures;
    return /^[0-9a-f]{64}$/.test(hash) && isRemarks(remarks) ? { hash, remarks } : null;
  } catch {
    // It is made again.
    return null;
  }
}

/**
 * Pictures of sets with label maps are refused where they have an orientation, so nothing is said
 * of it.
 */
function remarksOn({ source, labelMaps }: DenseSplit, bytes: Uint8Array) {
  if (source.kind === 'raw' || labelMaps !== null) return [];
  return inspectPicture(bytes, limits.densePicturePixels, 'turn');
}

/** Ids and checksums of the files of a split, in its order. */
async function hashSource(
  { pictures }: DenseSplit,
  source: PictureSource,
  look: (bytes: Uint8Array, name: string) => Promise<void> = async () => {},
): Promise<string> {
  const sums: string[] = [];
  let next = 0;
  const work = async () => {
    while (next < pictures.length) {
      const index = next;
      next += 1;
      const bytes = await pictureBytes(source, index);
      sums[index] = createHash('sha256').update(bytes).digest('hex');
      await look(bytes, pictures[index]?.name ?? '');
    }
  };
  await Promise.all(Array.from({ length: readersAtOnce }, work));
  const whole = createHash('sha256');
  sums.forEach((sum, index) => {
    whole.update(`${pictures[index]?.id} ${sum}\n`);
  });
  return whole.digest('hex');
}

/** Piece by piece: the text of COCO's annotations would be longer than a string may be. */
function hashAnnotations({ images, categories, annotations }: CocoAnnotations): string {
  const hash = createHash('sha256');
  for (const list of [images, categories, annotations]) {
    for (const item of list) hash.update(`${canonicalJson(item as never)}\n`);
    hash.update('\n');
  }
  return hash.digest('hex');
}
