import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { hashJson } from '../../../common/canonical.ts';
import { decodePicture, pictureError, pictureVersion } from '../decode.ts';
import { limits } from '../limits.ts';
import { type AcceptedPictures, acceptedPictures } from '../pictures/accepted.ts';
import { formatOf } from '../pictures/format.ts';
import { readHeader } from '../pictures/libvips.ts';
import { type CountedRemark, RemarkCounter } from '../pictures/remarks.ts';
import { layoutError } from './layout-error.ts';
import { readBytes } from './read-bytes.ts';
import type { FileTable, Layout, ListedPicture, StreamedPictures } from './types.ts';

/** Version of the hash and of the order that follows from it. */
const streamedVersion = 1;

/** Pictures that are looked at at a time. */
const atOnce = 8;

/** A streamed set as it was found: its table, without its pictures. */
export interface StreamedSet {
  readonly classes: readonly string[];
  readonly train: StreamedPictures;
  readonly test: StreamedPictures;
  readonly hash: string;
  readonly remarks: readonly CountedRemark[];
}

export interface IndexOptions {
  readonly progress?: ((done: number, total: number) => void) | undefined;
  /** Decodes every picture instead of only those that their headers do not vouch for. */
  readonly decodeAll?: boolean;
}

/** What was found out about one picture. */
interface Seen {
  readonly listed: ListedPicture;
  readonly digest: Buffer;
  readonly height: number;
  readonly width: number;
  readonly plain: boolean;
}

/**
 * Reads every picture of a set once: hashes it, and looks at its header. Nothing is kept but the
 * table. As for sets in memory the order follows from the content, and equal pictures with equal
 * labels are one set, whatever archives or folders they came in; but content is here the file of a
 * picture and not its pixels, which would take hours to decode for ImageNet.
 *
 * Pictures whose file does not end as a JPEG does, and all that are no JPEG of grey or RGB, are
 * decoded here, so that a truncated file is named before a training begins.
 *
 * @throws DataError `DATA_LAYOUT`, `DATA_PICTURE`, `DATA_CLASSES`
 */
