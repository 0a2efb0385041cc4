import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { DenseNetworkWords } from '../../distillers/dense/network-words.ts';
import type { DenseShapes } from '../../distillers/dense/types.ts';
import type { Layer, ModuleScope } from '../../networks/modules.ts';
import type { Forward, ParamSpec } from '../../networks/types.ts';

export type HeadName = 'decode' | 'auxiliary';

/** One forward pass of a segmenter. */
export interface SegmenterPass extends Forward {
  /** Whether the auxiliary head runs: it is for training only. */
  readonly auxiliary: boolean;
  /**
   * Factors [B, 1, 1, C] of the channels before a head's classifier (dropout of whole channels,
   * drawn outside the graph), or null for none.
   */
  dropout(head: HeadName): Tensor4D | null;
}

/** Maps of a forward pass, NHWC. */
export interface SegmenterOutput {
  /** The backbone's four stages; strides 4, 8, 8, 8. */
  readonly backbone: readonly Tensor4D[];
  /** What the classifier sees, dropout included. */
  readonly embedding: Tensor4D;
  /** Class logits with stride 8, not yet resized. */
  readonly logits: Tensor4D;
  /** The auxiliary head's, where it ran. */
  readonly auxiliary: Tensor4D | null;
}

/** How maps of logits are read: what becomes of them in losses and in an evaluation. */
export interface MapReading {
  /** Whether a map is enlarged corner on corner, or by half-pixel centres. */
  readonly alignCorners: boolean;
  /** Whether the loss is a mean over the pixels that count, or over all of them. */
  readonly averageCounted: boolean;
  /** Of the auxiliary head's loss. */
  readonly auxiliaryWeight: number;
}

/**
 * As all published configs of mmsegmentation have it (1.2.2
 * configs/_base_/models/pspnet_r50-d8.py, deeplabv3_r50-d8.py).
 */
export const usualReading: MapReading = {
  alignCorners: false,
  averageCounted: false,
  auxiliaryWeight: 0.4,
};

/**
 * A network for semantic segmentation: backbone, decode head and auxiliary head (mmsegmentation's
 * EncoderDecoder).
 */
export interface Segmenter {
  readonly name: string;
  readonly classes: number;
  /** In the order of PyTorch's `state_dict`. */
  readonly params: readonly ParamSpec[];
  /** Modules at the root that are the backbone; absent where a module `backbone` is. */
  readonly backboneModules?: readonly string[];
  /** What distillers see of it. */
  readonly shapes: DenseShapes;
  /** Channels before the classifier of each head; dropout takes some of them. */
  readonly dropoutChannels: Readonly<Record<HeadName, number>>;
  /** Default: `usualReading`. */
  readonly reading?: MapReading;
  /** @param images [B, H, W, 3] */
  forward(pass: SegmenterPass, images: Tensor4D): SegmenterOutput;
}

export interface HeadSpec {
  /** Channels of the head, which its classifier sees. */
  readonly channels: number;
}

/** A decode head. */
export interface DecodeSpec extends HeadSpec {
  /** What it does before its classifier. @param inputs channels of the backbone's last map */
  body(scope: ModuleScope, inputs: number): Layer;
}

/** A segmenter by its name: a line of `kinds.ts`. */
export interface SegmenterKind extends DenseNetworkWords {
  /** @param name the name that it has in the table */
  build(name: string, options: { readonly classes: number }): Segmenter;
}
