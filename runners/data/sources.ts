import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** Where an official archive is and how to know it. */
export interface ArchiveSource {
  readonly title: string;
  readonly file: string;
  readonly url: string;
  readonly bytes: number;
  readonly md5: string;
  /** Who states the address, the size and the checksum. */
  readonly source: string;
}

let known: Readonly<Record<string, ArchiveSource>> | undefined;

/** The archives of `sources.yaml` by data set id. */
export function archiveSources(): Readonly<Record<string, ArchiveSource>> {
  known ??= (
    parse(readFileSync(new URL('./sources.yaml', import.meta.url), 'utf8')) as {
      archives: Record<string, ArchiveSource>;
    }
  ).archives;
  return known;
}
