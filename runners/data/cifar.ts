import { DataError } from '../../common/errors.ts';
import { shown } from '../../common/shown.ts';
import type { DataFile } from './archive.ts';
import { limits } from './limits.ts';
import { byteArrayOf, readNumpyPickle, textOf } from './numpy-pickle.ts';
import { allocatePictures } from './picture-set.ts';
import type { NamedSplits, PictureSet } from './types.ts';

/** A version in which CIFAR is given away: its members by the last part of their paths. */
interface CifarVersion {
  readonly form: 'binary' | 'python';
  /** Files of each split, in the order in which they make the split. */
  readonly train: readonly string[];
  readonly test: readonly string[];
  /** Where the class names are. */
  readonly names: string;
  /**
   * Binary: label bytes before the 3,072 pixel bytes of a record; the last one is the (fine) class.
   */
  readonly labelBytes: number;
  /** Python: keys of the labels and of the class names. */
  readonly labels: string;
  readonly labelNames: string;
}

const side = 32;
const planeBytes = side * side;
const pictureBytes = 3 * planeBytes;
const parts = [1, 2, 3, 4, 5];

/**
 * CIFAR-10 has records `<label><1024 red><1024 green><1024 blue>` in five training files, CIFAR-100
 * `<coarse label><fine label><3072 pixels>`; both as https://www.cs.toronto.edu/~kriz/cifar.html
 * describes them.
 */
// biome-ignore format: a table
const versions: readonly CifarVersion[] = [
  { form: 'binary', train: ['train.bin'], test: ['test.bin'], names: 'fine_label_names.txt', labelBytes: 2, labels: '', labelNames: '' },
  { form: 'binary', train: parts.map((part) => `data_batch_${part}.bin`), test: ['test_batch.bin'], names: 'batches.meta.txt', labelBytes: 1, labels: '', labelNames: '' },
  { form: 'python', train: ['train'], test: ['test'], names: 'meta', labelBytes: 0, labels: 'fine_labels', labelNames: 'fine_label_names' },
  { form: 'python', train: parts.map((part) => `data_batch_${part}`), test: ['test_batch'], names: 'batches.meta', labelBytes: 0, labels: 'labels', labelNames: 'label_names' },
];

const membersOf = ({ train, test, names }: CifarVersion) => [...train, ...test, names];
const allMembers = new Set(versions.flatMap(membersOf));

/** Bytes of the largest member that is read: CIFAR-100's training file has 154 MB. */
export const largestCifarMember = 2 ** 28;

/** Whether a path is that of a member of an official CIFAR version. */
export function isCifarMember(path: string): boolean {
  return allMembers.has(lastPart(path));
}

/**
 * Reads the members of an official binary or Python version of CIFAR-10 or CIFAR-100, told by their
 * names. Planes are interleaved to NHWC. The number of pictures and of classes is what is there;
 * whether it is all of CIFAR is for the caller to say.
 *
 * @param path the archive or folder that they are from, for messages
 * @throws DataError `DATA_CIFAR` naming the member that is missing, given twice, damaged or has an
 *   impossible label
 */
export function readCifar(
  path: string,
  files: readonly DataFile[],
): NamedSplits & { readonly form: CifarVersion['form'] } {
  const members = new Map<string, Uint8Array>();
  for (const file of files) {
    const name = lastPart(file.path);
    if (members.has(name)) throw cifarError(path, `holds ${name} twice`);
    members.set(name, file.bytes);
  }
  const started = (version: CifarVersion) => membersOf(version).some((name) => members.has(name));
  const version = versions.find(started);
  if (version === undefined) throw cifarError(path, 'has no member of CIFAR');
  const member = (name: string): Uint8Array => {
    const bytes = members.get(name);
    if (bytes === undefined) throw cifarError(path, `has no member ${name}`);
    return bytes;
  };
  const read = version.form === 'binary' ? binaryRecords : pickledRecords;
  const classes = classNames(path, version, member(version.names));
  const split = (names: readonly string[]): PictureSet =>
    interleaved(
      path,
      names.map((name) => ({ ...read(path, version, name, member(name)), name })),
      classes.length,
    );
  return { classes, train: split(version.train), test: split(version.test), form: version.form };
}

