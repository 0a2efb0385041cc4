/** Pixels in rows, any number of bytes each. */
interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/**
 * The picture as its EXIF orientation says that it is to be shown: 1 is as it is stored, 2 to 4
 * keep the sides, 5 to 8 exchange them (EXIF 3.0, tag 0x0112). What OpenCV's `IMREAD_COLOR` gives.
 *
 * @param channels - bytes of a pixel
 */
export function turned(picture: Pixels, orientation: number, channels: number): Pixels {
  if (orientation === 1) return picture;
  const { width: storedWidth, height: storedHeight, pixels: stored } = picture;
  const exchanged = orientation >= 5;
  const [width, height] = exchanged ? [storedHeight, storedWidth] : [storedWidth, storedHeight];
  // Which of the stored picture's axes runs backwards, seen from the turned one.
  const fromRight = [2, 3, 7, 8].includes(orientation);
  const fromBottom = [3, 4, 6, 7].includes(orientation);
  const pixels = new Uint8Array(stored.length);
  let at = 0;
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const [x, y] = exchanged ? [row, column] : [column, row];
      const storedX = fromRight ? storedWidth - 1 - x : x;
      const storedY = fromBottom ? storedHeight - 1 - y : y;
      const from = (storedY * storedWidth + storedX) * channels;
      for (let channel = 0; channel < channels; channel += 1) {
        pixels[at++] = stored[from + channel] as number;
      }
    }
  }
  return { width, height, pixels };
}
