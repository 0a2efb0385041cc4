import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { attribute, defineOp, executeOne, shapeError } from './native.ts';
import type { Pair } from './window.ts';

interface Attrs {
  readonly size: readonly number[];
  readonly alignCorners: boolean;
}

/**
 * PyTorch's `F.interpolate(mode='bilinear')` to a given size: [B, H, W, C] to [B, height, width,
 * C]. Without `alignCorners` (default) positions are half-pixel centres, and the edge is repeated
 * beyond them. No antialiasing.
 *
 * @throws EngineError `ENGINE_SHAPE` for a size that is no pair of positive whole numbers
 */
export function resizeBilinear(
  x: Tensor4D,
  size: Pair,
  { alignCorners = false }: { readonly alignCorners?: boolean } = {},
): Tensor4D {
  if (!size.every((side) => Number.isInteger(side) && side >= 1)) {
    throw shapeError('bilinear resize', `the size [${size}] must be positive whole numbers.`);
  }
  if (x.shape[1] === size[0] && x.shape[2] === size[1]) return x;
  return resizeOp({ x }, { size, alignCorners })[0] as Tensor4D;
}

const resizeOp = defineOp<'x', Attrs>('ResizeBilinear', {
  forward: ({ x }, attrs) => [
    executeOne('ResizeBilinear', attributes(attrs), [x, tf.tensor1d([...attrs.size], 'int32')]),
  ],
  saveInputs: ['x'],
  saveOutputs: [false],
  gradient: (dy, [x], attrs) => ({
    x: () => executeOne('ResizeBilinearGrad', attributes(attrs), [dy, x as Tensor]),
  }),
});

function attributes({ alignCorners }: Attrs) {
  return [
    attribute.type('T'),
    attribute.flag('align_corners', alignCorners),
    attribute.flag('half_pixel_centers', !alignCorners),
  ];
}
