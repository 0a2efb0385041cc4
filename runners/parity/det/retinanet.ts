import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { lossAndGradients } from '../../engine/ops/index.ts';
import { createProgram } from '../../engine/program.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { FunctionSpec, Program } from '../../engine/types.ts';
import { backbones } from '../../models/detection/backbone.ts';
import { retinaLosses } from '../../models/detection/retina-losses.ts';
import { retinanet } from '../../models/detection/retinanet.ts';
import type { Detector } from '../../models/detection/types.ts';
import { forwardContext } from '../../models/forward.ts';
import { anchorGrid, type Truth } from '../../tasks/detection/anchor-targets.ts';
import { pyramidSizes, retinaAnchors, type Size } from '../../tasks/detection/anchors.ts';
import { decodeCandidates, retinaTest } from '../../tasks/detection/retina-decode.ts';
import { retinaTargets } from '../../tasks/detection/retina-targets.ts';
import { formulaState } from '../formula.ts';
import { GoldenNode } from '../golden.ts';
import { type Mode, stateSpecs, torchView } from '../networks.ts';
import { Comparison } from '../tolerance.ts';
import type { ParityCase, ParityCheck } from '../types.ts';
import { compareDetections, spares } from './detection-list.ts';
import { boxesOf, integersOf } from './layout.ts';
import {
  compareGradients,
  compareLosses,
  compareNoisy,
  type DetectionPictures,
  detectionPictures,
  formulaChanges,
  structureCase,
} from './network-file.ts';

/**
 * A whole RetinaNet against mmdetection's with the same weights and pictures: names and order of the state, maps of
 * backbone, pyramid and head, detections, training losses per level, gradients, and which parameters have none.
 */
export const retinanetCheck =
  (mode: Mode): ParityCheck =>
  (file) => {
    const root = GoldenNode.of(file);
    const classes = root.get('num_classes').number();
    const settings = root.get('config').get('backbone');
    const depth = `r${settings.get('depth').number()}`;
    if (depth !== 'r18' && depth !== 'r34' && depth !== 'r50' && depth !== 'r101') {
      throw settings.malformed(`has the unknown depth ${depth.slice(1)}`);
    }
    const detector = retinanet(
      `retinanet-${depth}-fpn`,
      { backbone: backbones[depth] },
      {
        classes,
        backbone: {
          frozenStages: settings.get('frozen_stages').number(),
          normEval: settings.get('norm_eval').flag(),
        },
      },
    );
    const structure = structureCase(file.path, root, detector.params);
    if (!structure.ok) return [structure];
    const pictures = detectionPictures(root);
    const shapes: Record<string, readonly number[]> = {};
    const program = createProgram({
      mode,
      state: stateSpecs(detector.params),
      initial: formulaState(
        detector.params,
        root.get('formula').get('seed').number(),
        formulaChanges(root),
      ),
      functions: {
        test: testFunction(detector, pictures, shapes),
        train: trainFunction(detector, pictures),
      },
    });
    try {
      const outputs = program.call('test', {
        images: pictures.images,
        imgShapes: Float32Array.from(pictures.imgShapes.flat()),
      });
      return [
        structure,
        mapsCase(file.path, root, outputs, shapes),
        detectionsCase(file.path, root, pictures, outputs),
        ...trainCases(file.path, root, detector, pictures, program),
      ];
    } finally {
      program.dispose();
    }
  };

const mapNames = {
  backbone: 'backbone',
  fpn: 'features',
  cls_scores: 'logits',
  bbox_preds: 'boxes',
} as const;

function testFunction(
  detector: Detector,
  { spec }: DetectionPictures,
  shapes: Record<string, readonly number[]>,
): FunctionSpec {
  return {
    inputs: { images: spec, imgShapes: { shape: [spec.shape[0], 2], dtype: 'float32' } },
    run(state, inputs) {
      const context = forwardContext(state, false);
      const output = detector.forward(context, inputs['images'] as Tensor4D);
      const outputs: Record<string, Tensor> = {};
      for (const [golden, own] of Object.entries(mapNames)) {
        output[own].forEach((map, level) => {
          outputs[`${golden}_${level}`] = map;
          shapes[`${golden}_${level}`] = map.shape;
        });
      }
      const imgShapes = inputs['imgShapes'] as Tensor2D;
      Object.assign(outputs, detector.testing.outputs({ context, output, imgShapes }));
      return { outputs, state: {} };
    },
  };
}

