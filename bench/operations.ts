/*
 * Multiplications of one forward pass, by which `plan` estimates what was never measured. As a
 * program: counts every network of classification and writes suites/operations.json, and the shapes
 * of each (network-shapes.ts) with it (`make operations`). A test counts some of them again.
 */
import '../runners/networks/all.ts';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { withoutWinograd } from '../runners/engine/ops/kernels.ts';
import {
  inputNode,
  type RecordedNode,
  readNode,
  recordFunction,
} from '../runners/engine/record.ts';
import { tf } from '../runners/engine/tensorflow.ts';
import type { FunctionSpec } from '../runners/engine/types.ts';
import { forwardContext } from '../runners/networks/forward.ts';
import { createNetwork, networkNames } from '../runners/networks/registry.ts';
import { allShapes } from './network-shapes.ts';

/** Classes of the counted classifiers: they hardly matter. */
const classes = 100;

type Shape = readonly number[];

/**
 * Multiplications with their additions of a network for one picture: of convolutions and matrix
 * products. The other operations of a pass add little to them.
 */
export function multiplications(name: string): number {
  const network = createNetwork(name, { classes });
  const images = [1, ...network.inputShape];
  const state = Object.fromEntries(
    network.params.map(({ name: param, shape }) => [param, tf.zeros([...shape])]),
  );
  const spec: FunctionSpec = {
    inputs: { images: { shape: images, dtype: 'float32' } },
    run: (tensors, inputs) => ({
      outputs: {
        logits: network.forward(forwardContext(tensors, false), inputs['images'] as Tensor4D)
          .logits,
      },
      state: {},
    }),
  };
  // Winograd's convolutions need fewer, and so would hide what the network asks for.
  const { nodes } = withoutWinograd(() => recordFunction('forward', spec, state));
  tf.dispose(state);
  const shapes = new Map<string, Shape>([[`${inputNode('forward', 'images')}:0`, images]]);
  for (const { name: param, shape } of network.params) {
    shapes.set(`${readNode('forward', param)}:0`, shape);
  }
  for (const node of nodes) {
    const results = node.kind === 'op' ? node.shapes : [node.shape];
    results.forEach((shape, index) => {
      shapes.set(`${node.name}:${index}`, shape);
    });
  }
  return nodes.reduce((sum, node) => sum + ofNode(node, shapes), 0);
}

/** An operation that multiplies a matrix, or a picture with a kernel; 0 for all others. */
function ofNode(node: RecordedNode, shapes: ReadonlyMap<string, Shape>): number {
  if (node.kind !== 'op') return 0;
  const [result = []] = node.shapes;
  const operand = (place: number): Shape => {
    const edge = node.inputs[place];
    const shape = edge === undefined ? undefined : shapes.get(`${edge.node}:${edge.index}`);
    if (shape === undefined)
      throw new TypeError(`The shape of an operand of ${node.name} is not known.`);
    return shape;
  };
  // Every value of the result is a sum over the kernel, or over a row of the first matrix.
  if (/Conv2D/.test(node.op)) {
    const [height = 1, width = 1, inputs = 1] = operand(1);
    const depthwise = node.op.startsWith('Depthwise');
    return sizeOf(result) * height * width * (depthwise ? 1 : inputs);
  }
  if (/MatMul/.test(node.op)) {
    const first = operand(0);
    // Of [.., m, k] and [.., k, n]: either may be transposed, so the sizes tell k.
    const m = sizeOf(result) / (result.at(-1) ?? 1);
    return sizeOf(result) * (sizeOf(first) / m);
  }
  return 0;
}

const sizeOf = (shape: Shape) => shape.reduce((product, side) => product * side, 1);

/** Every network with its count, as the file has them. */
export function countAll(): Readonly<Record<string, { multiplications: number; side: number }>> {
  return Object.fromEntries(
    networkNames().map((name) => {
      const [side] = createNetwork(name, { classes }).inputShape;
      return [name, { multiplications: multiplications(name), side }];
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = new URL('../suites/operations.json', import.meta.url);
  writeFileSync(file, `${JSON.stringify(countAll(), null, 2)}\n`);
  const shapes = new URL('../runners/catalogue/network-shapes.json', import.meta.url);
  writeFileSync(shapes, allShapes());
}
