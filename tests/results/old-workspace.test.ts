import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { command as checkCommand } from '../../cli/commands/check.ts';
import { command as planCommand } from '../../cli/commands/plan.ts';
import { command as reportCommand } from '../../cli/commands/report.ts';
import { command as statusCommand } from '../../cli/commands/status.ts';
import { loadPublished } from '../../reference/published/loader.ts';
import { ingest } from '../../results/ingest.ts';
import { ownMigrations } from '../../results/migrate.ts';
import { publishedNumbers } from '../../results/published.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile } from '../../results/workspace.ts';
import { fakeContext } from '../cli/fake-context.ts';
import { temporaryFolder } from './temporary.ts';

/*
 * A workspace as an older Redistill left it (commit 8f2f62f, schema 9): the default suite and a
 * detection suite at scale smoke with two seeds, a log of three epochs, a verify, a bench and an
 * acceptance. Without weights, and with one evaluation.
 */
const packed = fileURLToPath(new URL('./fixtures/workspace-8f2f62f.tar.xz', import.meta.url));
const oldSchema = 9;

async function rowsOf(workspace: string, table: string, columns = '*'): Promise<string[]> {
  const store = await openStore(databaseFile(workspace), 'read');
  try {
    const rows = await store.rows<object>(`SELECT ${columns} FROM ${table} ORDER BY ALL`);
    return rows.map((row) =>
      JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}n` : value)),
    );
  } finally {
    store.close();
  }
}

async function tablesOf(workspace: string): Promise<string[]> {
  const store = await openStore(databaseFile(workspace), 'read');
  try {
    const rows = await store.rows<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_type = 'BASE TABLE' ORDER BY name",
    );
    return rows.map(({ name }) => name);
  } finally {
    store.close();
  }
}

describe('a workspace of an older Redistill', () => {
  const unpacked = (context: TestContext) => {
    const workspace = temporaryFolder(context);
    execFileSync('tar', ['-xJf', packed, '-C', workspace]);
    return workspace;
  };

  test('is brought to the newest schema by ingest, with every run that it held', async (context) => {
    const workspace = unpacked(context);
    await assert.rejects(openStore(databaseFile(workspace), 'read'), /schema/i);
    const summary = await ingest({ workspace });
    assert.deepEqual(summary.problems, []);
    const versions = await rowsOf(workspace, 'schema_migrations', 'version');
    assert.equal(versions.length, ownMigrations().length);
    assert.ok(ownMigrations().length > oldSchema);
    const runs = await rowsOf(workspace, 'runs', 'run, state');
    assert.equal(runs.length, 25);
    assert.ok(runs.every((row) => row.includes('completed')));
  });

  test('gives the same rows when it is rebuilt from its journals', async (context) => {
    const published = publishedNumbers(loadPublished());
    const [migrated, rebuilt] = [unpacked(context), unpacked(context)];
    await ingest({ workspace: migrated, published });
    await ingest({ workspace: rebuilt, published, rebuild: true });
    const tables = await tablesOf(migrated);
    assert.ok(tables.length > 20);
    assert.deepEqual(await tablesOf(rebuilt), tables);
    for (const table of tables) {
      const [own, expected] = [await rowsOf(rebuilt, table), await rowsOf(migrated, table)];
      assert.deepEqual(own, expected, `the rows of ${table}`);
    }
  });

  test('has a status, a plan, a check and a report', async (context) => {
    const workspace = unpacked(context);
    await ingest({ workspace });
    const told = async (run: (context: ReturnType<typeof fakeContext>) => unknown) => {
      const own = fakeContext({ cwd: workspace });
      await run(own);
      return { text: own.out.join('\n'), documents: own.documents };
    };
    const status = await told((own) =>
      statusCommand.run(own, ['default@smoke'], defaultsOf(statusCommand)),
    );
    assert.match(status.text, /completed/);
    const plan = await told((own) =>
      planCommand.run(own, ['default@smoke'], defaultsOf(planCommand)),
    );
    // Whatever was measured is of other numerics now: it is said, and not taken.
    assert.match(plan.text, /13 trials/);
    await told((own) => checkCommand.run(own, [], defaultsOf(checkCommand)));
    await told((own) => reportCommand.run(own, [], defaultsOf(reportCommand)));
    const pages = readdirSync(join(workspace, 'reports/out'));
    for (const page of ['index.html', 'parity.html', 'cost.html', 'default-smoke']) {
      assert.ok(pages.includes(page), `${page} among ${pages}`);
    }
  });
});

/** Every option of a command as if nobody had given it. */
// biome-ignore lint/suspicious/noExplicitAny: options of four commands, none of them given
function defaultsOf(command: { readonly options: Readonly<Record<string, any>> }): any {
  return Object.fromEntries(
    Object.entries(command.options).map(([name, option]) => [
      name,
      option.kind === 'flag' ? false : option.default,
    ]),
  );
}
