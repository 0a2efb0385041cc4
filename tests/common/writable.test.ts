import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bench } from '../../app/bench.ts';
import { gpuCheck } from '../../app/gpu-check.ts';
import { verify } from '../../app/verify.ts';
import { checkWritable } from '../../common/writable.ts';
import { temporaryFolder } from '../results/temporary.ts';

test('a folder that can be made is made by nobody who asks, and one below a file is refused', (t) => {
  const folder = temporaryFolder(t);
  const wanted = join(folder, 'a/b/c');
  checkWritable(wanted);
  assert.deepEqual(readdirSync(folder), []);
  writeFileSync(join(folder, 'a'), '');
  assert.throws(() => checkWritable(wanted), {
    code: 'FILE_WRITE',
    message: `Cannot write ${wanted}: a file stands where a folder should be.`,
  });
  assert.ok(existsSync(join(folder, 'a')));
});

test('commands that write at the end of minutes ask before them', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'file'), '');
  const workspace = join(folder, 'file/below');
  const begun: string[] = [];
  const note = (what: string) => begun.push(what);
  const refusal = { code: 'FILE_WRITE', message: /a file stands where a folder should be/ };
  await assert.rejects(bench({ suite: 'step', workspace }, { onCase: note }), refusal);
  await assert.rejects(gpuCheck({ device: 'cpu', workspace }, { onPart: note }), refusal);
  await assert.rejects(verify({ workspace }, { onFile: note }), refusal);
  assert.deepEqual(begun, []);
});
