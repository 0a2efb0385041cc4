import { type ExitCode, exitCodes } from '../common/errors.ts';
import type { TeacherRelease } from '../reference/teachers/loader.ts';
import type { DownloadOptions } from '../runners/data/download.ts';
import { fetchTeachers, presentTeachers, type TeacherOptions } from '../runners/teachers/fetch.ts';
import { schemaVersion } from '../runners/trial/spec.ts';
import type { CommandContext } from './command.ts';
import { importCommands, teacherLines, teacherTable } from './output/teachers.ts';

/** `redistill data teachers`: every teacher that authors released, and whether it is here. */
export function listTeachers(
  context: CommandContext,
  releases: readonly TeacherRelease[],
  options: TeacherOptions,
  json: boolean,
): ExitCode {
  const lines = releases.flatMap((release) =>
    teacherLines(release, presentTeachers(release, options)),
  );
  if (json) context.json({ schemaVersion, teachers: lines });
  else for (const line of teacherTable(lines)) context.stdout(line);
  return exitCodes.fine;
}

/** `redistill data fetch RELEASE`: its teachers, and the commands that import them. */
export async function fetchRelease(
  context: CommandContext,
  release: TeacherRelease,
  options: TeacherOptions & DownloadOptions,
  json: boolean,
): Promise<ExitCode> {
  const lines = teacherLines(release, await fetchTeachers(release, options));
  const here = lines.filter((line) => line.path !== null);
  if (json) {
    context.json({ schemaVersion, release: release.id, teachers: lines });
    return exitCodes.fine;
  }
  for (const { model, path, published, table } of here) {
    const score = published === null ? '' : `, published ${published} (${table})`;
    context.stdout(`${model}: ${path}${score}`);
  }
  context.stderr(
    'Import a teacher before a suite can name it; its gate is applied before it teaches:',
  );
  const files = here.map(({ model, path }) => ({ model, path: path as string }));
  for (const command of importCommands(files, release.normalisation))
    context.stderr(`  ${command}`);
  return exitCodes.fine;
}
