import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { nearest } from '../../common/nearest.ts';
import { isArchiveName } from './archive.ts';
import type { DataOptions } from './dataset.ts';

/** Names that a sentence lists. */
const most = 12;

/** Endings under which a set of one's own is looked for, as those with a name are. */
const endings = ['', '.tar.xz', '.tar.gz', '.tar', '.tgz', '.txz'] as const;

/** What `images:NAME` and `coco:NAME` are looked for as: the name itself, then its archives. */
export function ownNames(name: string): readonly string[] {
  return isArchiveName(name) ? [name] : endings.map((ending) => `${name}${ending}`);
}

/**
 * Folders and archives of the data folder, which may be sets of one's own: without the endings of
 * archives, sorted, each once; none where there is no data folder that can be read.
 */
export function ownSets({ folder, environment = process.env }: DataOptions): readonly string[] {
  const given = folder ?? environment['REDISTILL_DATA'];
  if (given === undefined || given === '') return [];
  try {
    const names = readdirSync(resolve(given), { withFileTypes: true })
      .filter((entry) => !entry.name.startsWith('.'))
      .filter((entry) => entry.isDirectory() || isArchiveName(entry.name))
      .map(({ name }) =>
        isArchiveName(name) ? name.replace(/\.(tar(\.[gx]z)?|t[gx]z)$/, '') : name,
      );
    return [...new Set(names)].sort();
  } catch {
    return [];
  }
}

/**
 * What to say before `todo` of a missing set: that there is no such data folder, or what it holds
 * instead of a set of one's own (`images:NAME`, `coco:NAME`); `todo` alone for sets with a name of
 * ours.
 */
export function missingHint(id: string, todo: string, options: DataOptions): string {
  const { folder, environment = process.env } = options;
  const given = folder ?? environment['REDISTILL_DATA'] ?? '';
  if (given !== '' && !existsSync(resolve(given))) return `There is no ${resolve(given)}. ${todo}`;
  const [, kind, name] = /^([^:]+):(.+)$/.exec(id) ?? [];
  if (kind === undefined || name === undefined) return todo;
  const found = ownSets(options);
  if (found.length === 0) return todo;
  const more = found.length > most ? ` and ${found.length - most} more` : '';
  const near = nearest(name, found);
  const meant = near === undefined ? '' : ` Did you mean "${kind}:${near}"?`;
  return `In the data folder: ${found.slice(0, most).join(', ')}${more}.${meant} ${todo}`;
}
