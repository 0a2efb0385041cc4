import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { hashJson } from '../../common/canonical.ts';
import { DataError } from '../../common/errors.ts';
import { writeFileAtomic } from '../../common/files.ts';
import { regularFile } from '../../common/regular-file.ts';
import { undecodedName } from '../../common/undecoded.ts';
import { limits } from './limits.ts';
import { preprocessingVersion } from './picture-set.ts';

/**
 * What identifies a file without reading it: enough to know that it is the one that was hashed
 * before.
 */
interface FileStamp {
  readonly path: string;
  readonly size: number;
  readonly modified: number;
  readonly changed: number;
  readonly inode: number;
}

/**
 * The cache entry of what was made from a file or folder: keyed by its content, by what read it
 * (`libvips 8.17.3`, `cifar 1`) and by the preprocessing version.
 */
export async function entryFolder(cache: string, path: string, reader: string): Promise<string> {
  const content = statSync(path).isDirectory()
    ? hashJson(stampsOf(path) as never)
    : await contentHash(cache, path);
  const key = hashJson({ content, reader, preprocessingVersion });
  return join(cache, 'data', `decoded-${key.slice(0, 32)}`);
}

/**
 * SHA-256 of a file. A file whose stamp (path, size, times, inode) was seen before is not read
 * again: hashing 170 MB would take longer than loading the pictures.
 */
async function contentHash(cache: string, path: string): Promise<string> {
  const found = regularFile(path);
  if (typeof found === 'string')
    throw new DataError('DATA_ARCHIVE', `The archive ${path} ${found}.`);
  const memo = join(cache, 'data', 'stamps', `${hashJson(stampOf(path) as never).slice(0, 32)}`);
  try {
    const known = readFileSync(memo, 'utf8');
    if (/^[0-9a-f]{64}$/.test(known)) return known;
  } catch {
    // Not seen before.
  }
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  const digest = hash.digest('hex');
  writeFileAtomic(memo, digest);
  return digest;
}

function stampOf(path: string): FileStamp {
  const { size, mtimeMs, ctimeMs, ino } = statSync(path);
  return { path, size, modified: mtimeMs, changed: ctimeMs, inode: ino };
}

/** The stamps of all files of a folder, in the order of their paths. */
function stampsOf(root: string): FileStamp[] {
  const stamps: FileStamp[] = [];
  // Folder by folder: Node's own recursion fails at a folder whose name it cannot decode.
  const visit = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const undecoded = undecodedName(folder, entry.name);
      if (undecoded !== null) {
        throw new DataError(
          'DATA_FOLDER',
          `The data set ${root} holds ${join(relative(root, folder), undecoded)}, whose name is not UTF-8.`,
          { hint: 'Give it another name: names of folders are names of classes.' },
        );
      }
      const path = join(folder, entry.name);
      if (stamps.length > limits.files) return;
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) stamps.push(stampOf(path));
    }
  };
  visit(root);
  return stamps.sort((a, b) => (a.path < b.path ? -1 : 1));
}
