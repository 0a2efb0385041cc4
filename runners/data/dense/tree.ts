import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '../../../common/errors.ts';
import { undecodedName } from '../../../common/undecoded.ts';
import { readArchive } from '../archive.ts';
import { limits } from '../limits.ts';
import { acceptedPictures } from '../pictures/accepted.ts';
import type { PictureSource } from './sources.ts';
import { listZip, readZipEntry, type ZipPlace } from './zip.ts';

/**
 * Files by path with forward slashes, wherever they are: a folder, a tar archive in memory, or zip
 * archives.
 */
export interface FileTree {
  /** How errors call the whole. */
  readonly name: string;
  readonly paths: ReadonlySet<string>;
  readText(path: string): Promise<string>;
  /** The pictures at these paths. All of them are there. */
  source(paths: readonly string[]): PictureSource;
}

/**
 * Opens a folder, a tar archive, or a folder that holds `.zip` files: what is within them counts as
 * lying in the folder.
 *
 * @throws DataError `DATA_ARCHIVE` or `DATA_FOLDER` for what is damaged, too large, or leads out of
 *   the folder
 */
export async function openTree(path: string): Promise<FileTree> {
  const tree = await plainTree(path);
  const accepted = acceptedPictures(path);
  return { ...tree, source: (paths) => ({ ...tree.source(paths), accepted }) };
}

async function plainTree(path: string): Promise<FileTree> {
  if (!statSync(path).isDirectory()) {
    return path.endsWith('.zip') ? zipTree(path, [path]) : archiveTree(path);
  }
  const zips = readdirSync(path)
    .filter((name) => name.endsWith('.zip'))
    .sort()
    .map((name) => join(path, name));
  return zips.length > 0 ? zipTree(path, zips) : folderTree(path);
}

const deepestFolder = 32;

function folderTree(root: string): FileTree {
  const paths = new Set<string>();
  const visit = (relative: string) => {
    // Linked folders may lead back to where they are linked from.
    if (relative.split('/').length > deepestFolder) {
      throw treeError(root, `is nested more than ${deepestFolder} folders deep, at ${relative}`);
    }
    for (const entry of readdirSync(join(root, relative), { withFileTypes: true })) {
      const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
      const undecoded = undecodedName(join(root, relative), entry.name);
      if (undecoded !== null) {
        throw treeError(root, `holds ${relative}/${undecoded}, whose name is not UTF-8`);
      }
      // A linked folder is what large sets usually are; a linked file could be anything.
      const isFolder = entry.isSymbolicLink()
        ? statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory()
        : entry.isDirectory();
      if (isFolder) visit(path);
      else if (entry.isFile()) paths.add(path);
      if (paths.size > limits.files) throw treeError(root, `holds more than ${limits.files} files`);
    }
  };
  visit('');
  return {
    name: root,
    paths,
    readText: async (path) => {
      const { size } = lstatSync(join(root, path));
      checkText(root, path, size);
      return readFileSync(join(root, path), 'utf8');
    },
    source: (names) => ({ kind: 'files', folder: root, names }),
  };
}

async function archiveTree(root: string): Promise<FileTree> {
  const all = await readArchive(root, () => true, limits.densePictureFile);
  const files = new Map(all.map(({ path, bytes }) => [path, bytes]));
  const bytesOf = (path: string) => files.get(path) as Uint8Array;
  return {
    name: root,
    paths: new Set(files.keys()),
    readText: async (path) => new TextDecoder().decode(bytesOf(path)),
    source(names) {
      const starts = new Float64Array(names.length + 1);
      names.forEach((path, index) => {
        starts[index + 1] = (starts[index] as number) + bytesOf(path).length;
      });
      const bytes = new Uint8Array(new SharedArrayBuffer(starts[names.length] as number));
      names.forEach((path, index) => {
        bytes.set(bytesOf(path), starts[index]);
      });
      return { kind: 'packed', bytes, starts, names: names.map((path) => `${root}/${path}`) };
    },
  };
}

function zipTree(root: string, archives: readonly string[]): FileTree {
  const places = new Map<string, ZipPlace>();
  for (const archive of archives) {
    for (const place of listZip(archive)) {
      if (places.has(place.name)) throw treeError(root, `holds ${place.name} in two archives`);
      places.set(place.name, place);
    }
  }
  const placeOf = (path: string) => places.get(path) as ZipPlace;
  return {
    name: root,
    paths: new Set(places.keys()),
    readText: async (path) => {
      checkText(root, path, placeOf(path).size);
      return (await readZipEntry(placeOf(path))).toString('utf8');
    },
    source: (names) => ({ kind: 'zip', places: names.map(placeOf) }),
  };
}

function checkText(root: string, path: string, size: number): void {
  if (size > limits.annotationFile) {
    throw treeError(root, `holds ${path} with ${size} bytes, more than ${limits.annotationFile}`);
  }
}

export function treeError(root: string, what: string, hint?: string): DataError {
  return new DataError('DATA_FOLDER', `The data set ${root} ${what}.`, {
    hint: hint ?? 'See docs/detection-data.md for the layouts that are read.',
  });
}
