import { codeUrl } from '../../../common/installation.mjs';
import type { DenseBatch, Targets } from '../../data/dense/batch.ts';
import type { TargetModule } from '../../data/dense/target-maker.ts';
import { type BoxedPicture, mapSizes, regionMasks, regionName } from './regions.ts';

/** What the region maker needs. */
export interface RegionMakerOptions {
  readonly [name: string]: number | readonly number[];
  /** Pixels per position of every map that the method compares, finest first. */
  readonly strides: readonly number[];
  /** Slots of a batch: the inputs have this size even where the last batch has fewer pictures. */
  readonly batchSize: number;
}

/** For `DenseLoaderOptions.targets`: what `RegionNeeds` asks for, made in the loader's thread. */
export function regionMaker(options: RegionMakerOptions): TargetModule {
  return { module: codeUrl(new URL('./region-maker.ts', import.meta.url)).href, options };
}

/**
 * Makes the inputs `foreground0`, `background0` and so on, [batchSize, height, width] of each map.
 * Slots without a picture are 0 in both.
 */
export function createTargetMaker({
  strides,
  batchSize,
}: RegionMakerOptions): (batch: DenseBatch) => Targets {
  return ({ height, width, pictures }) =>
    regionTargets(pictures, [height, width], strides, batchSize);
}

/** The same of any pictures. */
export function regionTargets(
  pictures: readonly BoxedPicture[],
  batchShape: readonly [number, number],
  strides: readonly number[],
  batchSize: number,
): Targets {
  const targets: Record<string, Float32Array> = {};
  mapSizes(batchShape, strides).forEach((size, level) => {
    const area = size[0] * size[1];
    const foreground = new Float32Array(batchSize * area);
    const background = new Float32Array(batchSize * area);
    pictures.forEach((picture, slot) => {
      const part = (whole: Float32Array) => whole.subarray(slot * area, (slot + 1) * area);
      regionMasks(picture, size, part(foreground), part(background));
    });
    targets[regionName('foreground', level)] = foreground;
    targets[regionName('background', level)] = background;
  });
  return targets;
}
