import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArchive } from '../archive.ts';
import { layoutError } from './layout-error.ts';
import { matStructures } from './mat.ts';
import { plainFile } from './plain-file.ts';

/** Names of the devkit: its folder, and the official archive. */
export const devkitFolder = 'ILSVRC2012_devkit_t12';
export const devkitArchive = `${devkitFolder}.tar.gz`;

const truth = 'data/ILSVRC2012_validation_ground_truth.txt';
const meta = 'data/meta.mat';
/** Bytes of the larger of the two. */
const most = 2 ** 24;

/**
 * The class of every validation picture of ImageNet, in the order of their names, from the devkit:
 * the ground truth has numbers, and `meta.mat` says which WordNet id each is.
 *
 * @param root the set's folder
 * @throws DataError `DATA_LAYOUT` where the devkit is missing or damaged
 */
export async function validationClasses(root: string, hint: string): Promise<readonly string[]> {
  const files = await devkitFiles(root, hint);
  const idOf = new Map<number, string>();
  try {
    for (const { ILSVRC2012_ID: number, WNID: id } of matStructures(files.meta, 'synsets')) {
      if (typeof number === 'number' && typeof id === 'string') idOf.set(number, id);
    }
  } catch (error) {
    const reason = error instanceof RangeError ? error.message : 'is damaged';
    throw layoutError(root, `has a devkit whose ${meta} ${reason}`, hint);
  }
  const lines = files.truth.toString('utf8').trim().split(/\s+/);
  return lines.map((line, index) => {
    const id = idOf.get(Number(line));
    if (id !== undefined) return id;
    throw layoutError(
      root,
      `has a devkit whose ${truth} names no class in line ${index + 1}`,
      hint,
    );
  });
}

async function devkitFiles(root: string, hint: string) {
  const wanted = { truth, meta };
  const folder = join(root, devkitFolder);
  const read = async (): Promise<(name: string) => Buffer | undefined> => {
    if (existsSync(folder)) {
      return (name) => {
        if (!existsSync(join(folder, name))) return undefined;
        return readFileSync(plainFile(root, `${devkitFolder}/${name}`, hint, most));
      };
    }
    const archive = join(root, devkitArchive);
    if (!existsSync(archive)) {
      throw layoutError(
        root,
        `has validation pictures without classes: neither val/<class>/ nor ${devkitFolder} nor ${devkitArchive}`,
        hint,
      );
    }
    const isWanted = (path: string) => path.endsWith(`/${truth}`) || path.endsWith(`/${meta}`);
    const files = await readArchive(archive, isWanted, most);
    return (name) => {
      const found = files.find(({ path }) => path.endsWith(`/${name}`));
      return found === undefined ? undefined : Buffer.from(found.bytes);
    };
  };
  const file = await read();
  const of = (name: string): Buffer => {
    const found = file(name);
    if (found !== undefined) return found;
    throw layoutError(root, `has a devkit without ${name}`, hint);
  };
  return { truth: of(wanted.truth), meta: of(wanted.meta) };
}
