// The Gaussian error linear unit x Phi(x) and its slope Phi(x) + x phi(x) (Hendrycks & Gimpel 2016, arXiv:1606.08415),
// with Phi the distribution function and phi the density of the standard normal distribution.
#pragma once

#include "lanes.h"

namespace redistill {

template <class F>
struct Tail {
  /** exp(-a^2 / 2). */
  F decay;
  /** Phi(-a) / exp(-a^2 / 2). */
  F share;
};

/**
 * The tail of the normal distribution beyond a, from 0 to 15. The share falls from 1/2 like 1 / a; times a + 3.5 it is a
 * polynomial of (a - 3.5) / (a + 3.5), as Shepherd & Laframboise (1981, Math. Comp. 36, 249) have it for the scaled
 * complementary error function. The coefficients are fitted for the smallest relative error on 0 to 15.
 */
template <class F>
REDISTILL_INLINE Tail<F> tailBeyond(F a) {
  // The square in two parts, the first one exact: its rounding would be up to 64 units of the exponential.
  const F coarse = withBits(a, ~0xfff);
  const F high = coarse * coarse * all<F>(-0.5f);
  const F low = (a - coarse) * (a + coarse) * all<F>(-0.5f);
  const F inverse = all<F>(1.0f) / (a + all<F>(3.5f));
  const F t = (a - all<F>(3.5f)) * inverse;
  const F curve = polynomial(t, all<F>(0.00010869338439079002f), 0.0004183229466434568f, -0.00049503956688568f,
                             -0.0031728283502161503f, 0.006493726745247841f, 0.01740582101047039f,
                             -0.11605317145586014f, 0.3154250979423523f, -0.5655617117881775f, 0.7444160580635071f);
  return {expOfSum(high, low), curve * inverse};
}

/** From 15 on everything is 0. What is not a number comes back through x. */
template <class F>
REDISTILL_INLINE F bounded(F a) {
  return whereLess(a, all<F>(15.0f), a, all<F>(15.0f));
}

template <class F>
REDISTILL_INLINE F geluAt(F x) {
  const F a = bounded(magnitude(x));
  const Tail<F> beyond = tailBeyond(a);
  const F tail = beyond.decay * beyond.share;
  return whereLess(x, all<F>(0), x * tail, x - a * tail);
}

template <class F>
REDISTILL_INLINE F geluSlopeAt(F x) {
  const F a = magnitude(x);
  const Tail<F> beyond = tailBeyond(bounded(a));
  const F below = beyond.decay * (beyond.share - a * all<F>(0.3989422804f));
  return whereLess(x, all<F>(0), below, all<F>(1.0f) - below);
}

template <class F>
REDISTILL_INLINE void geluOf(const float* x, float* y, int64_t size) {
  alongRow(size, REDISTILL_STEP(store(y + at, geluAt(load<F>(x + at, count)), count);));
}

template <class F>
REDISTILL_INLINE void geluGradientOf(const float* dy, const float* x, float* dx, int64_t size) {
  alongRow(size, REDISTILL_STEP({
             const F slope = geluSlopeAt(load<F>(x + at, count));
             store(dx + at, load<F>(dy + at, count) * slope, count);
           }));
}

REDISTILL_KERNEL(gelu, (const float* x, float* y, int64_t size), (x, y, size))
/** `dx` may be `dy`. */
REDISTILL_KERNEL(geluGradient, (const float* dy, const float* x, float* dx, int64_t size), (dy, x, dx, size))

}  // namespace redistill
