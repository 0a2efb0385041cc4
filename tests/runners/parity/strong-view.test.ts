import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { readGolden } from '../../../runners/parity/golden.ts';
import { strongViewCheck } from '../../../runners/parity/strong-view.ts';

const folder = join(import.meta.dirname, '../../../reference/golden');

test('every operation of the strong view equals Pillow in every byte', async () => {
  const cases = await strongViewCheck(readGolden(folder, 'augment/strong.json'));
  assert.equal(cases.length, 101);
  assert.deepEqual(
    cases.filter(({ ok }) => !ok),
    [],
  );
});

test('one byte that differs fails its case', async () => {
  const file = readGolden(folder, 'augment/strong.json');
  const content = structuredClone(file.content) as { cases: { pixels: string }[] };
  const first = content.cases[0] as { pixels: string };
  const bytes = Buffer.from(first.pixels, 'base64');
  bytes.writeUInt8(bytes.readUInt8(7) ^ 1, 7);
  first.pixels = bytes.toString('base64');
  const cases = await strongViewCheck({ ...file, content });
  assert.deepEqual(
    cases.filter(({ ok }) => !ok).map(({ name }) => name),
    ['autocontrast 0 of noise'],
  );
});
