import { pictureError } from '../decode.ts';
import type { RemarkCounter } from '../pictures/remarks.ts';
import { pictureName, type ReadRaster, readRaster } from './sources.ts';
import { type DenseSplit, ignoreLabel } from './types.ts';

/**
 * Decodes every picture and label map of a split.
 *
 * @param remarks - takes what is remarkable about them
 * @throws DataError `DATA_PICTURE` naming the picture that is damaged or of another size than
 *   annotated
 */
export async function checkSplit(split: DenseSplit, remarks: RemarkCounter): Promise<void> {
  for (let index = 0; index < split.pictures.length; index += 1) {
    const name = split.pictures[index]?.name ?? '';
    remarks.add(name, (await readPicture(split, index, true)).remarks);
    remarks.add(name, (await readLabelMap(split, index, true))?.remarks ?? []);
  }
}

/**
 * The pixels of a picture, which must have the annotated size. It is turned as its EXIF orientation
 * says, as mmcv's default reader (OpenCV's `IMREAD_COLOR`) turns it; where there are label maps,
 * which that reader does not turn, a picture with an orientation is refused.
 *
 * @param onlyThread - whether no other thread decodes, as those of a loader do
 */
export async function readPicture(
  split: DenseSplit,
  index: number,
  onlyThread = false,
): Promise<ReadRaster> {
  const orientation = split.labelMaps === null ? 'turn' : 'refuse';
  const picture = await readRaster(split.source, index, { channels: 3, orientation, onlyThread });
  return checked(split, index, picture, split.source);
}

/** The label map of a picture as class indices, or null where the split has none. */
export async function readLabelMap(
  { labelMaps, ...split }: DenseSplit,
  index: number,
  onlyThread = false,
): Promise<ReadRaster | null> {
  if (labelMaps === null) return null;
  const { source, table } = labelMaps;
  const found = await readRaster(source, index, { channels: 1, orientation: 'refuse', onlyThread });
  const map = checked(split, index, found, source);
  if (table === null) return map;
  return { ...map, pixels: map.pixels.map((id) => table[id] ?? ignoreLabel) };
}

function checked(
  { pictures }: Pick<DenseSplit, 'pictures'>,
  index: number,
  found: ReadRaster,
  source: DenseSplit['source'],
): ReadRaster {
  const stated = pictures[index];
  if (found.height === stated?.height && found.width === stated.width) return found;
  const name = pictureName(source, index);
  const annotated = `is annotated with ${stated?.width} x ${stated?.height}`;
  if (found.orientation === 1) {
    throw pictureError(name, `has ${found.width} x ${found.height} pixels, but ${annotated}`);
  }
  throw pictureError(
    name,
    `has ${found.width} x ${found.height} pixels when it is turned by its EXIF orientation ${found.orientation}, but ${annotated}`,
    {
      hint:
        'Annotate the turned picture, as OpenCV, detectron2 and mmdetection see it; or, where the annotation is right ' +
        'for the picture as it is stored, remove the orientation: exiftool -Orientation= FILE.',
    },
  );
}
