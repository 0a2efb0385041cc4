import { codeUrl } from '../../../../common/installation.mjs';
import type { DenseBatch, Targets } from '../../../data/dense/batch.ts';
import type { TargetModule } from '../../../data/dense/target-maker.ts';
import { gridsBySize, type Truth } from '../../geometry/anchor-targets.ts';
import { inFloats, wholeBatch } from '../../geometry/whole-batch.ts';
import { retinaAnchors } from './anchors.ts';
import { retinaTargets } from './targets.ts';

/** What the target maker needs; the same shape of anchors as the network's head. */
export interface RetinaMakerOptions {
  readonly [name: string]: number | readonly number[];
  readonly classes: number;
  readonly batchSize: number;
  readonly strides: readonly number[];
  readonly octaveBaseScale: number;
}

/** For `DenseLoaderOptions.targets`: RetinaNet's targets, made in the loader's thread. */
export function retinaMaker(options: RetinaMakerOptions): TargetModule {
  return { module: codeUrl(new URL('./maker.ts', import.meta.url)).href, options };
}

/**
 * Makes the inputs `labels`, `labelWeights`, `boxTargets`, `boxWeights` and `normaliser` of
 * `RetinaTargets`. Slots without a picture weigh nothing.
 */
export function createTargetMaker(options: RetinaMakerOptions): (batch: DenseBatch) => Targets {
  const { classes, batchSize } = options;
  const gridOf = gridsBySize(retinaAnchors(options));
  return (batch) => {
    const truths = batch.pictures as readonly Truth[];
    const { normaliser, ...made } = retinaTargets(gridOf(batch), truths, classes);
    return {
      ...wholeBatch(inFloats(made, 'labels'), batch.size, batchSize, { labels: classes }),
      normaliser,
    };
  };
}
