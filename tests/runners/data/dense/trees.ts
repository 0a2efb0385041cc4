import { crc32, deflateRawSync } from 'node:zlib';
import type { DenseSplit } from '../../../../runners/data/dense/types.ts';
import { allocatePictures } from '../../../../runners/data/picture-set.ts';
import { encodePng, type PictureTree } from '../pictures.ts';

/**
 * A COCO set of two pictures a split: one object each, of category 7 or 3, and a crowd in the
 * first.
 */
export async function cocoTree(): Promise<PictureTree> {
  const tree: Record<string, Buffer> = {};
  for (const split of ['train2017', 'val2017']) {
    const images = [
      { id: 12, width: 40, height: 30, file_name: 'a.png' },
      { id: 5, width: 20, height: 50, file_name: 'b.png' },
    ];
    for (const { width, height, file_name } of images) {
      const pixels = Buffer.alloc(width * height * 3, split === 'val2017' ? 90 : 30);
      tree[`${split}/${file_name}`] = await encodePng(pixels, width, height);
    }
    const object = (id: number, image_id: number, category_id: number, rest: object) => ({
      id,
      image_id,
      category_id,
      area: 50,
      iscrowd: 0,
      ...rest,
    });
    const content = {
      images,
      categories: [
        { id: 7, name: 'dog' },
        { id: 3, name: 'cat' },
      ],
      annotations: [
        object(1, 12, 7, { bbox: [4, 6, 10, 5], segmentation: [[4, 6, 14, 6, 14, 11, 4, 11]] }),
        object(2, 12, 3, { bbox: [20, 0, 20, 30], iscrowd: 1 }),
        object(3, 5, 3, { bbox: [0.5, 10, 12, 20] }),
        object(4, 5, 3, { bbox: [3, 3, 0.5, 8] }),
      ],
    };
    tree[`annotations/instances_${split}.json`] = Buffer.from(JSON.stringify(content));
  }
  return tree;
}

/**
 * A zip archive; `wide` writes counts and offsets as 64 bits, as archives beyond 4 GB have them.
 * Every other entry is deflated, with `stored` none.
 */
export function zipOf(tree: PictureTree, wide = false, stored = false): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [index, [name, data]] of Object.entries(tree).entries()) {
    const method = index % 2 === 0 && !stored ? 8 : 0;
    const packed = method === 8 ? deflateRawSync(data) : data;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    bodies.push(Buffer.from('PK\x03\x04'), Buffer.from(common), Buffer.from(name), packed);
    const extra = Buffer.alloc(wide ? 12 : 0);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(wide ? 0xffffffff : offset, 10);
    if (wide) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(8, 2);
      extra.writeBigUInt64LE(BigInt(offset), 4);
      common.writeUInt16LE(extra.length, 24);
    }
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), common, rest, Buffer.from(name), extra);
    offset += 30 + Buffer.byteLength(name) + packed.length;
  }
  const entries = Buffer.concat(directory);
  const count = Object.keys(tree).length;
  const end = Buffer.alloc(22, wide ? 0xff : 0);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(0, 20);
  if (!wide) {
    end.writeUInt16LE(count, 10);
    end.writeUInt32LE(entries.length, 12);
    end.writeUInt32LE(offset, 16);
    return Buffer.concat([...bodies, entries, end]);
  }
  const record = Buffer.alloc(56);
  record.write('PK\x06\x06', 'latin1');
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(entries.length), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(BigInt(offset + entries.length), 8);
  return Buffer.concat([...bodies, entries, record, locator, end]);
}

/** Where the object of picture `index` of `blockSplit` is: x1, y1, x2, y2. */
export const blockAt = (index: number): [number, number, number, number] => [
  2 + (index % 5) * 4,
  3 + (index % 3) * 5,
  12 + (index % 5) * 4,
  11 + (index % 3) * 5,
];

/**
 * Black pictures of 32 x 24 pixels, every picture with one white block; every fourth picture
 * without one where asked. The label map is 1 within the block.
 */
export function blockSplit(count: number, withEmpty = false): DenseSplit {
  const [width, height] = [32, 24];
  const pictures = allocatePictures(count, height, width);
  const maps = new Uint8Array(new SharedArrayBuffer(count * height * width));
  const starts = new Int32Array(count + 1);
  const boxes: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const empty = withEmpty && index % 4 === 3;
    starts[index + 1] = (starts[index] as number) + (empty ? 0 : 1);
    if (empty) continue;
    const [x1, y1, x2, y2] = blockAt(index);
    boxes.push(x1, y1, x2, y2);
    for (let y = y1; y < y2; y += 1) {
      for (let x = x1; x < x2; x += 1) {
        const at = (index * height + y) * width + x;
        maps[at] = 1;
        pictures.pixels.fill(255, at * 3, at * 3 + 3);
      }
    }
  }
  const size = { height, width };
  return {
    pictures: Array.from({ length: count }, (_, index) => ({
      id: 100 + index,
      name: `block ${index}`,
      ...size,
    })),
    source: { kind: 'raw', pixels: pictures.pixels, ...size, channels: 3 },
    objects: {
      starts,
      boxes: Float32Array.from(boxes),
      labels: new Int32Array(boxes.length / 4),
      crowd: new Uint8Array(boxes.length / 4),
    },
    labelMaps: { source: { kind: 'raw', pixels: maps, ...size, channels: 1 }, table: null },
  };
}
