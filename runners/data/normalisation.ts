import { UsageError } from '../../common/errors.ts';
import { nearest } from '../../common/nearest.ts';
import { imagenetNormalisation } from './dense/normalise.ts';
import type { Normalisation, PictureSet } from './types.ts';

/** What RepDistiller, mdistiller and the repositories built on them use for CIFAR-100. */
export const cifar100Normalisation: Normalisation = {
  mean: [0.5071, 0.4867, 0.4408],
  std: [0.2675, 0.2565, 0.2761],
  source:
    'HobbitLong/RepDistiller@107dbfc98264 dataset/cifar100.py; megvii-research/mdistiller@a08d46f10d61 mdistiller/dataset/cifar100.py (also CTKD, LSKD, SDD)',
};

/** Blue, green and red on the scale of bytes, less their means and not divided. */
function bgrBytesLess(
  [blue, green, red]: readonly [number, number, number],
  source: string,
): Normalisation {
  return {
    order: 'bgr',
    mean: [blue / 255, green / 255, red / 255],
    std: [1 / 255, 1 / 255, 1 / 255],
    source,
  };
}

/**
 * Normalisations that a recipe or a checkpoint can name. Their numbers are fixed: other numbers
 * need another name.
 */
export const namedNormalisations = {
  'cifar100-repdistiller': cifar100Normalisation,
  'cifar100-measured': {
    mean: [0.5071, 0.4865, 0.4409],
    std: [0.2673, 0.2564, 0.2762],
    source:
      'mean and standard deviation over all pixels of the 50,000 training pictures of CIFAR-100; Hao840/OFAKD@f7bb896cac98 train.py has the same numbers',
  },
  'cifar100-reviewkd': {
    mean: [125.3 / 255, 123.0 / 255, 113.9 / 255],
    std: [63.0 / 255, 62.1 / 255, 66.7 / 255],
    source: 'dvlab-research/ReviewKD@49015fb08963 CIFAR-100/train.py (normalize)',
  },
  imagenet: imagenetNormalisation,
  'caffe-bgr': bgrBytesLess(
    [103.53, 116.28, 123.675],
    'yzd-v/FGD@c03a6cf configs/fcos/fcos_center-normbbox-giou_r50_caffe_fpn_gn-head_mstrain_1x_coco.py (img_norm_cfg)',
  ),
  'detectron-bgr': bgrBytesLess(
    [102.9801, 115.9465, 122.7717],
    'open-mmlab/mmdetection v3.3.0 configs/fcos/fcos_r50-caffe_fpn_gn-head_1x_coco.py (data_preprocessor)',
  ),
  'torchdistiller-bgr': bgrBytesLess(
    [104.00698793, 116.66876762, 122.67891434],
    'irfanICMLL/TorchDistiller@78bac7cbe506 SemSeg-distill/dataset/datasets.py',
  ),
} as const satisfies Readonly<Record<string, Normalisation>>;

/**
 * A normalisation by its name.
 *
 * @throws UsageError `NORMALISATION_UNKNOWN` with the nearest name
 */
export function normalisationNamed(name: string): Normalisation {
  if (Object.hasOwn(namedNormalisations, name)) {
    return namedNormalisations[name as keyof typeof namedNormalisations];
  }
  const names = Object.keys(namedNormalisations);
  const near = nearest(name, names);
  throw new UsageError(
    'NORMALISATION_UNKNOWN',
    `There is no normalisation "${name}".${near === undefined ? '' : ` Did you mean "${near}"?`}`,
    { hint: `Known: ${names.join(', ')}.` },
  );
}

/**
 * That of a recipe, or of the data set where the recipe names none.
 *
 * @throws UsageError `NORMALISATION_UNKNOWN`
 */
export function normalisationOf(
  { normalisation }: { readonly normalisation?: string },
  data: { readonly normalisation: Normalisation },
): Normalisation {
  return normalisation === undefined ? data.normalisation : normalisationNamed(normalisation);
}

/** The names of those whose channels are blue, green, red. */
export const bgrNormalisations: readonly string[] = Object.entries<Normalisation>(
  namedNormalisations,
).flatMap(([name, { order }]) => (order === 'bgr' ? [name] : []));

/**
 * What turns pictures in one normalisation into another one, channel by channel: `x * scale +
 * shift`.
 */
export interface NormalisationChange {
  readonly scale: readonly number[];
  readonly shift: readonly number[];
}

/** Null where both are equal. */
export function changeOfNormalisation(
  from: ChannelStatistics,
  to: ChannelStatistics,
): NormalisationChange | null {
  const equal = [0, 1, 2].every(
    (channel) => from.mean[channel] === to.mean[channel] && from.std[channel] === to.std[channel],
  );
  if (equal) return null;
  return {
    scale: from.std.map((std, channel) => std / (to.std[channel] as number)),
    shift: from.mean.map(
      (mean, channel) => (mean - (to.mean[channel] as number)) / (to.std[channel] as number),
    ),
  };
}

/** Mean and standard deviation of red, green and blue, in [0, 1] units. */
export type ChannelStatistics = Pick<Normalisation, 'mean' | 'std'>;

/**
 * Channel statistics over every pixel of a split, to four decimals as such constants are published.
 * Sums are of integers and exact, so the result does not depend on any order.
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
