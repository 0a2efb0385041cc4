import { type Boxes, boxCount } from '../../geometry/boxes.ts';
import { decodeDeltas, roiCoder } from '../../geometry/delta-coder.ts';
import {
  type DecodedPicture,
  type Detections,
  type FilterConfig,
  filterDetections,
  rescaled,
} from '../../geometry/detections.ts';
import { exactExp } from '../../geometry/exponential.ts';

export interface RoiTestConfig extends FilterConfig {
  /** Scores must be greater than this. */
  readonly scoreThreshold: number;
}

/** configs/_base_/models/faster-rcnn_r50_fpn.py of mmdetection 3.3.0. */
export const roiTest: RoiTestConfig = {
  scoreThreshold: 0.05,
  iouThreshold: 0.5,
  maxPerPicture: 100,
  minBoxSize: -1,
};

/**
 * Detections of the second stage in one picture: every region gives one box per class.
 *
 * Official files: mmdetection 3.3.0 mmdet/models/roi_heads/bbox_heads/bbox_head.py and
 * mmdet/models/layers/bbox_nms.py, `multiclass_nms`.
 *
 * @param rois [R, 4]
 * @param logits [R, K + 1], background last
 * @param deltas [R, 4 K]
 */
export function decodeRois(
  rois: Boxes,
  logits: Float32Array,
  deltas: Float32Array,
  classes: number,
  picture: DecodedPicture,
  config: RoiTestConfig = roiTest,
): Detections {
  const all = rescaled(decodeDeltas(rois, deltas, roiCoder, picture.imgShape), picture);
  const threshold = Math.fround(config.scoreThreshold);
  const boxes: number[] = [];
  const scores: number[] = [];
  const labels: number[] = [];
  for (let roi = 0; roi < boxCount(rois); roi += 1) {
    const row = softmax(logits.subarray(roi * (classes + 1), (roi + 1) * (classes + 1)));
    for (let label = 0; label < classes; label += 1) {
      const score = row[label] as number;
      if (!(score > threshold)) continue;
      const at = (roi * classes + label) * 4;
      boxes.push(...all.subarray(at, at + 4));
      scores.push(score);
      labels.push(label);
    }
  }
  const found = {
    boxes: Float32Array.from(boxes),
    scores: Float32Array.from(scores),
    labels: Int32Array.from(labels),
  };
  return filterDetections(found, config);
}

/** Softmax of one row, rounded to float32 once. */
function softmax(logits: Float32Array): Float32Array {
  const top = logits.reduce((largest, value) => Math.max(largest, value), Number.NEGATIVE_INFINITY);
  const powers = Array.from(logits, (value) => exactExp(value - top));
  const sum = powers.reduce((total, value) => total + value, 0);
  return Float32Array.from(powers, (value) => value / sum);
}
