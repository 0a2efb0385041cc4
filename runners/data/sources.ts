import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'yaml';
import { lookUp } from '../../common/look-up.ts';

/** Where an official archive is and how to know it. */
export interface ArchiveSource {
  readonly title: string;
  /**
   * The data set that it is another form of; absent where the archive's own id is that of the set.
   */
  readonly dataset?: string;
  readonly file: string;
  readonly url: string;
  readonly bytes: number;
  readonly md5: string;
  /** Who states the address, the size and the checksum. */
  readonly source: string;
}

/** The hash of an official set's pictures and labels (identity.ts), and how it was found. */
export interface KnownHash {
  readonly hash: string;
  readonly source: string;
}

interface Sources {
  readonly archives: Readonly<Record<string, ArchiveSource>>;
  readonly hashes: Readonly<Record<string, KnownHash>>;
}

let known: Sources | undefined;

function sources(): Sources {
  known ??= parse(readFileSync(new URL('./sources.yaml', import.meta.url), 'utf8')) as Sources;
  return known;
}

/**
 * The archives of `sources.yaml` by id; that of a data set which `fetch` brings has the set's id.
 */
export function archiveSources(): Readonly<Record<string, ArchiveSource>> {
  return sources().archives;
}

/**
 * @throws RangeError for an id that `sources.yaml` does not have: a fault of the calling code
 */
export function archiveNamed(id: string): ArchiveSource {
  const source = lookUp(archiveSources(), id);
  if (source === undefined) throw new RangeError(`There is no archive ${id} in sources.yaml.`);
  return source;
}

/** The hashes of official sets by data set id. */
export function knownHashes(): Readonly<Record<string, KnownHash>> {
  return sources().hashes;
}

/** The official archive whose file name a path has, with its data set. */
export function archiveOf(
  path: string,
): (ArchiveSource & { readonly dataset: string }) | undefined {
  const found = Object.entries(archiveSources()).find(([, { file }]) => file === basename(path));
  return found && { ...found[1], dataset: found[1].dataset ?? found[0] };
}
