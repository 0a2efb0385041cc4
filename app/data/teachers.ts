import { didYouMean } from '../../common/did-you-mean.ts';
import { UsageError } from '../../common/errors.ts';
import { readLayout } from '../../reference/teachers/layouts.ts';
import { type TeacherRelease, teachersOf } from '../../reference/teachers/loader.ts';
import type { TeacherFile } from '../../runners/weights/teachers/fetch.ts';
import { presentReleasedTeacher } from '../../runners/weights/teachers/store.ts';
import type { EnvironmentVariables } from '../effects.ts';

/** A teacher of a release, and whether it is here. */
export interface ReleasedTeacherStatus {
  readonly release: string;
  readonly model: string;
  readonly dataset: string;
  /** Published accuracy in percent; null where no source prints it. */
  readonly published: number | null;
  readonly table: string | null;
  /** The file; null where it is not here. */
  readonly path: string | null;
  /** Of the imported weights, by which trials name them; null where they are not here. */
  readonly sha256: string | null;
  /** Why it can never teach the network here; null where it can. */
  readonly unfit: string | null;
  /** The official code whose names and shapes the network here was compared with. */
  readonly layout: string;
  readonly licence: TeacherRelease['licence'];
  /** Published tables whose cells it teaches at scale `paper`. */
  readonly teaches: readonly string[];
  /** Whether only a person can fetch it. */
  readonly byHand: boolean;
}

/** The teachers of a release. @param present their files that are here */
export function statusOfTeachers(
  release: TeacherRelease,
  present: readonly TeacherFile[],
  environment: EnvironmentVariables,
): readonly ReleasedTeacherStatus[] {
  return release.files.flatMap((file) =>
    teachersOf(file).map(({ model, layout, unfit, score }) => ({
      release: release.id,
      model,
      dataset: release.dataset,
      published: score?.value ?? null,
      table: score?.table ?? null,
      path: present.find((one) => one.model === model)?.path ?? null,
      sha256: presentReleasedTeacher(release.id, model, environment)?.sha256 ?? null,
      unfit,
      layout: readLayout(layout).source,
      licence: release.licence,
      teaches: release.teaches.flatMap(({ tables }) => tables),
      byHand: file.url === null,
    })),
  );
}

/**
 * The release called `name`, or the part of it that `RELEASE/NETWORK` names; undefined where there
 * is none.
 *
 * @throws UsageError `TEACHER_UNKNOWN` where the release has no such network
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
    `The release ${id} has no teacher "${network}".${didYouMean(network, known)}`,
    { hint: `It has: ${known.join(', ')}.` },
  );
}
