import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, spread } from '../../bench/spread.ts';
import { RandomStream } from '../../common/random.ts';
import { ratioInterval } from '../../common/ratio-interval.ts';

test('the interval of a ratio of medians holds it in about 95 of 100 samples', () => {
  const stream = RandomStream.named(1, 'ratio');
  const side = (centre: number) => {
    const times = Array.from({ length: 101 }, () => centre + stream.normal());
    return { ...spread(times), median: median(times) };
  };
  const held = Array.from({ length: 400 }, () => ratioInterval(side(30), side(20))).filter(
    ([low, high]) => low <= 1.5 && 1.5 <= high,
  ).length;
  assert.ok(held >= 364 && held <= 396, `${held} of 400`);
});
