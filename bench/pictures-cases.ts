import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { RandomStream } from '../common/random.ts';

/** Height and width of ImageNet's most frequent pictures. */
const sizes = [
  [375, 500],
  [375, 500],
  [375, 500],
  [333, 500],
  [500, 375],
] as const;

/**
 * Writes made-up photographs in ImageNet's folders: waves, edges and noise, so that a JPEG of
 * quality 90 has some 100 kB, as those of ImageNet have.
 */
export async function writePhotographs(folder: string, count: number): Promise<void> {
  for (let seed = 0; seed < count; seed += 1) {
    const split = seed % 10 === 0 ? 'val' : 'train';
    const directory = join(folder, split, 'n01440764');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `${seed}.JPEG`), await photograph(seed));
  }
}

async function photograph(seed: number): Promise<Buffer> {
  const random = RandomStream.named(seed, 'photograph');
  const [height, width] = sizes[seed % sizes.length] as readonly [number, number];
  const pixels = Buffer.alloc(height * width * 3);
  const waves = Array.from({ length: 9 }, () => 0.01 + 0.15 * random.uniform());
  for (let at = 0; at < pixels.length; at += 1) {
    const x = Math.floor(at / 3) % width;
    const y = Math.floor(at / 3 / width);
    const first = 3 * (at % 3);
    const [across, down, both] = waves.slice(first, first + 3) as [number, number, number];
    const wave = Math.sin(across * x) + Math.sin(down * y) + Math.sign(Math.sin(both * (x + y)));
    pixels[at] = Math.min(255, Math.max(0, 128 + 35 * wave + ((random.uint32() & 63) - 32)));
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}
