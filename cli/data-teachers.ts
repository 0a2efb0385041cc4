import { type ExitCode, exitCodes, UsageError } from '../common/errors.ts';
import { suggestion } from '../common/nearest.ts';
import { schemaVersion } from '../contract/spec.ts';
import { type TeacherRelease, teachersOf } from '../reference/teachers/loader.ts';
import type { DownloadOptions } from '../runners/data/download.ts';
import {
  fetchTeachers,
  presentTeachers,
  type TeacherOptions,
} from '../runners/weights/teachers/fetch.ts';
import type { CommandContext } from './command.ts';
import { licenceLines, teacherLines, teacherTable } from './output/teachers.ts';

/** `redistill data teachers`: every teacher that authors released, and whether it is here. */
export function listTeachers(
  context: CommandContext,
  releases: readonly TeacherRelease[],
  options: TeacherOptions,
  json: boolean,
): ExitCode {
  const lines = releases.flatMap((release) =>
    teacherLines(release, presentTeachers(release, options), context.environment),
  );
  if (json) context.json({ schemaVersion, teachers: lines });
  else {
    for (const line of teacherTable(lines)) context.stdout(line);
    for (const line of licenceLines(releases)) context.stdout(line);
  }
  return exitCodes.fine;
}

/**
 * The release called `name`, or the part of it that `RELEASE/NETWORK` names; undefined where there
 * is none.
 */
export function releaseNamed(
  releases: readonly TeacherRelease[],
  name: string,
): TeacherRelease | undefined {
  const [id = '', network, ...more] = name.split('/');
  const release = releases.find((each) => each.id === id);
  if (release === undefined || network === undefined || more.length > 0)
    return name === id ? release : undefined;
  const files = release.files.flatMap((file) => {
    if (file.members === null) return file.teacher?.model === network ? [file] : [];
    const members = file.members.filter(({ model }) => model === network);
    return members.length === 0 ? [] : [{ ...file, members }];
  });
  if (files.length > 0) return { ...release, files };
  const known = release.files.flatMap(teachersOf).map(({ model }) => model);
  throw new UsageError(
    'TEACHER_UNKNOWN',
    `The release ${id} has no teacher "${network}". ${suggestion(network, known)}`,
    { hint: `It has: ${known.join(', ')}.` },
  );
}

/**
 * `redistill data fetch RELEASE`: brings its teachers and imports those that can teach, for every
 * workspace.
 */
export async function fetchRelease(
  context: CommandContext,
  release: TeacherRelease,
  options: TeacherOptions & DownloadOptions,
  json: boolean,
): Promise<ExitCode> {
  const { importReleasedTeacher } = await import('../runners/weights/teachers/store.ts');
  const files = await fetchTeachers(release, options);
  const unfit = new Map(release.files.flatMap(teachersOf).map((each) => [each.model, each.unfit]));
  for (const { model, path } of files)
    if (unfit.get(model) === null) importReleasedTeacher(path, release, model, context.environment);
  const lines = teacherLines(release, files, context.environment);
  const here = lines.filter((line) => line.path !== null);
  if (json) {
    context.json({ schemaVersion, release: release.id, teachers: lines });
    return exitCodes.fine;
  }
  for (const { model, path, published, table, sha256, unfit: reason } of here) {
    const score = published === null ? '' : `, published ${published} (${table})`;
    context.stdout(
      reason === null
        ? `${model}: ${path}${score}, imported as ${sha256}`
        : `${model}: ${path}${score}, cannot teach: ${reason}`,
    );
  }
  context.stderr(`Licence: ${release.licence.terms} (${release.licence.source}).`);
  const tables = release.teaches.flatMap(({ tables: taught }) => taught);
  context.stderr(
    `At scale paper they teach the cells of ${tables.join(', ')}; their accuracy is measured, and their gate applied, before that.`,
  );
  return exitCodes.fine;
}
