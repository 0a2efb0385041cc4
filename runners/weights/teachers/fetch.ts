import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '../../../common/errors.ts';
import { writeFileAtomic } from '../../../common/files.ts';
import { isArchiveName, readArchive } from '../../data/archive.ts';
import { cacheFolder } from '../../data/cache.ts';
import type { DownloadOptions } from '../../data/download.ts';
import { bringFile, type ReleasedFileOptions } from './released-file.ts';

/** The facts about a release that fetching needs; `reference/teachers` has them. */
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

export type TeacherOptions = ReleasedFileOptions;

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
 * Brings the files of a release here and takes the teachers out of archives. Transfers resume. A
 * file must be the one that was seen first: its size and SHA-256 are recorded then, and where its
 * name ends in the start of a SHA-256 that must fit too. Only the named members of an archive are
 * written, under names of ours.
 *
 * @throws DataError `RELEASE_BY_HAND` for a file without an address that is not in the data folder;
 *   `RELEASE_CHANGED` for another file than the first time; `DATA_CHECKSUM` for one that its name
 *   contradicts; `TEACHER_MEMBER` for an archive without a member; what `readArchive` says of
 *   unsafe and damaged archives
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
    const path = await bringFile({ ...file, of: release.id, page: release.page }, folder, options);
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
