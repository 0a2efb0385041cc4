import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import {
  keepRatioSize,
  padSize,
  resizeBoxes,
  type Size,
  scaleFactor,
} from '../../data/dense/geometry.ts';
import { placeInto } from '../../data/dense/normalise.ts';
import { type Raster, resizeBilinear } from '../../data/dense/resize.ts';
import { tf } from '../../engine/tensorflow.ts';
import { normalisedPictures } from '../../tasks/dense/shown.ts';
import { GoldenNode } from '../golden.ts';
import { Comparison } from '../tolerance.ts';
import { boxesOf } from './layout.ts';

/**
 * Sizes and boxes of resized pictures, normalisation and padding of a batch, and the resize itself.
 */
export const preprocessCheck: ParityCheck = (file) => {
  const root = GoldenNode.of(file);
  return [
    sizeCase(file.path, root.get('resize_size').list()),
    batchCase(file.path, root.get('preprocessor')),
    ...root
      .get('imresize')
      .list()
      .map((node, index) => resizeCase(file.path, `imresize ${index + 1}`, node)),
  ];
};

const pair = (node: GoldenNode): [number, number] => [...node.numbers()] as [number, number];

function sizeCase(path: string, nodes: readonly GoldenNode[]): ParityCase {
  const comparison = new Comparison(path, `sizes and boxes of ${nodes.length} resized pictures`);
  for (const node of nodes) {
    const [width, height] = pair(node.get('wh'));
    const where = `${width} x ${height} to ${pair(node.get('scale'))}`;
    const size = keepRatioSize([height, width], pair(node.get('scale')));
    comparison.equal(where, [size[1], size[0]], pair(node.get('new_wh')));
    const factors = scaleFactor([height, width], size);
    if (!node.has('scale_factor_wh')) continue;
    comparison.array(`${where}, factors`, factors, pair(node.get('scale_factor_wh')), 1e-8);
    const boxes = resizeBoxes(boxesOf(node.get('box_in')), factors, size);
    comparison.array(`${where}, box`, boxes, node.get('box_out').tensor().data, 2 ** -22);
  }
  return comparison.result();
}

function batchCase(path: string, node: GoldenNode): ParityCase {
  const comparison = new Comparison(path, 'normalised and padded batch');
  const output = node.get('output').tensor();
  const [, , height, width] = output.shape as [number, number, number, number];
  const unit = (key: string) =>
    Array.from(node.get(key).numbers(), (value) => value / 255) as [number, number, number];
  const normalisation = { mean: unit('mean_rgb'), std: unit('std_rgb') };
  const pictures = node.get('inputs_bgr_chw').list().map(rgbOf);
  const metas = node.get('metas').list();
  pictures.forEach((picture, index) => {
    const meta = metas[index] as GoldenNode;
    const shape: Size = [picture.height, picture.width];
    comparison.equal(`pad_shape ${index}`, padSize(shape, 32), pair(meta.get('pad_shape')));
    const batch = pair(meta.get('batch_input_shape'));
    comparison.equal(`batch_input_shape ${index}`, batch, [height, width]);
    const bytes = new Uint8Array(height * width * 3);
    placeInto(picture, 'rgb', bytes, width);
    const values = tf.tidy(() => {
      const images = tf.tensor4d(Float32Array.from(bytes), [1, height, width, 3]);
      return normalisedPictures(images, tf.tensor2d([[...shape]]), normalisation).dataSync();
    });
    const planes = new Float32Array(values.length);
    for (let at = 0; at < values.length; at += 1) {
      planes[(at % 3) * height * width + Math.trunc(at / 3)] = values[at] as number;
    }
    const golden = output.data.subarray(index * values.length, (index + 1) * values.length);
    comparison.array(`picture ${index}`, planes, golden, 2 ** -22);
  });
  return comparison.result();
}

/** A picture [3, H, W] with channels blue, green, red. */
function rgbOf(node: GoldenNode): Raster {
  const { shape, data } = node.tensor();
  const [channels, height, width] = shape as [number, number, number];
  const pixels = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += 1) {
    const plane = channels - 1 - (at % channels);
    pixels[at] = data[plane * height * width + Math.trunc(at / channels)] as number;
  }
  return { pixels, height, width, channels };
}

/** Equal in every byte: the official weights have 11 bits, and so have ours. */
function resizeCase(path: string, name: string, node: GoldenNode): ParityCase {
  const input = node.get('input_hwc').tensor();
  const [height, width, channels] = input.shape as [number, number, number];
  const pixels = Uint8Array.from(input.data);
  const [toWidth, toHeight] = pair(node.get('size_wh'));
  const resized = resizeBilinear({ pixels, height, width, channels }, toHeight, toWidth);
  const golden = node.get('output_uint8').tensor().data;
  return new Comparison(path, name).array('bytes', resized.pixels, golden, 0).result();
}
