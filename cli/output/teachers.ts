import type { TeacherRelease } from '../../reference/teachers/loader.ts';
import type { TeacherFile } from '../../runners/teachers/fetch.ts';
import { type Column, renderTable } from './table.ts';

const columns: readonly Column[] = [
  { title: 'release' },
  { title: 'network' },
  { title: 'data set' },
  { title: 'published', align: 'right' },
  { title: 'state' },
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
  /** Whether only a person can fetch it. */
  readonly byHand: boolean;
}

export function teacherLines(
  release: TeacherRelease,
  present: readonly TeacherFile[],
): readonly TeacherLine[] {
  return release.files.flatMap(({ url, members, teacher }) =>
    (members ?? (teacher === null ? [] : [teacher])).map(({ model, score }) => ({
      release: release.id,
      model,
      dataset: release.dataset,
      published: score?.value ?? null,
      table: score?.table ?? null,
      path: present.find((file) => file.model === model)?.path ?? null,
      byHand: url === null,
    })),
  );
}

export function teacherTable(lines: readonly TeacherLine[]): readonly string[] {
  return renderTable(
    columns,
    lines.map(({ release, model, dataset, published, path, byHand }) => [
      release,
      model,
      dataset,
      published === null ? '' : String(published),
      path === null ? (byHand ? 'by hand' : 'missing') : 'here',
      path ?? '',
    ]),
  );
}

/** What to do with fetched teachers: a command each. */
export function importCommands(
  files: readonly TeacherFile[],
  normalisation: string | null,
): readonly string[] {
  const stated = normalisation === null ? '' : ` --normalisation ${normalisation}`;
  return files.map(
    ({ model, path }) => `redistill import checkpoint ${path} --model ${model}${stated}`,
  );
}