/** Pictures of one file: red, green and blue planes, and their class. */
interface Records {
  readonly count: number;
  readonly label: (record: number) => number;
  readonly planes: Uint8Array;
  /** Where the planes of a record start. */
  readonly start: (record: number) => number;
}

function binaryRecords(
  path: string,
  { labelBytes }: CifarVersion,
  name: string,
  bytes: Uint8Array,
): Records {
  const recordBytes = labelBytes + pictureBytes;
  if (bytes.byteLength % recordBytes !== 0) {
    throw cifarError(
      path,
      `holds ${name} with ${bytes.byteLength} bytes, no multiple of the ${recordBytes} of a record`,
    );
  }
  return {
    count: bytes.byteLength / recordBytes,
    label: (record) => bytes[record * recordBytes + labelBytes - 1] as number,
    planes: bytes,
    start: (record) => record * recordBytes + labelBytes,
  };
}

function pickledRecords(
  path: string,
  version: CifarVersion,
  name: string,
  bytes: Uint8Array,
): Records {
  const values = dictionaryOf(path, name, bytes);
  const data = byteArrayOf(values.get('data'));
  const labels = values.get(version.labels);
  if (data === null || !Array.isArray(labels)) {
    throw cifarError(path, `holds ${name} without "data" or a list of "${version.labels}"`);
  }
  if (data.bytes.byteLength !== labels.length * pictureBytes) {
    throw cifarError(
      path,
      `holds ${name} with ${labels.length} labels and ${data.bytes.byteLength} bytes of pictures instead of ${pictureBytes} each`,
    );
  }
  return {
    count: labels.length,
    label: (record) => labels[record] as number,
    planes: data.bytes,
    start: (record) => record * pictureBytes,
  };
}

function classNames(path: string, version: CifarVersion, bytes: Uint8Array): readonly string[] {
  const names =
    version.form === 'binary'
      ? new TextDecoder().decode(bytes).split('\n')
      : dictionaryOf(path, version.names, bytes).get(version.labelNames);
  if (!Array.isArray(names)) {
    throw cifarError(path, `holds ${version.names} without a list of "${version.labelNames}"`);
  }
  const classes = names.map((name) => textOf(name).trim()).filter((name) => name !== '');
  if (classes.length > limits.classes) {
    throw cifarError(path, `has ${classes.length} classes, more than ${limits.classes}`);
  }
  const known = new Set<string>();
  const twice = classes.find((name) => known.size === known.add(name).size);
  if (twice !== undefined) {
    throw cifarError(path, `holds ${version.names} with the class ${shown(twice)} twice`);
  }
  return classes;
}

function dictionaryOf(path: string, name: string, bytes: Uint8Array): Map<string, unknown> {
  const value = readNumpyPickle(bytes, `${path}/${name}`);
  if (!(value instanceof Map)) throw cifarError(path, `holds ${name}, which is no dictionary`);
  return new Map([...value].map(([key, entry]) => [textOf(key), entry]));
}

/** The pictures of several files as one split, red, green and blue planes as RGB pixels. */
function interleaved(
  path: string,
  files: readonly (Records & { readonly name: string })[],
  classes: number,
): PictureSet {
  const total = files.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) throw cifarError(path, `holds no pictures in ${files[0]?.name}`);
  const set = allocatePictures(total, side, side);
  let position = 0;
  for (const { name, count, label, planes, start } of files) {
    for (let record = 0; record < count; record += 1) {
      const found = label(record);
      if (!Number.isInteger(found) || found < 0 || found >= classes) {
        throw cifarError(path, `has the label ${shown(found)} in record ${record} of ${name}`);
      }
      set.labels[position] = found;
      interleave(planes, start(record), set.pixels, position * pictureBytes);
      position += 1;
    }
  }
  return set;
}

function interleave(source: Uint8Array, from: number, target: Uint8Array, to: number): void {
  for (let pixel = 0; pixel < planeBytes; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      target[to + pixel * 3 + channel] = source[from + channel * planeBytes + pixel] as number;
    }
  }
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function cifarError(path: string, what: string): DataError {
  return new DataError('DATA_CIFAR', `${path} ${what}.`, {
    hint: 'It is no whole official version of CIFAR; get one with: redistill data fetch cifar10 (or cifar100).',
  });
}
