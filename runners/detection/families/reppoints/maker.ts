import { codeUrl } from '../../../../common/installation.mjs';
import type { DenseBatch, Targets } from '../../../data/dense/batch.ts';
import type { TargetModule } from '../../../data/dense/target-maker.ts';
import { gridsBySize, type Truth } from '../../geometry/anchor-targets.ts';
import { paddedTruth } from '../../geometry/padded-truth.ts';
import { wholeBatch } from '../../geometry/whole-batch.ts';
import { repPoints } from './points.ts';
import { repPointsTargets } from './targets.ts';

/** What the target maker needs. */
export interface RepPointsMakerOptions {
  readonly [name: string]: number;
  readonly batchSize: number;
  /** Places for true boxes. */
  readonly boxes: number;
}

/**
 * For `DenseLoaderOptions.targets`: the targets of RepPoints' first stage, and what the second is
 * assigned to, made in the loader's thread.
 */
export function repPointsMaker(options: RepPointsMakerOptions): TargetModule {
  return { module: codeUrl(new URL('./maker.ts', import.meta.url)).href, options };
}

/**
 * Makes the inputs of `RepPointsTargets`, and `truthBoxes`, `truthLabels` and `truthValid`. Slots
 * without a picture weigh nothing.
 */
export function createTargetMaker({
  batchSize,
  boxes,
}: RepPointsMakerOptions): (batch: DenseBatch) => Targets {
  const gridOf = gridsBySize(repPoints);
  return (batch) => {
    const { normaliser, ...made } = repPointsTargets(
      gridOf(batch),
      batch.pictures as readonly Truth[],
    );
    const { imgShapes: _, ...truth } = paddedTruth(batch, batchSize, boxes);
    return { ...wholeBatch(made, batch.size, batchSize), normaliser, ...truth };
  };
}
