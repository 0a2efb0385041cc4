import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../common/canonical.ts';
import { type CheckedYaml, checkYaml, compileSchema } from '../../common/checked-yaml.ts';

/**
 * A training that an official file may speak of. Methods have Redistill's names, networks those of
 * tables.
 */
export interface OfficialSubject {
  /** The row as the published table has it (`KD+LSKD`). */
  readonly row: string;
  /** Canonical method id; `none` for teachers and students that are trained alone. */
  readonly method: string;
  readonly column: string;
  /** The network that is trained, as tables call it. */
  readonly model: string;
  readonly role: 'teacher' | 'student';
}

/** The statement of one official file about some trainings. */
export interface Statement {
  readonly rows?: readonly string[];
  readonly methods?: readonly string[];
  readonly columns?: readonly string[];
  readonly models?: readonly string[];
  /** Absent: students. */
  readonly of?: 'teachers' | 'both';
  /** In the words of a recipe; null says that the protocol does not have it. */
  readonly recipe?: Readonly<Record<string, Json>>;
  readonly hyper?: Readonly<Record<string, Json>>;
  /**
   * Settings that the source leaves open for these trainings, though it made their numbers: field
   * -> why.
   */
  readonly open?: Readonly<Record<string, string>>;
  /** Behaviour of the official training that no recipe here can express: field -> behaviour. */
  readonly beyond?: Readonly<Record<string, string>>;
  /** Where the values stand, if not in the source's files as a whole. */
  readonly at?: string;
  /** Why no cell of any suite uses this. */
  readonly unused?: string;
}

export interface OfficialSource {
  readonly id: string;
  readonly system: string;
  readonly dataset: string;
  readonly files: readonly string[];
  readonly note?: string;
  readonly says: readonly Statement[];
  /** Facts that are no setting of a recipe or method, with where they went. */
  readonly besides?: readonly { readonly fact: string; readonly because: string }[];
}

/** Which sources made the numbers of a table. */
export interface TableSources {
  readonly tables: readonly string[];
  /** Which source wins where several state a setting, and why. */
  readonly wins: string;
  /** Ids of sources; of two that state the same setting the later wins. */
  readonly sources: readonly string[];
  /** Known departures of our suites, with the reason; their cells are not comparable. */
  readonly exceptions?: readonly OfficialException[];
}

export interface OfficialException {
  readonly rows?: readonly string[];
  readonly columns?: readonly string[];
  /** `epochs`, `optimizer.lr`, or the name of a hyper-parameter. */
  readonly field: string;
  readonly because: string;
}

interface OfficialFile {
  readonly schemaVersion: 1;
  readonly readOn: string;
  readonly tables: readonly TableSources[];
  readonly sources: readonly OfficialSource[];
}

/** A value with the source that states it. Null: the protocol does not have the setting. */
export interface Stated {
  readonly value: Json;
  readonly source: string;
  readonly statement: Statement;
}

/**
 * The known settings of the training behind a published number, field by field (`optimizer.lr`).
 */
export interface PublishedProtocol {
  readonly recipe: ReadonlyMap<string, Stated>;
  readonly hyper: ReadonlyMap<string, Stated>;
  /** Fields that the sources leave open, with the reason. */
  readonly open: ReadonlyMap<string, string>;
  /** Fields of the official training that no recipe here can express. */
  readonly beyond: ReadonlyMap<string, string>;
}

let cached: CheckedYaml<OfficialFile> | undefined;

/**
 * `official.yaml`: settings as read from official files, and which of them made the numbers of
 * which table.
 *
 * @throws UsageError `OFFICIAL_SCHEMA`; `OFFICIAL_SOURCE` for a table that names an unknown source.
 */
export function officialFile(): OfficialFile {
  cached ??= readOfficial();
  return cached.value;
}

function readOfficial(): CheckedYaml<OfficialFile> {
  const path = join(import.meta.dirname, 'official.yaml');
  const schema = readSchema('official.schema.json');
  const validate = compileSchema<OfficialFile>({ $id: schemaId('official'), ...schema }, [
    { $id: schemaId('recipe'), ...readSchema('recipe.schema.json') },
  ]);
  const file = checkYaml(path, readFileSync(path, 'utf8'), validate, 'OFFICIAL');
  const known = new Set(file.value.sources.map(({ id }) => id));
  file.value.tables.forEach(({ sources }, table) => {
    sources.forEach((id, source) => {
      if (known.has(id)) return;
      throw file.error(
        'OFFICIAL_SOURCE',
        ['tables', table, 'sources', source],
        `no source is called "${id}".`,
      );
    });
  });
  return file;
}

