import type { ParityCase } from '../../../contract/parity.ts';
import type { FasterRcnn } from '../../detection/families/faster-rcnn/network.ts';
import { anchorGrid } from '../../detection/geometry/anchor-targets.ts';
import { pyramidSizes } from '../../detection/geometry/anchors.ts';
import { rpnAnchors } from '../../detection/parts/two-stage/anchors.ts';
import type { GoldenNode } from '../golden.ts';
import { Comparison } from '../tolerance.ts';
import { compareDetections } from './detection-list.ts';
import type { DetectionPictures } from './network-file.ts';
import { type DetectorCheck, type Outputs, partOf } from './whole-detector.ts';

export type RcnnCheck = DetectorCheck<FasterRcnn>;

/** The RPN's anchors of the file's pictures. */
export function rpnGrid({ spec }: DetectionPictures): ReturnType<typeof anchorGrid> {
  const [, height, width] = spec.shape;
  return anchorGrid(rpnAnchors, pyramidSizes([height, width], rpnAnchors.strides));
}

/** Proposals of every picture. */
export function proposalsCase(
  { path, pictures }: RcnnCheck,
  name: string,
  golden: GoldenNode,
  outputs: Outputs,
): ParityCase {
  const comparison = new Comparison(path, name);
  const [count] = pictures.spec.shape;
  golden.list().forEach((node, picture) => {
    const valid = partOf(outputs, 'valid', picture, count).reduce((sum, flag) => sum + flag, 0);
    const found = {
      boxes: partOf(outputs, 'boxes', picture, count).slice(0, valid * 4),
      scores: partOf(outputs, 'scores', picture, count).slice(0, valid),
      labels: new Int32Array(valid),
    };
    compareDetections(comparison, `picture ${picture}`, found, node);
  });
  return comparison.result();
}
