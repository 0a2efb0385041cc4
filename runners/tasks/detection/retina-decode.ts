import { exactLog } from '../../../common/random.ts';
import { type Boxes, takeBoxes } from './boxes.ts';
import { anchorCoder, decodeDeltas } from './delta-coder.ts';
import {
  type DecodedPicture,
  type Detections,
  type FilterConfig,
  filterDetections,
  rescaled,
} from './detections.ts';
import { sigmoid } from './exponential.ts';
import { orderByScore } from './nms.ts';

export interface RetinaTestConfig extends FilterConfig {
  /** Scores must be greater than this. */
  readonly scoreThreshold: number;
  /** Candidates (anchor, class) of each level that go on. */
  readonly nmsPre: number;
}

/** configs/_base_/models/retinanet_r50_fpn.py of mmdetection 3.3.0. */
export const retinaTest: RetinaTestConfig = {
  scoreThreshold: 0.05,
  nmsPre: 1000,
  iouThreshold: 0.5,
  maxPerPicture: 100,
  minBoxSize: 0,
};

/** A dense head's output for one picture, levels concatenated in the order of the anchors. */
export interface DenseOutput {
  /** [N, K] */
  readonly logits: Float32Array;
  /** [N, 4] */
  readonly deltas: Float32Array;
  readonly anchors: Boxes;
  /** Anchors of each level; their sum is N. */
  readonly levelCounts: readonly number[];
}

/**
 * Detections of a RetinaNet in one picture.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/base_dense_head.py, `_predict_by_feat_single`.
 */
export function decodeRetina(
  output: DenseOutput,
  classes: number,
  picture: DecodedPicture,
  config: RetinaTestConfig = retinaTest,
): Detections {
  const anchors: number[] = [];
  const scores: number[] = [];
  const labels: number[] = [];
  let start = 0;
  for (const count of output.levelCounts) {
    const level = candidatesOf(output.logits, start * classes, count * classes, config);
    for (const { pair, score } of level) {
      anchors.push(start + Math.trunc(pair / classes));
      labels.push(pair % classes);
      scores.push(score);
    }
    start += count;
  }
  const boxes = decodeDeltas(
    takeBoxes(output.anchors, anchors),
    takeBoxes(output.deltas, anchors),
    anchorCoder,
    picture.imgShape,
  );
  const found = {
    boxes: rescaled(boxes, picture),
    scores: Float32Array.from(scores),
    labels: Int32Array.from(labels),
  };
  return filterDetections(found, config);
}

/** The best (anchor, class) pairs of a level above the threshold, best first. */
function candidatesOf(
  logits: Float32Array,
  start: number,
  count: number,
  { scoreThreshold, nmsPre }: RetinaTestConfig,
): { pair: number; score: number }[] {
  const threshold = Math.fround(scoreThreshold);
  // Nearly all pairs are far below the threshold, and a logistic function costs much more than a comparison.
  const lowest =
    threshold > 0 && threshold < 1
      ? exactLog(threshold / (1 - threshold)) - 1e-3
      : Number.NEGATIVE_INFINITY;
  const pairs: number[] = [];
  const scores: number[] = [];
  for (let pair = 0; pair < count; pair += 1) {
    const logit = logits[start + pair] as number;
    if (logit < lowest) continue;
    const score = sigmoid(logit);
    if (!(score > threshold)) continue;
    pairs.push(pair);
    scores.push(score);
  }
  return Array.from(orderByScore(scores).subarray(0, nmsPre), (row) => ({
    pair: pairs[row] as number,
    score: scores[row] as number,
  }));
}
