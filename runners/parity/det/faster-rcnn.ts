import type { Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import { fasterRcnn } from '../../detection/families/faster-rcnn/network.ts';
import { decodeRois } from '../../detection/parts/two-stage/decode.ts';
import { proposals } from '../../detection/parts/two-stage/proposals.ts';
import type { TestStep } from '../../detection/types.ts';
import { tf } from '../../engine/tensorflow.ts';
import { GoldenNode } from '../golden.ts';
import type { Mode } from '../networks.ts';
import { Comparison, relativeTolerance } from '../tolerance.ts';
import { detectorOptions } from './detector-config.ts';
import { compareNoisy } from './network-file.ts';
import { fasterRcnnSpec, regionLimits } from './rcnn-config.ts';
import { proposalsCase, type RcnnCheck, rpnGrid } from './rcnn-regions.ts';
import { trainCases, trainFunction } from './rcnn-training.ts';
import { checkDetector, detectionsCase, type Outputs, partOf } from './whole-detector.ts';

/**
 * A whole Faster R-CNN against mmdetection's with the same weights and pictures: names and order of
 * the state, maps, proposals, the second stage on given regions, detections, and a training step
 * with the recorded random choices: samples, losses, gradients.
 */
export const fasterRcnnCheck =
  (mode: Mode): ParityCheck =>
  (file) => {
    const root = GoldenNode.of(file);
    const detector = fasterRcnn('faster-rcnn', fasterRcnnSpec(root), detectorOptions(root));
    return checkDetector(mode, file.path, root, detector, {
      mapNames: {
        backbone: 'backbone',
        fpn: 'features',
        rpn_cls: 'logits',
        rpn_reg: 'boxes',
      },
      testOutputs,
      train: trainFunction,
      testCases: (check, outputs) => [
        proposalsCase(check, 'proposals in the test', root.get('rpn_proposals_test'), outputs),
        headCase(check, outputs),
        foundCase(check, outputs),
      ],
      trainCases,
    });
  };

/**
 * Regions of the file's box head, as every picture sees them all. Some reach beyond the picture.
 */
function givenRegions(root: GoldenNode, pictures: number): { regions: Tensor3D; longest: number } {
  const { data, shape } = root.get('box_head').get('rois').tensor();
  const boxes = Array.from({ length: shape[0] as number }, (_, row) => [
    ...data.slice(row * 5 + 1, row * 5 + 5),
  ]).flat();
  const all = Array.from({ length: pictures }, () => boxes).flat();
  const regions = tf.tensor3d(Float32Array.from(all), [pictures, boxes.length / 4, 4]);
  const edges = boxes.map((end, at) => (at % 4 < 2 ? 0 : end - (boxes[at - 2] as number)));
  return { regions, longest: Math.max(...edges) };
}

/** Proposals, and the second stage on the file's regions. */
function testOutputs(
  { root, detector, pictures }: RcnnCheck,
  { context, output, imgShapes }: TestStep,
): Readonly<Record<string, Tensor>> {
  const { regions, longest } = givenRegions(root, pictures.spec.shape[0]);
  const given = detector.secondStage(context, output, regions, longest);
  const { anchors } = rpnGrid(pictures);
  const { boxes, scores, valid } = proposals(output, anchors, imgShapes, regionLimits(root).test);
  return { boxes, scores, valid, givenLogits: given.logits, givenDeltas: given.deltas };
}

/** The second stage on the file's regions: the rows of the picture that each is of. */
function headCase({ path, root, pictures, detector }: RcnnCheck, outputs: Outputs): ParityCase {
  const comparison = new Comparison(path, 'second stage');
  const head = root.get('box_head');
  const rois = head.get('rois').tensor();
  const [count] = pictures.spec.shape;
  const rows = rois.shape[0] as number;
  const rowsOf = (name: string, width: number) =>
    Float32Array.from({ length: rows * width }, (_, at) => {
      const row = Math.floor(at / width);
      const picture = rois.data[row * 5] as number;
      return partOf(outputs, name, picture, count)[row * width + (at % width)] as number;
    });
  const width = detector.classes + 1;
  const logits = { shape: [rows, width], data: rowsOf('givenLogits', width) };
  const golden = head.get('cls_score').tensor();
  const deltas = { shape: [rows, width * 4 - 4], data: rowsOf('givenDeltas', width * 4 - 4) };
  // The noise of logits is not recorded; that of the regressions, from the same layer before, is.
  const noise = head.get('bbox_pred');
  const tolerance = relativeTolerance(
    noise.get('f32_vs_f64_maxabs').number(),
    noise.get('maxabs').number(),
  );
  comparison.tensor('cls_score', logits, golden, tolerance);
  compareNoisy(comparison, 'bbox_pred', deltas, noise);
  return comparison.result();
}

function foundCase(check: RcnnCheck, outputs: Outputs): ParityCase {
  const { classes } = check.detector;
  const { test } = regionLimits(check.root).head;
  return detectionsCase(check, outputs, test.maxPerPicture, (part, picture, maxPerPicture) => {
    const valid = part('valid').reduce((sum, flag) => sum + flag, 0);
    return decodeRois(
      part('regions').subarray(0, valid * 4),
      part('logits').subarray(0, valid * (classes + 1)),
      part('deltas').subarray(0, valid * 4 * classes),
      classes,
      picture,
      { ...test, maxPerPicture },
    );
  });
}
