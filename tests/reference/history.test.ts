import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RandomStream } from '../../common/random.ts';
import { changePoints } from '../../reference/history/change-points.ts';
import { differences, overallDifference } from '../../reference/history/difference.ts';
import { bestSplit } from '../../reference/history/energy.ts';
import { judgeSeries } from '../../reference/history/regressions.ts';
import { firstAlarm, flatSeries, seriesWithDrop } from '../../reference/history/simulate.ts';

/** Q of Matteson and James by its definition, without carried sums. */
function energy(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const between = mean(x.flatMap((one) => y.map((other) => Math.abs(one - other))));
  const within = (values: readonly number[]) =>
    mean(
      values.flatMap((one, i) =>
        values.flatMap((other, j) => (i === j ? [] : [Math.abs(one - other)])),
      ),
    );
  const [n, m] = [x.length, y.length];
  return ((n * m) / (n + m)) * (2 * between - within(x) - within(y));
}

test('the best split has the largest energy distance by its definition', () => {
  const stream = RandomStream.named(4, 'energy');
  for (let trial = 0; trial < 20; trial += 1) {
    const values = Array.from({ length: 9 + trial }, (_, i) => stream.normal() + (i > 5 ? 1 : 0));
    const places = values.keys().filter((at) => at >= 2 && at <= values.length - 2);
    const all = [...places].map((at) => ({
      at,
      statistic: energy(values.slice(0, at), values.slice(at)),
    }));
    const expected = all.reduce((one, other) => (other.statistic > one.statistic ? other : one));
    const found = bestSplit(values, 0, values.length, 2);
    assert.equal(found?.at, expected.at);
    assert.ok(Math.abs((found?.statistic ?? 0) - expected.statistic) < 1e-9);
    // A stretch of a longer series is split as if it stood alone.
    const padded = bestSplit([7, ...values, -9, 4], 1, values.length + 1, 2);
    assert.equal(padded?.at, expected.at + 1);
  }
});

test('values that are all equal, and stretches that are too short, have no split', () => {
  assert.equal(bestSplit([3.1, 3.1, 3.1, 3.1, 3.1], 0, 5, 2), null);
  assert.equal(bestSplit([1, 5, 9], 0, 3, 2), null);
});

const options = { leastChange: 0.5, level: 0.005 };

test('a p-value is that of the normal scores times the places that were tried', () => {
  const noise = { scale: 0.1, tails: Number.POSITIVE_INFINITY, correlation: 0, df: 6 };
  const values = [5, 5.1, 5, 5.1, 4.7, 4.8, 4.7, 4.8];
  const [change, ...more] = changePoints(values, { leastChange: 0.1, level: 0.5, noise });
  assert.deepEqual(more, []);
  assert.equal(change?.at, 4);
  // t = 3 / sqrt(1/4 + 1/4) with 6 degrees of freedom; five places of eight values.
  const t = 3 / Math.sqrt(0.5);
  const c = 6 / (6 + t ** 2);
  // 2 P(T > t) for 6 degrees of freedom in closed form.
  const p = 1 - Math.sqrt(1 - c) * (1 + c / 2 + (3 / 8) * c ** 2);
  assert.ok(Math.abs((change?.p ?? 0) / (5 * p) - 1) < 1e-6, `${change?.p} is not ${5 * p}`);
  // Neighbours that hang together say less.
  const [doubtful] = changePoints(values, {
    leastChange: 0.1,
    level: 1,
    noise: { ...noise, correlation: 0.5 },
  });
  assert.ok((doubtful?.p ?? 0) > 2 * (change?.p ?? 1));
});

test('a lasting change is found, a single outlier and a small change are not', () => {
  const noise = (i: number) => [0.05, -0.08, 0.02, 0.1, -0.04][i % 5] as number;
  const series = (level: (i: number) => number) =>
    Array.from({ length: 30 }, (_, i) => level(i) + noise(i));
  const places = (values: readonly number[]) => changePoints(values, options).map(({ at }) => at);
  assert.deepEqual(places(series(() => 70)), []);
  assert.deepEqual(places(series((i) => (i === 20 ? 60 : 70))), []);
  assert.deepEqual(places(series((i) => (i < 20 ? 70 : 69.7))), []);
  assert.deepEqual(places(series((i) => (i < 20 ? 70 : 69))), [20]);
  // A dip that has recovered hides in a single split, not in the full division.
  assert.deepEqual(places(series((i) => (i >= 14 && i < 18 ? 69 : 70))), [14, 18]);
  assert.deepEqual(places(series((i) => (i < 10 ? 70 : i < 20 ? 71 : 69))), [10, 20]);
});

test('deterministic numbers that change once are a change for certain', () => {
  const [change] = changePoints([70, 70, 70, 70, 69, 69], options);
  assert.deepEqual([change?.at, change?.p], [4, 0]);
});

test('a drop of 0.8 after 30 nights of sd 0.15 is flagged within two nights, in 20 of 20 seeds', () => {
  const delays = Array.from({ length: 20 }, (_, seed) =>
    firstAlarm(seriesWithDrop(seed, { nights: 30, sd: 0.15, drop: 0.8, after: 2 }), 31),
  );
  assert.deepEqual(
    delays.filter((night) => night === null),
    [],
  );
});

