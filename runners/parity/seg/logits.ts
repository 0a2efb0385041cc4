import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import { ignoreLabel } from '../../data/dense/types.ts';
import { lossAndGradients, resizeBilinear } from '../../engine/ops/index.ts';
import { createProgram } from '../../engine/program.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { TensorMap } from '../../engine/types.ts';
import { pixelCrossEntropy } from '../../segmentation/networks/losses.ts';
import { GoldenNode, type GoldenTensor } from '../golden.ts';
import type { Mode } from '../networks.ts';
import { Comparison } from '../tolerance.ts';

/**
 * Both sides compute in single precision; no noise is recorded, so the floor of all tolerances
 * holds.
 */
const tolerance = 1e-5;

/**
 * What becomes of a segmenter's logits: the bilinear resize and its argmax, and cross-entropy with
 * ignored pixels.
 */
export const segmentationLogitsCheck =
  (mode: Mode): ParityCheck =>
  (file) =>
    GoldenNode.of(file)
      .get('cases')
      .list()
      .map((node) => {
        const run = node.has('size') ? resizeCase : lossCase;
        return run(file.path, node, mode);
      });

function resizeCase(path: string, node: GoldenNode, mode: Mode): ParityCase {
  const comparison = new Comparison(path, node.get('name').text());
  const [height, width] = node.get('size').shape() as [number, number];
  const alignCorners = node.get('align_corners').flag();
  const logits = node.get('logits').tensor();
  const outputs = call(mode, { logits }, ({ logits: map }) => {
    const resized = resizeBilinear(nhwc(map), [height, width], { alignCorners });
    const first = tf.slice(resized, [0, 0, 0, 0], [1, height, width, 1]);
    return { first, classes: tf.cast(tf.argMax(resized, 3), 'int32') };
  });
  const expected = node.get('resized_sample0_channel0').tensor().data;
  comparison.array('resized map', outputs['first'] ?? [], expected, tolerance);
  const classes = [...node.get('argmax').tensor().data];
  comparison.equal('class of every pixel', [...(outputs['classes'] ?? [])], classes);
  return comparison.result();
}

function lossCase(path: string, node: GoldenNode, mode: Mode): ParityCase {
  const comparison = new Comparison(path, node.get('name').text());
  node.get('ignore_index').fixed(ignoreLabel);
  const tensors = { logits: node.get('logits').tensor(), labels: node.get('labels').tensor() };
  for (const [which, averageCounted] of [
    ['all', false],
    ['valid', true],
  ] as const) {
    const outputs = call(mode, tensors, ({ logits, labels }) => {
      const { loss, gradients } = lossAndGradients({ logits: logits as Tensor }, () => ({
        loss: pixelCrossEntropy(nhwc(logits), labels as Tensor3D, { averageCounted }),
        aux: {},
      }));
      return { loss, gradient: gradients['logits'] as Tensor };
    });
    const name = `mean_over_${which}_pixels`;
    const loss = outputs['loss']?.[0] as number;
    comparison.scalar(`loss ${name}`, loss, node.get(`loss_${name}`).number(), tolerance);
    const gradient = node.get(`grad_${name}`).tensor().data;
    comparison.array(`gradient ${name}`, outputs['gradient'] ?? [], gradient, tolerance);
  }
  return comparison.result();
}

const nhwc = (map: Tensor | undefined) => tf.transpose(map as Tensor, [0, 2, 3, 1]) as Tensor4D;

function call(
  mode: Mode,
  tensors: Readonly<Record<string, GoldenTensor>>,
  run: (inputs: TensorMap) => TensorMap,
) {
  const program = createProgram({
    mode,
    state: {},
    initial: {},
    functions: {
      run: {
        inputs: Object.fromEntries(
          Object.entries(tensors).map(([name, { shape, dtype }]) => [
            name,
            { shape, dtype: dtype === 'float' ? 'float32' : 'int32' },
          ]),
        ),
        run: (_state, inputs) => ({ outputs: run(inputs), state: {} }),
      },
    },
  });
  try {
    return program.call(
      'run',
      Object.fromEntries(
        Object.entries(tensors).map(([name, { dtype, data }]) => [
          name,
          dtype === 'float' ? Float32Array.from(data) : Int32Array.from(data),
        ]),
      ),
    );
  } finally {
    program.dispose();
  }
}
