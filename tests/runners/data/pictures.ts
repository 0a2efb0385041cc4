import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { pack } from 'tar-stream';

/** A picture tree in memory: encoded pictures by path. */
export type PictureTree = Readonly<Record<string, Buffer>>;

/** A plain colour gradient, so that every picture differs from every other. */
export function gradient(seed: number, width = 4, height = 3): Buffer {
  const pixels = Buffer.alloc(width * height * 3);
  for (let index = 0; index < pixels.length; index += 1)
    pixels[index] = (seed * 40 + index * 5) % 256;
  return pixels;
}

export function encodePng(pixels: Buffer, width = 4, height = 3): Promise<Buffer> {
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** Two classes, three training pictures and one test picture each. */
export async function makeTree(): Promise<PictureTree> {
  const tree: Record<string, Buffer> = {};
  let seed = 0;
  for (const name of ['cat', 'dog']) {
    for (const path of [
      `train/${name}/1.png`,
      `train/${name}/10.png`,
      `train/${name}/2.png`,
      `test/${name}/1.png`,
    ]) {
      tree[path] = await encodePng(gradient(seed));
      seed += 1;
    }
  }
  return tree;
}

export function writeTree(folder: string, tree: PictureTree): void {
  for (const [path, bytes] of Object.entries(tree)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

type Entry = readonly [name: string, bytes: Buffer] | { name: string; linkname: string };

/** The bytes of a tar file with these entries, in this order. */
export async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const entry of entries) {
    if ('linkname' in entry) tar.entry({ ...entry, type: 'symlink' });
    else tar.entry({ name: entry[0] }, entry[1]);
  }
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
