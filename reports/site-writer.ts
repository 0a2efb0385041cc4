import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../common/errors.ts';
import { leftoversIn, removeLeftovers, unfinishedName, writeError } from '../common/files.ts';

/** A file of a site: its path within it, with slashes, and its content. */
export type SiteFile = readonly [path: string, content: string];

/** The file that says that a folder is a report, and so may be replaced by the next one. */
export const markerFile = 'redistill-report.json';

/**
 * Writes a site beside `out` and then puts it in its place: the old report stays until the new one
 * is complete.
 *
 * @throws UsageError `REPORT_OUT` where `out` holds something that is no report: nothing of it is
 *   touched.
 * @throws InfrastructureError `FILE_WRITE` for a full or read-only disk; the old report is still
 *   there.
 */
export async function writeSite(
  out: string,
  files: Iterable<SiteFile> | AsyncIterable<SiteFile>,
): Promise<void> {
  refuseForeign(out);
  const beside = (what: string) => join(dirname(out), unfinishedName(`${basename(out)}.${what}`));
  const [fresh, old] = [beside('new'), beside('old')];
  tidyUp(out);
  try {
    rmSync(fresh, { recursive: true, force: true });
    for await (const [path, content] of files) writeFile(join(fresh, path), content);
    swap(out, fresh, old);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/**
 * What writers of this report left when they were killed: one between the two renames had moved the
 * old report away, and it comes back until the new one is complete.
 */
function tidyUp(out: string): void {
  const folder = dirname(out);
  const [old] = leftoversIn(folder, `${basename(out)}.old`);
  try {
    if (old !== undefined && !existsSync(out)) renameSync(join(folder, old), out);
  } catch (cause) {
    throw writeError(out, cause);
  }
  for (const what of ['new', 'old']) removeLeftovers(folder, `${basename(out)}.${what}`);
}

/**
 * Without waiting for the disk: ten thousand pages would wait for minutes, and after a crash of the
 * machine the report is made again from the database.
 */
function writeFile(path: string, content: SiteFile[1]): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  } catch (cause) {
    throw writeError(path, cause);
  }
}

/** @throws UsageError `REPORT_OUT` where `out` holds something that is no report */
export function refuseForeign(out: string): void {
  if (!existsSync(out)) return;
  const isReport =
    statSync(out).isDirectory() &&
    (readdirSync(out).length === 0 || existsSync(join(out, markerFile)));
  if (isReport) return;
  throw new UsageError(
    'REPORT_OUT',
    `${out} exists and is no report of Redistill, so it is not replaced.`,
    {
      hint: 'Choose another folder with --out, or empty this one.',
    },
  );
}

/** Two renames; where the second fails the first is taken back. */
function swap(out: string, fresh: string, old: string): void {
  try {
    mkdirSync(dirname(out), { recursive: true });
    rmSync(old, { recursive: true, force: true });
    const replaces = existsSync(out);
    if (replaces) renameSync(out, old);
    try {
      renameSync(fresh, out);
    } catch (cause) {
      if (replaces) renameSync(old, out);
      throw cause;
    }
    rmSync(old, { recursive: true, force: true });
  } catch (cause) {
    throw writeError(out, cause);
  }
}
