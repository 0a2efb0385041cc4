// A step of stochastic gradient descent with momentum, as torch.optim.SGD without dampening.
#pragma once

#include "lanes.h"

namespace redistill {

struct SgdStep {
  float rate, momentum, decay;
  bool nesterov;
};

/** The same roundings in the same order as one operation after the other, so that bits are the same. */
template <class F>
REDISTILL_INLINE void sgdOf(const float* values, const float* gradients, const float* buffers, SgdStep step,
                            float* newValues, float* newBuffers, int64_t size) {
  const F rate = all<F>(step.rate);
  const F momentum = all<F>(step.momentum);
  const F decay = all<F>(step.decay);
  alongRow(size, REDISTILL_STEP({
             const F value = load<F>(values + at, count);
             F gradient = load<F>(gradients + at, count);
             if (step.decay != 0) gradient = gradient + value * decay;
             const F buffer = load<F>(buffers + at, count) * momentum + gradient;
             const F direction = step.nesterov ? gradient + buffer * momentum : buffer;
             store(newBuffers + at, buffer, count);
             store(newValues + at, value - direction * rate, count);
           }));
}

/** All arrays of `size`; results may be operands. */
REDISTILL_KERNEL(sgd,
                 (const float* values, const float* gradients, const float* buffers, SgdStep step, float* newValues,
                  float* newBuffers, int64_t size),
                 (values, gradients, buffers, step, newValues, newBuffers, size))

}  // namespace redistill
