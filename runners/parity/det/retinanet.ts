import { tf } from '../../engine/tensorflow.ts';
import type { FunctionSpec, Program } from '../../engine/types.ts';
import { backbones } from '../../models/detection/backbone.ts';
import { retinaLosses } from '../../models/detection/retina-losses.ts';
import { retinanet } from '../../models/detection/retinanet.ts';
import { anchorGrid } from '../../tasks/detection/anchor-targets.ts';
import { pyramidSizes, retinaAnchors } from '../../tasks/detection/anchors.ts';
import { decodeCandidates, retinaTest } from '../../tasks/detection/retina-decode.ts';
import { retinaTargets } from '../../tasks/detection/retina-targets.ts';
import { GoldenNode } from '../golden.ts';
import type { Mode } from '../networks.ts';
import { Comparison } from '../tolerance.ts';
import type { ParityCase, ParityCheck } from '../types.ts';
import { gradientStep, gradientsCase, truthsOf } from './detector-step.ts';
import { compareLosses } from './network-file.ts';
import {
  checkDetector,
  type DetectorCheck,
  detectionsCase,
  detectorOptions,
} from './whole-detector.ts';

/**
 * A whole RetinaNet against mmdetection's with the same weights and pictures: names and order of the state, maps of
 * backbone, pyramid and head, detections, training losses per level, gradients, and which parameters have none.
 */
export const retinanetCheck =
  (mode: Mode): ParityCheck =>
  (file) => {
    const root = GoldenNode.of(file);
    const settings = root.get('config').get('backbone');
    const depth = `r${settings.get('depth').number()}`;
    if (depth !== 'r18' && depth !== 'r34' && depth !== 'r50' && depth !== 'r101') {
      throw settings.malformed(`has the unknown depth ${depth.slice(1)}`);
    }
    const detector = retinanet(
      `retinanet-${depth}-fpn`,
      { backbone: backbones[depth] },
      detectorOptions(root),
    );
    return checkDetector(mode, file.path, root, detector, {
      mapNames: {
        backbone: 'backbone',
        fpn: 'features',
        cls_scores: 'logits',
        bbox_preds: 'boxes',
      },
      train: trainFunction,
      testCases: (check, outputs) => [
        detectionsCase(check, outputs, retinaTest.maxPerPicture, (part, picture, maxPerPicture) =>
          decodeCandidates(
            { boxes: part('boxes'), scores: part('scores'), labels: part('labels') },
            picture,
            { ...retinaTest, maxPerPicture },
          ),
        ),
      ],
      trainCases,
    });
  };

function trainFunction(check: DetectorCheck): FunctionSpec {
  const { detector, pictures } = check;
  const [batchSize, height, width] = pictures.spec.shape;
  const targets = detector.training.inputs(
    { pictures: batchSize, height, width },
    { batchSize, boxes: 0 },
  );
  return gradientStep(check, targets, (_, output, inputs) => {
    const { cls, box } = retinaLosses(output, inputs, detector.classes);
    const levels = tf.stack([...cls, ...box]);
    return { loss: tf.sum(levels), aux: { levels } };
  });
}

function trainCases(check: DetectorCheck, program: Program): ParityCase[] {
  const { path, root, detector, pictures } = check;
  const train = root.get('train');
  const [, height, width] = pictures.spec.shape;
  const grid = anchorGrid(retinaAnchors(), pyramidSizes([height, width], detector.shapes.strides));
  const all = truthsOf(check);
  const step = (truths: typeof all) => {
    const { normaliser, ...targets } = retinaTargets(grid, truths, detector.classes);
    return program.call('train', {
      images: pictures.images,
      ...targets,
      normaliser: Float32Array.of(normaliser),
    });
  };
  const { levels, ...gradients } = step(all);
  const losses = new Comparison(path, 'losses');
  compareLosses(losses, levelLosses(levels), train.get('losses'), train.get('losses_f64'));
  const empty = new Comparison(path, 'losses, second picture without boxes');
  const other = root.get('train_second_picture_without_gt');
  const known = all.map((truth, picture) =>
    picture === 1 ? { ...truth, boxes: new Float32Array(0), labels: new Int32Array(0) } : truth,
  );
  const ofEmpty = levelLosses(step(known)['levels']);
  compareLosses(empty, ofEmpty, other.get('losses'), other.get('losses_f64'));
  return [losses.result(), gradientsCase(check, gradients, /retina_(cls|reg)/), empty.result()];
}

function levelLosses(levels: ArrayLike<number> | undefined): Record<string, number[]> {
  const all = Array.from(levels ?? []);
  return { loss_cls: all.slice(0, all.length / 2), loss_bbox: all.slice(all.length / 2) };
}
