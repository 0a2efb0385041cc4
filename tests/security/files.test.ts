/*
 * What a path leads to is anybody's choice: pipes that nobody writes to, folders, circles of links,
 * names that are no text.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { regularFile } from '../../common/regular-file.ts';
import { undecodedName } from '../../common/undecoded.ts';
import { readArchive } from '../../runners/data/archive.ts';
import { listZip } from '../../runners/data/dense/zip.ts';
import { loadDataset } from '../../runners/data/registry.ts';
import { loadSlurmConfig } from '../../runners/executors/slurm/config.ts';
import { readGolden } from '../../runners/parity/golden.ts';
import { temporaryFolder } from '../results/temporary.ts';

test('no reader waits for a pipe, and each says what the path leads to', {
  timeout: 30_000,
}, async (t) => {
  const folder = temporaryFolder(t);
  const pipe = join(folder, 'pipe.tar');
  execFileSync('mkfifo', [pipe]);
  const refused = { message: /pipe\.tar (is a FIFO and no file|cannot be read)/ };
  assert.equal(regularFile(pipe), 'is a FIFO and no file');
  await assert.rejects(
    readArchive(pipe, () => true, 1),
    refused,
  );
  assert.throws(() => listZip(pipe), refused);
  assert.throws(() => loadSlurmConfig(pipe), refused);
  assert.throws(() => readGolden(folder, 'pipe.tar'), refused);
  const options = { folder, environment: { REDISTILL_CACHE: join(folder, 'cache') } };
  await assert.rejects(loadDataset('images:pipe.tar', options), refused);
});

test('folders, circles and nothing at all are told apart', (t) => {
  const folder = temporaryFolder(t);
  symlinkSync('circle', join(folder, 'circle'));
  assert.equal(regularFile(folder), 'is a folder and no file');
  assert.match(
    String(regularFile(join(folder, 'circle'))),
    /ELOOP: symbolic links lead in a circle/,
  );
  assert.match(String(regularFile(join(folder, 'none'))), /ENOENT/);
  assert.match(String(regularFile('/dev/null')), /is a device/);
});

test('a class folder whose name is no UTF-8 is named by its bytes', async (t) => {
  const folder = temporaryFolder(t);
  const set = join(folder, 'set');
  mkdirSync(join(set, 'test/a'), { recursive: true });
  mkdirSync(join(set, 'train'), { recursive: true });
  const odd = Buffer.concat([Buffer.from(join(set, 'train', 'caf')), Buffer.from([0xe9])]);
  mkdirSync(odd);
  writeFileSync(Buffer.concat([odd, Buffer.from('/1.png')]), 'x');
  const options = { folder, environment: { REDISTILL_CACHE: join(folder, 'cache') } };
  await assert.rejects(loadDataset('images:set', options), {
    code: 'DATA_FOLDER',
    message: /train\/caf\\xe9.*whose name is not UTF-8/,
  });
  // A name that holds the replacement character itself is a name.
  writeFileSync(join(folder, 'odd \ufffd name'), 'x');
  assert.equal(undecodedName(folder, 'odd \ufffd name'), null);
});
