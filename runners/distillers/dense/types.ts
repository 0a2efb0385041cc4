import type { Scalar, Tensor, Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../../common/random.ts';
import type { Hyper } from '../../../contract/spec.ts';
import type { Size } from '../../data/dense/geometry.ts';
import type { ParamSpec } from '../../networks/types.ts';
import type { DistillationKind, PictureUse } from '../kind.ts';

/**
 * Kinds of dense networks, as far as official hyper-parameters depend on them. Detectors: RetinaNet
 * is `anchor-based`, FCOS, RepPoints and GFL `anchor-free`, Faster R-CNN `two-stage`.
 */
export const denseFamilies = ['anchor-based', 'anchor-free', 'two-stage', 'segmenter'] as const;
export type DenseFamily = (typeof denseFamilies)[number];

/** What a dense network gives to distillers. Maps are NHWC. */
export interface DenseOutput {
  /**
   * Levels of a detector's neck, finest first (`neck.fpn_convs`); for a segmenter the last map of
   * its backbone.
   */
  readonly features: readonly Tensor4D[];
  /** What a segmenter's classifier sees, dropout included; null for detectors. */
  readonly embedding: Tensor4D | null;
  /**
   * Class logits, not yet resized: one map of a segmenter, one per level of a one-stage detector,
   * else none.
   */
  readonly logits: readonly Tensor4D[];
}

/** The same without tensors: what a method must know to make its parts. */
export interface DenseShapes {
  readonly name: string;
  readonly family: DenseFamily;
  /** Channels of every map of `DenseOutput.features`. */
  readonly features: readonly number[];
  /** Pixels of the picture per position of those maps: 8, 16, 32 ... */
  readonly strides: readonly number[];
  /**
   * Positions of a segmenter's maps along so many pixels, where there are others than one for every
   * stride that is begun.
   */
  positions?(pixels: number): number;
  /** Channels of the embedding; null where there is none. */
  readonly embedding: number | null;
  /** Channels of every map of `DenseOutput.logits`. */
  readonly logits: readonly number[];
}

/** What one student's distiller sees in one step. */
export interface DenseStep {
  readonly student: DenseOutput;
  /** Null for methods that need no teacher. The teacher ran in eval mode, without gradient. */
  readonly teacher: DenseOutput | null;
  /**
   * [B] 1 for slots of the batch that hold a picture and 0 for those that do not, where an epoch's
   * last batch may be incomplete; null where all do.
   */
  readonly present: Tensor1D | null;
  /**
   * [B, H, W] int32 class of every pixel of the pictures, 255 where none counts; null in detection.
   */
  readonly labels: Tensor3D | null;
  /** A number that `scalars` gave for this epoch, as a scalar input of the graph. */
  scalar(name: string): Scalar;
  /** The student's learning rate in this step as a share of its recipe's. */
  rate(): Scalar;
  /** A random tensor that `draws` declared, as an input of the graph. */
  draw(name: string): Tensor;
  /** An input that `regions` declared, made of the boxes outside the step. */
  region(name: string): Tensor;
  /** The method's own state. */
  param(name: string): Tensor;
  /** Records a new value of one of the method's buffers. */
  update(name: string, value: Tensor): void;
  /**
   * Receives the scalars that `monitors` announces, for the journal. Absent where nobody listens.
   */
  monitor?(name: string, value: Scalar): void;
}

/**
 * A random input of a step. Its shape follows from the batch: pictures of another bucket have other
 * maps.
 */
export interface DenseDraw {
  /** @param maps height and width of every map of `DenseOutput.features` */
  shape(batch: number, maps: readonly Size[]): readonly number[];
  fill(stream: RandomStream, into: Float32Array | Int32Array): void;
}

/**
 * Inputs that are made of the boxes in the loader's thread, [B, H, W] float32 each, of every one of
 * the first `levels` maps: `foreground0`, `background0` and so on (`regionMaker`), or `near0` and
 * so on.
 */
export type RegionNeeds = BoxRegions | NearRegions;

export interface BoxRegions {
  readonly kind: 'boxes';
  readonly levels: number;
}

/**
 * 1 where an anchor of the detector overlaps a box by more than a share of the largest overlap that
 * any anchor of the level has with that box; else 0.
 */
export interface NearRegions {
  readonly kind: 'near-anchors';
  readonly levels: number;
  readonly share: number;
  /** Which boxes count on a level: those whose best anchor is of it, or every one. */
  readonly boxes: BoxesOfLevel;
}

export const boxesOfLevels = ['best', 'all'] as const;
export type BoxesOfLevel = (typeof boxesOfLevels)[number];

/** A method made for two networks. */
export interface BuiltDense {
  /** Trainable parts and buffers that the method adds. */
  readonly params: readonly ParamSpec[];
  readonly draws?: Readonly<Record<string, DenseDraw>>;
  readonly regions?: RegionNeeds | null;
  readonly monitors?: readonly string[];
  /** Named, weighted loss terms beside the task's own. */
  terms(step: DenseMethodStep): Readonly<Record<string, Scalar>>;
}

/** A step of a method that has a teacher. */
export interface DenseMethodStep extends DenseStep {
  readonly teacher: DenseOutput;
}

/** What a method's parts are made for. */
export interface DenseSetting {
  readonly student: DenseShapes;
  readonly teacher: DenseShapes;
  /**
   * Height and width of the training pictures, where they are known before the first step; absent:
   * what depends on them is asked in the step.
   */
  readonly picture?: Size;
}

/** The student's network, as far as official defaults depend on it. */
export interface DensePlace {
  readonly family: DenseFamily;
  /** What it is (`gfl`), where that is known: a config of its own goes before its family's. */
  readonly kind: string | null;
}

/** A method with its hyper-parameters. */
export interface DenseLoss {
  /** Numbers that change from epoch to epoch (counted from 1). */
  scalars(epoch: number): Readonly<Record<string, number>>;
  /**
   * @throws UsageError `METHOD_NETWORKS` where the method cannot work on these networks, with the
   * reason
   */
  build(setting: DenseSetting): BuiltDense;
}

/** A distillation method for detection and segmentation. */
export interface DenseMethod extends DistillationKind<DensePlace> {
  readonly kind: 'dense';
  /** False for training without a teacher. */
  readonly needsTeacher: boolean;
  /** Why the method has nothing to work on in networks of a family; null where it has. */
  refuses(family: DenseFamily): string | null;
  /** The method with these resolved hyper-parameters. */
  with(hyper: Hyper): DenseLoss;
}

/** A method as a trial uses it: hyper-parameters resolved, shapes known. */
export interface DenseDistiller {
  readonly id: string;
  readonly needsTeacher: boolean;
  readonly pictures: PictureUse;
  readonly hyper: Hyper;
  readonly params: readonly ParamSpec[];
  /** Numbers that change from epoch to epoch (counted from 1). */
  scalars(epoch: number): Readonly<Record<string, number>>;
  /**
   * Random inputs of a step, drawn from the stream `method/<id>` in the order of their declaration.
   */
  readonly draws: Readonly<Record<string, DenseDraw>>;
  readonly regions: RegionNeeds | null;
  readonly monitors: readonly string[];
  /** Named, already weighted loss terms to be added to the task's own losses; none for `none`. */
  terms(step: DenseStep): Readonly<Record<string, Scalar>>;
}
