import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meanInterval } from '../../reference/verdict/mean-interval.ts';
import { verdict } from '../../reference/verdict/verdict.ts';

const near = (value: number | null, expected: number) =>
  assert.ok(value !== null && Math.abs(value - expected) < 5e-4, `${value}, not ${expected}`);

test("the interval of a mean is Student's, and of one seed there is none", () => {
  // t(0.95, 2) = 2.9200, sd = 1, n = 3: 2.92 / sqrt(3) = 1.6859.
  const { mean, low, high } = meanInterval([9, 10, 11], null);
  assert.equal(mean, 10);
  near(low, 10 - 1.6859);
  near(high, 10 + 1.6859);
  const one = meanInterval([9], { sd: 1, df: 8 });
  assert.deepEqual([one.low, one.high, one.spread], [null, null, null]);
});

test('few seeds take the scatter of the table, many their own', () => {
  // t(0.95, 8) = 1.8595, sd = 1.2, n = 3: 1.8595 * 1.2 / sqrt(3) = 1.2883.
  const few = meanInterval([9, 10, 11], { sd: 1.2, df: 8 });
  assert.equal(few.spread?.source, 'pooled');
  near(few.low, 10 - 1.2883);
  const many = meanInterval([8, 9, 10, 11, 12], { sd: 1.2, df: 40 });
  assert.equal(many.spread?.source, 'own');
});

const own = { published: null, margin: 0.5, own: true } as const;

test('a cell of an own study is measured, whatever is published, and says when it rests on too little', () => {
  const seeds = { best: [70, 71, 72], last: [69, 70, 71] };
  const whole = verdict({ ...own, measured: seeds, registered: 3 });
  assert.equal(whole.word, 'measured');
  assert.match(whole.reason, /^last epoch: 70\.00 over 3 seeds, 90 % interval 68\.31 to 71\.69\.$/);
  assert.equal(whole.undecidable, null);
  const published = {
    value: 70,
    selection: 'last',
    sd: null,
    runsAveraged: null,
    trust: 'primary',
  };
  assert.equal(verdict({ ...own, published, measured: seeds } as never).word, 'measured');
  const part = verdict({ ...own, measured: seeds, registered: 5 });
  assert.match(part.reason, /2 of the suite's 5 seeds are missing/);
  const twins = verdict({ ...own, measured: { best: [70, 70], last: [69, 69] } });
  assert.match(twins.undecidable ?? '', /agree to the last digit/);
  const one = verdict({ ...own, measured: { best: [70], last: [69] } });
  assert.match(one.reason, /^last epoch: 69\.00 of one seed, which alone says nothing/);
  assert.equal(verdict({ ...own, measured: { last: [1, 1.5] }, chance: 1 }).word, 'failed');
  assert.equal(verdict({ ...own, measured: {}, notRun: 'no data' }).word, 'not run');
  assert.equal(verdict({ ...own, measured: {}, failures: 2 }).word, 'failed');
});
