import type { Scalar, Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { lossAndGradients } from '../../engine/ops/index.ts';
import { createProgram } from '../../engine/program.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { FunctionSpec, Program } from '../../engine/types.ts';
import { backbones } from '../../models/detection/backbone.ts';
import { type FasterRcnn, fasterRcnn, truthOf } from '../../models/detection/faster-rcnn.ts';
import { proposals } from '../../models/detection/proposals.ts';
import { boxHeadLosses, rpnLosses } from '../../models/detection/rcnn-losses.ts';
import { sampleRegions } from '../../models/detection/roi-sampling.ts';
import { forwardContext } from '../../models/forward.ts';
import { anchorGrid } from '../../tasks/detection/anchor-targets.ts';
import { pyramidSizes, rpnAnchors, type Size } from '../../tasks/detection/anchors.ts';
import { decodeRois, roiTest } from '../../tasks/detection/roi-decode.ts';
import type { ProposalConfig } from '../../tasks/detection/rpn-proposals.ts';
import { rpnTargets } from '../../tasks/detection/rpn-targets.ts';
import { evenChoice, type SampleConfig } from '../../tasks/detection/sampling.ts';
import { formulaState } from '../formula.ts';
import { GoldenNode } from '../golden.ts';
import { type Mode, stateSpecs, torchView } from '../networks.ts';
import { Comparison, relativeTolerance } from '../tolerance.ts';
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
 * A whole Faster R-CNN against mmdetection's with the same weights and pictures: names and order of the state, maps,
 * proposals, the second stage on given regions, detections, and a training step with the recorded random choices: samples,
 * losses, gradients.
 */
export const fasterRcnnCheck =
  (mode: Mode): ParityCheck =>
  (file) => {
    const root = GoldenNode.of(file);
    const config = root.get('config');
    const settings = config.get('backbone');
    const limits = limitsOf(config);
    const detector = fasterRcnn(
      'faster-rcnn-r18-fpn',
      {
        backbone: backbones.r18,
        rpnSampler: limits.rpnSampler,
        roiSampler: limits.roiSampler,
        proposals: { train: limits.train, test: limits.test },
      },
      {
        classes: root.get('num_classes').number(),
        backbone: {
          frozenStages: settings.get('frozen_stages').number(),
          normEval: settings.get('norm_eval').flag(),
        },
      },
    );
    const structure = structureCase(file.path, root, detector.params);
    if (!structure.ok) return [structure];
    const pictures = detectionPictures(root);
    const grid = anchorGrid(
      rpnAnchors,
      pyramidSizes([pictures.spec.shape[1], pictures.spec.shape[2]], rpnAnchors.strides),
    );
    const check = { path: file.path, root, detector, pictures, grid, limits };
    const shapes: Record<string, readonly number[]> = {};
    const program = createProgram({
      mode,
      state: stateSpecs(detector.params),
      initial: formulaState(
        detector.params,
        root.get('formula').get('seed').number(),
        formulaChanges(root),
      ),
      functions: { test: testFunction(check, shapes), train: trainFunction(check) },
    });
    try {
      const outputs = program.call('test', {
        images: pictures.images,
        imgShapes: Float32Array.from(pictures.imgShapes.flat()),
      });
      return [
        structure,
        mapsCase(check, outputs, shapes),
        proposalsCase(check, 'proposals in the test', root.get('rpn_proposals_test'), outputs),
        headCase(check, outputs),
        detectionsCase(check, outputs),
        ...trainCases(check, program),
      ];
    } finally {
      program.dispose();
    }
  };

interface Limits {
  readonly rpnSampler: SampleConfig;
  readonly roiSampler: SampleConfig;
  readonly train: ProposalConfig;
  readonly test: ProposalConfig;
}

function limitsOf(config: GoldenNode): Limits {
  const sampler = (node: GoldenNode): SampleConfig => ({
    num: node.get('sampler').get('num').number(),
    posFraction: node.get('sampler').get('pos_fraction').number(),
  });
  const proposal = (node: GoldenNode): ProposalConfig => ({
    nmsPre: node.get('nms_pre').number(),
    maxPerPicture: node.get('max_per_img').number(),
    iouThreshold: node.get('nms').get('iou_threshold').number(),
    minBoxSize: node.get('min_bbox_size').number(),
  });
  const train = config.get('train_cfg');
  return {
    rpnSampler: sampler(train.get('rpn')),
    roiSampler: sampler(train.get('rcnn')),
    train: proposal(train.get('rpn_proposal')),
    test: proposal(config.get('test_cfg').get('rpn')),
  };
}

interface Check {
  readonly path: string;
  readonly root: GoldenNode;
  readonly detector: FasterRcnn;
  readonly pictures: DetectionPictures;
  readonly grid: ReturnType<typeof anchorGrid>;
  readonly limits: Limits;
}

const mapNames = {
  backbone: 'backbone',
  fpn: 'features',
  rpn_cls: 'logits',
  rpn_reg: 'boxes',
} as const;

/** Regions of the file's box head, as every picture sees them all. Some reach beyond the picture. */
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

function testFunction(
  { root, detector, pictures: { spec }, grid, limits }: Check,
  shapes: Record<string, readonly number[]>,
): FunctionSpec {
  const [pictures] = spec.shape;
  return {
    inputs: { images: spec, imgShapes: { shape: [pictures, 2], dtype: 'float32' } },
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
      const { regions, longest } = givenRegions(root, pictures);
      const given = detector.secondStage(context, output, regions, longest);
      const { boxes, scores, valid } = proposals(output, grid.anchors, imgShapes, limits.test);
      Object.assign(outputs, detector.testing.outputs({ context, output, imgShapes }), {
        boxes,
        scores,
        valid,
        givenLogits: given.logits,
        givenDeltas: given.deltas,
      });
      return { outputs, state: {} };
    },
  };
}

