import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RandomStream } from '../../common/random.ts';
import { pooledSpread, sample } from '../../reference/verdict/sample.ts';
import { type PublishedNumber, verdict } from '../../reference/verdict/verdict.ts';

const published = (change: Partial<PublishedNumber> = {}): PublishedNumber => ({
  value: 75,
  selection: 'last',
  sd: null,
  runsAveraged: null,
  trust: 'primary',
  ...change,
});
const margin = 0.5;
const last = (...values: number[]) => ({ measured: { last: values, best: values }, margin });

test('an interval inside the margin is reproduced, with the numbers behind the word', () => {
  const result = verdict({ ...last(75.1, 74.9, 75.0, 75.2, 75.05), published: published() });
  assert.equal(result.word, 'reproduced');
  const comparison = result.comparisons.last;
  // mean 75.05, sd 0.11180; 2.1318 * 0.1118 / sqrt(5) = 0.10659
  assert.ok(Math.abs((comparison?.low ?? 0) - (0.05 - 0.106592)) < 1e-5);
  assert.ok(Math.abs((comparison?.high ?? 0) - (0.05 + 0.106592)) < 1e-5);
  assert.match(result.reason, /last: \+0\.05 over 5 seeds, 90 % interval -0\.06 to \+0\.16/);
});

test('an interval wholly outside the margin is below or above', () => {
  assert.equal(verdict({ ...last(73.9, 74.1, 74.0), published: published() }).word, 'below');
  assert.equal(verdict({ ...last(76.1, 76.0, 76.2), published: published() }).word, 'above');
});

test('an interval across the margin is inconclusive and says how many more seeds would decide', () => {
  const result = verdict({ ...last(74.9, 75.5, 75.3), published: published() });
  assert.equal(result.word, 'inconclusive');
  // d = 0.2333, s = 0.30551: t(.95, n-1) * s / sqrt(n) < 0.2667 first holds for n = 6.
  assert.equal(result.moreSeeds, 3);
  assert.match(result.reason, /3 more seeds would decide/);
});

test('a difference on the edge of the margin is not decided by any number of seeds', () => {
  const result = verdict({ ...last(75.2, 75.8), published: published() });
  assert.equal(result.word, 'inconclusive');
  assert.equal(result.moreSeeds, null);
  assert.match(result.reason, /1000 seeds would not decide/);
});

test('one seed is never reproduced, even with a pooled standard deviation', () => {
  const pooled = { last: { sd: 0.01, df: 40 } };
  const result = verdict({ ...last(75), published: published(), pooled });
  assert.equal(result.word, 'inconclusive');
  assert.equal(result.moreSeeds, 1);
  assert.equal(verdict({ ...last(70), published: published(), pooled }).word, 'below');
  assert.match(
    verdict({ ...last(70), published: published() }).reason,
    /one seed alone says nothing about its scatter/,
  );
});

test('the pooled standard deviation serves while there are fewer than five seeds', () => {
  const pooled = { last: { sd: 0.2, df: 30 } };
  const three = verdict({ ...last(75, 75, 75), published: published(), pooled }).comparisons.last;
  assert.deepEqual(three?.spread, { sd: 0.2, source: 'pooled' });
  const five = verdict({ ...last(75, 75.1, 75, 75.1, 75), published: published(), pooled });
  assert.equal(five.comparisons.last?.spread?.source, 'own');
});

test('a known error of the publication widens the interval', () => {
  const seeds = last(75.1, 74.9, 75.0, 75.2, 75.05);
  const width = (change: Partial<PublishedNumber>) => {
    const { low, high } =
      verdict({ ...seeds, published: published(change) }).comparisons.last ?? {};
    return (high ?? 0) - (low ?? 0);
  };
  const alone = width({});
  const averaged = width({ sd: 0.3, runsAveraged: 4 });
  const single = width({ sd: 0.3 });
  assert.ok(alone < averaged && averaged < single, `${alone} ${averaged} ${single}`);
});

test('like is compared with like: the published rule picks the measured numbers', () => {
  const measured = { best: [75.0, 75.1, 75.05], last: [73.0, 73.1, 73.05] };
  assert.equal(
    verdict({ measured, margin, published: published({ selection: 'best' }) }).word,
    'reproduced',
  );
  assert.equal(
    verdict({ measured, margin, published: published({ selection: 'last' }) }).word,
    'below',
  );
});

