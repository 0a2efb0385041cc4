/**
 * What an operation does with 16 bits, by the places of the operands that may have them. Everything
 * that is not listed gets 32 bits: losses, softmax, norms over rows, sums, statistics, optimizers.
 */
export interface Bfloat16Rule {
  /**
   * `gains`: a product, whose operands are rounded. `follows`: takes 16 bits where one of these
   * operands has them. `agrees`: where all have them, as types are promoted in PyTorch.
   */
  readonly when: 'gains' | 'follows' | 'agrees';
  /** `all`: all operands. */
  readonly places: readonly number[] | 'all';
  /** Operands that have 16 bits beside them where the kernel has them: biases. */
  readonly beside?: readonly number[];
}

const gains = (...places: readonly number[]): Bfloat16Rule => ({ when: 'gains', places });
const follows = (...places: readonly number[]): Bfloat16Rule => ({ when: 'follows', places });

/**
 * Products of layers gain. Those of attention and of losses (`BatchMatMulV2`) and depthwise
 * convolutions keep 32 bits: the first are small or must be exact, the last gain nothing. Batch
 * norms have statistics, scale and offset in 32 bits, and a map in 16.
 */
export const bfloat16Rules: Readonly<Record<string, Bfloat16Rule>> = {
  Conv2D: gains(0, 1),
  _FusedConv2D: { ...gains(0, 1), beside: [2] },
  Conv2DBackpropInput: gains(1, 2),
  Conv2DBackpropFilter: gains(0, 2),
  MatMul: gains(0, 1),
  _FusedMatMul: { ...gains(0, 1), beside: [2] },
  FusedBatchNormV3: follows(0),
  _FusedBatchNormEx: follows(0),
  FusedBatchNormGradV3: follows(0, 1),
  Relu: follows(0),
  ReluGrad: follows(0, 1),
  MaxPool: follows(0),
  MaxPoolGrad: follows(0, 1, 2),
  Reshape: follows(0),
  Slice: follows(0),
  Pad: follows(0),
  PadV2: follows(0, 2),
  Add: { when: 'agrees', places: [0, 1] },
  AddV2: { when: 'agrees', places: [0, 1] },
  AddN: { when: 'agrees', places: 'all' },
};
