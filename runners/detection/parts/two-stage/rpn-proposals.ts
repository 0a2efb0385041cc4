import { type Boxes, takeBoxes } from '../../geometry/boxes.ts';
import { anchorCoder, decodeDeltas } from '../../geometry/delta-coder.ts';
import {
  type DecodedPicture,
  type Detections,
  type FilterConfig,
  filterDetections,
} from '../../geometry/detections.ts';
import { sigmoid } from '../../geometry/exponential.ts';
import { orderByScore } from '../../geometry/nms.ts';

export interface ProposalConfig extends FilterConfig {
  /** Anchors of each level that go on. */
  readonly nmsPre: number;
}

/** configs/_base_/models/faster-rcnn_r50_fpn.py of mmdetection 3.3.0: in tests, and in training. */
export const proposalTest: ProposalConfig = {
  nmsPre: 1000,
  iouThreshold: 0.7,
  maxPerPicture: 1000,
  minBoxSize: 0,
};
export const proposalTrain: ProposalConfig = { ...proposalTest, nmsPre: 2000 };

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
 * Proposals of an RPN in one picture, best first; `labels` is the level that each is from.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/rpn_head.py, `_predict_by_feat_single`.
 *
 * @param output logits [N, 1]
 */
export function rpnProposals(
  output: DenseOutput,
  picture: Pick<DecodedPicture, 'imgShape'>,
  config: ProposalConfig = proposalTest,
): Detections {
  const anchors: number[] = [];
  const scores: number[] = [];
  const levels: number[] = [];
  let start = 0;
  output.levelCounts.forEach((count, level) => {
    const own = output.logits.subarray(start, start + count).map(sigmoid);
    for (const row of orderByScore(own).subarray(0, config.nmsPre)) {
      anchors.push(start + row);
      scores.push(own[row] as number);
      levels.push(level);
    }
    start += count;
  });
  const boxes = decodeDeltas(
    takeBoxes(output.anchors, anchors),
    takeBoxes(output.deltas, anchors),
    anchorCoder,
    picture.imgShape,
  );
  const found = { boxes, scores: Float32Array.from(scores), labels: Int32Array.from(levels) };
  return filterDetections(found, config);
}
