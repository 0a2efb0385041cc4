import type { Size } from '../../detection/geometry/anchors.ts';
import type { DenseOutput } from '../../detection/parts/two-stage/rpn-proposals.ts';
import type { GoldenNode, GoldenTensor } from '../golden.ts';

/** Boxes of a golden tensor [N, 4]. */
export const boxesOf = (node: GoldenNode): Float32Array => Float32Array.from(node.tensor().data);

export const integersOf = (node: GoldenNode): Int32Array => Int32Array.from(node.tensor().data);

/** A size [height, width] of a golden file. */
export function sizeOf(node: GoldenNode): Size {
  const [height, width] = node.shape();
  if (height === undefined || width === undefined) {
    throw node.malformed('must be [height, width]');
  }
  return [height, width];
}

/**
 * One picture's rows of a head's output [B, A C, H, W] in the order of anchors: [H W A, C].
 *
 * @param channels C: values per anchor
 */
export function anchorRows(map: GoldenTensor, picture: number, channels: number): Float32Array {
  const [, depth, height, width] = map.shape as [number, number, number, number];
  const cells = height * width;
  const rows = new Float32Array(depth * cells);
  const start = picture * depth * cells;
  for (let channel = 0; channel < depth; channel += 1) {
    for (let cell = 0; cell < cells; cell += 1) {
      rows[cell * depth + channel] = map.data[start + channel * cells + cell] as number;
    }
  }
  if (depth % channels !== 0)
    throw new RangeError(`${depth} channels are no multiple of ${channels}`);
  return rows;
}

/** Levels of one picture, concatenated. */
export function concatenated(levels: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(levels.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const level of levels) {
    whole.set(level, at);
    at += level.length;
  }
  return whole;
}

/** Given outputs of a dense head, per level. */
export interface HeadOutputs {
  readonly scores: readonly GoldenTensor[];
  readonly boxes: readonly GoldenTensor[];
  readonly sizes: readonly Size[];
}

/** `inputs` of a case; a text there refers to the case of that name before it. */
export function headOutputs(cases: readonly GoldenNode[], node: GoldenNode): HeadOutputs {
  const inputs = inputsOf(cases, node);
  const scores = inputs
    .get('cls_scores')
    .list()
    .map((level) => level.tensor());
  const boxes = inputs
    .get('bbox_preds')
    .list()
    .map((level) => level.tensor());
  const sizes = scores.map(({ shape }): Size => [shape[2] as number, shape[3] as number]);
  return { scores, boxes, sizes };
}

function inputsOf(cases: readonly GoldenNode[], node: GoldenNode): GoldenNode {
  const inputs = node.get('inputs');
  let reference: string;
  try {
    reference = inputs.text();
  } catch {
    return inputs;
  }
  const name = /case (\w+)$/.exec(reference)?.[1];
  const found = cases.find((each) => each.get('name').text() === name);
  if (found === undefined) throw inputs.malformed(`names the unknown case ${reference}`);
  return found.get('inputs');
}

/** One picture's part of a dense head's outputs. */
export function denseOutput(
  outputs: HeadOutputs,
  picture: number,
  anchors: Float32Array,
  classes: number,
): DenseOutput {
  const logits = outputs.scores.map((level) => anchorRows(level, picture, classes));
  return {
    logits: concatenated(logits),
    deltas: concatenated(outputs.boxes.map((level) => anchorRows(level, picture, 4))),
    anchors,
    levelCounts: logits.map(({ length }) => length / classes),
  };
}
