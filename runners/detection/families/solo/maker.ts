import { codeUrl } from '../../../../common/installation.mjs';
import type { DenseBatch, Targets } from '../../../data/dense/batch.ts';
import type { TargetModule } from '../../../data/dense/target-maker.ts';
import { bitsAsFloats, inFloats, wholeBatch } from '../../geometry/whole-batch.ts';
import { soloGrids } from './grids.ts';
import { soloTargets } from './targets.ts';

/** What the target maker needs. */
export interface SoloMakerOptions {
  readonly [name: string]: number;
  readonly classes: number;
  readonly batchSize: number;
  /** Places for objects. */
  readonly boxes: number;
}

/** For `DenseLoaderOptions.targets`: SOLO's targets, made in the loader's thread. */
export function soloMaker(options: SoloMakerOptions): TargetModule {
  return { module: codeUrl(new URL('./maker.ts', import.meta.url)).href, options };
}

/**
 * Makes the inputs of `SoloTargets`, whose masks are `masks4`, `masks8` and `masks16`. Slots
 * without a picture weigh nothing.
 */
export function createTargetMaker({
  classes,
  batchSize,
  boxes,
}: SoloMakerOptions): (batch: DenseBatch) => Targets {
  return (batch) => {
    const size = [batch.height, batch.width] as const;
    const { masks, ...made } = soloTargets(batch.pictures, size, classes, soloGrids, boxes);
    const named = Object.fromEntries(
      Object.entries(masks).map(([stride, words]) => [`masks${stride}`, bitsAsFloats(words)]),
    );
    const floats = inFloats(made, 'labels', 'owners');
    return wholeBatch({ ...floats, ...named }, batch.size, batchSize, { labels: classes });
  };
}
