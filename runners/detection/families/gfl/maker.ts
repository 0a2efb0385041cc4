import { codeUrl } from '../../../../common/installation.mjs';
import type { DenseBatch, Targets } from '../../../data/dense/batch.ts';
import type { TargetModule } from '../../../data/dense/target-maker.ts';
import { gridsBySize, type Truth } from '../../geometry/anchor-targets.ts';
import { inFloats, wholeBatch } from '../../geometry/whole-batch.ts';
import { gflAnchors } from './anchors.ts';
import { gflTargets } from './targets.ts';

/** What the target maker needs. */
export interface GflMakerOptions {
  readonly [name: string]: number;
  readonly classes: number;
  readonly batchSize: number;
}

/** For `DenseLoaderOptions.targets`: GFL's targets, made in the loader's thread. */
export function gflMaker(options: GflMakerOptions): TargetModule {
  return { module: codeUrl(new URL('./maker.ts', import.meta.url)).href, options };
}

/** Makes the inputs of `GflTargets`. Slots without a picture weigh nothing. */
export function createTargetMaker({
  classes,
  batchSize,
}: GflMakerOptions): (batch: DenseBatch) => Targets {
  const gridOf = gridsBySize(gflAnchors);
  return (batch) => {
    const truths = batch.pictures as readonly Truth[];
    const { normaliser, ...made } = gflTargets(gridOf(batch), truths, classes);
    return {
      ...wholeBatch(inFloats(made, 'labels'), batch.size, batchSize, { labels: classes }),
      normaliser,
    };
  };
}
