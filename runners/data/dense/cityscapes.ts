import { mappedSplit, matchingPaths } from './mapped-split.ts';
import { type FileTree, treeError } from './tree.ts';
import { type DenseSplit, ignoreLabel } from './types.ts';

/**
 * The 19 classes that count, with the id that they have in `labelIds` pictures; all others are
 * ignored.
 *
 * Source: mcordts/cityscapesScripts@4b832633e8ba cityscapesscripts/helpers/labels.py (`id`,
 * `trainId`).
 */
// biome-ignore format: a table
const labels: readonly (readonly [name: string, id: number])[] = [
  ['road', 7], ['sidewalk', 8], ['building', 11], ['wall', 12], ['fence', 13], ['pole', 17], ['traffic light', 19],
  ['traffic sign', 20], ['vegetation', 21], ['terrain', 22], ['sky', 23], ['person', 24], ['rider', 25], ['car', 26],
  ['truck', 27], ['bus', 28], ['train', 31], ['motorcycle', 32], ['bicycle', 33],
];

export const cityscapesClasses: readonly string[] = labels.map(([name]) => name);

/** Class by label id, `ignoreLabel` for the others. */
function idTable(): Uint8Array {
  const table = new Uint8Array(256).fill(ignoreLabel);
  labels.forEach(([, id], index) => {
    table[id] = index;
  });
  return table;
}

/**
 * Reads Cityscapes as it is published: `leftImg8bit/<split>/<city>/*_leftImg8bit.png` and
 * `gtFine/<split>/<city>/*_gtFine_labelIds.png` (or `labelTrainIds`, where the official script has
 * made them), splits `train` and `val`. Pictures are ordered by path.
 *
 * @throws DataError `DATA_FOLDER` naming the split that is empty, or the picture that has no label
 *   map
 */
export async function readCityscapes(
  tree: FileTree,
): Promise<{ readonly train: DenseSplit; readonly test: DenseSplit }> {
  return { train: await splitOf(tree, 'train'), test: await splitOf(tree, 'val') };
}

async function splitOf(tree: FileTree, split: 'train' | 'val'): Promise<DenseSplit> {
  const found = matchingPaths(
    tree,
    new RegExp(`^(.*/)?leftImg8bit/${split}/([^/]+)/([^/]+)_leftImg8bit\\.png$`),
  );
  if (found.length === 0) {
    throw treeError(tree.name, `has no pictures leftImg8bit/${split}/<city>/*_leftImg8bit.png`);
  }
  const mapsOf = (kind: string) =>
    found.map(({ match: [, root = '', city, stem] }) => {
      return `${root}gtFine/${split}/${city}/${stem}_gtFine_${kind}.png`;
    });
  const trainIds = mapsOf('labelTrainIds');
  const ready = trainIds.every((path) => tree.paths.has(path));
  return mappedSplit(tree, {
    pictures: found.map(({ path }) => path),
    maps: ready ? trainIds : mapsOf('labelIds'),
    table: ready ? null : idTable(),
  });
}
