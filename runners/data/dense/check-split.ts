import { pictureError } from '../decode.ts';
import { pictureName, readRaster } from './sources.ts';
import { type DenseSplit, ignoreLabel } from './types.ts';

/**
 * Decodes every picture and label map of a split.
 *
 * @throws DataError `DATA_PICTURE` naming the picture that is damaged or of another size than annotated
 */
export async function checkSplit(split: DenseSplit): Promise<void> {
  for (let index = 0; index < split.pictures.length; index += 1) {
    await readPicture(split, index);
    await readLabelMap(split, index);
  }
}

/** The pixels of a picture, which must have the annotated size. */
export async function readPicture(split: DenseSplit, index: number) {
  return checked(split, index, await readRaster(split.source, index), split.source);
}

/** The label map of a picture as class indices, or null where the split has none. */
export async function readLabelMap({ labelMaps, ...split }: DenseSplit, index: number) {
  if (labelMaps === null) return null;
  const map = checked(split, index, await readRaster(labelMaps.source, index, 1), labelMaps.source);
  const { table } = labelMaps;
  if (table === null) return map;
  return { ...map, pixels: map.pixels.map((id) => table[id] ?? ignoreLabel) };
}

function checked<Size extends { readonly height: number; readonly width: number }>(
  { pictures }: Pick<DenseSplit, 'pictures'>,
  index: number,
  found: Size,
  source: DenseSplit['source'],
): Size {
  const stated = pictures[index];
  if (found.height === stated?.height && found.width === stated.width) return found;
  throw pictureError(
    pictureName(source, index),
    `has ${found.width} x ${found.height} pixels, but is annotated with ${stated?.width} x ${stated?.height}`,
  );
}
