import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { kernelModule, kernels } from '../../tools/kernel.mjs';

for (const kernel of kernels) {
  const name = basename(kernel);
  test(`the committed WebAssembly is what ${name}.as compiles to`, async () => {
    assert.equal(
      readFileSync(`${kernel}.ts`, 'utf8'),
      await kernelModule(kernel),
      `run "make kernel" after a change of ${name}.as`,
    );
  });
}
