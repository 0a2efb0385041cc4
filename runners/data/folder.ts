import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '../../common/errors.ts';
import { undecodedName } from '../../common/undecoded.ts';
import { type DataFile, readArchive } from './archive.ts';
import { type DecodedPicture, decodePicture, pictureError } from './decode.ts';
import { limits } from './limits.ts';
import { allocatePictures } from './picture-set.ts';
import { type AcceptedPictures, acceptedPictures } from './pictures/accepted.ts';
import { isOtherPicture } from './pictures/format.ts';
import { type CountedRemark, RemarkCounter } from './pictures/remarks.ts';
import type { NamedSplits, PictureSet } from './types.ts';

/** How many pictures are decoded at once. */
const decodersAtOnce = 8;

/** Where a picture belongs, told by its path. */
interface Placed {
  readonly split: 'train' | 'test';
  readonly className: string;
  readonly file: string;
}

/** Which files of a folder or an archive are read, and how large one may be. */
export interface WantedFiles {
  readonly wanted: (path: string) => boolean;
  /** Bytes of the largest file with this path. */
  readonly maximum: (path: string) => number;
}

/** The wanted files of a folder or a tar file into memory. */
export function readFiles(path: string, wanted: WantedFiles): Promise<DataFile[]> | DataFile[] {
  return statSync(path).isDirectory()
    ? readFolder(path, wanted)
    : readArchive(path, wanted.wanted, wanted.maximum);
}

/** The pictures of a folder or an archive. */
interface DecodedTree extends NamedSplits {
  /** What was remarkable about them. */
  readonly remarks: readonly CountedRemark[];
}

/**
 * Decodes `<split>/<class>/<picture>` (splits `train` and `test` or `val`; JPEG or PNG), in which
 * all may lie within one more folder. Classes and pictures are ordered by the bytes of their names,
 * so that messages do not depend on the archive. Pictures are not turned by their EXIF orientation,
 * as the loaders behind published numbers do not turn them (torchvision's `ImageFolder`, PIL's
 * `convert('RGB')`).
 *
 * @param path the folder or archive that the files are from, for messages
 * @throws DataError where a split is missing, the splits differ in classes, or a picture is damaged
 *   or of another size.
 */
export async function decodeTree(
  path: string,
  files: readonly DataFile[],
  progress: (done: number, total: number) => void = () => {},
): Promise<DecodedTree> {
  const placed = files
    .map((file) => ({ file, place: placeOf(path, file.path) }))
    .sort(
      (a, b) =>
        byBytes(a.place.split, b.place.split) ||
        byBytes(a.place.className, b.place.className) ||
        byBytes(a.place.file, b.place.file),
    );
  refuseDuplicates(path, placed);
  const members = (split: 'train' | 'test') => placed.filter(({ place }) => place.split === split);
  const classes = classesOf(path, members('train'), members('test'));
  let done = 0;
  const tick = () => progress(++done, placed.length);
  const remarks = new RemarkCounter();
  const reading: Reading = { root: path, accepted: acceptedPictures(path), remarks, tick };
  const train = await decodeSplit(reading, members('train'), classes);
  const test = await decodeSplit(reading, members('test'), classes);
  if (train.height !== test.height || train.width !== test.width) {
    throw treeError(
      path,
      `has training pictures of ${train.width} x ${train.height} and test pictures of ${test.width} x ${test.height} pixels`,
    );
  }
  return { classes, train, test, remarks: remarks.counted() };
}

/** What the decoding of all pictures of a set shares. */
interface Reading {
  readonly root: string;
  readonly accepted: AcceptedPictures;
  readonly remarks: RemarkCounter;
  /** Called for each picture. */
  readonly tick: () => void;
}

interface Member {
  readonly file: DataFile;
  readonly place: Placed;
}

/** `test` beside `val`, or two top folders, must not be mixed into one split. */
function refuseDuplicates(root: string, sorted: readonly Member[]): void {
  const key = ({ place }: Member) => `${place.split}/${place.className}/${place.file}`;
  sorted.forEach((member, index) => {
    const previous = sorted[index - 1];
    if (previous !== undefined && key(previous) === key(member)) {
      throw treeError(
        root,
        `holds ${key(member)} twice: ${previous.file.path}, ${member.file.path}`,
      );
    }
  });
}

/** Whether a file's name is that of a picture. */
export function isPicture(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  // A picture of another format is one too, so that it is refused instead of left out.
  return (/\.(jpe?g|png)$/i.test(name) || isOtherPicture(name)) && !name.startsWith('.');
}