test('where the publication does not state its rule, only what both rules say stands', () => {
  const unknown = published({ selection: 'unknown' });
  const split = { best: [75.0, 75.1, 75.05], last: [73.0, 73.1, 73.05] };
  const disagree = verdict({ measured: split, margin, published: unknown });
  assert.equal(disagree.word, 'inconclusive');
  assert.equal(disagree.moreSeeds, null);
  assert.match(disagree.reason, /the two rules disagree: best: \+0\.05.*last: -1\.95/);
  const close = { best: [75.0, 75.1, 75.05], last: [74.9, 75.0, 74.95] };
  assert.equal(verdict({ measured: close, margin, published: unknown }).word, 'reproduced');
});

test('words that need no comparison', () => {
  const seeds = last(75, 75.1, 75.05);
  assert.equal(
    verdict({ ...seeds, published: null, noReference: 'nobody printed it' }).word,
    'no reference',
  );
  assert.equal(
    verdict({ ...seeds, published: published(), notComparable: 'Proxy.' }).word,
    'not comparable',
  );
  assert.equal(
    verdict({ ...seeds, published: published({ trust: 'secondary' }) }).word,
    'no reference',
  );
  assert.equal(
    verdict({ ...last(), published: published(), notRun: 'the network vgg8 is not implemented' })
      .reason,
    'the network vgg8 is not implemented',
  );
  assert.equal(verdict({ ...last(), published: published() }).word, 'not run');
  assert.equal(verdict({ ...last(), published: published(), failures: 2 }).word, 'failed');
  const rule = published({ selection: 'mean-last-k' });
  assert.equal(verdict({ ...seeds, published: rule }).word, 'not comparable');
});

test('a cell with diverged seeds is not reproduced by the rest', () => {
  const result = verdict({ ...last(75.1, 74.9, 75.0, 75.2), published: published(), failures: 1 });
  assert.equal(result.word, 'inconclusive');
  assert.match(result.reason, /may be the lucky ones/);
});

test('values that are not finite and margins that are not positive are refused', () => {
  assert.throws(() => verdict({ ...last(75, Number.NaN), published: published() }), RangeError);
  assert.throws(() => verdict({ ...last(75, 75), published: published(), margin: 0 }), RangeError);
});

test('the pooled standard deviation weighs cells by their degrees of freedom', () => {
  // cells {1, 3} (variance 2, 1 df) and {0, 1, 2} (variance 1, 2 df): (2 + 2) / 3
  const pooled = pooledSpread([[1, 3], [0, 1, 2], [9]]);
  assert.equal(pooled?.df, 3);
  assert.ok(Math.abs((pooled?.sd ?? 0) - Math.sqrt(4 / 3)) < 1e-12);
  assert.equal(pooledSpread([[1], [2]]), null);
  assert.equal(sample([4]).sd, null);
});

/** Share of 2,000 simulated cells (three seeds, sd 0.2, six further cells to pool over) that get each word. */
function rates(trueDifference: number, name: string): Record<string, number> {
  const stream = RandomStream.named(1, `verdict-simulation/${name}`);
  const runs = 2000;
  const counts: Record<string, number> = {};
  const draw = (centre: number) => Array.from({ length: 3 }, () => centre + 0.2 * stream.normal());
  for (let run = 0; run < runs; run += 1) {
    const seeds = draw(75 + trueDifference);
    const others = Array.from({ length: 6 }, () => draw(70));
    const pooled = { last: pooledSpread([seeds, ...others]) };
    const { word } = verdict({ measured: { last: seeds }, margin, published: published(), pooled });
    counts[word] = (counts[word] ?? 0) + 1 / runs;
  }
  return counts;
}

test('false words are as rare as promised (fixed seeds; 5 % plus four standard errors of the simulation)', () => {
  const limit = 0.05 + 4 * Math.sqrt((0.05 * 0.95) / 2000);
  const onEdge = rates(-margin, 'edge');
  assert.ok((onEdge['reproduced'] ?? 0) < limit, `false reproduced: ${onEdge['reproduced']}`);
  assert.ok((onEdge['below'] ?? 0) < limit, `false below: ${onEdge['below']}`);
  // The test has its nominal size on the edge: it does not buy safety with silence.
  assert.ok((onEdge['reproduced'] ?? 0) > 0.03, `reproduced on the edge: ${onEdge['reproduced']}`);
  const equal = rates(0, 'equal');
  assert.ok((equal['reproduced'] ?? 0) > 0.9, `true reproduced: ${equal['reproduced']}`);
  assert.equal(equal['below'] ?? 0, 0);
});
