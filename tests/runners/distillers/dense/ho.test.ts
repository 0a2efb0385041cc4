import '../../../../runners/distillers/all.ts';
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { recordFor } from '../../../../runners/engine/target.ts';
import { ho } from '../../../../runners/parity/dense/ho.ts';
import { goldenPaths, readGolden } from '../../../../runners/parity/golden.ts';

const folder = fileURLToPath(new URL('../../../../reference/golden', import.meta.url));

afterEach(() => recordFor(null));

test('the discriminator trains as the official one in the graph that is recorded for a GPU', async () => {
  recordFor('gpu');
  for (const [name, check] of Object.entries(ho)) {
    const stored = goldenPaths(folder).find((path) => path.replace(/\.gz$/, '') === name);
    const results = await check(readGolden(folder, stored as string));
    assert.ok(results.length > 0);
    assert.deepEqual(
      results.filter(({ ok }) => !ok),
      [],
    );
  }
});
