import type { Scalar, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { ParityCase } from '../../../contract/parity.ts';
import type { Truth } from '../../detection/geometry/anchor-targets.ts';
import { truthOf } from '../../detection/geometry/padded-truth.ts';
import { evenChoice } from '../../detection/geometry/sampling.ts';
import { boxHeadLosses, rpnLosses } from '../../detection/parts/two-stage/losses.ts';
import { proposals } from '../../detection/parts/two-stage/proposals.ts';
import { sampleRegions } from '../../detection/parts/two-stage/roi-sampling.ts';
import { rpnTargets } from '../../detection/parts/two-stage/rpn-targets.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { FunctionSpec, Program, TensorSpec } from '../../engine/types.ts';
import type { GoldenNode } from '../golden.ts';
import { Comparison } from '../tolerance.ts';
import { gradientStep, gradientsCase, truthsOf } from './detector-step.ts';
import { boxesOf, integersOf } from './layout.ts';
import { compareLosses } from './network-file.ts';
import { regionLimits } from './rcnn-config.ts';
import { proposalsCase, type RcnnCheck, rpnGrid } from './rcnn-regions.ts';
import { type Outputs, partOf } from './whole-detector.ts';

/**
 * A training step with the file's random choices: priorities are 1 for what was chosen and 0 for
 * the rest. The box head is trained on the file's proposals (they are compared by themselves), so
 * that one that is a bit off does not change which regions are sampled.
 */
export function trainFunction(check: RcnnCheck): FunctionSpec {
  const { detector, root } = check;
  const [pictures, height, width] = check.pictures.spec.shape;
  const grid = rpnGrid(check.pictures);
  const limits = regionLimits(root);
  const boxes = mostBoxes(root);
  const { seed, ...targets } = detector.training.inputs(
    { pictures, height, width },
    { batchSize: pictures, boxes },
  );
  const found = limits.train.maxPerPicture;
  const further: Readonly<Record<string, TensorSpec>> = {
    priorities: { shape: [pictures, boxes + found], dtype: 'float32' },
    proposals: { shape: [pictures, found, 4], dtype: 'float32' },
  };
  return gradientStep(check, { ...targets, ...further }, (context, output, inputs) => {
    const first = rpnLosses(output, inputs);
    const imgShapes = inputs['imgShapes'] as Tensor2D;
    const own = proposals(output, grid.anchors, imgShapes, limits.train);
    const regions = sampleRegions(
      { ...own, boxes: inputs['proposals'] as Tensor3D, valid: tf.onesLike(own.valid) },
      truthOf(inputs),
      inputs['priorities'] as Tensor2D,
      detector.classes,
      limits.roi.sampler,
      limits.roi.assign,
    );
    const head = detector.secondStage(context, output, regions.boxes);
    const second = boxHeadLosses(head, regions, detector.classes);
    const terms = tf.stack([...first.cls, ...first.box, second.cls, second.box]);
    return {
      loss: tf.sum(terms) as Scalar,
      aux: { ...own, terms, regions: regions.boxes, positive: regions.positive },
    };
  });
}

const mostBoxes = (root: GoldenNode): number =>
  root
    .get('train')
    .get('gt_labels')
    .list()
    .reduce((most, node) => Math.max(most, integersOf(node).length), 0);

export function trainCases(check: RcnnCheck, program: Program): ParityCase[] {
  const { images, imgShapes } = check.pictures;
  const truths = truthsOf(check);
  const limits = regionLimits(check.root);
  const { normaliser, samples, ...targets } = rpnTargets(
    rpnGrid(check.pictures),
    truths,
    () => evenChoice,
    limits.rpn.sampler,
    limits.rpn.assign,
  );
  const outputs = program.call('train', {
    images,
    ...targets,
    normaliser: Float32Array.of(normaliser),
    imgShapes: Float32Array.from(imgShapes.flat()),
    ...truthInputs(truths, mostBoxes(check.root)),
    ...choiceInputs(check, truths, limits.train.maxPerPicture),
  });
  const {
    boxes: _1,
    scores: _2,
    valid: _3,
    regions: _4,
    positive: _5,
    terms,
    ...gradients
  } = outputs;
  const golden = check.root.get('train').get('proposals');
  return [
    proposalsCase(check, 'proposals in training', golden, outputs),
    samplingCase(check, outputs),
    lossesCase(check, Array.from(terms as Float32Array)),
    gradientsCase(check, gradients, /rpn_(cls|reg)|fc_(cls|reg)/),
  ];
}

/** The true boxes of every picture, with `places` for each. */
function truthInputs(truths: readonly Truth[], places: number) {
  const truthBoxes = new Float32Array(truths.length * places * 4);
  const truthLabels = new Int32Array(truths.length * places);
  const truthValid = new Float32Array(truths.length * places);
  truths.forEach(({ boxes, labels }, picture) => {
    truthBoxes.set(boxes, picture * places * 4);
    truthLabels.set(labels, picture * places);
    truthValid.fill(1, picture * places, picture * places + labels.length);
  });
  return { truthBoxes, truthLabels, truthValid };
}

/** The file's proposals, and the priorities that make the step sample what the file did. */
function choiceInputs({ root }: RcnnCheck, truths: readonly Truth[], found: number) {
  const train = root.get('train');
  const places = mostBoxes(root);
  const priorities = new Float32Array(truths.length * (places + found));
  const proposed = new Float32Array(truths.length * found * 4);
  truths.forEach(({ labels }, picture) => {
    const golden = train.get('proposals').list()[picture] as GoldenNode;
    proposed.set(boxesOf(golden.get('bboxes')), picture * found * 4);
    const sampled = train.get('rcnn_sampled').list()[picture] as GoldenNode;
    for (const key of ['pos_inds', 'neg_inds']) {
      for (const index of integersOf(sampled.get(key))) {
        // The file counts true boxes without the empty places behind them.
        const place = index < labels.length ? index : index - labels.length + places;
        priorities[picture * (places + found) + place] = 0.5;
      }
    }
  });
  return { priorities, proposals: proposed };
}

function samplingCase({ path, root }: RcnnCheck, outputs: Outputs): ParityCase {
  const comparison = new Comparison(path, 'sampled regions');
  const sampled = root.get('train').get('rcnn_sampled').list();
  const sorted = (values: ArrayLike<number>) => sortedRows(Array.from(values));
  sampled.forEach((golden, picture) => {
    const own = partOf(outputs, 'regions', picture, sampled.length);
    const priors = golden.get('priors').tensor().data;
    comparison.array(`picture ${picture}`, sorted(own), sorted(priors), 2 ** -22);
    comparison.equal(
      `picture ${picture}, positives`,
      partOf(outputs, 'positive', picture, sampled.length).reduce((sum, flag) => sum + flag, 0),
      integersOf(golden.get('pos_inds')).length,
    );
  });
  return comparison.result();
}

/**
 * @param terms of every level of the RPN, its classes before its boxes, and then the two of the
 *   second stage
 */
function lossesCase({ path, root }: RcnnCheck, terms: readonly number[]): ParityCase {
  const comparison = new Comparison(path, 'losses');
  const train = root.get('train');
  const levels = (terms.length - 2) / 2;
  const own = {
    loss_rpn_cls: terms.slice(0, levels),
    loss_rpn_bbox: terms.slice(levels, 2 * levels),
    loss_cls: terms[2 * levels] as number,
    loss_bbox: terms[2 * levels + 1] as number,
  };
  compareLosses(comparison, own, train.get('losses'), train.get('losses_f64'));
  return comparison.result();
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
