import type { Tensor } from '@tensorflow/tfjs-core';
import { checkBindingHasKernels } from '../native/check.ts';
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

/** Runs `body` with compositions alone, as on a GPU: what the kernels are compared with. */
export function withoutKernels<T>(body: () => T): T {
  without += 1;
  try {
    return body();
  } finally {
    without -= 1;
  }
}
