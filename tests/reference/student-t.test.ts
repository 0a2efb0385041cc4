import assert from 'node:assert/strict';
import { test } from 'node:test';
import { studentTCdf, studentTQuantile } from '../../reference/verdict/student-t.ts';

// SciPy 1.17.1: [repr(float(t.ppf(q, df))) for q in (.95, .975, .995)]
const quantiles: readonly (readonly [number, number, number, number])[] = [
  [1, 6.313751514675037, 12.706204736174694, 63.656741162871526],
  [2, 2.9199855803537242, 4.302652729749462, 9.924843200918287],
  [2.5, 2.5582186141359355, 3.5746548420036817, 7.163728138948783],
  [3, 2.3533634348018233, 3.1824463052837078, 5.840909309733355],
  [4, 2.1318467863266495, 2.7764451051977934, 4.604094871349992],
  [9, 1.833112932656237, 2.262157162798205, 3.249835541592126],
  [29, 1.6991270265334972, 2.045229642132703, 2.756385903670605],
  [1000, 1.6463788172854643, 1.9623390808264083, 2.580754698065951],
];

// SciPy 1.17.1: repr(float(t.cdf(x, df)))
const probabilities: readonly (readonly [number, number, number])[] = [
  [0.5, 1, 0.6475836176504333],
  [-1, 2, 0.2113248654051871],
  [2, 3, 0.9303370157205785],
  [2.5, 7.5, 0.9805898708631873],
  [-6, 4, 0.0019412685234802554],
  [12, 30, 0.999999999999721],
  [0.001, 5, 0.5003796066139012],
  [1.96, 1e6, 0.9750019662073651],
];

function near(actual: number, expected: number, relative: number): void {
  const error = Math.abs(actual - expected) / Math.abs(expected);
  assert.ok(error < relative, `${actual} instead of ${expected}: relative error ${error}`);
}

test('quantiles agree with SciPy', () => {
  for (const [df, ...expected] of quantiles) {
    [0.95, 0.975, 0.995].forEach((probability, index) => {
      near(studentTQuantile(probability, df), expected[index] as number, 1e-11);
      near(studentTQuantile(1 - probability, df), -(expected[index] as number), 1e-11);
    });
  }
});

test('probabilities agree with SciPy', () => {
  for (const [x, df, expected] of probabilities) near(studentTCdf(x, df), expected, 2e-11);
});

test('infinitely many degrees of freedom are the normal distribution', () => {
  // SciPy 1.17.1: repr(float(norm.ppf(q))) for q in (.95, .975, .6)
  near(studentTQuantile(0.95, Number.POSITIVE_INFINITY), 1.6448536269514722, 1e-12);
  near(studentTQuantile(0.975, Number.POSITIVE_INFINITY), 1.959963984540054, 1e-12);
  near(studentTQuantile(0.6, Number.POSITIVE_INFINITY), 0.2533471031357997, 1e-12);
});

test('the quantile inverts the distribution function', () => {
  for (const df of [1, 1.7, 4, 60]) {
    for (const probability of [0.001, 0.2, 0.5, 0.9]) {
      near(studentTCdf(studentTQuantile(probability, df), df), probability, 1e-12);
    }
  }
});

test('arguments outside the distribution are refused', () => {
  assert.throws(() => studentTQuantile(1, 4), RangeError);
  assert.throws(() => studentTQuantile(0.5, 0), RangeError);
  assert.throws(() => studentTCdf(1, Number.NaN), RangeError);
});
