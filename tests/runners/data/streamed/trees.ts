import sharp from 'sharp';
import { RandomStream } from '../../../../common/random.ts';
import type { PictureTree } from '../pictures.ts';

/** Sizes of ImageNet's pictures (height, width), the most frequent ones as often as a few there. */
const sizes = [
  [375, 500],
  [375, 500],
  [333, 500],
  [500, 375],
  [500, 333],
  [400, 500],
  [120, 90],
  [77, 1000],
] as const;

/** Noise over a gradient as a JPEG, of one of ImageNet's sizes. */
export async function photo(seed: number, share = 1): Promise<Buffer> {
  const random = RandomStream.named(seed, 'photo');
  const [height, width] = (sizes[random.below(sizes.length)] as readonly number[]).map((side) =>
    Math.ceil(side * share),
  ) as [number, number];
  const pixels = Buffer.alloc(height * width * 3);
  const colour = [random.below(128), random.below(128), random.below(128)];
  for (let at = 0; at < pixels.length; at += 1) {
    const x = Math.floor(at / 3) % width;
    pixels[at] =
      (colour[at % 3] as number) + Math.floor((100 * x) / width) + (random.uint32() & 31);
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer();
}

export const classes = ['n01440764', 'n01443537', 'n02123045'];

/**
 * Pictures in ImageNet's folders: `train/<class>/` and `val/<class>/`. Among them a grey JPEG, one
 * of CMYK, and a PNG whose name says JPEG, as ImageNet has them.
 */
export async function imagenetTree(
  perClass: number,
  testPerClass: number,
  share = 0.2,
): Promise<PictureTree> {
  const tree: Record<string, Buffer> = {};
  let seed = 0;
  let number = 0;
  for (const name of classes) {
    for (let index = 0; index < perClass; index += 1) {
      tree[`train/${name}/${name}_${index * 7}.JPEG`] = await photo(seed++, share);
    }
  }
  for (let index = 0; index < testPerClass; index += 1) {
    for (const name of classes) {
      number += 1;
      const file = `ILSVRC2012_val_${String(number).padStart(8, '0')}.JPEG`;
      tree[`val/${name}/${file}`] = await photo(seed++, share);
    }
  }
  const first = `train/${classes[0]}/${classes[0]}`;
  const any = await photo(900, share);
  tree[`${first}_0.JPEG`] = await sharp(any).grayscale().jpeg().toBuffer();
  tree[`${first}_7.JPEG`] = await sharp(any).toColourspace('cmyk').jpeg().toBuffer();
  tree[`${first}_14.JPEG`] = await sharp(any).png().toBuffer();
  return tree;
}
