import { readLayout } from '../../reference/teachers/layouts.ts';
import { type TeacherRelease, teachersOf } from '../../reference/teachers/loader.ts';
import type { TeacherFile } from '../../runners/weights/teachers/fetch.ts';
import { presentReleasedTeacher } from '../../runners/weights/teachers/store.ts';
import { type Column, renderTable } from './table.ts';

const columns: readonly Column[] = [
  { title: 'release' },
  { title: 'network' },
  { title: 'data set' },
  { title: 'published', align: 'right' },
  { title: 'state' },
  { title: 'SHA-256' },
  { title: 'where' },
];

/** A teacher of a release, as `data teachers` prints it. */
export interface TeacherLine {
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

export function teacherLines(
  release: TeacherRelease,
  present: readonly TeacherFile[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly TeacherLine[] {
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

export function teacherTable(lines: readonly TeacherLine[]): readonly string[] {
  return renderTable(
    columns,
    lines.map((line) => [
      line.release,
      line.model,
      line.dataset,
      line.published === null ? '' : String(line.published),
      stateOf(line),
      line.sha256?.slice(0, 12) ?? '',
      line.path ?? '',
    ]),
  );
}

/** `here`: imported, so that it can teach. `fetched`: the file alone. */
function stateOf({ unfit, sha256, path, byHand }: TeacherLine): string {
  if (unfit !== null) return 'does not fit';
  if (sha256 !== null) return 'here';
  if (path !== null) return 'fetched';
  return byHand ? 'by hand' : 'missing';
}

/** What may be done with the weights, and why some can never teach: a line each. */
export function licenceLines(releases: readonly TeacherRelease[]): readonly string[] {
  return releases.flatMap((release) => [
    `${release.id}: licence ${release.licence.terms} (${release.licence.source})`,
    ...release.files
      .flatMap(teachersOf)
      .flatMap(({ model, unfit }) =>
        unfit === null ? [] : [`${release.id}: ${model} does not fit: ${unfit}`],
      ),
  ]);
}
