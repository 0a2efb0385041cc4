/**
 * Bounds on what an archive, a folder or a picture from outside may ask for. They are far above
 * every data set that Redistill is meant for, and far below what would bring a machine down.
 */
export const limits = {
  /** Entries of a tar archive or files of a folder. */
  files: 400_000,
  /** Pictures of a split that is streamed; ImageNet has 1.3 million. */
  streamedFiles: 20_000_000,
  /** Pixels of one of them; the largest of ImageNet has 61 million. */
  streamedPicturePixels: 2 ** 26,
  /** Bytes of one encoded picture. */
  pictureFile: 4 * 2 ** 20,
  /** Bytes that an archive may unpack to. */
  unpacked: 4 * 2 ** 30,
  /** Pixels of one decoded picture. */
  picturePixels: 512 * 512,
  /**
   * The same of a picture for detection or segmentation, whose sets are decoded picture by picture.
   */
  densePicturePixels: 4096 * 4096,
  densePictureFile: 32 * 2 ** 20,
  /** Segments of a JPEG whose metadata is left out. */
  pictureSegments: 10_000,
  /** Bytes of an annotation file: what fits a JavaScript string. */
  annotationFile: 2 ** 29 - 24,
  /** Bytes of all decoded pictures of a split. */
  decodedSplit: 2 * 2 ** 30 - 1,
  /** Classes of a data set. */
  classes: 10_000,
  /** Length of a path within an archive. */
  pathLength: 1024,
  /** Bytes of a small text or JSON file beside the data. */
  textFile: 2 ** 20,
} as const;
