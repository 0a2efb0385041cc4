import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type TestContext, test } from 'node:test';
import type { CommandContext } from '../../cli/command.ts';
import { main } from '../../cli/main.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { makeTree, tarOf } from '../runners/data/pictures.ts';

/** Runs `redistill data ...` and keeps what it printed. */
async function data(t: TestContext, args: readonly string[], folder = temporaryFolder(t)) {
  const out: string[] = [];
  const err: string[] = [];
  const documents: unknown[] = [];
  const context: CommandContext = {
    stdout: (line) => void out.push(line),
    stderr: (line) => void err.push(line),
    json: (value) => void documents.push(value),
    cwd: folder,
    environment: { REDISTILL_CACHE: join(folder, 'cache'), REDISTILL_DATA: folder },
    isTerminal: false,
    progress: new PassThrough(),
    signal: new AbortController().signal,
    killSignal: new AbortController().signal,
  };
  const code = await main(['data', ...args], context);
  return { code, out, err, documents };
}

test('data lists every set and what to do about the missing ones', async (t) => {
  const { code, out, err } = await data(t, []);
  assert.equal(code, 0);
  assert.match(out[0] as string, /^data set +state +classes/);
  assert.match(out.join('\n'), /\nembedded +here +100 +6400 +4000 .* generated/);
  assert.match(out.join('\n'), /\ncifar100 +missing/);
  assert.ok(err.includes('cifar100: Run: redistill data fetch cifar100'));
});

test('data --json is one document', async (t) => {
  const { documents, out } = await data(t, ['list', '--json']);
  assert.deepEqual(out, []);
  const [document] = documents as [{ schemaVersion: number; datasets: { id: string }[] }];
  assert.equal(document.schemaVersion, 1);
  assert.ok(document.datasets.some((set) => set.id === 'embedded'));
});

test('data verify tells sound from damaged files', async (t) => {
  const folder = temporaryFolder(t);
  const tar = await tarOf(Object.entries(await makeTree()));
  writeFileSync(join(folder, 'good.tar'), tar);
  writeFileSync(join(folder, 'bad.tar'), tar.subarray(0, 3000));
  const good = await data(t, ['verify', 'images:good.tar'], folder);
  assert.equal(good.code, 0);
  assert.match(
    good.out[0] as string,
    /^images:good\.tar: fine, data hash [0-9a-f]{64} \(.*good\.tar, pictures by folder\)$/,
  );
  const bad = await data(t, ['verify', 'images:bad.tar', '--json'], folder);
  assert.equal(bad.code, 1);
  assert.match(JSON.stringify(bad.documents[0]), /bad\.tar is truncated or damaged/);
});

test('data fetch makes the embedded pictures and needs a name', async (t) => {
  const fetched = await data(t, ['fetch', 'embedded-small']);
  assert.equal(fetched.code, 0);
  assert.match(fetched.out[0] as string, /^embedded-small: .*embedded-1-/);
  const nameless = await data(t, ['fetch']);
  assert.equal(nameless.code, 2);
  const unknown = await data(t, ['fetch', 'cifar1000']);
  assert.equal(unknown.code, 2);
  assert.match(unknown.err.join('\n'), /Did you mean "cifar100"/);
});

test('data teachers lists what authors released, with its published accuracy', async (t) => {
  const { code, out } = await data(t, ['teachers']);
  assert.equal(code, 0);
  assert.match(out.join('\n'), /\nmdistiller-cifar100 +resnet32x4 +cifar100 +79\.42 +missing/);
  assert.match(out.join('\n'), /\nsdd-cub200 +cub200-vgg13 +cub200 +70\.19 +by hand/);
  const fetched = await data(t, ['fetch', 'sdd-cub200']);
  assert.notEqual(fetched.code, 0);
  assert.match(fetched.err.join('\n'), /pan\.baidu\.com/);
  assert.equal((await data(t, ['teachers', 'sdd-cub200'])).code, 2);
});