/** Compares as UTF-8 bytes do; `localeCompare` depends on the machine. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The wanted files below a folder. Links are refused: they could lead anywhere. */
function readFolder(root: string, { wanted, maximum }: WantedFiles): DataFile[] {
  const files: DataFile[] = [];
  let bytes = 0;
  const visit = (relative: string) => {
    for (const entry of readdirSync(join(root, relative), { withFileTypes: true })) {
      const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
      const undecoded = undecodedName(join(root, relative), entry.name);
      if (undecoded !== null) {
        throw treeError(root, `holds ${relative}/${undecoded}, whose name is not UTF-8`);
      }
      if (entry.isDirectory()) {
        visit(path);
      } else if (wanted(path)) {
        if (!entry.isFile()) throw treeError(root, `holds ${path}, which is not a plain file`);
        const { size } = lstatSync(join(root, path));
        bytes += size;
        if (size > maximum(path)) {
          throw treeError(root, `holds ${path} with ${size} bytes, more than ${maximum(path)}`);
        }
        if (files.length >= limits.files || bytes > limits.unpacked) {
          throw treeError(
            root,
            `holds more than ${limits.files} files or ${limits.unpacked} bytes`,
          );
        }
        files.push({ path, bytes: readFileSync(join(root, path)) });
      }
    }
  };
  visit('');
  return files;
}

function placeOf(root: string, path: string): Placed {
  const parts = path.split('/');
  const [split, className, file] = parts.slice(parts.length === 4 ? 1 : 0);
  const known = split === 'train' ? 'train' : split === 'test' || split === 'val' ? 'test' : null;
  if (known === null || className === undefined || file === undefined || parts.length > 4) {
    throw treeError(root, `holds ${path}, which is not <train|test|val>/<class>/<picture>`);
  }
  return { split: known, className, file };
}

function classesOf(
  root: string,
  train: readonly Member[],
  test: readonly Member[],
): readonly string[] {
  if (train.length === 0) throw treeError(root, 'holds no pictures in train/<class>/');
  if (test.length === 0)
    throw treeError(root, 'holds no pictures in test/<class>/ or val/<class>/');
  const names = (members: readonly Member[]) => [
    ...new Set(members.map((member) => member.place.className)),
  ];
  const classes = names(train);
  const unknown = names(test).filter((name) => !classes.includes(name));
  if (unknown.length > 0) {
    throw treeError(root, `has test pictures of the class ${unknown[0]}, but no training pictures`);
  }
  if (classes.length > limits.classes) {
    throw treeError(root, `has ${classes.length} classes, more than ${limits.classes}`);
  }
  return classes;
}

async function decodeSplit(
  { root, accepted, remarks, tick }: Reading,
  members: readonly Member[],
  classes: readonly string[],
): Promise<PictureSet> {
  const label = new Map(classes.map((name, index) => [name, index]));
  const first = members[0] as Member;
  const size = await decodePicture(first.file.bytes, nameOf(root, first), { accepted });
  const bytes = size.width * size.height * 3;
  if (bytes * members.length > limits.decodedSplit) {
    throw treeError(root, `decodes to more than ${limits.decodedSplit} bytes`);
  }
  const set = allocatePictures(members.length, size.height, size.width);
  let next = 0;
  const work = async () => {
    while (next < members.length) {
      const position = next;
      next += 1;
      const member = members[position] as Member;
      try {
        const picture = await decodePicture(member.file.bytes, nameOf(root, member), { accepted });
        remarks.add(member.file.path, picture.remarks);
        checkSize(picture, size, nameOf(root, member));
        set.pixels.set(picture.pixels, position * bytes);
      } catch (error) {
        // The other decoders stop at their next picture.
        next = members.length;
        throw error;
      }
      set.labels[position] = label.get(member.place.className) as number;
      tick();
    }
  };
  await Promise.all(Array.from({ length: decodersAtOnce }, work));
  return set;
}

function checkSize(picture: DecodedPicture, expected: DecodedPicture, name: string): void {
  if (picture.width !== expected.width || picture.height !== expected.height) {
    throw pictureError(
      name,
      `has ${picture.width} x ${picture.height} pixels, but the set's first has ${expected.width} x ${expected.height}`,
    );
  }
}

function nameOf(root: string, member: Member): string {
  return `${root}/${member.file.path}`;
}

function treeError(root: string, what: string): DataError {
  return new DataError('DATA_FOLDER', `The picture folder ${root} ${what}.`, {
    hint: 'Pictures must lie in train/<class>/ and test/<class>/ (or val/<class>/), all of one size.',
  });
}
