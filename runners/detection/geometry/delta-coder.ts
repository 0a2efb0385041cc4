import { exactLog } from '../../../common/random.ts';
import type { Size } from './anchors.ts';
import { type Boxes, boxCount } from './boxes.ts';
import { exactExp } from './exponential.ts';

/** How boxes become regression targets: (delta - mean) / std per coordinate dx, dy, dw, dh. */
export interface DeltaCoder {
  readonly means: readonly [number, number, number, number];
  readonly stds: readonly [number, number, number, number];
  /** Whether decoded boxes are clipped to the picture (default true). */
  readonly clip?: boolean;
}

/** Anchors of RetinaNet and the RPN. */
export const anchorCoder: DeltaCoder = { means: [0, 0, 0, 0], stds: [1, 1, 1, 1] };
/** Second stage of Faster R-CNN (configs/_base_/models/faster-rcnn_r50_fpn.py). */
export const roiCoder: DeltaCoder = { means: [0, 0, 0, 0], stds: [0.1, 0.1, 0.2, 0.2] };

const { fround, max, min } = Math;

/** No box grows or shrinks by more than one over this factor: `wh_ratio_clip`. */
export const shapeRatioClip = 16 / 1000;
export const largestLog = fround(-exactLog(shapeRatioClip));

/**
 * Deltas from each prior to the true box in the same row, [N, 4] in float32.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/task_modules/coders/delta_xywh_bbox_coder.py,
 * `bbox2delta`.
 */
export function encodeDeltas(priors: Boxes, truth: Boxes, coder: DeltaCoder): Float32Array {
  const deltas = new Float32Array(priors.length);
  for (let at = 0; at < priors.length; at += 4) {
    const prior = centred(priors, at);
    const wanted = centred(truth, at);
    const raw = [
      fround(fround(wanted.x - prior.x) / prior.width),
      fround(fround(wanted.y - prior.y) / prior.height),
      log(fround(wanted.width / prior.width)),
      log(fround(wanted.height / prior.height)),
    ];
    for (let part = 0; part < 4; part += 1) {
      deltas[at + part] =
        fround((raw[part] as number) - fround(coder.means[part] as number)) /
        fround(coder.stds[part] as number);
    }
  }
  return deltas;
}

/**
 * The boxes that deltas stand for, [N, C * 4] in float32.
 *
 * @param deltas [N, C * 4]: C boxes per prior (class-specific regression), or one
 * @param shape the picture to which boxes are clipped: x in [0, width], y in [0, height]; null for
 *   none
 */
export function decodeDeltas(
  priors: Boxes,
  deltas: Float32Array,
  coder: DeltaCoder,
  shape: Size | null,
): Boxes {
  const perPrior = priors.length === 0 ? 0 : deltas.length / priors.length;
  const clipped = shape !== null && coder.clip !== false;
  const boxes = new Float32Array(deltas.length);
  let at = 0;
  for (let index = 0; index < boxCount(priors); index += 1) {
    const prior = centred(priors, index * 4);
    for (let each = 0; each < perPrior; each += 1, at += 4) {
      const delta = (part: number) =>
        fround(
          fround((deltas[at + part] as number) * fround(coder.stds[part] as number)) +
            fround(coder.means[part] as number),
        );
      const bounded = (value: number) => max(-largestLog, min(largestLog, value));
      const x = fround(prior.x + fround(prior.width * delta(0)));
      const y = fround(prior.y + fround(prior.height * delta(1)));
      const width = fround(prior.width * fround(exactExp(bounded(delta(2)))));
      const height = fround(prior.height * fround(exactExp(bounded(delta(3)))));
      const [across, down] = [fround(width * 0.5), fround(height * 0.5)];
      boxes[at] = fround(x - across);
      boxes[at + 1] = fround(y - down);
      boxes[at + 2] = fround(x + across);
      boxes[at + 3] = fround(y + down);
      if (clipped) clipBox(boxes, at, shape);
    }
  }
  return boxes;
}

function clipBox(boxes: Boxes, at: number, [height, width]: Size): void {
  for (let part = 0; part < 4; part += 1) {
    const bound = part % 2 === 0 ? width : height;
    boxes[at + part] = max(0, min(bound, boxes[at + part] as number));
  }
}

interface Centred {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function centred(boxes: Boxes, at: number): Centred {
  const x1 = boxes[at] as number;
  const y1 = boxes[at + 1] as number;
  const x2 = boxes[at + 2] as number;
  const y2 = boxes[at + 3] as number;
  return {
    x: fround(fround(x1 + x2) * 0.5),
    y: fround(fround(y1 + y2) * 0.5),
    width: fround(x2 - x1),
    height: fround(y2 - y1),
  };
}

/**
 * Natural logarithm in float32; what `Math.log` says where there is none (0, negative, infinite).
 */
function log(value: number): number {
  return value > 1e-37 && value < Number.POSITIVE_INFINITY
    ? fround(exactLog(value))
    : Math.log(value);
}
