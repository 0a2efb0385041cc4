import type { Scalar, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { TargetModule } from '../data/dense/target-maker.ts';
import type { DenseNetworkWords } from '../distillers/dense/network-words.ts';
import type { DenseShapes } from '../distillers/dense/types.ts';
import type { TensorMap, TensorSpec } from '../engine/types.ts';
import type { Forward, ParamSpec } from '../networks/types.ts';
import type { BatchPart } from '../tasks/parts/part.ts';
import type { AnchorConfig, Size } from './geometry/anchors.ts';
import type { DecodedPicture, Detections } from './geometry/detections.ts';
import type { BackboneTraining } from './parts/backbone.ts';

/** What a detector is built for. */
export interface DetectorOptions {
  readonly classes: number;
  readonly backbone: BackboneTraining;
}

/** Maps of a forward pass, NHWC, fine to coarse. */
export interface DetectorOutput {
  /** C2 to C5. */
  readonly backbone: readonly Tensor4D[];
  /** Levels of the pyramid: what feature distillers compare. */
  readonly features: readonly Tensor4D[];
  /**
   * Class logits of every level, channel = anchor * classes + class. Of a two-stage detector: of
   * its proposals.
   */
  readonly logits: readonly Tensor4D[];
  /** Box regressions of every level, channel = anchor * 4 + coordinate. */
  readonly boxes: readonly Tensor4D[];
}

/** A batch's fixed sizes. */
export interface BatchShape {
  readonly pictures: number;
  readonly height: number;
  readonly width: number;
}

/** What the losses of one step see. */
export interface DetectorStep<Output extends DetectorOutput = DetectorOutput> {
  readonly context: Forward;
  readonly output: Output;
  /** The tensors that `inputs` declares. */
  readonly inputs: TensorMap;
  /** Sizes of the pictures of the step. */
  readonly batch: BatchShape;
  /** Which pictures of the batch they are: losses divide by sums over all of them. */
  readonly part: BatchPart;
}

/**
 * A detector: its network, what its losses need, and how its outputs become detections. One file
 * per family, whose own maps (`Output`) nobody else looks at.
 */
export interface Detector<Output extends DetectorOutput = DetectorOutput> {
  readonly name: string;
  readonly classes: number;
  /** Whether it finds masks: it is trained on them and tested by them. Absent: boxes alone. */
  readonly masks?: true;
  /** In the order of PyTorch's `state_dict`. */
  readonly params: readonly ParamSpec[];
  /** What distillers must know of its maps. */
  readonly shapes: DenseShapes;
  /** The anchors of its levels, for methods that look for those near boxes; absent: none. */
  readonly anchors?: AnchorConfig;
  /** @param images [B, H, W, 3]; H and W are multiples of 32 */
  forward(context: Forward, images: Tensor4D): Output;
  readonly training: DetectorTraining<Output>;
  readonly testing: DetectorTesting<Output>;
}

export interface DetectorTraining<Output extends DetectorOutput = DetectorOutput> {
  /** For the loader: makes the inputs below in its threads. */
  targets(room: TargetRoom): TargetModule;
  /** Tensors of one step beside the pictures. */
  inputs(batch: BatchShape, room: TargetRoom): Readonly<Record<string, TensorSpec>>;
  /** How often `losses` asks for a sum over the batch (`BatchPart.total`). Absent: never. */
  readonly totals?: number;
  /** Named loss terms, weighted: their sum is minimized. */
  losses(step: DetectorStep<Output>): Readonly<Record<string, Scalar>>;
}

/** How much room a recorded step has. */
export interface TargetRoom {
  readonly batchSize: number;
  /**
   * The most true boxes that a picture may have; only detectors that assign inside the step look at
   * it.
   */
  readonly boxes: number;
}

export interface DetectorTesting<Output extends DetectorOutput = DetectorOutput> {
  /** Tensors that `decode` needs, each with the pictures of the batch first. */
  outputs(step: TestStep<Output>): Readonly<Record<string, Tensor>>;
  /** Detections in one picture. `values` are its part of the outputs. */
  decode(
    values: Readonly<Record<string, Float32Array>>,
    picture: DecodedPicture,
    batch: Size,
  ): Detections;
}

export interface TestStep<Output extends DetectorOutput = DetectorOutput> {
  readonly context: Forward;
  readonly output: Output;
  /** [B, 2] height and width of every picture within the padded batch. */
  readonly imgShapes: Tensor2D;
}

/** A detector by its name: a line of `kinds.ts`. */
export interface DetectorKind extends DenseNetworkWords {
  /** @param name the name that it has in the table */
  build(name: string, options: DetectorOptions): Detector;
}
