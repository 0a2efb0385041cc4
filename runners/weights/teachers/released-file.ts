import { createHash } from 'node:crypto';
import {
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DataError } from '../../../common/errors.ts';
import { syncFolder, writeError, writeFileAtomic } from '../../../common/files.ts';
import { type DownloadOptions, download } from '../../data/download.ts';
import { remoteSize } from '../../data/remote-size.ts';

/** A file that somebody released. */
export interface ReleasedFile {
  /** Its owner, for messages. */
  readonly of: string;
  readonly file: string;
  /** Null where it can only be fetched by hand, from `page`. */
  readonly url: string | null;
  readonly page: string | null;
  /** First digits of its SHA-256, where its name ends in them. */
  readonly sha256Prefix: string | null;
}

export interface ReleasedFileOptions {
  /** A folder in which files that were fetched by hand are looked for first. */
  readonly folder?: string | null | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** The facts recorded when a file is seen first. */
interface Pin {
  readonly schemaVersion: 1;
  readonly url: string | null;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * The path of a released file after it was fetched, or found where a person put it. It must be the
 * one that was seen first: its size and SHA-256 are recorded then, and where its name ends in the
 * start of a SHA-256 that must fit too.
 *
 * @throws DataError `RELEASE_BY_HAND` for a file without an address that is not in the data folder;
 *   `RELEASE_CHANGED` for another file than the first time; `DATA_CHECKSUM` for one that its name
 *   contradicts
 * @throws InfrastructureError `FETCH` where the server refuses or the network fails for good
 */
export async function bringFile(
  released: ReleasedFile,
  folder: string,
  options: ReleasedFileOptions & DownloadOptions,
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const path = await bring(released, folder, options);
  await checkPin(folder, released, path);
  return path;
}

async function bring(
  { of, file, url, page }: ReleasedFile,
  folder: string,
  options: ReleasedFileOptions & DownloadOptions,
): Promise<string> {
  const path = join(folder, file);
  if (existsSync(path)) return path;
  const given = options.folder ?? (options.environment ?? process.env)['REDISTILL_DATA'];
  const byHand = given === undefined || given === null ? null : join(resolve(given), file);
  if (byHand !== null && existsSync(byHand)) {
    copyWhole(byHand, path);
    return path;
  }
  if (url === null) {
    throw new DataError(
      'RELEASE_BY_HAND',
      `${file} of ${of} has no address that a program can fetch.`,
      { hint: `Fetch it from ${page} and give its folder with --data.` },
    );
  }
  const bytes = readPin(folder, file)?.bytes ?? (await remoteSize(url, options));
  await download({ url, path, bytes, md5: null }, options);
  return path;
}

/** Copies a file of any size; it appears under its name only when it is whole. */
function copyWhole(from: string, path: string): void {
  const temporary = `${path}.copy`;
  try {
    copyFileSync(from, temporary);
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw writeError(path, cause);
  }
}

const pinFile = (folder: string, file: string) => join(folder, `${file}.seen.json`);

function readPin(folder: string, file: string): Pin | null {
  const path = pinFile(folder, file);
  if (!existsSync(path)) return null;
  try {
    const { schemaVersion, url, bytes, sha256 } = JSON.parse(readFileSync(path, 'utf8')) as Pin;
    if (schemaVersion === 1 && Number.isSafeInteger(bytes) && /^[0-9a-f]{64}$/.test(sha256)) {
      return { schemaVersion, url, bytes, sha256 };
    }
  } catch {
    // Not JSON: damaged, like any content that is no record.
  }
  throw new DataError('RELEASE_PIN', `${path} is damaged: it should hold a size and a SHA-256.`, {
    hint: 'Remove it; the next fetch records the file anew.',
  });
}

async function checkPin(folder: string, { file, url, sha256Prefix }: ReleasedFile, path: string) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  const sha256 = hash.digest('hex');
  if (sha256Prefix !== null && !sha256.startsWith(sha256Prefix)) {
    rmSync(path);
    throw new DataError(
      'DATA_CHECKSUM',
      `${file} is corrupt or another file: its SHA-256 begins with ${sha256.slice(0, 8)}, its name says ${sha256Prefix}.`,
      { hint: 'Fetch it again (redistill data fetch), or check where it came from.' },
    );
  }
  const pin = readPin(folder, file);
  if (pin === null) {
    const seen: Pin = { schemaVersion: 1, url, bytes: statSync(path).size, sha256 };
    writeFileAtomic(pinFile(folder, file), `${JSON.stringify(seen, null, 2)}\n`);
  } else if (pin.sha256 !== sha256) {
    rmSync(path);
    throw new DataError(
      'RELEASE_CHANGED',
      `${file} is another file than the first time: its SHA-256 is ${sha256.slice(0, 12)}, it was ${pin.sha256.slice(0, 12)}.`,
      { hint: `If the authors replaced it on purpose, remove ${pinFile(folder, file)}.` },
    );
  }
}
