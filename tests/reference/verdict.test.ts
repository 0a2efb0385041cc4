import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RandomStream } from '../../common/random.ts';
import { telling } from '../../reference/verdict/figures.ts';
import { pooledSpread, sample } from '../../reference/verdict/sample.ts';
import { type PublishedNumber, verdict } from '../../reference/verdict/verdict.ts';

const published = (change: Partial<PublishedNumber> = {}): PublishedNumber => ({
  value: 75,
  selection: 'last',
  sd: null,
  // So many that the number is exact; what fewer do is tested below.
  runsAveraged: 1e9,
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
  // d = 0.2333, s = 0.30551, 80 % power: see the test of `compare`.
  assert.equal(result.moreSeeds, 10);
  assert.match(result.reason, /10 more seeds would decide with a power of 80 %/);
});

test('a difference on the edge of the margin is not decided by any number of seeds', () => {
  const result = verdict({ ...last(75.2, 75.8), published: published() });
  assert.equal(result.word, 'inconclusive');
  assert.equal(result.moreSeeds, null);
  assert.match(result.reason, /1000 seeds would not decide/);
});

test('one seed has no word, whatever the other cells scatter: its own scatter nobody knows', () => {
  const pooled = { last: { sd: 0.01, df: 40 } };
  for (const value of [70, 75, 80]) {
    const result = verdict({ ...last(value), published: published(), pooled });
    assert.equal(result.word, 'inconclusive');
    assert.equal(result.comparisons.last?.low, null);
    assert.equal(result.moreSeeds, 2);
  }
  const alone = verdict({ ...last(70), published: published() });
  assert.equal(alone.moreSeeds, 1);
  assert.match(alone.reason, /one seed alone says nothing about its scatter\.$/);
});

test('the pooled standard deviation serves while there are fewer than five seeds', () => {
  const pooled = { last: { sd: 0.2, df: 30 } };
  const three = verdict({ ...last(75, 75.2, 75.1), published: published(), pooled });
  assert.deepEqual(
    [three.comparisons.last?.spread?.sd, three.comparisons.last?.spread?.source],
    [0.2, 'pooled'],
  );
  const five = verdict({ ...last(75, 75.1, 75, 75.1, 75), published: published(), pooled });
  assert.equal(five.comparisons.last?.spread?.source, 'own');
});

test('a cell that scatters more than its table is judged by its own spread', () => {
  const wild = [76.4, 75.2, 75.9];
  const others = [
    [73.2, 73.31, 73.28],
    [74.9, 74.85, 74.95],
    [75.7, 75.75, 75.8],
    [71.0, 70.7, 70.9],
  ];
  const pooled = { last: pooledSpread([wild, ...others]) };
  const about = { ...last(...wild), published: published({ value: 76.11 }), pooled };
  const { word, comparisons } = verdict(about);
  assert.equal(word, 'inconclusive');
  assert.equal(comparisons.last?.spread?.source, 'own');
  // t.ppf(.95, 2) * np.std(x, ddof=1) / np.sqrt(3) = 1.0161 around 75.8333 - 76.11
  assert.ok(Math.abs((comparisons.last?.low ?? 0) + 1.29281) < 1e-4, `${comparisons.last?.low}`);
  assert.ok(Math.abs((comparisons.last?.high ?? 0) - 0.73947) < 1e-4, `${comparisons.last?.high}`);
});

