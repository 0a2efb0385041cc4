/** The complementary error function in 64 bits, for z of at least 0. */
function erfc(z: number): number {
  if (z < 2) {
    let [term, sum] = [z, z];
    for (let n = 1; Math.abs(term) > 1e-18 * sum; n += 1) {
      term *= (-z * z) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  // The continued fraction, from its end.
  let rest = 0;
  for (let n = 200; n > 0; n -= 1) rest = n / 2 / (z + rest);
  return Math.exp(-z * z) / Math.sqrt(Math.PI) / (z + rest);
}

/** Distribution function of the standard normal distribution, in 64 bits. */
export function distribution(x: number): number {
  return x < 0 ? erfc(-x * Math.SQRT1_2) / 2 : 1 - erfc(x * Math.SQRT1_2) / 2;
}

/** Density of the standard normal distribution, in 64 bits. */
export function density(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** The distance of two floats of 32 bits around a value, or that of the smallest normal ones. */
export function unitOf(value: number): number {
  return 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(value)))) - 23);
}
