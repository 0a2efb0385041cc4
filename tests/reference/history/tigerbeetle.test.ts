/* A real series in which the places of changes are known, and an outlier lies near one of them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { changePoints } from '../../../reference/history/change-points.ts';

const { values } = JSON.parse(
  readFileSync(new URL('./tigerbeetle.json', import.meta.url), 'utf8'),
) as { readonly values: readonly number[] };

/** Otava's tests of this series ask for changes of at least 5 % and find these places. */
const places = [15, 71];

test('the TigerBeetle series changes where Apache Otava says, and its outlier moves no place', () => {
  assert.equal(values.length, 365);
  assert.equal(values[10], Math.min(...values));
  const logarithms = values.map(Math.log);
  for (const length of [110, 365]) {
    for (const level of [0.05, 0.02, 0.002]) {
      const found = changePoints(logarithms.slice(0, length), {
        leastChange: Math.log(1.05),
        level,
      });
      assert.deepEqual(
        found.map(({ at }) => at),
        places,
        `${length} values, level ${level}`,
      );
    }
  }
});
