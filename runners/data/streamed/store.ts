import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { hashJson } from '../../../common/canonical.ts';
import { writeFileAtomic } from '../../../common/files.ts';
import { decoderVersion } from '../decode.ts';
import { acceptedPictures } from '../pictures/accepted.ts';
import type { CountedRemark } from '../pictures/remarks.ts';
import { emptyTable, type StreamedSet, streamedPictures } from './index-set.ts';
import type { Layout, StreamedPictures } from './types.ts';

/** Version of the file below. */
const formatVersion = 1;

/**
 * Where the cache keeps the table of a set. The key is made of the times of folders and archives:
 * those change when a file is added, removed or renamed. A file that is overwritten in its place is
 * noticed when it is read, by its size.
 */
export function tableFile(cache: string, root: string, layout: Layout): string {
  const stamps = [...folders(root), ...layout.files.map((file) => join(root, file))].flatMap(
    (path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found === undefined) return [];
      const { size, mtimeMs, ctimeMs, ino } = found;
      return [[path, size, mtimeMs, ctimeMs, ino]];
    },
  );
  const accepted = [...acceptedPictures(root).sums].sort();
  const key = hashJson({ formatVersion, decoderVersion, stamps, accepted });
  return join(cache, 'data', `streamed-${key.slice(0, 32)}`);
}

/** Splits, the folders of their classes, and what lies in those. */
function folders(root: string): string[] {
  const isFolder = (path: string) =>
    statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const within = (folder: string) =>
    isFolder(folder)
      ? readdirSync(folder, { withFileTypes: true })
          // A split may be a link to where the pictures are.
          .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
          .map(({ name }) => join(folder, name))
          .filter(isFolder)
      : [];
  const splits = within(root);
  const classes = splits.flatMap(within);
  return [root, ...splits, ...classes, ...classes.map((folder) => join(folder, 'images'))];
}

interface Head {
  readonly formatVersion: number;
  readonly classes: readonly string[];
  readonly hash: string;
  readonly remarks: readonly CountedRemark[];
  readonly splits: readonly { count: number; nameBytes: number; archives: readonly string[] }[];
}

const arraysOf = ({
  files,
  labels,
}: StreamedPictures): (Uint8Array | Int32Array | Float64Array)[] => [
  ...[files.names, files.nameEnds, files.archive, files.offset, files.size],
  ...[files.height, files.width, files.plain, labels],
];

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8Array | Int32Array | Float64Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Writes a table: a line of JSON, the arrays, and the SHA-256 of both. */
export function storeTable(path: string, set: StreamedSet): void {
  const splits = [set.train, set.test];
  const head: Head = {
    ...{ formatVersion, classes: set.classes, hash: set.hash, remarks: set.remarks },
    splits: splits.map(({ count, files }) => ({
      ...{ count, nameBytes: files.names.length, archives: files.archives },
    })),
  };
  const body = Buffer.concat([
    Buffer.from(`${JSON.stringify(head)}\n`),
    ...splits.flatMap(arraysOf).map(bytesOf),
  ]);
  const sum = createHash('sha256').update(body).digest();
  writeFileAtomic(path, Buffer.concat([body, sum]));
}

/** Undefined where there is none, or a damaged one, which is removed. */
export function loadTable(path: string, root: string): StreamedSet | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return undefined;
  }
  const body = bytes.subarray(0, -32);
  const sound = createHash('sha256').update(body).digest().equals(bytes.subarray(-32));
  if (!sound) {
    rmSync(path, { force: true });
    return undefined;
  }
  const line = body.indexOf(10);
  const head = JSON.parse(body.toString('utf8', 0, line)) as Head;
  let at = line + 1;
  const [train, test] = head.splits.map(({ count, nameBytes, archives }) => {
    const files = emptyTable(root, archives, count, nameBytes);
    const labels = new Int32Array(new SharedArrayBuffer(4 * count));
    const split = { files, labels, places: labels, count, height: 0, width: 0 };
    for (const array of arraysOf(split)) {
      const part = body.subarray(at, at + array.byteLength);
      bytesOf(array).set(part);
      at += array.byteLength;
    }
    return streamedPictures(files, labels);
  }) as [StreamedPictures, StreamedPictures];
  const { classes, hash, remarks } = head;
  return { classes, train, test, hash, remarks };
}