type Outputs = ReturnType<Program['call']>;

function mapsCase(
  { path, root }: Check,
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

/** One picture's part of an output that has the pictures first. */
function partOf(outputs: Outputs, name: string, picture: number, pictures: number): Float32Array {
  const whole = outputs[name] as Float32Array;
  const size = whole.length / pictures;
  return whole.subarray(picture * size, (picture + 1) * size);
}

function proposalsCase(
  { path, pictures }: Check,
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

/** The second stage on the file's regions: the rows of the picture that each is of. */
function headCase({ path, root, pictures, detector }: Check, outputs: Outputs): ParityCase {
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

function detectionsCase({ path, root, pictures, detector }: Check, outputs: Outputs): ParityCase {
  const comparison = new Comparison(path, 'detections');
  const [count] = pictures.spec.shape;
  root
    .get('detections')
    .list()
    .forEach((golden, picture) => {
      const part = (name: string) => partOf(outputs, name, picture, count);
      const valid = part('valid').reduce((sum, flag) => sum + flag, 0);
      const { classes } = detector;
      const found = decodeRois(
        part('regions').subarray(0, valid * 4),
        part('logits').subarray(0, valid * (classes + 1)),
        part('deltas').subarray(0, valid * 4 * classes),
        classes,
        { imgShape: pictures.imgShapes[picture] as Size, scaleFactor: null },
        { ...roiTest, maxPerPicture: roiTest.maxPerPicture + spares },
      );
      const { maxPerPicture } = roiTest;
      compareDetections(comparison, `picture ${picture}`, found, golden, maxPerPicture);
    });
  return comparison.result();
}

/**
 * A training step with the file's random choices: priorities are 1 for what was chosen and 0 for the rest. The box head is
 * trained on the file's proposals (they are compared by themselves), so that one that is a bit off does not change which
 * regions are sampled.
 */
function trainFunction({ detector, pictures: { spec }, grid, limits, root }: Check): FunctionSpec {
  const [pictures, height, width] = spec.shape;
  const boxes = mostBoxes(root);
  const { seed, ...targets } = detector.training.inputs(
    { pictures, height, width },
    { batchSize: pictures, boxes },
  );
  const found = limits.train.maxPerPicture;
  return {
    inputs: {
      images: spec,
      ...targets,
      priorities: { shape: [pictures, boxes + found], dtype: 'float32' },
      proposals: { shape: [pictures, found, 4], dtype: 'float32' },
    },
    run(state, inputs) {
      const context = forwardContext(state, true);
      const trained = detector.params.filter(({ trainable }) => trainable);
      const result = lossAndGradients(
        Object.fromEntries(trained.map(({ name }) => [name, state[name] as Tensor])),
        () => {
          const output = detector.forward(context, inputs['images'] as Tensor4D);
          const first = rpnLosses(output, inputs);
          const imgShapes = inputs['imgShapes'] as Tensor2D;
          const own = proposals(output, grid.anchors, imgShapes, limits.train);
          const regions = sampleRegions(
            { ...own, boxes: inputs['proposals'] as Tensor3D, valid: tf.onesLike(own.valid) },
            truthOf(inputs),
            inputs['priorities'] as Tensor2D,
            detector.classes,
            limits.roiSampler,
          );
          const head = detector.secondStage(context, output, regions.boxes);
          const second = boxHeadLosses(head, regions, detector.classes);
          const terms = tf.stack([...first.cls, ...first.box, second.cls, second.box]);
          return {
            loss: tf.sum(terms) as Scalar,
            aux: { ...own, terms, regions: regions.boxes, positive: regions.positive },
          };
        },
      );
      const { terms, ...rest } = result.aux;
      return { outputs: { ...result.gradients, ...rest, terms }, state: context.takeUpdates() };
    },
  };
}

const mostBoxes = (root: GoldenNode): number =>
  root
    .get('train')
    .get('gt_labels')
    .list()
    .reduce((most, node) => Math.max(most, integersOf(node).length), 0);

function trainCases(check: Check, program: Program): ParityCase[] {
  const { path, root, detector, pictures, grid, limits } = check;
  const train = root.get('train');
  const boxes = train.get('gt_bboxes').list().map(boxesOf);
  const labels = train.get('gt_labels').list().map(integersOf);
  const truths = boxes.map((own, picture) => ({
    boxes: own,
    labels: labels[picture] as Int32Array,
    imgShape: pictures.imgShapes[picture] as Size,
    padShape: pictures.padShapes[picture] as Size,
  }));
  const { normaliser, samples, ...targets } = rpnTargets(
    grid,
    truths,
    () => evenChoice,
    limits.rpnSampler,
  );
  const places = mostBoxes(root);
  const found = limits.train.maxPerPicture;
  const count = truths.length;
  const truthBoxes = new Float32Array(count * places * 4);
  const truthLabels = new Int32Array(count * places);
  const truthValid = new Float32Array(count * places);
  const priorities = new Float32Array(count * (places + found));
  const proposed = new Float32Array(count * found * 4);
  truths.forEach(({ boxes: own, labels: classes }, picture) => {
    truthBoxes.set(own, picture * places * 4);
    truthLabels.set(classes, picture * places);
    truthValid.fill(1, picture * places, picture * places + classes.length);
    proposed.set(
      boxesOf(train.get('proposals').list()[picture]?.get('bboxes') as GoldenNode),
      picture * found * 4,
    );
    const sampled = train.get('rcnn_sampled').list()[picture] as GoldenNode;
    for (const key of ['pos_inds', 'neg_inds']) {
      for (const index of integersOf(sampled.get(key))) {
        // The file counts true boxes without the empty places behind them.
        const place = index < classes.length ? index : index - classes.length + places;
        priorities[picture * (places + found) + place] = 0.5;
      }
    }
  });
  const outputs = program.call('train', {
    images: pictures.images,
    ...targets,
    normaliser: Float32Array.of(normaliser),
    truthBoxes,
    truthLabels,
    truthValid,
    imgShapes: Float32Array.from(pictures.imgShapes.flat()),
    priorities,
    proposals: proposed,
  });
  const { boxes: _1, scores: _2, valid: _3, regions, positive, terms, ...gradients } = outputs;
  const sampling = new Comparison(path, 'sampled regions');
  truths.forEach((_, picture) => {
    const golden = (train.get('rcnn_sampled').list()[picture] as GoldenNode).get('priors').tensor();
    const own = partOf({ regions: regions as Float32Array }, 'regions', picture, count);
    const sorted = (values: ArrayLike<number>) => sortedRows(Array.from(values));
    sampling.array(`picture ${picture}`, sorted(own), sorted(golden.data), 2 ** -22);
    const positives = partOf({ positive: positive as Float32Array }, 'positive', picture, count);
    const wanted = integersOf(
      (train.get('rcnn_sampled').list()[picture] as GoldenNode).get('pos_inds'),
    );
    sampling.equal(
      `picture ${picture}, positives`,
      positives.reduce((sum, flag) => sum + flag, 0),
      wanted.length,
    );
  });
  const losses = new Comparison(path, 'losses');
  const all = Array.from(terms as Float32Array);
  const levels = (all.length - 2) / 2;
  const own = {
    loss_rpn_cls: all.slice(0, levels),
    loss_rpn_bbox: all.slice(levels, 2 * levels),
    loss_cls: all[2 * levels] as number,
    loss_bbox: all[2 * levels + 1] as number,
  };
  compareLosses(losses, own, train.get('losses'), train.get('losses_f64'));
  const slopes = new Comparison(path, 'gradients');
  compareGradients(
    slopes,
    gradients as Record<string, Float32Array>,
    detector.params,
    train.get('grad'),
    /rpn_(cls|reg)|fc_(cls|reg)/,
  );
  return [
    proposalsCase(check, 'proposals in training', train.get('proposals'), outputs),
    sampling.result(),
    losses.result(),
    slopes.result(),
  ];
}

/** Rows of four in one order, whatever order they had. */
function sortedRows(values: number[]): number[] {
  return Array.from({ length: values.length / 4 }, (_, row) => values.slice(row * 4, row * 4 + 4))
    .sort(compareRows)
    .flat();
}

function compareRows(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => Math.abs(value - (b[index] as number)) > 1e-4);
  return at === -1 ? 0 : (a[at] as number) - (b[at] as number);
}