test('a publication without a printed scatter has one imputed for its runs, and for one where it names none', () => {
  const seeds = last(75.1, 74.9, 75.0, 75.2, 75.05);
  const used = (runsAveraged: number | null) =>
    verdict({ ...seeds, published: published({ runsAveraged }) }).comparisons.last;
  const half = (runsAveraged: number | null) => {
    const { low, high } = used(runsAveraged) ?? {};
    return ((high ?? 0) - (low ?? 0)) / 2;
  };
  // t.ppf(.95, 4) * s * np.sqrt(1 / 5 + 1 / runs), s = 0.111803
  assert.ok(Math.abs(half(4) - 0.159888) < 1e-5, `${half(4)}`);
  assert.ok(Math.abs(half(1) - 0.261096) < 1e-5, `${half(1)}`);
  assert.equal(half(null), half(1));
  assert.equal(used(4)?.publishedError.source, 'imputed');
  assert.equal(
    verdict({ ...seeds, published: published({ sd: 0.1, runsAveraged: 4 }) }).comparisons.last
      ?.publishedError.source,
    'printed',
  );
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
  const single = width({ sd: 0.3, runsAveraged: null });
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

test('trials that finished without a value of the metric are no trials that have not finished', () => {
  const reason = 'the test pictures have no large object';
  const without = (trials: number, more: object = {}) =>
    verdict({
      ...last(),
      published: published(),
      notComparable: 'Smoke.',
      valueless: { trials, reason },
      ...more,
    });
  assert.deepEqual(
    [without(1), without(3, { registered: 3 }), without(2, { registered: 5 })].map(
      ({ word, reason: said }) => [word, said],
    ),
    [
      ['no value', `The trial has finished without a value of this metric: ${reason}.`],
      ['no value', `All 3 trials have finished, and none has a value of this metric: ${reason}.`],
      ['no value', `2 of 5 trials have finished, and none has a value of this metric: ${reason}.`],
    ],
  );
  assert.equal(
    without(2, { registered: 3, failures: 1 }).reason,
    `All 3 trials have finished; 1 diverged or failed, and none has a value of this metric: ${reason}.`,
  );
  assert.equal(
    without(2, { valueless: { trials: 2, reason: null } }).reason,
    'All 2 trials have finished, and none has a value of this metric.',
  );
  // Beside seeds that have one, no further seed is asked for.
  const some = verdict({
    ...last(75.1, 74.9),
    published: published(),
    registered: 3,
    valueless: { trials: 1, reason: null },
  });
  assert.deepEqual([some.word, some.moreSeeds], ['inconclusive', null]);
  assert.match(some.reason, /1 of the suite's 3 seeds finished without a value of this metric/);
});

test('a cell with diverged seeds is not reproduced by the rest', () => {
  const result = verdict({ ...last(75.1, 74.9, 75.0, 75.2), published: published(), failures: 1 });
  assert.equal(result.word, 'inconclusive');
  assert.match(result.reason, /1 trial of this cell diverged or failed.*may be the lucky ones/);
  // Nor are they below or above by it.
  for (const value of [70, 80]) {
    const seeds = last(value, value + 0.1, value - 0.1);
    assert.equal(
      verdict({ ...seeds, published: published(), failures: 1 }).word,
      'inconclusive',
      `${value}`,
    );
  }
});

test('two identical seeds and seeds at chance level carry no word', () => {
  const twins = verdict({ ...last(70, 70.1, 70), published: published() });
  assert.equal(twins.word, 'inconclusive');
  assert.match(twins.reason, /two seeds of this cell agree to the last digit/);
  // Best epochs alone may agree by chance.
  const measured = { last: [70, 70.1, 70.2], best: [70.5, 70.5, 70.6] };
  assert.equal(verdict({ measured, margin, published: published() }).word, 'below');
  const chance = { published: published(), chance: 1 };
  assert.equal(verdict({ ...last(1, 1.02, 0.99), ...chance }).word, 'failed');
  assert.equal(verdict({ ...last(75, 75.1, 1), ...chance }).word, 'inconclusive');
  assert.equal(
    verdict({ ...last(1, 1.02, 0.99), ...chance, notComparable: 'Proxy.' }).word,
    'not comparable',
  );
});

test('there is no word before the last registered seed', () => {
  const seeds = last(75.1, 74.9, 75.0);
  const early = verdict({ ...seeds, published: published(), registered: 5 });
  assert.deepEqual([early.word, early.moreSeeds], ['inconclusive', 2]);
  assert.match(early.reason, /2 of the suite's 5 seeds are missing/);
  assert.equal(verdict({ ...seeds, published: published(), registered: 3 }).word, 'reproduced');
});

test('students of several teachers are judged by what teachers scatter', () => {
  // Seeds of one teacher agree, teachers do not: 74.6, 75.0, 75.4 with a standard deviation of 0.4.
  const values = [74.6, 75.0, 75.4, 74.62, 75.02, 75.42];
  const teachers = ['a', 'b', 'c', 'a', 'b', 'c'];
  const { word, comparisons, reason } = verdict({
    ...last(...values),
    teachers,
    published: published(),
  });
  assert.equal(word, 'inconclusive');
  assert.equal(comparisons.last?.n, 3);
  assert.ok(Math.abs((comparisons.last?.sd ?? 0) - 0.4) < 1e-9);
  assert.match(reason, /the means of 3 teachers' students/);
  // The publication had one of such teachers, however many runs it averages: 0.4 * sqrt(1 / 3 + 1)
  // * t.ppf(.95, 2) = 1.3487
  assert.ok(Math.abs((comparisons.last?.high ?? 0) - 1.3587) < 1e-3, `${comparisons.last?.high}`);
  assert.equal(
    verdict({ ...last(...values), teachers: values.map(() => 'a'), published: published() })
      .comparisons.last?.n,
    6,
  );
});

test('no minus zero, and digits that keep the word', () => {
  const zero = verdict({ ...last(74.99, 75.0, 74.998), published: published() });
  assert.match(zero.reason, /last: \+0\.00 over 3 seeds/);
  assert.deepEqual(
    [telling(-0.4998, 0.5), telling(-0.5002, 0.5), telling(-0.5, 0.5), telling(0.31, 0.5)],
    ['-0.4998', '-0.5002', '-0.50', '+0.31'],
  );
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

/**
 * Share of 2,000 simulated cells (three seeds, sd 0.2, six further cells to pool over) that get
 * each word.
 */
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
