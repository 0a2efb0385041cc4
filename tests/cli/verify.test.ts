import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { command } from '../../cli/commands/verify.ts';
import { UsageError } from '../../common/errors.ts';
import { ingest } from '../../results/ingest.ts';
import { latestParity } from '../../results/parity.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile, findParities } from '../../results/workspace.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { fakeContext } from './fake-context.ts';

const schedules = fileURLToPath(
  new URL('../../reference/golden/optim/schedules.json', import.meta.url),
);
const defaults = {
  golden: undefined,
  only: undefined,
  sample: false,
  eager: false,
  noStore: false,
  workspace: undefined,
  json: false,
};

function folderWithSchedules(t: TestContext, change = (text: string) => text): string {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'optim'));
  cpSync(schedules, join(folder, 'optim/schedules.json'));
  const path = join(folder, 'optim/schedules.json');
  writeFileSync(path, change(readFileSync(path, 'utf8')));
  writeFileSync(join(folder, 'other.json'), '{}');
  return folder;
}

describe('redistill verify', () => {
  it('shows each case with error and tolerance, counts, and what is not covered', async (t) => {
    const context = fakeContext({ cwd: folderWithSchedules(t) });
    assert.equal(await command.run(context, [], { ...defaults, golden: '.' }), 0);
    assert.match(
      context.out[0] ?? '',
      /^ok {4} *\S+ <= {2}1\.0e-8 {2}optim\/schedules\.json {2}\S+/,
    );
    assert.match(context.out.join('\n'), /10 cases in \.: 10 passed, 0 failed, 0 skipped\./);
    assert.match(context.out.join('\n'), /Not covered by any check \(1 files\): other\.json\./);
  });

  it('prints JSON and exits 1 when a case fails', async (t) => {
    const folder = folderWithSchedules(t, (text) => text.replace('"gamma":0.1', '"gamma":0.2'));
    const context = fakeContext({ cwd: folder });
    assert.equal(await command.run(context, [], { ...defaults, golden: folder, json: true }), 1);
    assert.deepEqual(context.out, []);
    const [document] = context.documents as [Record<string, unknown>];
    assert.equal(document['schemaVersion'], 1);
    assert.deepEqual(
      [document['passed'], document['failed'], document['notCovered']],
      [9, 1, ['other.json']],
    );
    const failing = (document['cases'] as Record<string, unknown>[]).find(({ ok }) => !ok);
    assert.deepEqual(
      [failing?.['file'], failing?.['name']],
      ['optim/schedules.json', 'torch_multistep'],
    );
    assert.ok((failing?.['maxError'] as number) > (failing?.['tolerance'] as number));
  });

  it('keeps a whole result for the report, and none of a part or where told not to', async (t) => {
    const golden = folderWithSchedules(t);
    const workspace = temporaryFolder(t);
    const verify = (more: { readonly noStore?: boolean; readonly only?: string }) =>
      command.run(fakeContext(), [], { ...defaults, golden, workspace, ...more });
    await verify({ noStore: true });
    await verify({ only: 'optim/' });
    assert.deepEqual(findParities(workspace), []);
    await verify({});
    const files = findParities(workspace);
    assert.equal(files.length, 1);
    const summary = await ingest({ workspace });
    assert.deepEqual(summary.problems, []);
    const store = await openStore(databaseFile(workspace), 'read');
    const [latest] = await latestParity(store).finally(() => store.close());
    assert.equal(latest?.cases.length, 10);
    assert.equal(latest?.ownGolden, false);
    assert.deepEqual(latest?.notCovered, ['other.json']);
    writeFileSync(files[0]?.path as string, '{"schemaVersion": 2}');
    const [problem] = (await ingest({ workspace })).problems;
    assert.match(problem?.message ?? '', /runs\/parity\/.*schemaVersion is 2/);
  });

  it('keeps a sample as one, which a whole result outranks whenever it was made', async (t) => {
    const golden = folderWithSchedules(t);
    mkdirSync(join(golden, 'losses'));
    cpSync(
      fileURLToPath(new URL('../../reference/golden/losses/kd.json', import.meta.url)),
      join(golden, 'losses/kd.json'),
    );
    const workspace = temporaryFolder(t);
    const latest = async () => {
      await ingest({ workspace });
      const store = await openStore(databaseFile(workspace), 'read');
      const [run] = await latestParity(store).finally(() => store.close());
      return run;
    };
    const verify = async (sample: boolean) => {
      const context = fakeContext();
      await command.run(context, [], { ...defaults, golden, workspace, sample });
      return context.out.join('\n');
    };
    const text = await verify(true);
    assert.match(text, /^A sample of the official numbers, 1 of 2 files/);
    assert.doesNotMatch(text, /optim\/schedules/);
    const first = await latest();
    assert.deepEqual(first?.sample, { files: 1, of: 2 });
    assert.ok(first?.cases.every(({ file }) => file === 'losses/kd.json'));
    await verify(false);
    assert.equal((await latest())?.sample, null);
    await verify(true);
    assert.equal((await latest())?.sample, null);
  });

  it('is a usage error where there is nothing to check', async (t) => {
    const folder = folderWithSchedules(t);
    for (const options of [{ golden: folder, only: 'losses/' }, { golden: join(folder, 'none') }]) {
      await assert.rejects(command.run(fakeContext(), [], { ...defaults, ...options }), UsageError);
    }
  });
});
