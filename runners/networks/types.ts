import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';

/**
 * What a state tensor is, in PyTorch's terms. The kind decides its layout (`weight` of rank 4 is
 * OIHW in PyTorch and HWIO here; of rank 2 OI there and IO here), whether it is trained, and how
 * golden files fill it.
 */
export type ParamKind = 'weight' | 'bn_weight' | 'bias' | 'running_mean' | 'running_var' | 'buffer';

/**
 * How a parameter starts: normal, `truncated` normal (nothing beyond two `std`), `uniform` in
 * [-bound, bound), `range` 0, 1, 2 ... A matrix of rows that are `orthogonal` to each other, each
 * of length `gain`. `sinusoid`: the positions of Vaswani et al. 2017 (section 3.5), [1, places, C].
 */
export type Init =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'normal'; readonly std: number }
  | { readonly kind: 'truncated'; readonly std: number }
  | { readonly kind: 'uniform'; readonly bound: number }
  | { readonly kind: 'range' }
  | { readonly kind: 'orthogonal'; readonly gain: number }
  | { readonly kind: 'sinusoid' };

/** One tensor of a network's state, named as PyTorch names it, with PyTorch's shape. */
export interface ParamSpec {
  readonly name: string;
  /** Shape in PyTorch's layout (OIHW, OI). */
  readonly torchShape: readonly number[];
  /** Shape as the engine holds it (HWIO, IO; depthwise HWC1). */
  readonly shape: readonly number[];
  readonly kind: ParamKind;
  readonly layout: 'oihw' | 'depthwise' | 'oi' | 'flat';
  readonly trainable: boolean;
  readonly init: Init;
}

/** What a forward pass may read and change. */
export interface Forward {
  /** Batch statistics and running-statistics updates (train) or running statistics (eval). */
  readonly training: boolean;
  /**
   * Whether a batch norm that uses its running statistics is folded into the convolution before it:
   * equal within rounding, gradients too, and a pass over the map less. For networks that are not
   * trained, and for norms that keep their statistics while their network is trained.
   */
  readonly foldsNorms?: boolean;
  param(name: string): Tensor;
  /** Records a new value of a buffer (running statistics). Only in training. */
  update(name: string, value: Tensor): void;
  /**
   * What a residual branch adds in this pass: the whole branch, or in training with stochastic
   * depth a random choice of pictures. Called once per branch, in the order of the network.
   * Absent: the whole branch.
   */
  branch?<T extends Tensor>(branch: T): T;
  /** Names the layer while `run` executes, so that an error can say where it happened. */
  layer<T>(name: string, run: () => T): T;
}

/** What a network gives to distillers. Feature maps are NHWC. */
export interface NetworkOutput {
  /** [B, classes] */
  readonly logits: Tensor2D;
  /**
   * Logits [B, classes] that learn from a teacher, where in training others than `logits` do: those
   * of a distillation token. Absent: `logits` do.
   */
  readonly taughtLogits?: Tensor2D;
  /**
   * Stage features after their activation, stem first: mdistiller's `feats`. Empty for networks of
   * tokens.
   */
  readonly features: readonly Tensor4D[];
  /**
   * Features [B, tokens, C] after every block, class token first; absent for networks of maps
   * alone.
   */
  readonly tokens?: readonly Tensor3D[];
  /**
   * The same before the last activation of a stage: mdistiller's `preact_feats`; empty where the
   * original has none.
   */
  readonly preactFeatures: readonly Tensor4D[];
  /** [B, C] input of the classifier. */
  readonly pooled: Tensor2D;
  /**
   * The map [B, H, W, C] before global pooling; SDD pools its pyramid from it. Null where the
   * classifier does not take means over a map.
   */
  readonly lastMap: Tensor4D | null;
  /**
   * Applies the classifier to [..., C]: patch logits are the classifier applied to pooled patches.
   */
  classify(pooled: Tensor2D): Tensor2D;
  classify(pooled: Tensor3D): Tensor3D;
  /**
   * Logits [B, classes, regions] of the patches of a pyramid, where they are at hand without the
   * map. Absent: they follow from `lastMap`.
   */
  patches?(sizes: readonly number[]): Tensor3D;
}

/** A list of a network's output, and the place in it of the feature after every stage. */
export interface StagePlaces {
  readonly of: 'features' | 'preactFeatures' | 'tokens';
  readonly places: readonly number[];
}

export interface Network {
  readonly name: string;
  readonly classes: number;
  /** NHWC without the batch. */
  readonly inputShape: readonly [number, number, number];
  /** In the order of PyTorch's `state_dict`. */
  readonly params: readonly ParamSpec[];
  /**
   * Names (`layer1.2.bn2`) of the batch norm before the last activation of every stage but the
   * stem: mdistiller's `get_bn_before_relu`, from which OFD takes its margins. Absent where the
   * original has none.
   */
  readonly stageNorms?: readonly string[];
  /**
   * Where the features of the stages are: OFAKD's `stage_info`. Absent: `features` but the first.
   */
  readonly stages?: StagePlaces;
  /** Class tokens in front of the others; absent: none. */
  readonly classTokens?: number;
  /**
   * Probabilities that its residual branches are left out in training, in the order of the forward
   * pass, where the largest is `rate` (stochastic depth). Absent: it has none to leave out.
   */
  dropPath?(rate: number): readonly number[];
  forward(context: Forward, images: Tensor4D): NetworkOutput;
}

/** What a network is built for. */
export interface NetworkOptions {
  readonly classes: number;
  /** Height, width and channels of a picture. */
  readonly inputShape: Network['inputShape'];
}

/** A network by its name: a line of `kinds.ts`. */
export interface NetworkKind {
  /** Height and width of the pictures that it is made for; absent: 32. */
  readonly side?: number;
  /** @param name the name that it has in the table */
  build(name: string, options: NetworkOptions): Network;
}
