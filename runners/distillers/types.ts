import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../common/random.ts';
import type { Hyper } from '../../contract/spec.ts';
import type { DType } from '../engine/types.ts';
import type { NetworkShapes } from '../networks/shapes.ts';
import type { NetworkOutput, ParamSpec } from '../networks/types.ts';
import type { DistillationKind, PictureUse } from './kind.ts';

/** What one student's distiller sees in one training step. */
export interface DistillStep {
  readonly student: NetworkOutput;
  /** Null for methods that need no teacher. The teacher ran in eval mode, without gradient. */
  readonly teacher: NetworkOutput | null;
  /** [B] int32 class indices; of mixed labels the class with the largest share. */
  readonly labels: Tensor1D;
  /** [B, classes] shares of the classes, where labels were mixed; without smoothing. */
  readonly shares?: Tensor2D;
  /**
   * [B] int32 places of the pictures in the training set; there where `Needs.indices` asks for
   * them.
   */
  readonly indices?: Tensor1D;
  /**
   * Both networks on the strongly augmented view of the same pictures; there where
   * `Needs.strongView` asks for it.
   */
  readonly strong?: { readonly student: NetworkOutput; readonly teacher: NetworkOutput };
  /** A number that `scalars` gave for this epoch, as a scalar input of the graph. */
  scalar(name: string): Scalar;
  /** A random tensor that `draws` declared, as an input of the graph. */
  draw(name: string): Tensor;
  /** The method's own state (learnable temperature, connectors, memory banks). */
  param(name: string): Tensor;
  /** Records a new value of one of the method's buffers. */
  update(name: string, value: Tensor): void;
  /**
   * Receives the scalars that `Distiller.monitors` announces, for the journal. Absent where nobody
   * listens.
   */
  monitor?(name: string, value: Scalar): void;
}

export interface Needs {
  readonly teacher: boolean;
  /** Side lengths of SDD's pyramid (1, 2, 4) when patch logits are wanted. */
  readonly patches: readonly number[] | null;
  readonly features: boolean;
  /** Whether a step needs the pictures' places in the training set (CRD's memory). Absent: no. */
  readonly indices?: boolean;
  /** Whether a step needs a second, strongly augmented view of every picture (MLKD). Absent: no. */
  readonly strongView?: boolean;
  /**
   * Whether the teacher runs with the statistics of the batch (OFD's official code). Absent: in
   * eval mode.
   */
  readonly teacherTrains?: boolean;
  /**
   * Whether all that it reads of the teacher are logits, those of SDD's patches among them. Absent:
   * it may read anything.
   */
  readonly teacherLogits?: boolean;
}

/** The pictures of a batch, as far as the host knows them when it draws a step's random inputs. */
export interface DrawnFor {
  readonly labels: Int32Array;
  readonly indices: Int32Array;
}

/** A random input of a step. */
export interface Draw {
  shape(batch: number): readonly number[];
  /** Default float32. */
  readonly dtype?: DType;
  fill(stream: RandomStream, into: Float32Array | Int32Array, batch: DrawnFor): void;
}

/** A method as a trial uses it: plug-ins applied, hyper-parameters resolved, shapes known. */
export interface Distiller {
  /** Canonical id, e.g. `kd+lskd`. */
  readonly id: string;
  readonly needs: Needs;
  readonly pictures: PictureUse;
  readonly hyper: Hyper;
  /** Trainable parts and buffers the method adds; trained by the student's optimizer. */
  readonly params: readonly ParamSpec[];
  /**
   * Numbers that change from epoch to epoch (counted from 1): warm-up weights, gradient-reversal
   * lambda.
   */
  scalars(epoch: number): Readonly<Record<string, number>>;
  /** Random inputs of a step, drawn from the stream `method/<id>`. */
  readonly draws: Readonly<Record<string, Draw>>;
  /**
   * Names of the scalars that `losses` gives to `DistillStep.monitor`: temperature, count of zeroed
   * losses.
   */
  readonly monitors: readonly string[];
  /** Named, already weighted loss terms; the trained loss is their sum. Always contains `ce`. */
  losses(step: DistillStep): Readonly<Record<string, Scalar>>;
}

/**
 * A logit method written per row, which is what lets plug-ins act on it: LSKD standardizes the
 * rows, SDD makes a row of every patch and weights it, CTKD replaces the temperature by a learnable
 * one.
 */
export interface LogitRows {
  /** [R, classes] */
  readonly student: Tensor2D;
  readonly teacher: Tensor2D;
  /** [R] int32 class indices. */
  readonly target: Tensor1D;
  /**
   * One temperature, or one per row as [R, 1] (CTKD's instance-wise variant). May carry a gradient.
   */
  readonly temperature: Scalar | Tensor2D;
  /**
   * Set by SDD, whose official code counts NaN elements of KD's divergence as 0 and replaces a loss
   * that is not finite by a 0 without gradient. Without it a NaN stays and the trial diverges.
   */
  readonly guarded?: boolean;
  /** Added to the teacher's probabilities (CTKD's instance-wise loss: 1e-7). Default 0. */
  readonly teacherOffset?: number;
}

/** The plug-ins on a method, in canonical order: what its official defaults depend on. */
export type PluginIds = readonly string[];

/** What the distillation losses of methods with trained pictures have in common. */
interface TaughtLoss {
  /** Weight of the cross-entropy. */
  readonly ceWeight: number;
  /** The softmax temperature; null where a plug-in gives another, or the method has none. */
  readonly temperature: number | null;
  /**
   * Numbers that change from epoch to epoch (counted from 1), as inputs of the graph. One called
   * `warmup` multiplies the loss of a logit method.
   */
  scalars(epoch: number): Readonly<Record<string, number>>;
}

