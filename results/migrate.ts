import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { RedistillError } from '../common/errors.ts';
import type { Store } from './store-types.ts';

/**
 * One step of the schema: `NNN-what.sql` in `migrations/`, applied once, in the order of the
 * numbers.
 */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

type Database = Pick<Store, 'file' | 'rows' | 'run' | 'transaction'>;

/** The migrations that come with Redistill, in ascending order and without gaps. */
export function ownMigrations(): readonly Migration[] {
  const folder = new URL('./migrations/', import.meta.url);
  return readdirSync(folder)
    .filter((name) => /^\d{3}-[a-z0-9-]+\.sql$/.test(name))
    .sort()
    .map((name, index) => {
      const version = Number(name.slice(0, 3));
      if (version !== index + 1)
        throw new Error(`results/migrations: ${name} should be number ${index + 1}`);
      return {
        version,
        name: basename(name, '.sql'),
        sql: readFileSync(new URL(name, folder), 'utf8'),
      };
    });
}

/**
 * Brings a database to the newest schema, each migration in its own transaction: a crash leaves the
 * last whole version.
 *
 * @throws RedistillError `STORE_SCHEMA_NEWER` where a newer Redistill wrote the file. Nothing is
 *   changed then.
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[] = ownMigrations(),
): Promise<void> {
  const current = await schemaVersionOf(database);
  refuseNewer(database, current, migrations);
  for (const migration of migrations.filter(({ version }) => version > current)) {
    await database.transaction(async () => {
      await database.run(
        'CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, name VARCHAR NOT NULL)',
      );
      await database.run(migration.sql);
      await database.run('INSERT INTO schema_migrations VALUES ($1, $2)', [
        migration.version,
        migration.name,
      ]);
    });
  }
}

/**
 * Checks that a database that is only read has exactly the schema that the queries know.
 *
 * @throws RedistillError `STORE_SCHEMA_NEWER` or `STORE_SCHEMA_OLDER`, both with the version found.
 */
export async function checkSchema(
  database: Database,
  migrations: readonly Migration[] = ownMigrations(),
): Promise<void> {
  const current = await schemaVersionOf(database);
  refuseNewer(database, current, migrations);
  if (current < migrations.length) {
    throw new RedistillError(
      'STORE_SCHEMA_OLDER',
      `The database ${database.file} has schema version ${current}; this Redistill reads version ${migrations.length}.`,
      { hint: 'Run "redistill ingest": it migrates the database.' },
    );
  }
}

function refuseNewer(database: Database, current: number, migrations: readonly Migration[]): void {
  if (current <= migrations.length) return;
  throw new RedistillError(
    'STORE_SCHEMA_NEWER',
    `The database ${database.file} has schema version ${current}; this Redistill knows versions up to ${migrations.length}.`,
    {
      hint: 'Use the newer Redistill that wrote it, or make it again from the journals with "redistill ingest --rebuild".',
    },
  );
}

/** 0 for an empty database. */
async function schemaVersionOf(database: Database): Promise<number> {
  const tables = await database.rows(
    "SELECT table_name FROM information_schema.tables WHERE table_name = 'schema_migrations'",
  );
  if (tables.length === 0) return 0;
  const [row] = await database.rows<{ version: number | null }>(
    'SELECT max(version) AS version FROM schema_migrations',
  );
  return row?.version ?? 0;
}
