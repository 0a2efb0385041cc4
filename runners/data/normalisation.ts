import type { Normalisation, PictureSet } from './types.ts';

/** What mdistiller and the repositories built on it use for CIFAR-100. */
export const cifar100Normalisation: Normalisation = {
  mean: [0.5071, 0.4867, 0.4408],
  std: [0.2675, 0.2565, 0.2761],
  source:
    'megvii-research/mdistiller@a08d46f10d61 mdistiller/dataset/cifar100.py (also RepDistiller, CTKD, LSKD, SDD)',
};

/**
 * Channel statistics over every pixel of a split, to four decimals as such constants are published. Sums are of
 * integers and exact, so the result does not depend on any order.
 */
export function measureNormalisation(set: PictureSet, source: string): Normalisation {
  const counts = [0, 1, 2].map(() => new Float64Array(256));
  for (let offset = 0; offset < set.pixels.length; offset += 3) {
    for (let channel = 0; channel < 3; channel += 1) {
      const histogram = counts[channel] as Float64Array;
      const byte = set.pixels[offset + channel] as number;
      histogram[byte] = (histogram[byte] as number) + 1;
    }
  }
  const pixels = set.count * set.height * set.width;
  const statistics = counts.map((histogram) => {
    const sum = histogram.reduce((total, count, byte) => total + count * byte, 0);
    const squares = histogram.reduce((total, count, byte) => total + count * byte * byte, 0);
    const mean = sum / pixels;
    return { mean: mean / 255, std: Math.sqrt(squares / pixels - mean * mean) / 255 };
  });
  const rounded = (name: 'mean' | 'std') =>
    statistics.map((channel) => Math.max(1, Math.round(channel[name] * 1e4)) / 1e4) as [
      number,
      number,
      number,
    ];
  return { mean: rounded('mean'), std: rounded('std'), source };
}
