import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkYaml, compileSchema } from '../../common/checked-yaml.ts';
import { suggestion } from '../../common/nearest.ts';
import type { TypeOf } from '../../contract/schema/define.ts';
import { loadPublished, type Published } from '../published/loader.ts';
import { teacherRow } from '../published/table.ts';
import type * as schema from './releases-schema.ts';

/** A teacher in a release. */
export interface ReleasedTeacher {
  /** Redistill's name of the network. */
  readonly model: string;
  /** Names and shapes of its network in its authors' code: a file of `layouts`. */
  readonly layout: string;
  /**
   * Why the network here cannot take these weights, so that they never teach; null where it can.
   */
  readonly unfit: string | null;
  /**
   * Its published accuracy (top-1, AP or mIoU, in percent) and where it is printed; null where no
   * source prints it.
   */
  readonly score: {
    readonly value: number;
    readonly metric: string;
    readonly table: string;
  } | null;
}

/** A file of a release: one teacher, or an archive of several. */
export interface ReleaseFile {
  /** Its name here. */
  readonly file: string;
  /** Null where it can only be fetched by hand, from the release's page. */
  readonly url: string | null;
  /** First digits of its SHA-256, where its name ends in them; null elsewhere. */
  readonly sha256Prefix: string | null;
  /**
   * Paths in the archive (from some folder on) with the teacher of each; null for a file that is
   * one teacher's.
   */
  readonly members: readonly (ReleasedTeacher & { readonly path: string })[] | null;
  /** The teacher of a file without members. */
  readonly teacher: ReleasedTeacher | null;
}

/** Teachers that authors released. */
export interface TeacherRelease {
  readonly id: string;
  readonly title: string;
  /** Data set that the teachers were trained on. */
  readonly dataset: string;
  /** Of the weights, and who states it. */
  readonly licence: { readonly terms: string; readonly source: string };
  /** Published tables whose numbers these teachers made, with who says so. */
  readonly teaches: readonly { readonly tables: readonly string[]; readonly source: string }[];
  /**
   * Name of the normalisation that their training had (runners/data/normalisation.ts); null where
   * no source states it.
   */
  readonly normalisation: string | null;
  /** Where a person finds files that have no address of their own; null where all have one. */
  readonly page: string | null;
  readonly files: readonly ReleaseFile[];
  /** Who states names and addresses. */
  readonly source: string;
}

type RawTeacher = TypeOf<typeof schema.teacher>;
type RawFile = TypeOf<typeof schema.file>;

const validate = compileSchema<TypeOf<typeof schema.releasesFile>>(
  JSON.parse(readFileSync(join(import.meta.dirname, 'releases.schema.json'), 'utf8')) as object,
);

const cache = new WeakMap<Published, readonly TeacherRelease[]>();

/**
 * The releases of this project with the published accuracy of every teacher. Cached per set of
 * tables.
 *
 * @throws UsageError `TEACHERS_SCHEMA`, `TEACHERS_SCORE`, `TEACHERS_TABLE` with file and line
 */
export function loadTeacherReleases(
  tables: Published = loadPublished(),
): readonly TeacherRelease[] {
  const known = cache.get(tables);
  if (known !== undefined) return known;
  const releases = readReleases(tables);
  cache.set(tables, releases);
  return releases;
}

function readReleases(tables: Published): readonly TeacherRelease[] {
  const shown = join('reference', 'teachers', 'releases.yaml');
  const content = readFileSync(join(import.meta.dirname, 'releases.yaml'), 'utf8');
  const checked = checkYaml(shown, content, validate, 'TEACHERS');
  return Object.entries(checked.value.releases).map(([id, release]) => {
    release.teaches.forEach(({ tables: taught }, entry) => {
      taught.forEach((table, index) => {
        if (tables.tables.has(table)) return;
        throw checked.error(
          'TEACHERS_TABLE',
          ['releases', id, 'teaches', entry, 'tables', index],
          `no published table is called "${table}". ${suggestion(table, [...tables.tables.keys()])}`,
        );
      });
    });
    const teacher = (raw: RawTeacher, path: (string | number)[]): ReleasedTeacher => {
      const { model, layout, unfit = null, published: place } = raw;
      if (place === null) return { model, layout, unfit, score: null };
      const cell = tables.cell(place.table, teacherRow, place.column);
      if (cell === null) {
        throw checked.error(
          'TEACHERS_SCORE',
          ['releases', id, 'files', ...path],
          `the table ${place.table} prints no teacher for ${place.column}.`,
        );
      }
      return {
        model,
        layout,
        unfit,
        score: { value: cell.value, metric: cell.metric, table: place.table },
      };
    };
    return {
      id,
      title: release.title,
      dataset: release.dataset,
      normalisation: release.normalisation ?? null,
      page: release.page ?? null,
      licence: release.licence,
      teaches: release.teaches,
      source: release.source,
      files: release.files.map((raw, index): ReleaseFile => {
        const name = raw.file ?? nameOf(raw, release.files);
        return {
          file: name,
          url: raw.url ?? null,
          sha256Prefix: /-([0-9a-f]{8})\.pth$/.exec(name)?.[1] ?? null,
          members:
            raw.members?.map((member, place) => ({
              path: member.path,
              ...teacher(member, [index, 'members', place]),
            })) ?? null,
          teacher: raw.model === undefined ? null : teacher(raw as RawTeacher, [index]),
        };
      }),
    };
  });
}

/** The teachers of a file: one, or those of an archive. */
export function teachersOf({ members, teacher }: ReleaseFile): readonly ReleasedTeacher[] {
  return members ?? (teacher === null ? [] : [teacher]);
}

/**
 * The address's last part, with the folder before it where several files of the release end alike.
 */
function nameOf({ url }: RawFile, files: readonly RawFile[]): string {
  const parts = (address: string | undefined) => (address ?? '').split('/').slice(-2);
  const [folder, name] = parts(url) as [string, string];
  const alike = files.filter((other) => parts(other.url)[1] === name);
  return alike.length > 1 ? `${folder}-${name}` : name;
}
