import type { ReleasedTeacherStatus, ReleaseStatus } from '../../app/data.ts';
import { type ExitCode, exitCodes } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { type TeacherRelease, teachersOf } from '../../reference/teachers/loader.ts';
import type { CommandContext } from '../command.ts';
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

/** `redistill data teachers`: every teacher that authors released, and whether it is here. */
export function printTeachers(
  context: CommandContext,
  releases: readonly ReleaseStatus[],
  json: boolean,
): ExitCode {
  const teachers = releases.flatMap((each) => each.teachers);
  if (json) context.json({ schemaVersion, teachers });
  else {
    for (const line of teacherTable(teachers)) context.stdout(line);
    for (const { release } of releases) {
      for (const line of licenceLines(release)) context.stdout(line);
    }
  }
  return exitCodes.fine;
}

/** `redistill data fetch RELEASE`: the teachers that came, and what they are for. */
export function printFetchedTeachers(
  context: CommandContext,
  { release, teachers }: ReleaseStatus,
  json: boolean,
): void {
  if (json) {
    context.json({ schemaVersion, release: release.id, teachers });
    return;
  }
  for (const { model, path, published, table, sha256, unfit } of teachers) {
    if (path === null) continue;
    const score = published === null ? '' : `, published ${published} (${table})`;
    context.stdout(
      unfit === null
        ? `${model}: ${path}${score}, imported as ${sha256}`
        : `${model}: ${path}${score}, cannot teach: ${unfit}`,
    );
  }
  context.stderr(`Licence: ${release.licence.terms} (${release.licence.source}).`);
  const tables = release.teaches.flatMap(({ tables: taught }) => taught);
  context.stderr(
    `At scale paper they teach the cells of ${tables.join(', ')}; their accuracy is measured, and their gate applied, before that.`,
  );
}

function teacherTable(lines: readonly ReleasedTeacherStatus[]): readonly string[] {
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
function stateOf({ unfit, sha256, path, byHand }: ReleasedTeacherStatus): string {
  if (unfit !== null) return 'does not fit';
  if (sha256 !== null) return 'here';
  if (path !== null) return 'fetched';
  return byHand ? 'by hand' : 'missing';
}

/** What may be done with the weights, and why some can never teach: a line each. */
function licenceLines(release: TeacherRelease): readonly string[] {
  return [
    `${release.id}: licence ${release.licence.terms} (${release.licence.source})`,
    ...release.files
      .flatMap(teachersOf)
      .flatMap(({ model, unfit }) =>
        unfit === null ? [] : [`${release.id}: ${model} does not fit: ${unfit}`],
      ),
  ];
}