/** Training without a teacher. */
export interface PlainMethod extends DistillationKind<PluginIds> {
  readonly kind: 'plain';
}

/** A logit method with its hyper-parameters. */
export interface LogitLoss extends TaughtLoss {
  readonly kdWeight: number;
  /** Unreduced loss per row, [R], T^2 factors included, distillation weight not. */
  rowLoss(rows: LogitRows): Tensor1D;
}

export interface LogitMethod extends DistillationKind<PluginIds> {
  readonly kind: 'logits';
  /** The method with these resolved hyper-parameters. */
  with(hyper: Hyper): LogitLoss;
}

/** What a method with parts of its own is made for. */
export interface MethodSetting {
  readonly student: NetworkShapes;
  readonly teacher: NetworkShapes;
  readonly classes: number;
  /** Ids of the plug-ins on the method, for those that it applies itself (MLKD: `lskd`). */
  readonly plugins: readonly string[];
  /**
   * Labels of the training pictures in their order, for methods that keep something per picture
   * (CRD).
   */
  readonly trainLabels: Int32Array | null;
  /**
   * The teacher's weights by name, for methods that read them (OFD's margins); null where there are
   * none at hand.
   */
  readonly teacherWeights: Readonly<Record<string, Float32Array>> | null;
}

/** What a method of whole networks sees in a step. */
export interface MethodStep extends DistillStep {
  readonly teacher: NetworkOutput;
  /** The recipe's mean loss of logits with the step's labels. */
  crossEntropy(logits: Tensor2D): Scalar;
}

/** A method made for two networks. */
export interface BuiltMethod {
  readonly params: readonly ParamSpec[];
  readonly draws?: Readonly<Record<string, Draw>>;
  readonly needs?: Partial<Pick<Needs, 'indices' | 'teacherTrains'>>;
  /**
   * Named, weighted loss terms beside the cross-entropy and the KL term (`klWeight`). A term called
   * `ce` takes the place of the usual cross-entropy.
   */
  terms(step: MethodStep): Readonly<Record<string, Scalar>>;
}

/** A method of whole networks with its hyper-parameters. */
export interface NetworkLoss extends TaughtLoss {
  /** Weight of KD's loss beside the method's own; 0 where it has no such term. */
  readonly klWeight: number;
  /**
   * @throws UsageError `METHOD_NETWORKS` where the method cannot work on these networks, with the
   * reason
   */
  build(setting: MethodSetting): BuiltMethod;
}

/**
 * A method that compares what two networks compute as a whole: features, relations between the
 * pictures of a batch, logits of several exits. It may add trainable parts and buffers of its own.
 */
export interface NetworkMethod extends DistillationKind<PluginIds> {
  readonly kind: 'network';
  /**
   * Whether it learns from a second, strongly augmented view of every picture, which the recipe
   * must then have.
   */
  readonly strongView: boolean;
  /** Whether it compares maps, which networks of tokens have none of. */
  readonly comparesMaps: boolean;
  /** Whether all that it reads of the teacher are its logits. */
  readonly readsLogits: boolean;
  /** Why a plug-in has nothing to act on in this method; null where it has. */
  refuses(plugin: string): string | null;
  /** The method with these resolved hyper-parameters. */
  with(hyper: Hyper): NetworkLoss;
}

export type Method = PlainMethod | LogitMethod | NetworkMethod;

/** Patch logits [B, classes, N] of one network for SDD: region 0 is the whole picture. */
export type PatchLogits = Tensor3D;

/** Rows on their way through the plug-ins. */
export interface WeightedRows extends LogitRows {
  /** Weight of each row, [R], without gradient; null means 1. The loss is sum(weight * row) / R. */
  readonly weights: Tensor1D | null;
}

/** What a plug-in may use of a step. */
export interface PluginStep {
  /** Patch logits of both networks for the pyramid that the plug-in declared. */
  patches(): { readonly student: PatchLogits; readonly teacher: PatchLogits };
  param(name: string): Tensor;
  scalar(name: string): Scalar;
  monitor(name: string, value: Scalar): void;
}

/** What a plug-in is put on. */
export interface PluginPlace {
  readonly method: string;
  /** All plug-ins on the method, in canonical order. */
  readonly plugins: PluginIds;
  /** Weight of the KL term of a method that has one beside its own; null for others. */
  readonly klWeight: number | null;
}

/** A plug-in with its hyper-parameters. */
export interface ActingPlugin {
  /** Side lengths of the pyramid of regions it needs logits of; null for none. */
  readonly patches: readonly number[] | null;
  /** Names of the scalars that it gives to `PluginStep.monitor`. */
  readonly monitors: readonly string[];
  params(classes: number): readonly ParamSpec[];
  scalars(epoch: number): Readonly<Record<string, number>>;
  rows(rows: WeightedRows, step: PluginStep): WeightedRows;
  /** Acts on the reduced, unweighted loss. */
  total(total: Scalar, step: PluginStep): Scalar;
}

/** A transformation of what a logit method sees. */
export interface LogitPlugin extends DistillationKind<PluginIds> {
  readonly kind: 'plugin';
  /** Hyper-parameters of the method that have no meaning under this plug-in. */
  readonly replaces: readonly string[];
  /** Why the plug-in cannot work with these settings in this place; null where it can. */
  refusal(hyper: Hyper, place: PluginPlace): string | null;
  /** The plug-in with these resolved hyper-parameters. */
  with(hyper: Hyper): ActingPlugin;
}
