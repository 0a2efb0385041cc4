import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { ParityCase } from '../../../contract/parity.ts';
import type { Truth } from '../../detection/geometry/anchor-targets.ts';
import type { Size } from '../../detection/geometry/anchors.ts';
import type { DetectorOutput } from '../../detection/types.ts';
import { lossAndGradients } from '../../engine/ops/index.ts';
import type { FunctionSpec, TensorMap, TensorSpec } from '../../engine/types.ts';
import { forwardContext } from '../../networks/forward.ts';
import type { Forward } from '../../networks/types.ts';
import { Comparison } from '../tolerance.ts';
import { boxesOf, integersOf } from './layout.ts';
import { compareGradients } from './network-file.ts';
import type { DetectorCheck, Outputs } from './whole-detector.ts';

/* The training step of a whole detector beside that of its golden file. */

/** What the file's training step knows of its pictures. */
export function truthsOf({ root, pictures }: DetectorCheck): readonly Truth[] {
  const train = root.get('train');
  const labels = train.get('gt_labels').list().map(integersOf);
  return train
    .get('gt_bboxes')
    .list()
    .map((boxes, picture) => ({
      boxes: boxesOf(boxes),
      labels: labels[picture] as Int32Array,
      imgShape: pictures.imgShapes[picture] as Size,
      padShape: pictures.padShapes[picture] as Size,
    }));
}

/**
 * A training step that gives the gradient of every trained parameter under its name, and what the
 * losses give beside.
 *
 * @param inputs of the step beside the pictures
 */
export function gradientStep(
  { detector, pictures: { spec } }: DetectorCheck,
  inputs: Readonly<Record<string, TensorSpec>>,
  losses: (
    context: Forward,
    output: DetectorOutput,
    inputs: TensorMap,
  ) => { readonly loss: Scalar; readonly aux: Record<string, Tensor> },
): FunctionSpec {
  return {
    inputs: { images: spec, ...inputs },
    run(state, given) {
      const context = forwardContext(state, true);
      const trained = detector.params.filter(({ trainable }) => trainable);
      const { gradients, aux } = lossAndGradients(
        Object.fromEntries(trained.map(({ name }) => [name, state[name] as Tensor])),
        () => losses(context, detector.forward(context, given['images'] as Tensor4D), given),
      );
      return { outputs: { ...gradients, ...aux }, state: context.takeUpdates() };
    },
  };
}

/** @param last as for `compareGradients` */
export function gradientsCase(
  { path, root, detector }: DetectorCheck,
  gradients: Outputs,
  last: RegExp,
): ParityCase {
  const comparison = new Comparison(path, 'gradients');
  const golden = root.get('train').get('grad');
  const values = gradients as Record<string, Float32Array>;
  compareGradients(comparison, values, detector.params, golden, last);
  return comparison.result();
}
