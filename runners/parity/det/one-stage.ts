import type { Scalar } from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import type { Truth } from '../../detection/geometry/anchor-targets.ts';
import type { Size } from '../../detection/geometry/anchors.ts';
import type { BackboneSpec } from '../../detection/parts/backbone.ts';
import { type DenseTestConfig, decodeCandidates } from '../../detection/parts/decode.ts';
import type { Detector, DetectorOptions, DetectorOutput } from '../../detection/types.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { FunctionSpec, Program, TensorMap } from '../../engine/types.ts';
import { GoldenNode } from '../golden.ts';
import type { Mode } from '../networks.ts';
import { Comparison } from '../tolerance.ts';
import { backboneOf, detectorOptions, preprocessorOf } from './detector-config.ts';
import { gradientStep, gradientsCase, truthsOf } from './detector-step.ts';
import { compareLosses } from './network-file.ts';
import { checkDetector, type DetectorCheck, detectionsCase } from './whole-detector.ts';

/** Inputs of a step by name. */
export type OneStageTargets = Readonly<Record<string, Float32Array | Int32Array | number>>;

/** What is particular of a one-stage detector. */
export interface OneStage {
  readonly detector: Detector;
  readonly config: DenseTestConfig;
  /** Loss terms of every level. @param inputs those that `targets` makes */
  losses(output: DetectorOutput, inputs: TensorMap): Readonly<Record<string, readonly Scalar[]>>;
  /** @param size of the batch's tensors */
  targets(truths: readonly Truth[], size: Size): OneStageTargets;
  /** Compares what was assigned, where the file has it. */
  assigned?(comparison: Comparison, train: GoldenNode, targets: OneStageTargets): void;
  /** Parameters of the last layers: no ReLU is between them and the losses. */
  readonly last: RegExp;
}

/**
 * A whole one-stage detector against mmdetection's with the same weights and pictures: names and
 * order of the state, maps of backbone, pyramid and head, detections, training losses per level,
 * gradients, and which parameters have none.
 */
export const oneStageCheck =
  (build: (root: GoldenNode, backbone: BackboneSpec, options: DetectorOptions) => OneStage) =>
  (mode: Mode): ParityCheck =>
  (file) => {
    const root = GoldenNode.of(file);
    const settings = root.get('config');
    preprocessorOf(settings);
    const kind = build(root, backboneOf(settings), detectorOptions(root));
    const { config } = kind;
    const terms: string[] = [];
    return checkDetector(mode, file.path, root, kind.detector, {
      mapNames: {
        backbone: 'backbone',
        fpn: 'features',
        cls_scores: 'logits',
        bbox_preds: 'boxes',
      },
      train: (check) => trainFunction(check, kind, terms),
      testCases: (check, outputs) => [
        detectionsCase(check, outputs, config.maxPerPicture, (part, picture, maxPerPicture) =>
          decodeCandidates(
            { boxes: part('boxes'), scores: part('scores'), labels: part('labels') },
            picture,
            { ...config, maxPerPicture },
          ),
        ),
      ],
      trainCases: (check, program) => trainCases(check, kind, program, terms),
    });
  };

/** @param terms receives the names of the loss terms, in the order of `levels` */
function trainFunction(check: DetectorCheck, kind: OneStage, terms: string[]): FunctionSpec {
  const { detector, pictures } = check;
  const [batchSize, height, width] = pictures.spec.shape;
  const targets = detector.training.inputs(
    { pictures: batchSize, height, width },
    { batchSize, boxes: 0 },
  );
  return gradientStep(check, targets, (_, output, inputs) => {
    const named = kind.losses(output, inputs);
    terms.splice(0, terms.length, ...Object.keys(named));
    const levels = tf.stack(Object.values(named).flat());
    return { loss: tf.sum(levels), aux: { levels } };
  });
}

function trainCases(
  check: DetectorCheck,
  kind: OneStage,
  program: Program,
  terms: readonly string[],
): ParityCase[] {
  const { path, root, pictures } = check;
  const train = root.get('train');
  const [, height, width] = pictures.spec.shape;
  const all = kind.targets(truthsOf(check), [height, width]);
  const step = (targets: OneStageTargets) =>
    program.call('train', {
      images: pictures.images,
      ...Object.fromEntries(
        Object.entries(targets).map(([name, values]) => [
          name,
          typeof values === 'number' ? Float32Array.of(values) : values,
        ]),
      ),
    });
  const { levels, ...gradients } = step(all);
  const losses = new Comparison(path, 'losses');
  compareLosses(losses, levelLosses(levels, terms), train.get('losses'), train.get('losses_f64'));
  const empty = new Comparison(path, 'losses, second picture without boxes');
  const other = root.get('train_second_picture_without_gt');
  const known = truthsOf(check).map((truth, picture) =>
    picture === 1 ? { ...truth, boxes: new Float32Array(0), labels: new Int32Array(0) } : truth,
  );
  const ofEmpty = levelLosses(step(kind.targets(known, [height, width]))['levels'], terms);
  compareLosses(empty, ofEmpty, other.get('losses'), other.get('losses_f64'));
  const cases = [losses.result(), gradientsCase(check, gradients, kind.last), empty.result()];
  if (kind.assigned === undefined) return cases;
  const assignment = new Comparison(path, 'assignment');
  kind.assigned(assignment, train, all);
  return [assignment.result(), ...cases];
}

function levelLosses(
  levels: ArrayLike<number> | undefined,
  terms: readonly string[],
): Record<string, number[]> {
  const all = Array.from(levels ?? []);
  const each = all.length / terms.length;
  return Object.fromEntries(
    terms.map((name, index) => [name, all.slice(index * each, (index + 1) * each)]),
  );
}
