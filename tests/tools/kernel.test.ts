import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { kernelModule } from '../../tools/kernel.mjs';

test('the committed WebAssembly is what the source of the kernel compiles to', async () => {
  const committed = new URL('../../runners/data/views/kernel/resample.ts', import.meta.url);
  assert.equal(
    readFileSync(committed, 'utf8'),
    await kernelModule(),
    'run "make kernel" after a change of runners/data/views/kernel/resample.as',
  );
});
