import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { unpackWheel } from '../../tools/setup/wheel.mjs';
import { wheelOf } from './zip.ts';

describe('unpacking a wheel', () => {
  const folder = mkdtempSync(join(tmpdir(), 'redistill-wheel-'));
  after(() => rmSync(folder, { recursive: true }));
  const write = (content: Buffer) => {
    const path = join(folder, 'a.whl');
    writeFileSync(path, content);
    return path;
  };
  const text = 'The same words again. '.repeat(200_000);
  const whole = wheelOf({ 'a/deflated': text, 'a/stored': text, 'b/other': 'x' });

  test('gives deflated and stored files byte for byte, and only those asked for', async () => {
    const target = join(folder, 'out');
    const files = await unpackWheel(write(whole), target, (name) => name.startsWith('a/'));
    assert.deepEqual(files, [
      { name: 'a/deflated', size: text.length },
      { name: 'a/stored', size: text.length },
    ]);
    for (const { name } of files) assert.equal(readFileSync(join(target, name), 'utf8'), text);
    assert.deepEqual(readdirSync(target), ['a']);
  });

  test('makes programs executable, and nothing else', async () => {
    const target = join(folder, 'programs');
    await unpackWheel(
      write(wheelOf({ 'x/bin/ptxas': 'p', 'x/lib/l.so': 'l' })),
      target,
      () => true,
    );
    assert.equal(statSync(join(target, 'x/bin/ptxas')).mode & 0o100, 0o100);
    assert.equal(statSync(join(target, 'x/lib/l.so')).mode & 0o111, 0);
  });

  test('refuses one that is cut short', async () => {
    const path = write(whole.subarray(0, whole.length / 2));
    await assert.rejects(
      unpackWheel(path, folder, () => true),
      /a\.whl is truncated or no zip file/,
    );
  });

  test('refuses a directory that promises more than is there', async () => {
    const lying = Buffer.from(whole);
    // The size that the directory states for its first file.
    lying.writeUInt32LE(text.length + 1, lying.indexOf('PK\x01\x02') + 24);
    await assert.rejects(
      unpackWheel(write(lying), folder, () => true),
      /a\.whl is cut short at a\/deflated/,
    );
  });

  test('writes nothing outside its folder', async () => {
    const path = write(wheelOf({ '../outside': 'x' }));
    await assert.rejects(
      unpackWheel(path, join(folder, 'in'), () => true),
      /a\.whl has the bad name \.\.\/outside/,
    );
  });
});
