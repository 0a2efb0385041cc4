import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import { retinaAnchors } from '../../detection/families/retinanet/anchors.ts';
import { retinaTargets } from '../../detection/families/retinanet/targets.ts';
import { anchorGrid, type Truth } from '../../detection/geometry/anchor-targets.ts';
import { levelCounts } from '../../detection/geometry/anchors.ts';
import { boxCount } from '../../detection/geometry/boxes.ts';
import type { DecodedPicture } from '../../detection/geometry/detections.ts';
import {
  type CandidateRows,
  type DenseTestConfig,
  decodeCandidates,
} from '../../detection/parts/decode.ts';
import { denseCandidates } from '../../detection/parts/dense-candidates.ts';
import { createProgram } from '../../engine/program.ts';
import { tf } from '../../engine/tensorflow.ts';
import { GoldenNode } from '../golden.ts';
import type { Mode } from '../networks.ts';
import { Comparison } from '../tolerance.ts';
import { compareDetections } from './detection-list.ts';
import { denseTestOf } from './detector-config.ts';
import {
  boxesOf,
  denseOutput,
  type HeadOutputs,
  headOutputs,
  integersOf,
  sizeOf,
} from './layout.ts';

/**
 * The parts of RetinaNet's head that are outside the recorded step: targets, checked by the losses
 * that they give in float64 (the losses and gradients of the step itself are another check), and
 * detections, whose candidates the graph of an evaluation chooses.
 */
export const retinaHeadCheck =
  (mode: Mode): ParityCheck =>
  (file) => {
    const cases = GoldenNode.of(file).get('cases').list();
    return cases.map((node, index) => {
      const name = node.get('name').text();
      const outputs = headOutputs(cases, node);
      return node.has('detections')
        ? detectionCase(file.path, `${name} ${index + 1}`, node, cases, outputs, mode)
        : targetCase(file.path, `${name}, targets`, node, outputs);
    });
  };

/** Truth of every picture of a case. */
export function truthsOf(node: GoldenNode): Truth[] {
  const boxes = node.get('gt_bboxes').list().map(boxesOf);
  const labels = node.optional('gt_labels')?.list().map(integersOf);
  return node
    .get('metas')
    .list()
    .map((meta, picture) => {
      const own = boxes[picture] as Float32Array;
      return {
        boxes: own,
        labels: labels?.[picture] ?? new Int32Array(boxCount(own)),
        imgShape: sizeOf(meta.get('img_shape')),
        padShape: sizeOf(meta.get('pad_shape')),
      };
    });
}

function targetCase(
  path: string,
  name: string,
  node: GoldenNode,
  outputs: HeadOutputs,
): ParityCase {
  const classes = node.get('num_classes').number();
  const grid = anchorGrid(retinaAnchors(), outputs.sizes);
  const truths = truthsOf(node);
  const targets = retinaTargets(grid, truths, classes);
  const counts = levelCounts(grid.config, grid.sizes);
  const cls = new Float64Array(counts.length);
  const box = new Float64Array(counts.length);
  truths.forEach((_, picture) => {
    const output = denseOutput(outputs, picture, grid.anchors, classes);
    let anchor = 0;
    counts.forEach((count, level) => {
      for (const end = anchor + count; anchor < end; anchor += 1) {
        const at = picture * boxCount(grid.anchors) + anchor;
        const weight = targets.labelWeights[at] as number;
        for (let label = 0; label < classes; label += 1) {
          const logit = output.logits[anchor * classes + label] as number;
          cls[level] = (cls[level] as number) + weight * focal(logit, targets.labels[at] === label);
        }
        for (let part = 0; part < 4; part += 1) {
          const delta = output.deltas[anchor * 4 + part] as number;
          const distance = Math.abs(delta - (targets.boxTargets[at * 4 + part] as number));
          box[level] = (box[level] as number) + (targets.boxWeights[at] as number) * distance;
        }
      }
    });
  });
  const comparison = new Comparison(path, name);
  const golden = node.get('losses_f64');
  for (const [key, sums] of Object.entries({ loss_cls: cls, loss_bbox: box })) {
    const levels = golden.get(key).get('levels').numbers();
    comparison.array(
      key,
      sums.map((sum) => sum / targets.normaliser),
      levels,
      1e-6,
    );
  }
  return comparison.result();
}

