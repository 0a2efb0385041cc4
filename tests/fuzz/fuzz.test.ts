/*
 * The short version of `make fuzz`: the same inputs each time. What broke is made again with the
 * seed and the path that it names.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzTarget } from './parent.ts';
import { targetNames } from './targets/index.ts';

for (const name of targetNames) {
  test(`${name}: every input is read or refused as promised`, async () => {
    const { executions, findings } = await fuzzTarget(name, {
      seed: 1,
      runs: 'short',
      seconds: 300,
    });
    assert.deepEqual(
      findings.map(({ sentence, place, seed, path }) => `${sentence} (${place}; ${seed} ${path})`),
      [],
    );
    assert.ok(executions > 0);
  });
}