test('60 flat nights raise no alarm in 20 of 20 seeds, asked every night, whatever the noise', () => {
  for (const sd of [0.15, 0.5, 1.5]) {
    const alarms = Array.from({ length: 20 }, (_, seed) =>
      firstAlarm(flatSeries(seed, { nights: 60, sd }), 4),
    ).filter((night) => night !== null);
    assert.ok(alarms.length <= (sd === 0.15 ? 0 : 1), `sd ${sd}: ${alarms.length} of 20 alarmed`);
  }
});

const judged = (values: readonly number[], more: object = {}) =>
  judgeSeries([
    { values, lowerIsBetter: false, leastChange: 0.5, acceptedBefore: 0, ...more },
  ])[0]?.changes.map(({ at, state }) => `${at} ${state}`);

test('a drop stands until it recovers or is accepted; a rise is none', () => {
  const at = (levels: readonly number[]) =>
    levels.flatMap((level) => [0, 0.1, -0.1, 0.05, -0.05, 0].map((noise) => level + noise));
  assert.deepEqual(judged(at([70, 69])), ['6 regression']);
  assert.deepEqual(judged(at([70, 69]), { lowerIsBetter: true }), ['6 improvement']);
  assert.deepEqual(judged(at([70, 69]), { acceptedBefore: 7 }), ['6 accepted']);
  assert.deepEqual(judged(at([70, 69]), { acceptedBefore: 6 }), ['6 regression']);
  assert.deepEqual(judged(at([70, 69, 70])), ['6 recovered', '12 improvement']);
  // Half of the way back is no recovery.
  assert.deepEqual(judged(at([70, 67, 68.5])), ['6 regression', '12 improvement']);
  // What is accepted stays accepted; what comes later does not.
  assert.deepEqual(judged(at([70, 69, 68]), { acceptedBefore: 8 }), [
    '6 accepted',
    '12 regression',
  ]);
});

test('one drop among 200 flat cells is found, and only it', () => {
  const flat = Array.from({ length: 200 }, (_, seed) => flatSeries(seed, { nights: 32, sd: 0.3 }));
  const drop = seriesWithDrop(7, { nights: 30, sd: 0.1, drop: 0.8, after: 2 });
  const all = [...flat.slice(0, 100), drop, ...flat.slice(100)].map((values) => ({
    values,
    lowerIsBetter: false,
    leastChange: 0.1,
    acceptedBefore: 0,
  }));
  const alarms = judgeSeries(all).flatMap(({ changes }, index) =>
    changes.length > 0 ? [index] : [],
  );
  assert.deepEqual(alarms, [100]);
});

const sides = (a: readonly number[], b: readonly number[], firstSeed = 1) => ({
  a: new Map(a.map((value, index) => [index + 1, value])),
  b: new Map(b.map((value, index) => [index + firstSeed, value])),
});
const near = (found: number | null | undefined, expected: number) =>
  assert.ok(Math.abs((found ?? Number.NaN) - expected) < 5e-5, `${found} is not ${expected}`);

test('shared seeds are paired, and their scatter is pooled while seeds are few', () => {
  const [one, other] = differences([sides([70, 71], [70.5, 71.7]), sides([60, 61], [60.1, 61.1])]);
  // Differences 0.5, 0.7 and 0.1, 0.1: pooled variance (0.02 + 0) / 2, so sd 0.1 with 2 degrees of
  // freedom.
  near(one?.mean, 0.6);
  // 2.919986 is Student's 95 % quantile for 2 degrees of freedom.
  near(one?.low, 0.6 - (2.919986 * 0.1) / Math.SQRT2);
  near(other?.high, 0.1 + (2.919986 * 0.1) / Math.SQRT2);
  assert.deepEqual([one?.spread, one?.pairedSeeds], ['pooled', [1, 2]]);
});

test('without a shared seed the difference is Welch’s, and with one seed it has no interval', () => {
  const [welch] = differences([sides([70, 71, 72], [73, 73.5, 74], 11)]);
  near(welch?.mean, 2.5);
  // Variances 1/3 and 0.25/3; Welch-Satterthwaite 2.9412 degrees of freedom; the error is
  // sqrt(1.25/3).
  assert.equal(welch?.spread, 'two samples');
  assert.ok((welch?.low ?? 9) > 0.9 && (welch?.low ?? 0) < 1.1);
  const [single] = differences([sides([70], [71])]);
  assert.deepEqual([single?.mean, single?.low, single?.p], [1, null, null]);
  assert.deepEqual(differences([sides([], [1])]), [null]);
});

test('over all cells the seed is the unit', () => {
  const all = overallDifference([
    sides([70, 70, 70], [71, 72, 73]),
    sides([60, 60, 60], [61, 60, 62]),
  ]);
  // Seeds' means over the cells: 1, 1, 2.5; sd sqrt(0.75); Student's 95 % quantile for 2 degrees of
  // freedom.
  near(all?.mean, 1.5);
  near(all?.low, 1.5 - (2.919986 * Math.sqrt(0.75)) / Math.sqrt(3));
  assert.deepEqual(all?.pairedSeeds, [1, 2, 3]);
  assert.equal(overallDifference([sides([1], [2], 9)]), null);
});
