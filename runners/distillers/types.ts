import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../common/random.ts';
import type { NetworkOutput, ParamSpec } from '../models/types.ts';
import type { Hyper } from '../trial/spec.ts';

/** What one student's distiller sees in one training step. */
export interface DistillStep {
  readonly student: NetworkOutput;
  /** Null for methods that need no teacher. The teacher ran in eval mode, without gradient. */
  readonly teacher: NetworkOutput | null;
  /** [B] int32 class indices. */
  readonly labels: Tensor1D;
  /** A number that `scalars` gave for this epoch, as a scalar input of the graph. */
  scalar(name: string): Scalar;
  /** A random tensor that `draws` declared, as an input of the graph. */
  draw(name: string): Tensor;
  /** The method's own state (learnable temperature, connectors, memory banks). */
  param(name: string): Tensor;
  /** Records a new value of one of the method's buffers. */
  update(name: string, value: Tensor): void;
}

export interface Needs {
  readonly teacher: boolean;
  /** Side lengths of SDD's pyramid (1, 2, 4) when patch logits are wanted. */
  readonly patches: readonly number[] | null;
  readonly features: boolean;
}

/** A method as a trial uses it: plug-ins applied, hyper-parameters resolved, shapes known. */
export interface Distiller {
  /** Canonical id, e.g. `kd+lskd`. */
  readonly id: string;
  readonly needs: Needs;
  readonly hyper: Hyper;
  /** Trainable parts and buffers the method adds; trained by the student's optimizer. */
  readonly params: readonly ParamSpec[];
  /** Numbers that change from epoch to epoch (counted from 1): warm-up weights, gradient-reversal lambda. */
  scalars(epoch: number): Readonly<Record<string, number>>;
  /** Random inputs of a step, drawn from the stream `method/<id>`. */
  readonly draws: Readonly<
    Record<
      string,
      {
        shape(batch: number): readonly number[];
        fill(stream: RandomStream, into: Float32Array): void;
      }
    >
  >;
  /** Named, already weighted loss terms; the trained loss is their sum. Always contains `ce`. */
  losses(step: DistillStep): Readonly<Record<string, Scalar>>;
}

/**
 * A logit method written per row, which is what lets plug-ins act on it: LSKD standardizes the rows, SDD makes a row of
 * every patch and weights it, CTKD replaces the temperature by a learnable one.
 */
export interface LogitRows {
  /** [R, classes] */
  readonly student: Tensor2D;
  readonly teacher: Tensor2D;
  /** [R] int32 class indices. */
  readonly target: Tensor1D;
  readonly temperature: Scalar;
}

export interface LogitMethod {
  readonly kind: 'logits';
  readonly id: string;
  readonly title: string;
  /** Paper with arXiv id, the equations that the file implements, and the official file it was checked against. */
  readonly reference: {
    readonly paper: string;
    readonly equations: string;
    readonly official: string;
  };
  readonly defaults: Hyper;
  /** Hyper-parameters that change when a plug-in is present (official LSKD: kd weight 9, temperature 2). */
  defaultsWith?(plugins: readonly string[]): Hyper;
  scalars(hyper: Hyper, epoch: number): Readonly<Record<string, number>>;
  /** Unreduced loss per row, [R], T^2 factors included, distillation weight not. */
  rowLoss(rows: LogitRows, hyper: Hyper, scalar: (name: string) => Scalar): Tensor1D;
}

/** Patch logits [B, classes, N] of one network for SDD: region 0 is the whole picture. */
export type PatchLogits = Tensor3D;
