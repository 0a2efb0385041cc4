import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import { anchorGrid } from '../../detection/geometry/anchor-targets.ts';
import { levelCounts, validFlags } from '../../detection/geometry/anchors.ts';
import { boxCount } from '../../detection/geometry/boxes.ts';
import { evenChoice } from '../../detection/geometry/sampling.ts';
import { rpnAnchors } from '../../detection/parts/two-stage/anchors.ts';
import { roiTargets } from '../../detection/parts/two-stage/roi-targets.ts';
import { rpnProposals } from '../../detection/parts/two-stage/rpn-proposals.ts';
import { rpnTargets } from '../../detection/parts/two-stage/rpn-targets.ts';
import { GoldenNode } from '../golden.ts';
import { Comparison } from '../tolerance.ts';
import { compareDetections } from './detection-list.ts';
import { proposalOf, samplerOf } from './detector-config.ts';
import {
  boxesOf,
  denseOutput,
  type HeadOutputs,
  headOutputs,
  integersOf,
  sizeOf,
} from './layout.ts';
import { boxHeadCases, roiDecodeCase } from './rcnn-box-head.ts';
import { truthsOf } from './retina-head.ts';

/**
 * Faster R-CNN's heads. Outside of the recorded step: the RPN's sampled targets (checked as sets,
 * and by the losses that they give in float64), proposals, and the sampling and targets of the
 * second stage; then that stage itself, recorded and eager.
 */
export const rcnnHeadsCheck: ParityCheck = (file) => {
  const cases = GoldenNode.of(file).get('cases').list();
  return cases.flatMap((node): ParityCase[] => {
    const name = node.get('name').text();
    if (name.startsWith('rpn_loss')) {
      return [rpnTargetCase(file.path, `${name}, targets`, node, headOutputs(cases, node))];
    }
    if (name === 'rpn_proposals') {
      return [proposalCase(file.path, name, node, headOutputs(cases, node))];
    }
    if (name.startsWith('rcnn_loss')) {
      return [
        roiTargetCase(file.path, `${name}, targets`, node),
        ...boxHeadCases(file.path, name, node),
      ];
    }
    if (name === 'rcnn_decode') {
      const trained = cases.find((each) => each.get('name').text() === 'rcnn_loss');
      if (trained === undefined)
        throw node.malformed('refers to a case that the file does not have');
      const scaled = node.get('rescale').flag() ? ', in the original picture' : '';
      return [roiDecodeCase(file.path, `${name}${scaled}`, node, trained)];
    }
    throw node.get('name').malformed(`is "${name}", a case that no check knows`);
  });
};

function rpnTargetCase(
  path: string,
  name: string,
  node: GoldenNode,
  outputs: HeadOutputs,
): ParityCase {
  const grid = anchorGrid(rpnAnchors, outputs.sizes);
  const truths = truthsOf(node);
  const targets = rpnTargets(grid, truths, () => evenChoice, samplerOf(node.get('sampler'), false));
  const comparison = new Comparison(path, name);
  const counts = levelCounts(grid.config, grid.sizes);
  const cls = new Float64Array(counts.length);
  const box = new Float64Array(counts.length);
  node
    .get('sampled')
    .list()
    .forEach((golden, picture) => {
      const truth = truths[picture] as (typeof truths)[number];
      const valid = validFlags(grid.config, grid.sizes, truth.padShape);
      // The file counts anchors with valid flag only.
      const place = new Map<number, number>();
      valid.forEach((flag, anchor) => {
        if (flag === 1) place.set(anchor, place.size);
      });
      const { positive, negative } = targets.samples[picture] as (typeof targets.samples)[number];
      const placed = (anchors: readonly number[]) => anchors.map((anchor) => place.get(anchor));
      const where = `picture ${picture}`;
      comparison.equal(`${where}, positives`, placed(positive), listOf(golden, 'pos_inds'));
      comparison.equal(`${where}, negatives`, placed(negative), listOf(golden, 'neg_inds'));
      const output = denseOutput(outputs, picture, grid.anchors, 1);
      let anchor = 0;
      counts.forEach((count, level) => {
        for (const end = anchor + count; anchor < end; anchor += 1) {
          const at = picture * boxCount(grid.anchors) + anchor;
          const sign = targets.labels[at] === 1 ? -1 : 1;
          const loss = Math.log1p(Math.exp(sign * (output.logits[anchor] as number)));
          cls[level] = (cls[level] as number) + (targets.labelWeights[at] as number) * loss;
          for (let part = 0; part < 4; part += 1) {
            const delta = output.deltas[anchor * 4 + part] as number;
            const distance = Math.abs(delta - (targets.boxTargets[at * 4 + part] as number));
            box[level] = (box[level] as number) + (targets.boxWeights[at] as number) * distance;
          }
        }
      });
    });
  const losses = node.get('losses_f64');
  for (const [key, sums] of Object.entries({ loss_rpn_cls: cls, loss_rpn_bbox: box })) {
    const levels = losses.get(key).get('levels').numbers();
    comparison.array(
      key,
      sums.map((sum) => sum / targets.normaliser),
      levels,
      1e-6,
    );
  }
  return comparison.result();
}

const listOf = (node: GoldenNode, key: string): number[] => [...integersOf(node.get(key))];

function proposalCase(
  path: string,
  name: string,
  node: GoldenNode,
  outputs: HeadOutputs,
): ParityCase {
  const grid = anchorGrid(rpnAnchors, outputs.sizes);
  const config = proposalOf(node.get('hyper'));
  const metas = node.get('metas').list();
  const comparison = new Comparison(path, name);
  node
    .get('proposals')
    .list()
    .forEach((golden, picture) => {
      const found = rpnProposals(
        denseOutput(outputs, picture, grid.anchors, 1),
        { imgShape: sizeOf((metas[picture] as GoldenNode).get('img_shape')) },
        config,
      );
      compareDetections(comparison, `picture ${picture}`, found, golden);
    });
  return comparison.result();
}

function roiTargetCase(path: string, name: string, node: GoldenNode): ParityCase {
  const classes = node.get('num_classes').number();
  const truths = truthsOf(node);
  const proposals = node.get('proposals').list().map(boxesOf);
  const comparison = new Comparison(path, name);
  const sampler = samplerOf(node.get('sampler'), true);
  const made = truths.map((truth, picture) =>
    roiTargets(proposals[picture] as Float32Array, truth, classes, evenChoice, sampler),
  );
  node
    .get('sampled')
    .list()
    .forEach((golden, picture) => {
      const own = made[picture] as (typeof made)[number];
      const where = `picture ${picture}`;
      comparison.equal(`${where}, positives`, own.positive, listOf(golden, 'pos_inds'));
      comparison.equal(`${where}, negatives`, own.negative, listOf(golden, 'neg_inds'));
      const boxes = listOf(golden, 'pos_assigned_gt_inds');
      comparison.equal(`${where}, boxes`, own.positiveBox, boxes);
      comparison.array(`${where}, regions`, own.rois, golden.get('priors').tensor().data, 2 ** -22);
    });
  const targets = node.get('targets');
  const labels = made.flatMap((each) => [...each.labels]);
  comparison.equal('labels', labels, listOf(targets, 'labels'));
  const deltas = made.flatMap((each) => [...each.boxTargets]);
  comparison.array('bbox_targets', deltas, targets.get('bbox_targets').tensor().data, 1e-6);
  const weights = made.flatMap((each) =>
    [...each.boxWeights].flatMap((weight) => Array(4).fill(weight)),
  );
  comparison.array('bbox_weights', weights, targets.get('bbox_weights').tensor().data, 0);
  return comparison.result();
}
