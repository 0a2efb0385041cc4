import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../common/random.ts';
import type { Hyper, HyperValue } from '../../contract/spec.ts';
import type { DType } from '../engine/types.ts';
import type { NetworkShapes } from '../networks/shapes.ts';
import type { NetworkOutput, ParamSpec } from '../networks/types.ts';

/** What one student's distiller sees in one training step. */
export interface DistillStep {
  readonly student: NetworkOutput;
  /** Null for methods that need no teacher. The teacher ran in eval mode, without gradient. */
  readonly teacher: NetworkOutput | null;
  /** [B] int32 class indices. */
  readonly labels: Tensor1D;
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

/** What a hyper-parameter may be, and where its default comes from. */
export type HyperField = {
  /** One line for help texts. */
  readonly about: string;
  /** Official file or script that has the default. */
  readonly source: string;
  /**
   * The one value that stands for all those that mean the same. Absent: each means something else.
   */
  readonly same?: (value: HyperValue) => HyperValue;
} & (
  | {
      readonly kind: 'number';
      /** Least value; with `open` it is itself excluded. */
      readonly min: number;
      readonly open?: boolean;
      readonly max?: number;
      readonly integer?: boolean;
    }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** Numbers as text, `[1,1.5]`; one number may be given as it is. */
  | { readonly kind: 'numbers'; readonly min: number; readonly integer?: boolean }
);
export type HyperFields = Readonly<Record<string, HyperField>>;

/**
 * Where hyper-parameters have no effect, by name: why, beside these resolved values, or null where
 * they have one. A plan that gives one all the same is refused (`plannedHyper`): it would be
 * another trial with the same numbers.
 */
export type IdleRules<More extends readonly unknown[] = []> = Readonly<
  Record<string, (hyper: Hyper, ...more: More) => string | null>
>;

/** Where a method was published and what its file was checked against. */
export interface Reference {
  /** Authors, title, venue and arXiv id. */
  readonly paper: string;
  readonly equations: string;
  /** Repository@commit and file. */
  readonly official: string;
}

/** Training without a teacher. */
export interface PlainMethod {
  readonly kind: 'plain';
  readonly id: string;
  readonly title: string;
  readonly reference: Reference;
  readonly defaults: Hyper;
  readonly fields: HyperFields;
}

export interface LogitMethod {
  readonly kind: 'logits';
  readonly id: string;
  readonly title: string;
  readonly reference: Reference;
  /** Default of every hyper-parameter; always `ceWeight` and `kdWeight`. */
  readonly defaults: Hyper;
  /** Range and source, under the same names as `defaults`. */
  readonly fields: HyperFields;
  readonly idle: IdleRules;
  /**
   * Hyper-parameters that change when a plug-in is present (official LSKD: kd weight 9, temperature
   * 2).
   */
  defaultsWith?(plugins: readonly string[]): Hyper;
  /** A number called `warmup`, where there is one, multiplies the distillation loss. */
  scalars(hyper: Hyper, epoch: number): Readonly<Record<string, number>>;
  /** Unreduced loss per row, [R], T^2 factors included, distillation weight not. */
  rowLoss(rows: LogitRows, hyper: Hyper): Tensor1D;
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
  /** Mean cross-entropy with the step's labels and the recipe's label smoothing. */
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

/**
 * A method that compares what two networks compute as a whole: features, relations between the
 * pictures of a batch, logits of several exits. It may add trainable parts and buffers of its own.
 */
export interface NetworkMethod {
  readonly kind: 'network';
  readonly id: string;
  readonly title: string;
  readonly reference: Reference;
  /**
   * Whether it learns from a second, strongly augmented view of every picture, which the recipe
   * must then have. Absent: no.
   */
  readonly strongView?: boolean;
  /**
   * Always `ceWeight`. A hyper-parameter `klWeight` adds KD's loss with that weight, at the
   * temperature `temperature`.
   */
  readonly defaults: Hyper;
  readonly fields: HyperFields;
  readonly idle: IdleRules;
  defaultsWith?(plugins: readonly string[]): Hyper;
  /** Why a plug-in has nothing to act on in this method; null where it has. */
  refuses(plugin: string): string | null;
  scalars(hyper: Hyper, epoch: number): Readonly<Record<string, number>>;
  /**
   * @throws UsageError `METHOD_NETWORKS` where the method cannot work on these networks, with the
   * reason
   */
  build(hyper: Hyper, setting: MethodSetting): BuiltMethod;
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
  readonly hyper: Hyper;
  /** Patch logits of both networks for the pyramid that the plug-in declared. */
  patches(): { readonly student: PatchLogits; readonly teacher: PatchLogits };
  param(name: string): Tensor;
  scalar(name: string): Scalar;
  monitor(name: string, value: Scalar): void;
}

/** A transformation of what a logit method sees. */
export interface LogitPlugin {
  readonly kind: 'plugin';
  readonly id: string;
  readonly title: string;
  readonly reference: Reference;
  readonly defaults: Hyper;
  readonly fields: HyperFields;
  readonly idle: IdleRules;
  /** Hyper-parameters of the method that have no meaning under this plug-in. */
  readonly replaces: readonly string[];
  /**
   * Why the plug-in cannot work with these settings on this method and beside these plug-ins; null
   * where it can.
   */
  refusal(method: string, plugins: readonly string[], hyper: Hyper): string | null;
  /** Side lengths of the pyramid of regions it needs logits of; null for none. */
  patches(hyper: Hyper): readonly number[] | null;
  params(hyper: Hyper, classes: number): readonly ParamSpec[];
  scalars(hyper: Hyper, epoch: number): Readonly<Record<string, number>>;
  readonly monitors: readonly string[];
  rows(rows: WeightedRows, step: PluginStep): WeightedRows;
  /** Acts on the reduced, unweighted loss. */
  total?(total: Scalar, step: PluginStep): Scalar;
}
