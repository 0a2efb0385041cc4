import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import { overlaps, takeBoxes } from '../../detection/geometry/boxes.ts';
import { batchedNms, nms } from '../../detection/geometry/nms.ts';
import { GoldenNode } from '../golden.ts';
import { Comparison } from '../tolerance.ts';
import { boxesOf, integersOf } from './layout.ts';

/** The part of `ops` that is no TensorFlow: suppression and overlaps. */
export const suppressionCheck: ParityCheck = (file) => {
  const root = GoldenNode.of(file);
  return [
    ...root
      .get('nms')
      .list()
      .map((node) => nmsCase(file.path, node)),
    ...root
      .get('batched_nms')
      .list()
      .map((node, index) => batchedCase(file.path, `batched_nms ${index + 1}`, node)),
    overlapCase(file.path, root.get('iou')),
  ];
};

function nmsCase(path: string, node: GoldenNode): ParityCase {
  const scores = boxesOf(node.get('scores'));
  const boxes = boxesOf(node.get('boxes'));
  const least = node.optional('score_threshold')?.number();
  const candidates = [...scores.keys()].filter(
    (index) => least === undefined || (scores[index] as number) > Math.fround(least),
  );
  const kept = nms(
    takeBoxes(boxes, candidates),
    candidates.map((index) => scores[index] as number),
    {
      iouThreshold: node.get('iou_threshold').number(),
      offset: node.optional('offset')?.number() ?? 0,
    },
  );
  const most = node.optional('max_num')?.number() ?? kept.length;
  const own = Array.from(kept.subarray(0, most), (row) => candidates[row]);
  // Where scores are equal, the official sort leaves open who comes first; ties go by rising index
  // here.
  const golden = node.optional('keep_stable_order') ?? node.get('keep');
  return new Comparison(path, `nms ${node.get('name').text()}`)
    .equal('keep', own, [...integersOf(golden)])
    .result();
}

/**
 * Equal scores leave the official order open, and with it who suppresses whom. So the boxes are
 * listed with the official result first: among equal scores the kept ones then come first, in their
 * order, and the result must be that list.
 */
function batchedCase(path: string, name: string, node: GoldenNode): ParityCase {
  const golden = [...integersOf(node.get('keep'))];
  const [scores, classes] = [boxesOf(node.get('scores')), integersOf(node.get('idxs'))];
  const ties = node.optional('ties')?.flag() ?? false;
  const listed = ties
    ? [...golden, ...scores.keys()].filter((index, at, all) => all.indexOf(index) === at)
    : [...scores.keys()];
  const kept = batchedNms(
    takeBoxes(boxesOf(node.get('boxes')), listed),
    listed.map((index) => scores[index] as number),
    listed.map((index) => classes[index] as number),
    {
      iouThreshold: node.get('iou_threshold').number(),
      classAgnostic: node.get('class_agnostic').flag(),
    },
  );
  const own = Array.from(kept, (row) => listed[row]);
  return new Comparison(path, name).equal('keep', own, golden).result();
}

function overlapCase(path: string, node: GoldenNode): ParityCase {
  const [a, b] = [boxesOf(node.get('a')), boxesOf(node.get('b'))];
  const comparison = new Comparison(path, 'overlaps');
  for (const mode of ['iou', 'iof', 'giou'] as const) {
    const data = overlaps(a, b, mode);
    const own = { shape: [a.length / 4, b.length / 4], data };
    comparison.tensor(mode, own, node.get(mode).tensor(), 1e-6);
  }
  return comparison.result();
}
