import { type TeacherRelease, teachersOf } from '../../reference/teachers/loader.ts';
import type { DownloadOptions } from '../../runners/data/download.ts';
import { fetchTeachers, type TeacherOptions } from '../../runners/weights/teachers/fetch.ts';
import { importReleasedTeacher } from '../../runners/weights/teachers/store.ts';
import type { EnvironmentVariables } from '../effects.ts';
import { type ReleasedTeacherStatus, statusOfTeachers } from './teachers.ts';

/** Brings the teachers of a release and imports those that can teach, for every workspace. */
export async function fetchRelease(
  release: TeacherRelease,
  options: TeacherOptions & DownloadOptions & { readonly environment: EnvironmentVariables },
): Promise<readonly ReleasedTeacherStatus[]> {
  const files = await fetchTeachers(release, options);
  const unfit = new Map(release.files.flatMap(teachersOf).map((each) => [each.model, each.unfit]));
  for (const { model, path } of files) {
    if (unfit.get(model) === null) {
      importReleasedTeacher(path, release, model, options.environment);
    }
  }
  return statusOfTeachers(release, files, options.environment);
}