const schemaId = (name: string) =>
  `https://redistill.invalid/reference/recipes/${name}.schema.json`;

function readSchema(name: string): object {
  return JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')) as object;
}

/** The sources of a table; undefined where none is known. */
export function sourcesOf(table: string): TableSources | undefined {
  return officialFile().tables.find(({ tables }) => tables.includes(table));
}

/** Whether a statement speaks of a training. */
export function speaksOf(statement: Statement, subject: OfficialSubject): boolean {
  const role = statement.of ?? 'students';
  return (
    (role === 'both' || role === `${subject.role}s`) &&
    (statement.rows?.includes(subject.row) ?? true) &&
    (statement.methods?.includes(subject.method) ?? true) &&
    (statement.columns?.includes(subject.column) ?? true) &&
    (statement.models?.includes(subject.model) ?? true)
  );
}

/**
 * The protocol of a published number: what the table's sources say of the training, a later source
 * over an earlier one. Null where no source of the table speaks of it.
 */
export function publishedProtocol(
  table: string,
  subject: OfficialSubject,
): PublishedProtocol | null {
  const said = statementsOf(table).filter(({ statement }) => speaksOf(statement, subject));
  if (said.length === 0) return null;
  const protocol = {
    recipe: new Map<string, Stated>(),
    hyper: new Map<string, Stated>(),
    open: new Map<string, string>(),
    beyond: new Map<string, string>(),
  };
  for (const each of said) add(protocol, each);
  return protocol;
}

/**
 * The statements of a table's sources that are used, in the order in which they count. Made once:
 * suites may have thousands of cells.
 */
function statementsOf(table: string): readonly Said[] {
  const known = statements.get(table);
  if (known !== undefined) return known;
  const { sources } = officialFile();
  const said = (sourcesOf(table)?.sources ?? []).flatMap((id) =>
    (sources.find((source) => source.id === id)?.says ?? [])
      .filter(({ unused }) => unused === undefined)
      .map((statement) => ({ id, statement, recipe: settings(statement.recipe) })),
  );
  statements.set(table, said);
  return said;
}

interface Said {
  readonly id: string;
  readonly statement: Statement;
  readonly recipe: ReturnType<typeof settings>;
}

const statements = new Map<string, readonly Said[]>();

/** Puts a statement over the earlier ones. */
function add(
  {
    recipe,
    hyper,
    open,
    beyond,
  }: Record<'recipe' | 'hyper', Map<string, Stated>> &
    Record<'open' | 'beyond', Map<string, string>>,
  { statement, id: source, recipe: stated }: Said,
): void {
  for (const [field, value] of stated) {
    replace(recipe, field, { value, source, statement });
    open.delete(field);
    beyond.delete(field);
  }
  for (const [field, value] of Object.entries(statement.hyper ?? {})) {
    hyper.set(field, { value, source, statement });
    open.delete(field);
  }
  for (const [field, because] of Object.entries(statement.open ?? {})) open.set(field, because);
  for (const [field, what] of Object.entries(statement.beyond ?? {})) beyond.set(field, what);
}

/**
 * A value replaces that of its field, of the part that it names, and an absence around it. A value
 * of another kind replaces its part.
 */
function replace(recipe: Map<string, Stated>, field: string, stated: Stated): void {
  const part = field.slice(0, -'.kind'.length);
  const otherKind = field.endsWith('.kind') && recipe.get(field)?.value !== stated.value;
  for (const known of [...recipe.keys()]) {
    const gone =
      known.startsWith(`${field}.`) ||
      field.startsWith(`${known}.`) ||
      (otherKind && known.startsWith(`${part}.`));
    if (gone) recipe.delete(known);
  }
  recipe.set(field, stated);
}

/**
 * A recipe as a list of settings by name: `optimizer.lr`. Lists are values. Kinds come first within
 * their part, so that they replace what was known of another kind.
 */
export function settings(recipe: object | undefined): readonly (readonly [string, Json])[] {
  return Object.entries(recipe ?? {}).flatMap(([name, value]) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      return [[name, value as Json] as const];
    }
    return settings(value)
      .map(([inner, leaf]) => [`${name}.${inner}`, leaf] as const)
      .sort(([a], [b]) => Number(b.endsWith('.kind')) - Number(a.endsWith('.kind')));
  });
}
