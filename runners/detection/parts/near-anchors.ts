import { codeUrl } from '../../../common/installation.mjs';
import type { DenseBatch, Targets } from '../../data/dense/batch.ts';
import type { TargetModule } from '../../data/dense/target-maker.ts';
import { regionName } from '../../distillers/dense/regions.ts';
import { type AnchorGrid, gridsBySize } from '../geometry/anchor-targets.ts';
import { type AnchorConfig, anchorsPerCell, levelCounts } from '../geometry/anchors.ts';
import { type Boxes, boxCount, overlapRow } from '../geometry/boxes.ts';

/** What the maker needs: the anchors of a detector, and as `NearRegions` has it. */
export interface NearMakerOptions extends AnchorConfig {
  readonly [name: string]: number | readonly number[] | undefined;
  readonly batchSize: number;
  readonly levels: number;
  readonly share: number;
  /** 1 where every box counts on every level. */
  readonly allBoxes: number;
}

/** For `DenseLoaderOptions.targets`: where anchors are near boxes, made in the loader's thread. */
export function nearMaker(options: NearMakerOptions): TargetModule {
  const stated = Object.entries(options).filter(([, value]) => value !== undefined);
  return {
    module: codeUrl(new URL('./near-anchors.ts', import.meta.url)).href,
    options: Object.fromEntries(stated) as TargetModule['options'],
  };
}

/**
 * Makes the inputs `near0`, `near1` and so on, [batchSize, height, width] of each map. Slots
 * without a picture are 0.
 */
export function createTargetMaker(options: NearMakerOptions): (batch: DenseBatch) => Targets {
  const gridOf = gridsBySize(options);
  return (batch) =>
    nearTargets(
      gridOf(batch),
      batch.pictures.map(({ boxes }) => boxes),
      options,
    );
}

/** The same for the boxes of any pictures. */
export function nearTargets(
  grid: AnchorGrid,
  pictures: readonly Boxes[],
  {
    batchSize,
    levels,
    ...rule
  }: Pick<NearMakerOptions, 'batchSize' | 'levels' | 'share' | 'allBoxes'>,
): Targets {
  const maps = grid.sizes.slice(0, levels).map(([height, width]) => {
    const area = height * width;
    return { area, values: new Float32Array(batchSize * area) };
  });
  pictures.forEach((boxes, slot) => {
    const ofPicture = maps.map(({ area, values }) =>
      values.subarray(slot * area, (slot + 1) * area),
    );
    markNear(grid, boxes, rule, ofPicture);
  });
  return Object.fromEntries(maps.map(({ values }, level) => [regionName('near', level), values]));
}

/**
 * Sets the cells of one picture's maps to 1 whose anchors are near a box: whose overlap with it is
 * above `share` of the largest that an anchor of the level has. A box that no anchor touches marks
 * nothing.
 *
 * Official file: twangnh/Distilling-Object-Detectors@c6583f3
 * lib/model/rpn/anchor_target_layer.py, which has one level, and boxes that include their last
 * pixel.
 */
function markNear(
  { config, sizes, anchors }: AnchorGrid,
  boxes: Boxes,
  { share, allBoxes }: Pick<NearMakerOptions, 'share' | 'allBoxes'>,
  maps: readonly Float32Array[],
): void {
  const counts = levelCounts(config, sizes);
  const perCell = anchorsPerCell(config);
  const overlaps = new Float32Array(boxCount(anchors));
  for (let box = 0; box < boxCount(boxes); box += 1) {
    overlapRow(boxes, box, anchors, 'iou', overlaps);
    let from = 0;
    const levels = counts.map((count) => {
      const own = overlaps.subarray(from, from + count);
      from += count;
      return { own, largest: own.reduce((most, each) => Math.max(most, each), 0) };
    });
    const best = Math.max(...levels.map(({ largest }) => largest));
    // The finest of several that are as good.
    const bestLevel = levels.findIndex(({ largest }) => largest === best);
    maps.forEach((map, level) => {
      const { own, largest } = levels[level] as (typeof levels)[number];
      if (largest === 0 || (allBoxes === 0 && level !== bestLevel)) return;
      const least = Math.fround(largest * share);
      own.forEach((overlap, anchor) => {
        if (overlap > least) map[Math.floor(anchor / perCell)] = 1;
      });
    });
  }
}
