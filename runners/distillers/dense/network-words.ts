import type { DenseFamily } from './types.ts';

/** What plans and methods must know of a detector or segmenter before it is built. */
export interface DenseNetworkWords {
  /** The word for its kind, by which methods have hyper-parameters of their own for it: `gfl`. */
  readonly kind: string;
  /** By which official hyper-parameters differ. */
  readonly family: DenseFamily;
  /** What zoos of trained weights call its backbone; null where nobody released any for it. */
  readonly architecture: string | null;
  /** What published tables call it; null where none has it. */
  readonly printed: string | null;
  /** Whether it finds masks beside boxes, by which it is then tested too. Absent: it finds none. */
  readonly masks?: true;
}