/** Focal loss of one logit (Lin et al. 2017, eq. 5) with alpha 0.25 and gamma 2. */
function focal(logit: number, positive: boolean): number {
  const right = 1 / (1 + Math.exp(positive ? -logit : logit));
  return -(positive ? 0.25 : 0.75) * (1 - right) ** 2 * Math.log(right);
}

function detectionCase(
  path: string,
  name: string,
  node: GoldenNode,
  cases: readonly GoldenNode[],
  outputs: HeadOutputs,
  mode: Mode,
): ParityCase {
  // A decoding case without pictures of its own has those of the case before it.
  const metas = (node.optional('metas') ?? (cases[0] as GoldenNode).get('metas')).list();
  const classes = (cases[0] as GoldenNode).get('num_classes').number();
  const config = denseTestOf(node.get('hyper'));
  const golden = node.get('detections').list();
  const pictures = golden.map((_, picture): DecodedPicture => {
    const meta = metas[picture] as GoldenNode;
    return { imgShape: sizeOf(meta.get('img_shape')), scaleFactor: scaleOf(node, meta) };
  });
  const candidates = candidatesOf(outputs, pictures, classes, config, mode);
  const comparison = new Comparison(path, name);
  golden.forEach((each, picture) => {
    const part = (key: keyof CandidateRows) => {
      const size = candidates[key].length / pictures.length;
      return candidates[key].subarray(picture * size, (picture + 1) * size);
    };
    const rows = { boxes: part('boxes'), scores: part('scores'), labels: part('labels') };
    const found = decodeCandidates(rows, pictures[picture] as DecodedPicture, config);
    compareDetections(comparison, `picture ${picture}`, found, each);
  });
  return comparison.result();
}

/** What the graph chooses of given outputs of the head; of every picture one after the other. */
function candidatesOf(
  { scores, boxes, sizes }: HeadOutputs,
  pictures: readonly DecodedPicture[],
  classes: number,
  config: DenseTestConfig,
  mode: Mode,
): CandidateRows {
  const grid = anchorGrid(retinaAnchors(), sizes);
  // Of the pictures in the file those that the case has detections of.
  const maps = [...scores, ...boxes].map(({ shape: [, ...rest], data }) => ({
    shape: [pictures.length, ...rest],
    values: Float32Array.from(data).subarray(
      0,
      rest.reduce((size, side) => size * side, pictures.length),
    ),
  }));
  const program = createProgram({
    mode,
    state: {},
    initial: {},
    functions: {
      choose: {
        inputs: {
          ...Object.fromEntries(
            maps.map(({ shape }, level) => [`map${level}`, { shape, dtype: 'float32' as const }]),
          ),
          imgShapes: { shape: [pictures.length, 2], dtype: 'float32' },
        },
        run(_, inputs) {
          const levels = maps.map(
            (__, level) =>
              tf.transpose(inputs[`map${level}`] as Tensor4D, [0, 2, 3, 1]) as Tensor4D,
          );
          const output = {
            logits: levels.slice(0, scores.length),
            boxes: levels.slice(scores.length),
          };
          const imgShapes = inputs['imgShapes'] as Tensor2D;
          return {
            outputs: { ...denseCandidates(output, grid.anchors, imgShapes, classes, config) },
            state: {},
          };
        },
      },
    },
  });
  try {
    return program.call('choose', {
      ...Object.fromEntries(maps.map(({ values }, level) => [`map${level}`, values])),
      imgShapes: Float32Array.from(pictures.flatMap(({ imgShape }) => [...imgShape])),
    }) as unknown as CandidateRows;
  } finally {
    program.dispose();
  }
}

function scaleOf(node: GoldenNode, meta: GoldenNode): [number, number] | null {
  if (!node.get('rescale').flag()) return null;
  const [width, height] = meta.get('scale_factor').numbers();
  return [width as number, height as number];
}
