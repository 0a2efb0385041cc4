import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { readGolden } from '../../../runners/parity/golden.ts';
import { viewsCheck } from '../../../runners/parity/views.ts';

const folder = join(import.meta.dirname, '../../../reference/golden');
const golden = () => readGolden(folder, 'augment/views.json');

test('what trainings and evaluations see equals torchvision and Pillow in every byte', async () => {
  const cases = await viewsCheck(golden());
  assert.equal(cases.length, 64 + 144 + 2 * 24);
  assert.deepEqual(
    cases.filter(({ ok }) => !ok),
    [],
  );
});

test('a byte, a part or a random number that differs fails its case', async () => {
  const file = golden();
  const content = structuredClone(file.content) as {
    resized: { filter: string }[];
    parts: { part: number[] }[];
    views: { draws: number[] }[];
  };
  (content.resized[2] as { filter: string }).filter = 'bicubic';
  (content.parts[5] as { part: number[] }).part[0] = 499;
  (content.views[0] as { draws: number[] }).draws = [0.3, 0.5, 0.25, 0.75];
  const cases = await viewsCheck({ ...file, content });
  const failed = cases.filter(({ ok }) => !ok).map(({ name }) => name);
  assert.deepEqual(failed, [
    'resized 2: noise to 96 x 64, bicubic',
    'part 5 of 500 x 375',
    'view 0: random-resized-crop of noise to 24, training',
  ]);
});
