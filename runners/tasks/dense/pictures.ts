import { evaluationName } from '../../../contract/evaluation-artefact.ts';
import type { MetricValue } from '../../../contract/journal-types.ts';
import type { Scale, Size } from '../../data/dense/geometry.ts';
import type { DenseLoaderOptions } from '../../data/dense/loader.ts';
import type { DenseData, DensePicture } from '../../data/dense/types.ts';
import type { Evaluation } from '../types.ts';

/**
 * Bounds that leave all pictures as they are, where they have one size; else those of the largest.
 */
export function largestPicture({ train, test }: Pick<DenseData, 'train' | 'test'>): Scale {
  const pictures = [...train.pictures, ...test.pictures];
  const most = (side: (picture: DensePicture) => number) =>
    pictures.reduce((found, picture) => Math.max(found, side(picture)), 1);
  return [
    most(({ height, width }) => Math.max(height, width)),
    most(({ height, width }) => Math.min(height, width)),
  ];
}

/** How the test pictures are read: in order, as they are. */
export function testOptions(
  { test }: DenseData,
  normalisation: DenseLoaderOptions['normalisation'],
  scale: Scale,
  { sizes, batchSize }: { readonly sizes: readonly Size[]; readonly batchSize: number },
): DenseLoaderOptions {
  return {
    split: test,
    seed: null,
    batchSize,
    dropLast: false,
    flip: false,
    crop: null,
    scales: [scale],
    buckets: sizes,
    normalisation,
    withoutEmpty: false,
  };
}

/** An evaluation of a student, with the file that the last one leaves. */
export async function evaluated(
  metrics: readonly MetricValue[],
  last: boolean,
  artefact: () => Promise<string>,
): Promise<Evaluation> {
  return last ? { metrics, files: { [evaluationName]: await artefact() } } : { metrics };
}
