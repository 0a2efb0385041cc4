import type { DenseBatch, Targets } from '../../data/dense/batch.ts';
import type { TargetModule } from '../../data/dense/target-maker.ts';
import { type AnchorGrid, anchorGrid, type Truth } from './anchor-targets.ts';
import { pyramidSizes, retinaAnchors } from './anchors.ts';
import { retinaTargets } from './retina-targets.ts';

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
  return { module: import.meta.url, options };
}

/**
 * Makes the inputs `labels`, `labelWeights`, `boxTargets`, `boxWeights` and `normaliser` of `RetinaTargets`. Slots
 * without a picture weigh nothing.
 */
export function createTargetMaker(options: RetinaMakerOptions): (batch: DenseBatch) => Targets {
  const config = retinaAnchors(options);
  const grids = new Map<string, AnchorGrid>();
  return (batch) => {
    const key = `${batch.height} ${batch.width}`;
    const sizes = pyramidSizes([batch.height, batch.width], options.strides);
    const grid = grids.get(key) ?? anchorGrid(config, sizes);
    grids.set(key, grid);
    const made = retinaTargets(grid, batch.pictures as readonly Truth[], options.classes);
    if (batch.size === options.batchSize) return { ...made };
    const rows = (made.labels.length / batch.size) * options.batchSize;
    return {
      labels: longer(made.labels, new Int32Array(rows).fill(options.classes)),
      labelWeights: longer(made.labelWeights, new Float32Array(rows)),
      boxTargets: longer(made.boxTargets, new Float32Array(rows * 4)),
      boxWeights: longer(made.boxWeights, new Float32Array(rows)),
      normaliser: made.normaliser,
    };
  };
}

/** `values` at the start of a longer array. */
export function longer<A extends Float32Array | Int32Array>(values: A, target: A): A {
  target.set(values);
  return target;
}
