import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import { retinaAnchors } from '../../detection/families/retinanet/anchors.ts';
import { retinaLosses } from '../../detection/families/retinanet/losses.ts';
import { retinaTargets } from '../../detection/families/retinanet/targets.ts';
import { anchorGrid } from '../../detection/geometry/anchor-targets.ts';
import { tf } from '../../engine/tensorflow.ts';
import { GoldenNode, type GoldenTensor } from '../golden.ts';
import { type LossFunction, modes, runLoss } from '../losses/run.ts';
import { Comparison, largest, relativeTolerance } from '../tolerance.ts';
import { headOutputs } from './layout.ts';
import { truthsOf } from './retina-head.ts';

/** RetinaNet's losses per level and their gradients from given head outputs, recorded and eager. */
export const retinaStepCheck: ParityCheck = (file) => {
  const cases = GoldenNode.of(file).get('cases').list();
  return cases
    .filter((node) => node.has('losses'))
    .flatMap((node) => modes.map((mode) => stepCase(file.path, cases, node, mode)));
};

function stepCase(
  path: string,
  cases: readonly GoldenNode[],
  node: GoldenNode,
  mode: (typeof modes)[number],
): ParityCase {
  const outputs = headOutputs(cases, node);
  const classes = node.get('num_classes').number();
  const truths = truthsOf(node);
  const { normaliser, ...targets } = retinaTargets(
    anchorGrid(retinaAnchors(), outputs.sizes),
    truths,
    classes,
  );
  const levels = outputs.scores.length;
  const anchors = targets.labels.length / truths.length;
  const tensor = (values: Float32Array | Int32Array, ...shape: number[]): GoldenTensor => ({
    shape,
    data: Float64Array.from(values),
    dtype: values instanceof Int32Array ? 'int' : 'float',
  });
  const maps = Object.fromEntries([
    ...outputs.scores.map((map, level) => [`cls_scores ${level}`, map]),
    ...outputs.boxes.map((map, level) => [`bbox_preds ${level}`, map]),
  ]) as Record<string, GoldenTensor>;
  const definition: LossFunction = {
    tensors: {
      ...maps,
      labels: tensor(targets.labels, truths.length, anchors),
      labelWeights: tensor(targets.labelWeights, truths.length, anchors),
      boxTargets: tensor(targets.boxTargets, truths.length, anchors, 4),
      boxWeights: tensor(targets.boxWeights, truths.length, anchors),
      normaliser: tensor(Float32Array.of(normaliser)),
    },
    differentiate: Object.keys(maps),
    loss(tensors) {
      const level = (name: string) => (_: unknown, index: number) =>
        tf.transpose(tensors[`${name} ${index}`] as Tensor4D, [0, 2, 3, 1]) as Tensor4D;
      const output = {
        logits: Array.from({ length: levels }, level('cls_scores')),
        boxes: Array.from({ length: levels }, level('bbox_preds')),
      };
      const { cls, box } = retinaLosses(output, tensors, classes);
      return tf.addN([...cls, ...box]) as Scalar;
    },
  };
  const { loss, grads } = runLoss(definition, mode);
  const comparison = new Comparison(path, `${node.get('name').text()}, ${mode}`);
  const exact = node.get('total_f64').number();
  const noise = Math.abs(node.get('total').number() - exact);
  comparison.scalar('total', loss, exact, relativeTolerance(noise, exact));
  for (const [key, part] of [
    ['cls', 'cls_scores'],
    ['reg', 'bbox_preds'],
  ] as const) {
    const recorded = node.get('grad_f32_vs_f64').get(key).numbers();
    const golden = node.optional('grads')?.get(part).list() ?? [];
    golden.forEach((each, level) => {
      const expected = each.tensor();
      const scale = largest(expected.data);
      const tolerance = relativeTolerance(recorded[level] as number, scale);
      const own = grads[`${part} ${level}`] as GoldenTensor;
      comparison.tensor(`gradient of ${part} ${level}`, own, expected, tolerance);
    });
  }
  return comparison.result();
}
