import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DataError } from '../../common/errors.ts';
import { writeFileAtomic } from '../../common/files.ts';
import { isArchiveName, readArchive } from '../data/archive.ts';
import { cacheFolder } from '../data/cache.ts';
import { type DownloadOptions, download } from '../data/download.ts';
import { remoteSize } from '../data/remote-size.ts';

/** What fetching must know of a release; `reference/teachers` has them. */
export interface FetchableRelease {
  readonly id: string;
  readonly page: string | null;
  readonly files: readonly {
    readonly file: string;
    readonly url: string | null;
    readonly sha256Prefix: string | null;
    readonly members: readonly { readonly path: string; readonly model: string }[] | null;
    readonly teacher: { readonly model: string } | null;
  }[];
}

/** A teacher's weights on this machine. */
export interface TeacherFile {
  readonly model: string;
  readonly path: string;
}

export interface TeacherOptions {
  /** A folder in which files that were fetched by hand are looked for first. */
  readonly folder?: string | null | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** What is recorded of a file when it is seen first. */
interface Pin {
  readonly schemaVersion: 1;
  readonly url: string | null;
  readonly bytes: number;
  readonly sha256: string;
}

/** One checkpoint; ResNet50 with its optimizer state has about 200 MB. */
const largestMember = 2 ** 30;

/** Where a release's files lie. */
export function teacherFolder(id: string, { environment = process.env }: TeacherOptions): string {
  return join(cacheFolder(environment), 'teachers', id);
}

/** Teachers of a release that are here, in the order of the release. Reads no weights. */
export function presentTeachers(
  release: FetchableRelease,
  options: TeacherOptions = {},
): readonly TeacherFile[] {
  const folder = teacherFolder(release.id, options);
  return teachersOf(release, folder).filter(({ path }) => existsSync(path));
}

/**
 * Brings the files of a release here and takes the teachers out of archives. Transfers resume. A file must be the one that was
 * seen first: its size and SHA-256 are recorded then, and where its name ends in the start of a SHA-256 that must fit too.
 * Only the named members of an archive are written, under names of ours.
 *
 * @throws DataError `TEACHER_BY_HAND` for a file without an address that is not in the data folder; `TEACHER_CHANGED` for
 *   another file than the first time; `DATA_CHECKSUM` for one that its name contradicts; `TEACHER_MEMBER` for an archive
 *   without a member; what `readArchive` says of unsafe and damaged archives
 * @throws InfrastructureError `FETCH` where the server refuses or the network fails for good
 */
export async function fetchTeachers(
  release: FetchableRelease,
  options: TeacherOptions & DownloadOptions = {},
): Promise<readonly TeacherFile[]> {
  const folder = teacherFolder(release.id, options);
  mkdirSync(folder, { recursive: true });
  for (const file of release.files) {
    const members = file.members ?? [];
    const unpacked = members.map(({ model }) => join(folder, `${model}.pth`));
    const path = await bring(release, file, folder, options);
    await checkPin(folder, file, path);
    if (file.members !== null && !unpacked.every(existsSync)) {
      await unpackMembers(path, file.members, folder);
    }
  }
  return presentTeachers(release, options);
}

function teachersOf({ files }: FetchableRelease, folder: string): readonly TeacherFile[] {
  return files.flatMap(({ file, members, teacher }) =>
    members === null
      ? [{ model: teacher?.model as string, path: join(folder, file) }]
      : members.map(({ model }) => ({ model, path: join(folder, `${model}.pth`) })),
  );
}

type File = FetchableRelease['files'][number];

/** The path of a file after it was fetched, or found where a person put it. */
async function bring(
  { id, page }: FetchableRelease,
  { file, url }: File,
  folder: string,
  options: TeacherOptions & DownloadOptions,
): Promise<string> {
  const path = join(folder, file);
  if (existsSync(path)) return path;
  const given = options.folder ?? (options.environment ?? process.env)['REDISTILL_DATA'];
  const byHand = given === undefined || given === null ? null : join(resolve(given), file);
  if (byHand !== null && existsSync(byHand)) {
    writeFileAtomic(path, readFileSync(byHand));
    return path;
  }
  if (url === null) {
    throw new DataError(
      'TEACHER_BY_HAND',
      `${file} of ${id} has no address that a program can fetch.`,
      { hint: `Fetch it from ${page} and give its folder with --data.` },
    );
  }
  const bytes = readPin(folder, file)?.bytes ?? (await remoteSize(url, options));
  await download({ url, path, bytes, md5: null }, options);
  return path;
}

const pinFile = (folder: string, file: string) => join(folder, `${file}.seen.json`);

function readPin(folder: string, file: string): Pin | null {
  const path = pinFile(folder, file);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Pin) : null;
}

async function checkPin(folder: string, { file, url, sha256Prefix }: File, path: string) {
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
      'TEACHER_CHANGED',
      `${file} is another file than the first time: its SHA-256 is ${sha256.slice(0, 12)}, it was ${pin.sha256.slice(0, 12)}.`,
      { hint: `If the authors replaced it on purpose, remove ${pinFile(folder, file)}.` },
    );
  }
}

async function unpackMembers(
  path: string,
  members: readonly { readonly path: string; readonly model: string }[],
  folder: string,
): Promise<void> {
  if (!isArchiveName(path)) throw new TypeError(`${path} has members and is no archive.`);
  // The archive may have folders above; a member is told by the end of its path.
  const memberOf = (name: string) =>
    members.find((member) => name === member.path || name.endsWith(`/${member.path}`));
  const files = await readArchive(path, (name) => memberOf(name) !== undefined, largestMember);
  const missing = members.filter((member) => !files.some((file) => memberOf(file.path) === member));
  if (missing.length > 0) {
    throw new DataError(
      'TEACHER_MEMBER',
      `${path} lacks ${missing.map((member) => member.path).join(', ')}.`,
      { hint: 'It is another archive than the one of the release.' },
    );
  }
  for (const file of files) {
    const { model } = memberOf(file.path) as { readonly model: string };
    writeFileAtomic(join(folder, `${model}.pth`), file.bytes);
  }
}
