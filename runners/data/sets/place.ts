import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { DataError } from '../../../common/errors.ts';
import { isArchiveName } from '../archive.ts';
import { cacheFolder } from '../cache.ts';
import type { DataOptions } from '../dataset.ts';
import { missingHint } from '../own-folders.ts';

/*
 * Where files of data sets lie on a machine.
 */

export function cacheOf(options: DataOptions): string {
  return cacheFolder(options.environment ?? process.env);
}

/** The folder for downloads: the data folder where one is given, else one in the cache. */
export function downloadFolder(options: DataOptions): string {
  const given = options.folder;
  return given !== undefined && given !== null && !isArchiveName(given)
    ? resolve(given)
    : join(cacheOf(options), 'downloads');
}

function dataFolder({ folder, environment = process.env }: DataOptions): string | undefined {
  const given = folder ?? environment['REDISTILL_DATA'];
  return given === undefined || given === '' ? undefined : resolve(given);
}

/**
 * Where a set's file or folder is: in the data folder, the folder or archive that was named, or
 * what was fetched before.
 *
 * @param names of files and folders; the first that is there counts
 */
export function findPlace(names: readonly string[], options: DataOptions): string | undefined {
  const within = (folder: string) => names.map((name) => join(folder, name));
  const path = dataFolder(options);
  const candidates =
    path === undefined ? [] : [...within(path), ...(names.includes(basename(path)) ? [path] : [])];
  return [...candidates, ...within(join(cacheOf(options), 'downloads'))].find((each) =>
    existsSync(each),
  );
}

/** @param todo what to do about it, in a sentence */
export function missingData(
  id: string,
  names: readonly string[],
  todo: string,
  options: DataOptions,
): DataError {
  const searched =
    dataFolder(options) ?? 'no data folder (neither --data nor REDISTILL_DATA is set)';
  return new DataError(
    'DATA_MISSING',
    `The data set ${id} is missing: looked for ${shortly(names)} in ${searched}.`,
    { hint: missingHint(id, todo, options) },
  );
}

const archiveEnding = /\.(tar(\.[gx]z)?|t[gx]z)$/;

/**
 * `cifar-100-binary[.tar.xz|.tar.gz|.tar]`: every name with the endings under which it is looked
 * for.
 */
export function shortly(names: readonly string[]): string {
  const short = new Map<string, string[]>();
  for (const name of names) {
    const base = name.replace(archiveEnding, '');
    const endings = short.get(base) ?? [];
    if (name !== base) endings.push(name.slice(base.length));
    short.set(base, endings);
  }
  return [...short]
    .map(([base, endings]) =>
      endings.length > 1 ? `${base}[${endings.join('|')}]` : `${base}${endings[0] ?? ''}`,
    )
    .join(' or ');
}

/** A name and its archives, packed ones first. */
export const packed = (name: string): readonly string[] => [
  `${name}.tar.xz`,
  `${name}.tar.gz`,
  `${name}.tar`,
  name,
];
