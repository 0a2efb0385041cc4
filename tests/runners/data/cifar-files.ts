import { gzipSync } from 'node:zlib';
import { encodePng, tarOf } from './pictures.ts';

/** A picture of 32 x 32 RGB pixels (3,072 bytes) with the index of its class. */
export interface LabelledPicture {
  readonly label: number;
  readonly pixels: Buffer;
}

/** A small set in the manner of CIFAR-100. */
export interface CifarSet {
  readonly classes: readonly string[];
  readonly train: readonly LabelledPicture[];
  readonly test: readonly LabelledPicture[];
}

type Members = Readonly<Record<string, Buffer>>;

/** A picture of noise with the same few bytes for the same seed. */
export function noise(seed: number): Buffer {
  const pixels = Buffer.alloc(3072);
  let state = seed * 2_654_435_761 + 1;
  for (let index = 0; index < pixels.length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    pixels[index] = state >>> 24;
  }
  return pixels;
}

/** RGB pixels as planes of red, green and blue. */
function planes(pixels: Buffer): Buffer {
  const result = Buffer.alloc(3072);
  for (let index = 0; index < 1024; index += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      result[channel * 1024 + index] = pixels[index * 3 + channel] as number;
    }
  }
  return result;
}

/** Members of CIFAR-100's official binary version. */
export function binaryMembers({ classes, train, test }: CifarSet): Members {
  const records = (pictures: readonly LabelledPicture[]) =>
    Buffer.concat(
      pictures.flatMap(({ label, pixels }) => [Buffer.from([0, label]), planes(pixels)]),
    );
  return {
    'cifar-100-binary/coarse_label_names.txt': Buffer.from('all\n'),
    'cifar-100-binary/fine_label_names.txt': Buffer.from(`${classes.join('\n')}\n`),
    'cifar-100-binary/train.bin': records(train),
    'cifar-100-binary/test.bin': records(test),
  };
}

/** Members of CIFAR-100's official Python version, as Python 2 pickled them. */
export function pythonMembers({ classes, train, test }: CifarSet): Members {
  const split = (pictures: readonly LabelledPicture[]) =>
    pickled(
      dictionary([
        [
          'data',
          array(pictures.length, Buffer.concat(pictures.map((each) => planes(each.pixels)))),
        ],
        ['fine_labels', list(pictures.map(({ label }) => Buffer.from([0x4b, label])))],
        ['coarse_labels', list(pictures.map(() => Buffer.from([0x4b, 0])))],
      ]),
    );
  return {
    'cifar-100-python/train': split(train),
    'cifar-100-python/test': split(test),
    'cifar-100-python/meta': pickled(
      dictionary([['fine_label_names', list(classes.map((name) => text(name)))]]),
    ),
  };
}

/** `train/<class>/<picture>.png`, in an order and with file names that say nothing. */
export async function pictureMembers({ classes, train, test }: CifarSet): Promise<Members> {
  const members: Record<string, Buffer> = {};
  for (const [split, pictures] of [
    ['train', train],
    ['test', test],
  ] as const) {
    for (const [index, { label, pixels }] of [...pictures.entries()].reverse()) {
      const name = `${split}/${classes[label]}/${(index * 7919) % 104_729}.png`;
      members[name] = await encodePng(pixels, 32, 32);
    }
  }
  return members;
}

/** A gzipped tar file of members. */
export async function packMembers(members: Members): Promise<Buffer> {
  return gzipSync(await tarOf(Object.entries(members)), { level: 1 });
}

// Opcodes of Python's pickletools, protocol 2.
const pickled = (value: Buffer) => Buffer.concat([Buffer.from([0x80, 2]), value, Buffer.from('.')]);
const mark = Buffer.from('(');

function text(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string, 'latin1');
  const size = Buffer.alloc(4);
  size.writeUInt32LE(bytes.length);
  return bytes.length < 256
    ? Buffer.concat([Buffer.from('U'), Buffer.from([bytes.length]), bytes])
    : Buffer.concat([Buffer.from('T'), size, bytes]);
}

const integer = (value: number) => {
  const bytes = Buffer.alloc(5, 'J');
  bytes.writeInt32LE(value, 1);
  return bytes;
};

const list = (items: readonly Buffer[]) =>
  Buffer.concat([Buffer.from(']'), mark, ...items, Buffer.from('e')]);

const dictionary = (entries: readonly (readonly [string, Buffer])[]) =>
  Buffer.concat([
    Buffer.from('}'),
    mark,
    ...entries.flatMap(([key, value]) => [text(key), value]),
    Buffer.from('u'),
  ]);

/**
 * numpy's array of unsigned bytes `[rows, 3072]`, as `ndarray.__reduce__` has it under Python 2.
 */
function array(rows: number, data: Buffer): Buffer {
  const global = (module: string, name: string) => Buffer.from(`c${module}\n${name}\n`);
  const dtype = Buffer.concat([
    global('numpy', 'dtype'),
    ...[text('u1'), integer(0), integer(1), Buffer.from('\x87R', 'latin1')],
    ...[mark, integer(3), text('|'), Buffer.from('NNN'), integer(-1), integer(-1), integer(0)],
    Buffer.from('tb'),
  ]);
  return Buffer.concat([
    global('numpy.core.multiarray', '_reconstruct'),
    global('numpy', 'ndarray'),
    ...[integer(0), Buffer.from('\x85', 'latin1'), text('b'), Buffer.from('\x87R', 'latin1')],
    ...[mark, integer(1), integer(rows), integer(3072), Buffer.from('\x86', 'latin1')],
    ...[dtype, Buffer.from('\x89', 'latin1'), rawText(data), Buffer.from('tb')],
  ]);
}

function rawText(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(bytes.length);
  return Buffer.concat([Buffer.from('T'), size, bytes]);
}
