import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OfficialInput, officialVerdict } from '../../reference/verdict/official.ts';

const input = (changes: Partial<OfficialInput> = {}): OfficialInput => ({
  ...{ best: 70.2, last: 69.9, margin: 0.5, deviations: [], completed: true },
  published: { value: 70, selection: 'unknown', sd: null, runsAveraged: 4, trust: 'primary' },
  ...changes,
});
const withSpread = (value: number, sd: number, runsAveraged: number | null): OfficialInput =>
  input({ published: { value, selection: 'unknown', sd, runsAveraged, trust: 'primary' } });

test('without a published scatter one run decides nothing, however near or far it is', () => {
  for (const value of [70, 60, 80]) {
    const { word } = officialVerdict(withSpread(value, 0.1, null));
    assert.equal(word, 'inconclusive');
    assert.equal(officialVerdict({ ...input(), best: value, last: value }).word, 'inconclusive');
  }
});

test('with a published scatter a run far away is below or above, a near one is never reproduced', () => {
  assert.equal(officialVerdict(withSpread(80, 0.1, 3)).word, 'below');
  assert.equal(officialVerdict(withSpread(60, 0.1, 3)).word, 'above');
  assert.equal(officialVerdict(withSpread(70, 0.001, 100)).word, 'inconclusive');
  // Best and last must agree where the publication does not say which one it is.
  const apart = { ...withSpread(71, 0.01, 100), best: 71, last: 60 };
  assert.equal(officialVerdict(apart).word, 'inconclusive');
});

test('where the published number lies', () => {
  const at = (value: number) => officialVerdict(withSpread(value, 0.1, null)).position;
  assert.deepEqual([at(69.8), at(70), at(70.3)], ['below last', 'between', 'above best']);
  // Equal numbers are equal, whatever floating point makes of their difference.
  assert.deepEqual([at(69.9), at(70.2)], ['between', 'between']);
});

test('an incomplete log, a departure and a second-hand number carry no verdict', () => {
  assert.equal(officialVerdict(input({ completed: false })).word, 'not comparable');
  const departing = officialVerdict(input({ deviations: ['the log has 960 epochs'] }));
  assert.equal(departing.word, 'not comparable');
  assert.match(departing.reason, /960 epochs/);
  const secondary = { value: 70, selection: 'best', sd: null, runsAveraged: null } as const;
  assert.equal(
    officialVerdict(input({ published: { ...secondary, trust: 'secondary' } })).word,
    'no reference',
  );
  assert.equal(officialVerdict(input({ published: null })).word, 'no reference');
});
