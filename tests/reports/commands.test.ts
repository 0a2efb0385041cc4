import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { CommandContext } from '../../cli/command.ts';
import { command as ingestCommand } from '../../cli/commands/ingest.ts';
import { command as reportCommand } from '../../cli/commands/report.ts';
import { makeJournal, makePlan, makeSpec, writeJournal, writePlan } from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';

/** What a command sees of the world in a test, and what it said. */
function worldIn(cwd: string): { context: CommandContext; said: string[]; documents: unknown[] } {
  const said: string[] = [];
  const documents: unknown[] = [];
  const context: CommandContext = {
    stdout: (line) => said.push(line),
    stderr: (line) => said.push(`! ${line}`),
    json: (value) => documents.push(value),
    cwd,
    environment: {},
    isTerminal: false,
    progress: new PassThrough(),
    signal: new AbortController().signal,
    killSignal: new AbortController().signal,
  };
  return { context, said, documents };
}

const ingestOptions = { rebuild: false, config: undefined, workspace: undefined, json: false };
const reportOptions = {
  format: 'html',
  out: undefined,
  baseline: undefined,
  threshold: undefined,
  failOn: undefined,
  config: undefined,
  workspace: undefined,
  json: false,
} as const;

test('ingest says what was new, and fails naming the file and line that it could not read', async (test) => {
  const cwd = temporaryFolder(test);
  const spec = makeSpec();
  const path = writeJournal(cwd, makeJournal({ spec, accuracies: [10, 20] }));
  writePlan(cwd, makePlan({ rows: [{ name: 'KD', method: 'kd', specs: [spec] }] }));
  const first = worldIn(cwd);
  assert.equal(await ingestCommand.run(first.context, [], ingestOptions), 0);
  assert.match(
    first.said.join('\n'),
    /1 of 1 journal and 1 of 1 plan were new, 1 run and 2 epochs written/,
  );
  appendFileSync(path, 'garbage\n');
  const second = worldIn(cwd);
  assert.equal(await ingestCommand.run(second.context, [], ingestOptions), 1);
  assert.match(
    second.said[0] ?? '',
    /^! problem: runs\/.*journal\.jsonl:\d+: this line is not a JSON object/,
  );
});

test('report writes into the workspace, says where to look, and gives JSON alone when asked', async (test) => {
  const cwd = temporaryFolder(test);
  await ingestCommand.run(worldIn(cwd).context, [], ingestOptions);
  const text = worldIn(cwd);
  assert.equal(await reportCommand.run(text.context, [], reportOptions), 0);
  const index = join(cwd, 'reports', 'out', 'index.html');
  assert.ok(existsSync(index));
  const pages = readdirSync(join(cwd, 'reports', 'out'), {
    recursive: true,
    encoding: 'utf8',
  }).filter((name) => name.endsWith('.html')).length;
  assert.equal(text.said[0], `Wrote ${pages} pages. Open ${index}`);
  const json = worldIn(cwd);
  await reportCommand.run(json.context, [], { ...reportOptions, json: true, out: 'elsewhere' });
  assert.deepEqual(json.said, []);
  assert.deepEqual(json.documents, [
    { schemaVersion: 1, pages, index: join(cwd, 'elsewhere', 'index.html') },
  ]);
});

test('report writes a text to standard output or into a file, of one suite where asked', async (test) => {
  const cwd = temporaryFolder(test);
  const spec = makeSpec();
  writeJournal(cwd, makeJournal({ spec, accuracies: [10, 20] }));
  writePlan(cwd, makePlan({ rows: [{ name: 'KD', method: 'kd', specs: [spec] }] }));
  await ingestCommand.run(worldIn(cwd).context, [], ingestOptions);
  const markdown = { ...reportOptions, format: 'markdown' as const };
  const text = worldIn(cwd);
  assert.equal(await reportCommand.run(text.context, ['quick@proxy'], markdown), 0);
  assert.match(text.said.join('\n'), /^# Do the published[\s\S]*\| KD +\| 20\.00 \(n = 1\) \|$/);
  const file = worldIn(cwd);
  await reportCommand.run(file.context, [], { ...markdown, out: 'summary.md' });
  assert.equal(readFileSync(join(cwd, 'summary.md'), 'utf8'), `${text.said.join('\n')}\n`);
  const { context } = worldIn(cwd);
  const wrong = [
    [['other'], markdown],
    [['quick@paper'], markdown],
    [['quick'], reportOptions],
    [[], { ...markdown, json: true }],
  ] as const;
  for (const [args, options] of wrong)
    await assert.rejects(reportCommand.run(context, args, options), { exitCode: 2 });
});

test('report without a database says what to run first', async (test) => {
  const { context } = worldIn(temporaryFolder(test));
  await assert.rejects(reportCommand.run(context, [], reportOptions), { code: 'STORE_MISSING' });
  writeFileSync(join(context.cwd, 'results.duckdb'), 'no database');
  await assert.rejects(reportCommand.run(context, [], reportOptions), {
    code: 'STORE_UNREADABLE',
    exitCode: 3,
  });
});
