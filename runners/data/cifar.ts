import { DataError } from '../../common/errors.ts';
import { readArchive } from './archive.ts';
import { limits } from './limits.ts';
import { allocatePictures } from './picture-set.ts';
import type { PictureSet } from './types.ts';

/** How an official CIFAR binary archive is laid out. */
export interface CifarLayout {
  /** Files of each split, in the order in which they make the split. */
  readonly train: readonly string[];
  readonly test: readonly string[];
  /** File with one class name a line. */
  readonly names: string;
  /** Label bytes before the 3,072 pixel bytes of a record; the last one is the (fine) class. */
  readonly labelBytes: number;
  readonly classes: number;
  /** Records of each file of the training split and of the test split. */
  readonly trainRecords: number;
  readonly testRecords: number;
}

const side = 32;
const planeBytes = side * side;
const pictureBytes = 3 * planeBytes;

/** CIFAR-10: `<label><1024 red><1024 green><1024 blue>`, five training files. */
export const cifar10Layout: CifarLayout = {
  train: [1, 2, 3, 4, 5].map((part) => `data_batch_${part}.bin`),
  test: ['test_batch.bin'],
  names: 'batches.meta.txt',
  labelBytes: 1,
  classes: 10,
  trainRecords: 10_000,
  testRecords: 10_000,
};

/** CIFAR-100: `<coarse label><fine label><3072 pixels>`. */
export const cifar100Layout: CifarLayout = {
  train: ['train.bin'],
  test: ['test.bin'],
  names: 'fine_label_names.txt',
  labelBytes: 2,
  classes: 100,
  trainRecords: 50_000,
  testRecords: 10_000,
};

/**
 * Reads an official binary archive (a tar file, usually gzipped). Planes are interleaved to NHWC.
 *
 * @throws DataError `DATA_CIFAR` naming the archive and the member that is missing, short or has an impossible label.
 */
export async function readCifarArchive(
  path: string,
  layout: CifarLayout,
): Promise<{ classes: readonly string[]; train: PictureSet; test: PictureSet }> {
  const wanted = new Set([...layout.train, ...layout.test, layout.names]);
  const recordBytes = layout.labelBytes + pictureBytes;
  const largest = Math.max(
    recordBytes * Math.max(layout.trainRecords, layout.testRecords),
    limits.textFile,
  );
  const files = await readArchive(path, (entry) => wanted.has(lastPart(entry)), largest);
  const members = new Map(files.map((file) => [lastPart(file.path), file.bytes]));
  const member = (name: string): Uint8Array => {
    const bytes = members.get(name);
    if (bytes === undefined) throw cifarError(path, `has no member ${name}`);
    return bytes;
  };
  const classes = new TextDecoder()
    .decode(member(layout.names))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (classes.length !== layout.classes) {
    throw cifarError(
      path,
      `names ${classes.length} classes in ${layout.names} instead of ${layout.classes}`,
    );
  }
  const split = (names: readonly string[], records: number): PictureSet => {
    const set = allocatePictures(records * names.length, side, side);
    names.forEach((name, part) => {
      const bytes = member(name);
      if (bytes.byteLength !== records * recordBytes) {
        throw cifarError(
          path,
          `holds ${name} with ${bytes.byteLength} bytes instead of ${records * recordBytes}`,
        );
      }
      for (let record = 0; record < records; record += 1) {
        const start = record * recordBytes;
        const label = bytes[start + layout.labelBytes - 1] as number;
        if (label >= layout.classes) {
          throw cifarError(path, `has the label ${label} in record ${record} of ${name}`);
        }
        const position = part * records + record;
        set.labels[position] = label;
        interleave(bytes, start + layout.labelBytes, set.pixels, position * pictureBytes);
      }
    });
    return set;
  };
  return {
    classes,
    train: split(layout.train, layout.trainRecords),
    test: split(layout.test, layout.testRecords),
  };
}

/** Red, green and blue planes to RGB pixels. */
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
  return new DataError('DATA_CIFAR', `The archive ${path} ${what}.`, {
    hint: 'It is not the official binary version; get that with: redistill data fetch cifar10 (or cifar100).',
  });
}
