import type { Tensor } from '@tensorflow/tfjs-core';
import { checkBindingHasKernels } from '../native/check.ts';
import { multipliesAndAdds } from '../processor.ts';
import { recordsForGpu } from '../target.ts';

let without = 0;

/**
 * Whether an operation on these tensors is one of the engine's own kernels (`engine/native`) or a
 * composition of TensorFlow's: the one place that decides. The kernels are for float32 on a CPU.
 * What is empty has nothing to compute.
 *
 * @throws EngineError `ENGINE_BINDING` where the binding was built without the kernels of this
 *   checkout
 */
export function hasKernel(...tensors: readonly Tensor[]): boolean {
  if (without > 0 || recordsForGpu()) return false;
  if (tensors.some(({ dtype, size }) => dtype !== 'float32' || size === 0)) return false;
  checkBindingHasKernels();
  return true;
}

let plainly = 0;

/**
 * Whether convolutions of 3 x 3 are Winograd's (`native/winograd.h`) and not TensorFlow's: where
 * there is a kernel for the tensors, on processors that multiply and add in one rounding.
 */
export function hasWinograd(...tensors: readonly Tensor[]): boolean {
  return plainly === 0 && multipliesAndAdds() && hasKernel(...tensors);
}

/** Runs `body` with TensorFlow's convolutions: those that mixed precision gives 16 bits. */
export function withoutWinograd<T>(body: () => T): T {
  plainly += 1;
  try {
    return body();
  } finally {
    plainly -= 1;
  }
}

/** Runs `body` with compositions alone, as on a GPU: what the kernels are compared with. */
export function withoutKernels<T>(body: () => T): T {
  without += 1;
  try {
    return body();
  } finally {
    without -= 1;
  }
}