export async function indexSet(
  root: string,
  layout: Layout,
  { progress = () => {}, decodeAll = false }: IndexOptions = {},
): Promise<StreamedSet> {
  const listing = await layout.list(root);
  checkClasses(root, listing.classes, listing, layout.hint);
  const classes = [...listing.classes].sort(byBytes);
  const total = listing.train.length + listing.test.length;
  const counter = new RemarkCounter();
  let known: AcceptedPictures | undefined;
  const accepted = () => {
    known ??= acceptedPictures(root);
    return known;
  };
  const looking: Looking = { root, accepted, decodeAll, counter };
  let done = 0;
  const split = async (pictures: readonly ListedPicture[]) => {
    const seen: Seen[] = new Array(pictures.length);
    let next = 0;
    const work = async () => {
      while (next < pictures.length) {
        const place = next;
        next += 1;
        try {
          seen[place] = await look(pictures[place] as ListedPicture, looking);
        } catch (error) {
          // The others stop at their next picture.
          next = pictures.length;
          throw error;
        }
        done += 1;
        progress(done, total);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    seen.sort((a, b) => Buffer.compare(a.digest, b.digest));
    return seen;
  };
  const train = await split(listing.train);
  const test = await split(listing.test);
  const describe = (seen: readonly Seen[]) => {
    const whole = createHash('sha256');
    for (const { digest } of seen) whole.update(digest);
    return { count: seen.length, pictures: whole.digest('hex') };
  };
  const hash = hashJson({
    streamedVersion,
    pictureVersion,
    classes,
    train: describe(train),
    test: describe(test),
  });
  return {
    classes,
    train: tableOf(root, train, classes),
    test: tableOf(root, test, classes),
    hash,
    remarks: counter.counted(),
  };
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function checkClasses(
  root: string,
  classes: readonly string[],
  { train, test }: Record<'train' | 'test', readonly ListedPicture[]>,
  hint: string,
): void {
  if (classes.length === 0) throw layoutError(root, 'has no classes', hint);
  const met = new Set<string>();
  const twice = classes.find((name) => met.size === met.add(name).size);
  if (twice !== undefined) throw layoutError(root, `names the class ${twice} twice`, hint);
  const trained = new Set(train.map(({ className }) => className));
  const without = classes.find((name) => !trained.has(name));
  if (without !== undefined) {
    throw layoutError(root, `has no training pictures of the class ${without}`, hint);
  }
  const untrained = test.find(({ className }) => !trained.has(className));
  if (untrained !== undefined) {
    throw layoutError(
      root,
      `has the test picture ${untrained.path} of the class ${untrained.className}, but no training pictures of it`,
      hint,
    );
  }
  const tested = new Set(test.map(({ className }) => className));
  const untested = classes.find((name) => !tested.has(name));
  if (untested !== undefined) {
    throw layoutError(root, `has no test pictures of the class ${untested}`, hint);
  }
  if (classes.length > limits.classes) {
    throw layoutError(root, `has ${classes.length} classes, more than ${limits.classes}`, hint);
  }
}

/** What is the same for every picture of a set. */
interface Looking {
  readonly root: string;
  /** Read once, where a picture needs it. */
  readonly accepted: () => AcceptedPictures;
  readonly decodeAll: boolean;
  readonly counter: RemarkCounter;
}

async function look(
  listed: ListedPicture,
  { root, accepted, decodeAll, counter }: Looking,
): Promise<Seen> {
  const path = listed.archive === null ? listed.path : `${listed.archive}:${listed.path}`;
  const name = `${root}/${path}`;
  const bytes = bytesOf(root, listed);
  const digest = createHash('sha256').update(`${listed.className}\0`).update(bytes).digest();
  const ends = bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9;
  if (!decodeAll && ends && formatOf(bytes) === 'JPEG') {
    const header = await headerOf(bytes, name);
    const { space, depth, orientation, height, width } = header;
    if (depth === 'uchar' && (space === 'srgb' || space === 'b-w')) {
      if (orientation !== 1) counter.add(path, ['notTurned']);
      return { listed, digest, height, width, plain: true };
    }
  }
  const { height, width, remarks, plain } = await decodePicture(bytes, name, {
    ...{ maximumPixels: limits.streamedPicturePixels, accepted: accepted(), cmyk: 'convert' },
  });
  counter.add(path, remarks);
  return { listed, digest, height, width, plain };
}

async function headerOf(bytes: Uint8Array, name: string) {
  try {
    return await readHeader(bytes, limits.streamedPicturePixels);
  } catch (cause) {
    const reason = (cause as Error).message.split('\n')[0];
    throw pictureError(name, `is truncated or damaged (${reason})`, { cause });
  }
}

function bytesOf(root: string, { archive, path, offset, size }: ListedPicture): Uint8Array {
  const descriptor = openSync(join(root, archive ?? path), 'r');
  try {
    return readBytes(offset, size, (...where) => readSync(descriptor, ...where));
  } finally {
    closeSync(descriptor);
  }
}

function tableOf(
  root: string,
  seen: readonly Seen[],
  classes: readonly string[],
): StreamedPictures {
  const count = seen.length;
  const placesOf = (names: readonly string[]) => new Map(names.map((name, index) => [name, index]));
  const label = placesOf(classes);
  const archives = [...new Set(seen.flatMap(({ listed: { archive } }) => archive ?? []))];
  const archiveAt = placesOf(archives);
  const encoded = seen.map(({ listed }) => Buffer.from(listed.path));
  const files = emptyTable(
    root,
    archives,
    count,
    encoded.reduce((sum, { length }) => sum + length, 0),
  );
  const labels = new Int32Array(new SharedArrayBuffer(4 * count));
  let end = 0;
  seen.forEach(({ listed, height, width, plain }, place) => {
    const name = encoded[place] as Buffer;
    files.names.set(name, end);
    end += name.length;
    files.nameEnds[place] = end;
    files.archive[place] = listed.archive === null ? -1 : (archiveAt.get(listed.archive) as number);
    files.offset[place] = listed.offset;
    files.size[place] = listed.size;
    files.height[place] = height;
    files.width[place] = width;
    files.plain[place] = plain ? 1 : 0;
    labels[place] = label.get(listed.className) as number;
  });
  return streamedPictures(files, labels);
}

/** The whole split of a table. */
export function streamedPictures(files: FileTable, labels: Int32Array): StreamedPictures {
  const count = labels.length;
  const places = new Int32Array(new SharedArrayBuffer(4 * count));
  places.forEach((_, place) => {
    places[place] = place;
  });
  const common = (sizes: Int32Array) =>
    sizes.every((size) => size === sizes[0]) ? (sizes[0] ?? 0) : 0;
  const [height, width] = [common(files.height), common(files.width)];
  const same = height > 0 && width > 0;
  return { files, places, labels, count, height: same ? height : 0, width: same ? width : 0 };
}

/** A table of `count` pictures, to be filled. */
export function emptyTable(
  root: string,
  archives: readonly string[],
  count: number,
  nameBytes: number,
): FileTable {
  const words = () => new Int32Array(new SharedArrayBuffer(4 * count));
  return {
    root,
    archives,
    names: new Uint8Array(new SharedArrayBuffer(nameBytes)),
    nameEnds: words(),
    archive: words(),
    offset: new Float64Array(new SharedArrayBuffer(8 * count)),
    size: words(),
    height: words(),
    width: words(),
    plain: new Uint8Array(new SharedArrayBuffer(count)),
  };
}
