import type { Tensor4D } from '@tensorflow/tfjs-core';
import { relu } from '../../engine/ops/index.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { ConvolutionSpec, Layer, ModuleScope } from '../../networks/modules.ts';
import type { Forward, ParamSpec } from '../../networks/types.ts';

const epsilon = 1e-5;
const slope = 0.01;

/**
 * A forward pass in which every batch norm scales by the magnitude of its weight plus 1e-5: what
 * in-place activated batch norm (Rota Bulo et al. 2018, arXiv:1712.02616) does, so that the scale
 * can be divided out again.
 *
 * Official file: irfanICMLL/TorchDistiller@78bac7c SemSeg-distill/libs/src/bn.cu
 * (`forward_kernel`).
 */
export function withPositiveScales(context: Forward, params: readonly ParamSpec[]): Forward {
  const scales = new Set(params.filter(({ kind }) => kind === 'bn_weight').map(({ name }) => name));
  return {
    ...context,
    param(name) {
      const value = context.param(name);
      return scales.has(name) ? tf.add(tf.abs(value), epsilon) : value;
    },
  };
}

/**
 * A convolution, batch norm, and the leaky ReLU that the norm has by default (`InPlaceABNSync` of
 * SemSeg-distill/libs/bn.py).
 */
export function leakyConvNorm(
  scope: ModuleScope,
  conv: string | number,
  norm: string | number,
  spec: ConvolutionSpec,
): Layer {
  const layer = scope.convNorm(conv, norm, spec);
  return (context, x) => leakyRelu(layer(context, x));
}

/** x where it is positive, else x / 100. */
function leakyRelu(x: Tensor4D): Tensor4D {
  return tf.add(tf.mul(x, slope), tf.mul(relu(x), 1 - slope)) as Tensor4D;
}
