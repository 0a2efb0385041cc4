// The softmax of attention (Vaswani et al. 2017, arXiv:1706.03762, equation 1): of scaled scores plus a bias.
#pragma once

#include <cmath>

#include "lanes.h"

namespace redistill {

// What is left of a row behind its whole groups of lanes stays in a register: rows of attention are short, and their
// lengths are odd.

template <class F>
REDISTILL_INLINE void softmaxOf(const float* scores, float factor, const float* bias, int64_t first, int64_t period,
                                float* shares, int64_t rows, int64_t width) {
  const int64_t rest = width % lanes;
  const int64_t end = width - rest;
  const F factors = all<F>(factor);
  for (int64_t row = 0; row < rows; ++row) {
    const float* from = scores + row * width;
    const float* added = bias == nullptr ? nullptr : bias + (first + row) % period * width;
    float* to = shares + row * width;
    F top = all<F>(-INFINITY);
    const auto scoreAt = [&](int64_t at, int64_t count) __attribute__((always_inline)) {
      const F score = load<F>(from + at, count) * factors;
      return added == nullptr ? score : score + load<F>(added + at, count);
    };
    F last = all<F>(-INFINITY);
    if (rest > 0) last = onlyFirst(scoreAt(end, rest), rest, -INFINITY);
    // What is not a number stays out of the largest score and comes back in the sum.
    alongGroups(width, REDISTILL_STEP({
                  const F score = scoreAt(at, count);
                  store(to + at, score);
                  top = larger(top, score);
                }));
    const F highest = all<F>(largest(larger(top, last)));
    F total = all<F>(0);
    alongGroups(width, REDISTILL_STEP({
                  const F share = expOfNegative(load<F>(to + at) - highest);
                  store(to + at, share);
                  total = total + share;
                }));
    if (rest > 0) {
      last = onlyFirst(expOfNegative(last - highest), rest);
      total = total + last;
    }
    const F inverse = all<F>(1.0f / sum(total));
    alongGroups(width, REDISTILL_STEP(store(to + at, load<F>(to + at) * inverse);));
    if (rest > 0) store(to + end, last * inverse, rest);
  }
}

template <class F>
REDISTILL_INLINE void softmaxGradientOf(const float* slopes, const float* shares, float factor, float* result,
                                        int64_t rows, int64_t width) {
  const int64_t rest = width % lanes;
  const int64_t end = width - rest;
  const F factors = all<F>(factor);
  for (int64_t row = 0; row < rows; ++row) {
    const float* slope = slopes + row * width;
    const float* share = shares + row * width;
    float* to = result + row * width;
    const F lastSlope = rest > 0 ? load<F>(slope + end, rest) : all<F>(0);
    const F lastShare = rest > 0 ? load<F>(share + end, rest) : all<F>(0);
    F total = lastSlope * lastShare;
    alongGroups(width, REDISTILL_STEP(total = total + load<F>(slope + at) * load<F>(share + at);));
    const F taken = all<F>(sum(total));
    alongGroups(width, REDISTILL_STEP({
                  store(to + at, load<F>(share + at) * (load<F>(slope + at) - taken) * factors);
                }));
    if (rest > 0) store(to + end, lastShare * (lastSlope - taken) * factors, rest);
  }
}

/**
 * Every row's exp(score * factor + bias) over its sum.
 *
 * scores, shares: [rows, width], and may be the same. `bias` [period, width], or null: row i takes row (first + i) modulo
 * the period.
 */
REDISTILL_KERNEL(softmax,
                 (const float* scores, float factor, const float* bias, int64_t first, int64_t period, float* shares,
                  int64_t rows, int64_t width),
                 (scores, factor, bias, first, period, shares, rows, width))
/** shares * (slopes - sum of shares * slopes) * factor of every row. `result` may be `slopes`. */
REDISTILL_KERNEL(softmaxGradient,
                 (const float* slopes, const float* shares, float factor, float* result, int64_t rows, int64_t width),
                 (slopes, shares, factor, result, rows, width))

}  // namespace redistill
