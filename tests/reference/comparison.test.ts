import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ComparisonInput, compare } from '../../reference/verdict/comparison.ts';
import { bartlett, fUpperTail } from '../../reference/verdict/homogeneity.ts';
import { pairedDifference } from '../../reference/verdict/paired.ts';
import { pooledSpread } from '../../reference/verdict/sample.ts';

// Every figure is from SciPy 1.17.1 or statsmodels 0.15.0; the call stands above it. x, y and z are
// the seeds of each test.
const input = (
  measured: readonly number[],
  change: Partial<ComparisonInput> = {},
): ComparisonInput => ({
  measured,
  published: 75,
  publishedError: 0,
  publishedDf: Infinity,
  margin: 0.5,
  pooled: null,
  ...change,
});

function near(actual: number | null | undefined, expected: number): void {
  const error = Math.abs((actual ?? Number.NaN) - expected) / Math.abs(expected);
  assert.ok(error < 1e-10, `${actual} instead of ${expected}`);
}

test('three seeds with their own spread', () => {
  const { low, high, p } = compare(input([74.9, 75.5, 75.3]));
  // t.interval(0.9, 2, loc=np.mean(x) - 75, scale=sem(x))
  near(low, -0.28170371183403153);
  near(high, 0.7483703785006997);
  // DescrStatsW(np.array(x) - 75).ttost_mean(-0.5, 0.5)[0]
  near(p?.reproduced, 0.13485162832988798);
  // ttest_1samp(x, 74.5, alternative='less').pvalue, ttest_1samp(x, 75.5,
  // alternative='greater').pvalue
  near(p?.below, 0.9733646312031293);
  near(p?.above, 0.865148371670112);
});

test('five seeds below the margin', () => {
  const { word, p } = compare(input([73.9, 74.25, 74.1, 74.4, 74.0]));
  assert.equal(word, 'below');
  // ttest_1samp(y, 74.5, alternative='less').pvalue, ttest_1samp(y, 75.5,
  // alternative='greater').pvalue
  near(p?.below, 0.007056430226837504);
  near(p?.above, 0.9999483103118524);
  // max(ttest_1samp(y, 74.5, alternative='greater').pvalue, ttest_1samp(y, 75.5,
  // alternative='less').pvalue)
  near(p?.reproduced, 0.9929435697731624);
});

test('a publication that states its standard deviation over four runs: Welch', () => {
  const { low, high, p } = compare(
    input([75.1, 74.9, 75.0, 75.2, 75.05], { publishedError: 0.3 / 2, publishedDf: 3 }),
  );
  // ttest_ind_from_stats(np.mean(z), np.std(z, ddof=1), 5, 74.5, 0.3, 4, equal_var=False,
  // alternative='less').pvalue, and so on
  near(p?.below, 0.985422294260694);
  near(p?.above, 0.9742339846793521);
  near(p?.reproduced, 0.025766015320647886);
  // df = (v1 + v2)**2 / (v1**2 / 4 + v2**2 / 3), 3.6697; t.ppf(.95, df) * np.sqrt(v1 + v2)
  near(((high as number) - (low as number)) / 2, 0.3459827134859067);
});

test('a pooled standard deviation brings its own degrees of freedom', () => {
  const { low, p } = compare(input([75, 75, 75], { pooled: { sd: 0.2, df: 30 } }));
  // t.ppf(.95, 30) * .2 / np.sqrt(3); t.sf(.5 / (.2 / np.sqrt(3)), 30)
  near(low, -0.19598280595200882);
  near(p?.reproduced, 7.652434712659716e-5);
  // np.sqrt(statsmodels.api.OLS(Y, X).fit().mse_resid) with a column of X per cell
  const cells = [
    [75.1, 75.3, 74.8],
    [70.2, 70.9],
    [68.0, 68.4, 68.1, 67.7],
  ];
  near(pooledSpread(cells)?.sd, 0.3218867985971336);
  assert.equal(pooledSpread(cells)?.df, 6);
});

test('p-values and intervals say the same, also for seeds that agree to the last digit', () => {
  for (let step = -20; step <= 20; step += 1) {
    for (const scatter of [0, 0.05, 0.3]) {
      const seeds = [-1, 0.5, 0.5].map((part) => 75 + step / 16 + part * scatter);
      const { word, p } = compare(input(seeds));
      const sure = (value: number | null | undefined) => (value as number) < 0.05;
      assert.equal(word === 'below', sure(p?.below), `${step} ${scatter}`);
      assert.equal(word === 'above', sure(p?.above), `${step} ${scatter}`);
      assert.equal(word === 'reproduced', sure(p?.reproduced), `${step} ${scatter}`);
    }
  }
  assert.equal(compare(input([75], { pooled: { sd: 0.1, df: 9 } })).p, null);
  assert.equal(compare(input([75])).p, null);
});

test('the seeds that would decide have a power of 80 %, and one less has not', () => {
  // next(n for n in range(2, 1000) if t.cdf((.5 - d - w(n)) / (s / n**.5), n - 1) + t.cdf((.5 + d -
  // w(n)) / (s / n**.5), n - 1) - 1 >= .8) with w(n) = t.ppf(.95, n - 1) * s / n**.5
  assert.equal(compare(input([74.9, 75.5, 75.3])).moreSeeds, 10);
  assert.equal(compare(input([75.15, 75.45, 75.75])).moreSeeds, 225);
  // With a published error of few runs the interval may widen again, and may stay too wide for
  // ever.
  for (const publishedError of [0.05, 0.1, 0.15, 0.2, 0.3]) {
    const given = input([75.1, 74.7, 75.0], { publishedError, publishedDf: 3 });
    const found = compare(given).moreSeeds;
    if (found === null) continue;
    assert.ok(found > 0 && found < 50, `${publishedError}: ${found}`);
  }
});

test('a pool that the cell is too wild for is left, one that it is calm beside is kept', () => {
  // f.sf(3.88529383, 2, 12), f.sf(2.2, 3, 17)
  near(fUpperTail(3.88529383, 2, 12), 0.0500000001411914);
  near(fUpperTail(2.2, 3, 17), 0.1253909381986826);
  // bartlett([75.1, 75.3, 74.8], [70.2, 70.9], [68.0, 68.4, 68.1, 67.7])
  const test = bartlett([[75.1, 75.3, 74.8], [70.2, 70.9], [68.0, 68.4, 68.1, 67.7], [1]]);
  near(test?.statistic, 0.6082746104180562);
  near(test?.p, 0.7377595612651136);
  assert.equal(bartlett([[1, 2], [3]]), null);
  const calm = compare(input([75, 75.01, 75.02], { pooled: { sd: 0.2, df: 14 } }));
  assert.equal(calm.spread?.source, 'pooled');
});

test('paired differences agree with SciPy', () => {
  const seeds = (values: readonly number[]) =>
    new Map(values.map((value, index) => [index, value]));
  const result = pairedDifference(
    seeds([76.1, 76.4, 75.9, 76.6]),
    seeds([75.8, 75.7, 75.95, 76.0]),
  );
  // ttest_rel(a, b).confidence_interval(0.9)
  near(result?.low, -0.009720862588816992);
  near(result?.high, 0.7847208625888153);
  // permutation_test((a - b,), np.mean, permutation_type='samples', n_resamples=np.inf).pvalue
  assert.equal(result?.p, 0.25);
  const seven = [0.31, -0.12, 0.44, 0.05, 0.27, -0.03, 0.18];
  assert.equal(pairedDifference(seeds(seven), seeds(seven.map(() => 0)))?.p, 0.09375);
});
