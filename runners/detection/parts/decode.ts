import { takeBoxes } from '../geometry/boxes.ts';
import {
  type DecodedPicture,
  type Detections,
  type FilterConfig,
  filterDetections,
  rescaled,
} from '../geometry/detections.ts';

export interface DenseTestConfig extends FilterConfig {
  /** Scores must be greater than this. */
  readonly scoreThreshold: number;
  /** Candidates (anchor, class) of each level that go on. */
  readonly nmsPre: number;
}

/**
 * The test of one-stage detectors, where their configs say nothing else: mmdetection 3.3.0
 * configs/_base_/models/retinanet_r50_fpn.py.
 */
export const denseTest: DenseTestConfig = {
  scoreThreshold: 0.05,
  nmsPre: 1000,
  iouThreshold: 0.5,
  maxPerPicture: 100,
  minBoxSize: 0,
};

/** What `denseCandidates` gives of one picture. */
export interface CandidateRows {
  /** [P, 4] */
  readonly boxes: Float32Array;
  /** [P]; negative in empty places. */
  readonly scores: Float32Array;
  /** [P] */
  readonly labels: Float32Array;
}

/**
 * Detections of a one-stage detector in one picture: its candidates in the original picture,
 * suppressed within their classes.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/base_dense_head.py,
 * `_bbox_post_process`.
 */
export function decodeCandidates(
  { boxes, scores, labels }: CandidateRows,
  picture: DecodedPicture,
  config: FilterConfig = denseTest,
): Detections {
  const rows: number[] = [];
  scores.forEach((score, row) => {
    if (score >= 0) rows.push(row);
  });
  const at = (values: Float32Array) => (row: number) => values[row] as number;
  const found = {
    boxes: rescaled(takeBoxes(boxes, rows), picture),
    scores: Float32Array.from(rows, at(scores)),
    labels: Int32Array.from(rows, at(labels)),
  };
  return filterDetections(found, config);
}
