/**
 * One picture as bytes: RGB, row by row (`height * width * 3`). Operations give a new one and leave
 * theirs alone.
 */
export interface Picture {
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
}

/** The picture with every byte replaced by `table[channel * 256 + byte]`. */
export function mapped(picture: Picture, table: Uint8Array): Picture {
  const pixels = new Uint8Array(picture.pixels.length);
  for (let at = 0; at < pixels.length; at += 1) {
    pixels[at] = table[(at % 3) * 256 + (picture.pixels[at] as number)] as number;
  }
  return { ...picture, pixels };
}

/** One table for all three channels. */
export function sameForAll(value: (byte: number) => number): Uint8Array {
  return Uint8Array.from({ length: 3 * 256 }, (_, at) => value(at % 256));
}

/** The picture left to right. */
export function mirrored<Given extends Picture>(picture: Given): Given {
  const { pixels, height, width } = picture;
  const view = new Uint8Array(pixels.length);
  for (let y = 0, to = 0; y < height; y += 1) {
    let from = ((y + 1) * width - 1) * 3;
    for (let x = 0; x < width; x += 1, to += 3, from -= 3) {
      view[to] = pixels[from] as number;
      view[to + 1] = pixels[from + 1] as number;
      view[to + 2] = pixels[from + 2] as number;
    }
  }
  return { ...picture, pixels: view };
}

/** How often each byte occurs in a channel. */
export function histogram({ pixels }: Picture, channel: number): Int32Array {
  const counts = new Int32Array(256);
  for (let at = channel; at < pixels.length; at += 3) {
    const byte = pixels[at] as number;
    counts[byte] = (counts[byte] as number) + 1;
  }
  return counts;
}
