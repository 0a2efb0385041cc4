/*
 * Writes the list of views and tables in docs/database.md, from the comments in the database
 * itself: `make schemas`. A test says when the page is not what would be written.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTemporaryFolder, writeFileAtomic } from '../common/files.ts';
import { openStore } from './store.ts';
import type { Store } from './store-types.ts';

/** The page that holds the list, between two marks. */
export const schemaPage = fileURLToPath(new URL('../docs/database.md', import.meta.url));
const marks = ['<!-- schema -->', '<!-- end of schema -->'] as const;

interface Relation {
  readonly name: string;
  readonly kind: 'view for people' | 'table' | 'view';
  readonly comment: string | null;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly comment: string | null;
  }[];
}

/** The page with the list as it should be now. */
export async function pageWithSchema(page: string): Promise<string> {
  const folder = makeTemporaryFolder('redistill-schema-');
  try {
    const store = await openStore(join(folder, 'schema.duckdb'), 'write');
    const list = schemaText(await relations(store).finally(() => store.close()));
    const [begin, end] = marks.map((mark) => page.indexOf(mark)) as [number, number];
    if (begin < 0 || end < begin) throw new Error(`the page has no ${marks.join(' ... ')}`);
    return `${page.slice(0, begin + marks[0].length)}\n${list}${page.slice(end)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Views for people first, then tables and the views that queries use, each by name. */
async function relations(store: Store): Promise<readonly Relation[]> {
  const own = await store.rows<Omit<Relation, 'columns'>>(
    `FROM (SELECT CASE schema_name WHEN 'main' THEN view_name ELSE schema_name || '.' || view_name END AS name,
            CASE schema_name WHEN 'main' THEN 'view' ELSE 'view for people' END AS kind, comment
       FROM duckdb_views() WHERE NOT internal
      UNION ALL
     SELECT table_name, 'table', comment FROM duckdb_tables())
      ORDER BY kind = 'view for people' DESC, name`,
  );
  const columns = await store.rows<Relation['columns'][number] & { readonly relation: string }>(
    `SELECT CASE schema_name WHEN 'main' THEN table_name ELSE schema_name || '.' || table_name END AS relation,
            column_name AS name, data_type AS type, comment
       FROM duckdb_columns() WHERE NOT internal ORDER BY relation, column_index`,
  );
  return own.map((each) => ({
    ...each,
    columns: columns.filter(({ relation }) => relation === each.name),
  }));
}

function schemaText(all: readonly Relation[]): string {
  const people = all.filter(({ kind }) => kind === 'view for people');
  const others = all.filter(({ kind }) => kind !== 'view for people');
  return [
    '',
    '## Views for people',
    '',
    ...people.flatMap(relationLines),
    '## Tables, and views that queries use',
    '',
    ...others.flatMap(relationLines),
  ].join('\n');
}

function relationLines({ name, kind, comment, columns }: Relation): readonly string[] {
  return [
    `### ${name}`,
    '',
    `${kind === 'view' ? 'A view. ' : ''}${comment ?? ''}`,
    '',
    '| column | type | |',
    '|---|---|---|',
    ...columns.map((column) => `| \`${column.name}\` | ${column.type} | ${cellText(column)} |`),
    '',
  ];
}

const cellText = ({ comment }: Relation['columns'][number]) =>
  (comment ?? '').replaceAll('|', '\\|');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const before = readFileSync(schemaPage, 'utf8');
  writeFileAtomic(schemaPage, await pageWithSchema(before));
  process.stdout.write('wrote docs/database.md\n');
}
