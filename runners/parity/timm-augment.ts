import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../contract/parity.ts';
import { mixed, pixelArrays, pixelSpecs } from '../classification/pixels.ts';
import type { Colour } from '../data/augment/affine.ts';
import type { Mix } from '../data/augment/mix.ts';
import type { Picture } from '../data/augment/picture.ts';
import { timmOperations } from '../data/augment/timm-rand-augment.ts';
import { createProgram } from '../engine/program.ts';
import { GoldenNode } from './golden.ts';
import type { Mode } from './networks.ts';
import { Comparison } from './tolerance.ts';

/** Every operation of timm's RandAugment, and batches mixed as bytes: byte for byte. */
export const timmAugmentCheck =
  (mode: Mode): ParityCheck =>
  (file) => {
    const root = GoldenNode.of(file);
    const [red, green, blue] = root.get('fill').numbers();
    const fill = [red, green, blue] as unknown as Colour;
    const pictures = new Map(
      root
        .get('pictures')
        .entries()
        .map(([name, node]) => [name, pictureOf(node)]),
    );
    const operations = root
      .get('cases')
      .list()
      .map((node) => operationCase(file.path, node, pictures, fill));
    const batch = root.get('batch');
    const mixes = root
      .get('mixes')
      .list()
      .map((node) => {
        const share = node.get('share').number();
        const own = mixedBy({ share, box: null }, pictureOf(batch), mode, true);
        return new Comparison(file.path, `bytes mixed by ${share}`)
          .array('bytes', own, bytesOf(node.get('pixels')), 0)
          .result();
      });
    return [...operations, ...mixes];
  };

function operationCase(
  path: string,
  node: GoldenNode,
  pictures: ReadonlyMap<string, Picture>,
  fill: Colour,
): ParityCase {
  const official = node.get('operation').text();
  const picture = pictures.get(node.get('picture').text());
  const growing = official.endsWith('Increasing');
  const operation = timmOperations(growing)[official.replace(/Increasing$|Rel$/, '')];
  const interpolation = node.get('interpolation').text();
  if (picture === undefined || operation === undefined) {
    throw node.malformed('names a picture or an operation that there is not');
  }
  if (interpolation !== 'bilinear' && interpolation !== 'bicubic') {
    throw node.get('interpolation').malformed('must be bilinear or bicubic');
  }
  const level = node.get('level').number();
  const sign = node.get('negated').flag() ? -1 : 1;
  const name = `${official} at ${sign * level} (${interpolation}) of ${node.get('picture').text()}`;
  const own = operation.run(picture, operation.value(level, sign), { interpolation, fill });
  return new Comparison(path, name)
    .array('bytes', own.pixels, bytesOf(node.get('pixels')), 0)
    .result();
}

/** Pictures [B, H, W, 3], one after the other, mixed as a step mixes them. */
export function mixedBy(
  mix: Mix,
  { pixels, height, width }: Omit<Picture, 'pixels'> & { readonly pixels: ArrayLike<number> },
  mode: Mode,
  rounds: boolean,
): Float32Array {
  const batch = pixels.length / (height * width * 3);
  const augmentation = { crop: null, flip: false, mix: anyMix };
  const program = createProgram({
    mode,
    state: {},
    initial: {},
    functions: {
      mix: {
        inputs: {
          images: { shape: [batch, height, width, 3], dtype: 'float32' },
          ...pixelSpecs(augmentation, batch),
        },
        run: (_, inputs) => ({
          outputs: { images: mixed(inputs['images'] as Tensor4D, inputs, rounds) },
          state: {},
        }),
      },
    },
  });
  try {
    const images = Float32Array.from(pixels);
    return program.call('mix', { images, ...pixelArrays({ mix }) })['images'] as Float32Array;
  } finally {
    program.dispose();
  }
}

/** Which mix a step has is an input. */
const anyMix = { mixup: 1, cutmix: 1, probability: 1, switch: 0.5 };

function pictureOf(node: GoldenNode): Picture {
  return {
    pixels: bytesOf(node.get('pixels')),
    height: node.get('height').number(),
    width: node.get('width').number(),
  };
}

const bytesOf = (node: GoldenNode) => Uint8Array.from(Buffer.from(node.text(), 'base64'));
