import type { DenseBatch, Targets } from '../../data/dense/batch.ts';
import type { TargetModule } from '../../data/dense/target-maker.ts';
import { type AnchorGrid, anchorGrid, type Truth } from './anchor-targets.ts';
import { gflAnchors, pyramidSizes } from './anchors.ts';
import { gflTargets } from './gfl-targets.ts';
import { longer } from './retina-maker.ts';

/** What the target maker needs. */
export interface GflMakerOptions {
  readonly [name: string]: number;
  readonly classes: number;
  readonly batchSize: number;
}

/** For `DenseLoaderOptions.targets`: GFL's targets, made in the loader's thread. */
export function gflMaker(options: GflMakerOptions): TargetModule {
  return { module: import.meta.url, options };
}

/** Makes the inputs of `GflTargets`. Slots without a picture weigh nothing. */
export function createTargetMaker({
  classes,
  batchSize,
}: GflMakerOptions): (batch: DenseBatch) => Targets {
  const grids = new Map<string, AnchorGrid>();
  return (batch) => {
    const key = `${batch.height} ${batch.width}`;
    const sizes = pyramidSizes([batch.height, batch.width], gflAnchors.strides);
    const grid = grids.get(key) ?? anchorGrid(gflAnchors, sizes);
    grids.set(key, grid);
    const made = gflTargets(grid, batch.pictures as readonly Truth[], classes);
    if (batch.size === batchSize) return { ...made };
    const rows = (made.labels.length / batch.size) * batchSize;
    return {
      labels: longer(made.labels, new Int32Array(rows).fill(classes)),
      labelWeights: longer(made.labelWeights, new Float32Array(rows)),
      boxTargets: longer(made.boxTargets, new Float32Array(rows * 4)),
      normaliser: made.normaliser,
    };
  };
}
