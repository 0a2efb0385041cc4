import { anchorGrid, type Truth } from '../../tasks/detection/anchor-targets.ts';
import { levelCounts, retinaAnchors } from '../../tasks/detection/anchors.ts';
import { boxCount } from '../../tasks/detection/boxes.ts';
import { decodeRetina } from '../../tasks/detection/retina-decode.ts';
import { retinaTargets } from '../../tasks/detection/retina-targets.ts';
import { GoldenNode } from '../golden.ts';
import { Comparison } from '../tolerance.ts';
import type { ParityCase, ParityCheck } from '../types.ts';
import { compareDetections } from './detection-list.ts';
import {
  boxesOf,
  denseOutput,
  type HeadOutputs,
  headOutputs,
  integersOf,
  sizeOf,
} from './layout.ts';

/**
 * What of RetinaNet's head is outside the recorded step: targets, checked by the losses that they give in float64 (the
 * losses and gradients of the step itself are another check), and decoding to detections.
 */
export const retinaHeadCheck: ParityCheck = (file) => {
  const cases = GoldenNode.of(file).get('cases').list();
  return cases.map((node, index) => {
    const name = node.get('name').text();
    const outputs = headOutputs(cases, node);
    return node.has('detections')
      ? detectionCase(file.path, `${name} ${index + 1}`, node, cases, outputs)
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
): ParityCase {
  // A decoding case without pictures of its own has those of the case before it.
  const metas = (node.optional('metas') ?? (cases[0] as GoldenNode).get('metas')).list();
  const classes = (cases[0] as GoldenNode).get('num_classes').number();
  const grid = anchorGrid(retinaAnchors(), outputs.sizes);
  const hyper = node.get('hyper');
  const comparison = new Comparison(path, name);
  node
    .get('detections')
    .list()
    .forEach((golden, picture) => {
      const meta = metas[picture] as GoldenNode;
      const found = decodeRetina(
        denseOutput(outputs, picture, grid.anchors, classes),
        classes,
        { imgShape: sizeOf(meta.get('img_shape')), scaleFactor: scaleOf(node, meta) },
        {
          scoreThreshold: hyper.get('score_thr').number(),
          nmsPre: hyper.get('nms_pre').number(),
          iouThreshold: hyper.get('nms').get('iou_threshold').number(),
          maxPerPicture: hyper.get('max_per_img').number(),
          minBoxSize: hyper.get('min_bbox_size').number(),
        },
      );
      compareDetections(comparison, `picture ${picture}`, found, golden);
    });
  return comparison.result();
}

function scaleOf(node: GoldenNode, meta: GoldenNode): [number, number] | null {
  if (!node.get('rescale').flag()) return null;
  const [width, height] = meta.get('scale_factor').numbers();
  return [width as number, height as number];
}
