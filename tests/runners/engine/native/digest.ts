// A process that runs every kernel on maps of many parts and prints a digest of the bits.
import { createHash } from 'node:crypto';
import { attribute, execute } from '../../../../runners/engine/ops/native.ts';
import { type OpAttribute, tf } from '../../../../runners/engine/tensorflow.ts';

const hash = createHash('sha256');
const random = (shape: readonly number[], scale = 3) => {
  const size = shape.reduce((product, side) => product * side, 1);
  const values = Float32Array.from({ length: size }, (_, at) => Math.sin(at * 12.9898) * scale);
  return tf.tensor(values, [...shape]);
};

function digest(
  op: string,
  attributes: readonly OpAttribute[],
  shapes: readonly (readonly number[])[],
  outputs = 1,
): void {
  const operands = shapes.map((shape, at) => random(shape, at + 1));
  for (const result of execute(op, attributes, operands, outputs)) {
    const values = result.dataSync();
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
}

const factor = [attribute.float('factor', 0.3)];
const epsilon = [attribute.float('epsilon', 1e-6)];
digest('RedistillGelu', [], [[150_001]]);
digest('RedistillGeluGradient', [], [[150_001], [150_001]]);
const [rows, width] = [3001, 77];
digest('RedistillLayerNorm', epsilon, [[rows, width], [width], [width]], 3);
digest(
  'RedistillLayerNormGradient',
  [],
  [[rows, width], [rows, width], [width], [rows], [rows]],
  3,
);
digest('RedistillSoftmax', factor, [[rows, width]]);
digest('RedistillBiasedSoftmax', factor, [
  [5 * width, width],
  [width, width],
]);
digest('RedistillSoftmaxGradient', factor, [
  [rows, width],
  [rows, width],
]);
digest('RedistillFocalRows', [attribute.float('alpha', 0.25)], [[rows, width], [rows]], 2);
const step = ['momentum', 'decay', 'nesterov'].map((name) => attribute.float(name, 0.5));
digest('RedistillSgd', step, [[150_001], [150_001], [150_001], [1]], 2);
const flag = (name: string) => [attribute.float(name, 1)];
// Sides that tiles do not cover, and channels that are no whole panel of the widest registers.
const [map, slopes] = [
  [3, 9, 11, 48],
  [3, 9, 11, 80],
];
digest('RedistillWinogradWeights', flag('turned'), [[3, 3, 48, 80]]);
digest('RedistillWinogradWeights', [attribute.float('turned', 0)], [[3, 3, 48, 80]]);
digest('RedistillWinograd', [attribute.float('relu', 0)], [map, [36, 5, 48, 16]]);
digest('RedistillBiasedWinograd', flag('relu'), [map, [36, 5, 48, 16], [80]]);
digest('RedistillWinogradGradient', [], [map, slopes]);
// More tiles than a block has.
digest(
  'RedistillWinograd',
  [attribute.float('relu', 0)],
  [
    [16, 32, 32, 32],
    [36, 1, 32, 16],
  ],
);
digest(
  'RedistillWinogradGradient',
  [],
  [
    [9, 32, 32, 32],
    [9, 32, 32, 16],
  ],
);
// Sums that are too large for parts of the tiles to have their own.
digest(
  'RedistillWinogradGradient',
  [],
  [
    [9, 12, 12, 80],
    [9, 12, 12, 64],
  ],
);
process.stdout.write(`${hash.digest('hex')}\n`);
