import type { Normalisation, PictureSet } from './types.ts';

/** What mdistiller and the repositories built on it use for CIFAR-100. */
export const cifar100Normalisation: Normalisation = {
  mean: [0.5071, 0.4867, 0.4408],
  std: [0.2675, 0.2565, 0.2761],
  source:
    'megvii-research/mdistiller@a08d46f10d61 mdistiller/dataset/cifar100.py (also RepDistiller, CTKD, LSKD, SDD)',
};

/** Mean and standard deviation of red, green and blue, in [0, 1] units. */
export type ChannelStatistics = Pick<Normalisation, 'mean' | 'std'>;

/**
 * Channel statistics over every pixel of a split, to four decimals as such constants are published. Sums are of
 * integers and exact, so the result does not depend on any order.
 */
export function measureChannels(set: PictureSet): ChannelStatistics {
  const { pixels } = set;
  const counts = new Float64Array(3 * 256);
  for (let offset = 0; offset < pixels.length; offset += 3) {
    for (let channel = 0; channel < 3; channel += 1) {
      const bin = channel * 256 + (pixels[offset + channel] as number);
      counts[bin] = (counts[bin] as number) + 1;
    }
  }
  const count = pixels.length / 3;
  const statistics = [0, 1, 2].map((channel) => {
    const histogram = counts.subarray(channel * 256, channel * 256 + 256);
    const sum = histogram.reduce((total, times, byte) => total + times * byte, 0);
    const squares = histogram.reduce((total, times, byte) => total + times * byte * byte, 0);
    const mean = sum / count;
    return { mean: mean / 255, std: Math.sqrt(squares / count - mean * mean) / 255 };
  });
  // One colour throughout has no spread, and dividing by it must not give infinity.
  const rounded = (name: 'mean' | 'std') =>
    statistics.map((channel) => Math.max(1, Math.round(channel[name] * 1e4)) / 1e4) as [
      number,
      number,
      number,
    ];
  return { mean: rounded('mean'), std: rounded('std') };
}
