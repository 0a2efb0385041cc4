import { readRaster } from './sources.ts';
import { type FileTree, treeError } from './tree.ts';
import type { DenseSplit } from './types.ts';

export interface MappedFiles {
  /** Paths of pictures and of their label maps, in one order. */
  readonly pictures: readonly string[];
  readonly maps: readonly string[];
  /** Class by the value of a map's pixel; null where values are classes. */
  readonly table: Uint8Array | null;
}

/**
 * A split of pictures with label maps. All pictures of the set have one size, which the first one
 * tells; any other is found when it is read.
 *
 * @throws DataError `DATA_FOLDER` naming the first label map that is missing; `DATA_PICTURE`
 */
export async function mappedSplit(
  tree: FileTree,
  { pictures, maps, table }: MappedFiles,
): Promise<DenseSplit> {
  const missing = maps.find((path) => !tree.paths.has(path));
  if (missing !== undefined) throw treeError(tree.name, `has no label map ${missing}`);
  const source = tree.source(pictures);
  const { height, width } = await readRaster(source, 0, {
    channels: 3,
    orientation: 'refuse',
    onlyThread: false,
  });
  return {
    pictures: pictures.map((path, id) => ({ id, name: path, height, width })),
    source,
    objects: null,
    labelMaps: { source: tree.source(maps), table },
  };
}

/** Paths that fit a pattern with their matches, in the order of the paths. */
export function matchingPaths(
  tree: FileTree,
  pattern: RegExp,
): readonly { readonly path: string; readonly match: RegExpExecArray }[] {
  return [...tree.paths]
    .flatMap((path) => {
      const match = pattern.exec(path);
      return match === null ? [] : [{ path, match }];
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