function trainFunction(detector: Detector, { spec }: DetectionPictures): FunctionSpec {
  const [pictures, height, width] = spec.shape;
  const targets = detector.training.inputs(
    { pictures, height, width },
    { batchSize: pictures, boxes: 0 },
  );
  return {
    inputs: { images: spec, ...targets },
    run(state, inputs) {
      const context = forwardContext(state, true);
      const trained = detector.params.filter(({ trainable }) => trainable);
      const result = lossAndGradients(
        Object.fromEntries(trained.map(({ name }) => [name, state[name] as Tensor])),
        () => {
          const output = detector.forward(context, inputs['images'] as Tensor4D);
          const { cls, box } = retinaLosses(output, inputs, detector.classes);
          const levels = tf.stack([...cls, ...box]);
          return { loss: tf.sum(levels), aux: { levels } };
        },
      );
      return {
        outputs: { ...result.gradients, levels: result.aux.levels },
        state: context.takeUpdates(),
      };
    },
  };
}

const gridOf = (detector: Detector, size: Size) =>
  anchorGrid(retinaAnchors(), pyramidSizes(size, detector.shapes.strides));

type Outputs = ReturnType<Program['call']>;

function mapsCase(
  path: string,
  root: GoldenNode,
  outputs: Outputs,
  shapes: Readonly<Record<string, readonly number[]>>,
): ParityCase {
  const comparison = new Comparison(path, 'maps');
  for (const golden of Object.keys(mapNames)) {
    root
      .get('eval')
      .get(golden)
      .list()
      .forEach((node, level) => {
        const name = `${golden}_${level}`;
        const view = torchView(shapes[name] ?? [], outputs[name] ?? new Float32Array(0));
        compareNoisy(comparison, name, view, node);
      });
  }
  return comparison.result();
}

function detectionsCase(
  path: string,
  root: GoldenNode,
  { spec, imgShapes }: DetectionPictures,
  outputs: Outputs,
): ParityCase {
  const comparison = new Comparison(path, 'detections');
  const [batch] = spec.shape;
  root
    .get('detections')
    .list()
    .forEach((golden, picture) => {
      const part = (name: string) => {
        const whole = outputs[name] as Float32Array;
        const size = whole.length / batch;
        return whole.subarray(picture * size, (picture + 1) * size);
      };
      const found = decodeCandidates(
        { boxes: part('boxes'), scores: part('scores'), labels: part('labels') },
        { imgShape: imgShapes[picture] as Size, scaleFactor: null },
        { ...retinaTest, maxPerPicture: retinaTest.maxPerPicture + spares },
      );
      const { maxPerPicture } = retinaTest;
      compareDetections(comparison, `picture ${picture}`, found, golden, maxPerPicture);
    });
  return comparison.result();
}

function trainCases(
  path: string,
  root: GoldenNode,
  detector: Detector,
  pictures: DetectionPictures,
  program: Program,
): ParityCase[] {
  const train = root.get('train');
  const boxes = train.get('gt_bboxes').list().map(boxesOf);
  const labels = train.get('gt_labels').list().map(integersOf);
  const [, height, width] = pictures.spec.shape;
  const grid = gridOf(detector, [height, width]);
  const step = (withTruth: readonly boolean[]) => {
    const truths = boxes.map((own, picture): Truth => {
      const known = withTruth[picture] ?? true;
      return {
        boxes: known ? own : new Float32Array(0),
        labels: known ? (labels[picture] as Int32Array) : new Int32Array(0),
        imgShape: pictures.imgShapes[picture] as Size,
        padShape: pictures.padShapes[picture] as Size,
      };
    });
    const { normaliser, ...targets } = retinaTargets(grid, truths, detector.classes);
    return program.call('train', {
      images: pictures.images,
      ...targets,
      normaliser: Float32Array.of(normaliser),
    });
  };
  const { levels, ...gradients } = step([true, true]);
  const losses = new Comparison(path, 'losses');
  compareLosses(losses, levelLosses(levels), train.get('losses'), train.get('losses_f64'));
  const slopes = new Comparison(path, 'gradients');
  compareGradients(
    slopes,
    gradients as Record<string, Float32Array>,
    detector.params,
    train.get('grad'),
    /retina_(cls|reg)/,
  );
  const empty = new Comparison(path, 'losses, second picture without boxes');
  const other = root.get('train_second_picture_without_gt');
  const ofEmpty = levelLosses(step([true, false])['levels']);
  compareLosses(empty, ofEmpty, other.get('losses'), other.get('losses_f64'));
  return [losses.result(), slopes.result(), empty.result()];
}

function levelLosses(levels: ArrayLike<number> | undefined): Record<string, number[]> {
  const all = Array.from(levels ?? []);
  return { loss_cls: all.slice(0, all.length / 2), loss_bbox: all.slice(all.length / 2) };
}
