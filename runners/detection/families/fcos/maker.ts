import { codeUrl } from '../../../../common/installation.mjs';
import type { DenseBatch, Targets } from '../../../data/dense/batch.ts';
import type { TargetModule } from '../../../data/dense/target-maker.ts';
import { gridsBySize, type Truth } from '../../geometry/anchor-targets.ts';
import { inFloats, wholeBatch } from '../../geometry/whole-batch.ts';
import { fcosPoints } from './points.ts';
import { fcosRanges, fcosTargets } from './targets.ts';

/** What the target maker needs. */
export interface FcosMakerOptions {
  readonly [name: string]: number | boolean | null;
  readonly classes: number;
  readonly batchSize: number;
  /** As in `FcosAssign`. */
  readonly radius: number | null;
  readonly normed: boolean;
}

/** For `DenseLoaderOptions.targets`: FCOS's targets, made in the loader's thread. */
export function fcosMaker(options: FcosMakerOptions): TargetModule {
  return { module: codeUrl(new URL('./maker.ts', import.meta.url)).href, options };
}

/** Makes the inputs of `FcosTargets`. Slots without a picture weigh nothing. */
export function createTargetMaker({
  classes,
  batchSize,
  radius,
  normed,
}: FcosMakerOptions): (batch: DenseBatch) => Targets {
  const gridOf = gridsBySize(fcosPoints);
  return (batch) => {
    const truths = batch.pictures as readonly Truth[];
    const assign = { ranges: fcosRanges, radius, normed };
    const { normaliser, centrality, ...made } = fcosTargets(gridOf(batch), truths, classes, assign);
    const fill = { labels: classes, distances: 1 };
    return {
      ...wholeBatch(inFloats(made, 'labels'), batch.size, batchSize, fill),
      normaliser,
      centrality,
    };
  };
}
