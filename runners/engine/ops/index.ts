export { relu, relu6 } from './activation.ts';
export { crossAttention, selfAttention } from './attention.ts';
export {
  type BatchNormTraining,
  batchNormEpsilon,
  batchNormInference,
  batchNormMomentum,
  batchNormTraining,
  foldBatchNorm,
  updateRunning,
} from './batch-norm.ts';
export { bitsOf } from './bits.ts';
export { channelShuffle } from './channels.ts';
export { type ConvolutionOptions, conv2d, depthwiseConv2d } from './convolution.ts';
export { conv2dAnyOrder } from './convolution-any-order.ts';
export { correctCount, crossEntropy, crossEntropyRows, softCrossEntropy } from './cross-entropy.ts';
export { deformableConv2d } from './deformable-convolution.ts';
export { detach } from './detach.ts';
export { absoluteError, smoothAbsoluteError } from './distance.ts';
export { binaryCrossEntropy, type FocalOptions, sigmoidFocalRows } from './focal.ts';
export { gelu } from './gelu.ts';
export { type LossAndGradients, lossAndGradients } from './gradients.ts';
export { groupNorm } from './group-norm.ts';
export { type LayerNormValues, layerNorm, normLinear } from './layer-norm.ts';
export { biasAdd, linear } from './linear.ts';
export {
  adaptiveAverageWeights,
  adaptiveAvgPool,
  avgPool,
  globalAverage,
  maxPool,
  poolRegions,
} from './pooling.ts';
export { resizeBilinear } from './resize.ts';
export { type RoiAlignOptions, roiAlign } from './roi-align.ts';
export { rollMap } from './roll.ts';
export { roundUp } from './round-up.ts';
export { addRows, repeated, replaceRows, takeRows } from './rows.ts';
export {
  choose,
  chooseEach,
  classRows,
  type Suppressed,
  type SuppressionOptions,
  statelessNormal,
  statelessUniform,
  suppress,
  takeFromEach,
  topEntries,
} from './selection.ts';
export { softmaxAnyOrder } from './softmax-any-order.ts';
export { unfold } from './unfold.ts';
export type { Pair, WindowOptions } from './window.ts';
