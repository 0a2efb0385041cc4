// The focal loss on sigmoids (Lin et al. 2017, arXiv:1708.02002, equation 5) with gamma 2, from logits without overflow.
#pragma once

#include "lanes.h"

namespace redistill {

/** log(1 + e) for e in 0 to 1, as twice the area tangent of e / (2 + e). */
template <class F>
REDISTILL_INLINE F logOfOnePlus(F e) {
  const F t = e / (e + all<F>(2.0f));
  const F square = t * t;
  const F curve = polynomial(square, all<F>(2.0f / 15), 2.0f / 13, 2.0f / 11, 2.0f / 9, 2.0f / 7, 2.0f / 5, 2.0f / 3);
  return t * square * curve + t * all<F>(2.0f);
}

/**
 * With s the logit of being wrong and q = sigmoid(s): the loss share q^2 log(1 + e^s) and its slope by the logit,
 * share q^2 (2 (1 - q) log(1 + e^s) + q) sign.
 */
template <class F>
REDISTILL_INLINE void focalRowsOf(const float* logits, const float* labels, float alpha, float* losses, float* slopes,
                                  int64_t rows, int64_t classes) {
  float numbers[lanes];
  for (int64_t lane = 0; lane < lanes; ++lane) numbers[lane] = static_cast<float>(lane);
  const F places = load<F>(numbers);
  const F one = all<F>(1.0f);
  for (int64_t row = 0; row < rows; ++row) {
    const float* from = logits + row * classes;
    float* to = slopes + row * classes;
    const F label = all<F>(labels[row]);
    F total = all<F>(0);
    alongRow(classes, REDISTILL_STEP({
               const F place = places + all<F>(static_cast<float>(at));
               // -1 at the row's own class, where being wrong is a small logit.
               const F sign = whereLess(place, label, one, whereLess(label, place, one, all<F>(-1.0f)));
               const F s = load<F>(from + at, count) * sign;
               const F e = expOfNegative(all<F>(0) - magnitude(s));
               const F inverse = one / (one + e);
               const F isLarge = whereLess(s, all<F>(0), e, one);
               const F wrong = isLarge * inverse;
               const F right = whereLess(s, all<F>(0), one, e) * inverse;
               const F entropy = whereLess(s, all<F>(0), all<F>(0), s) + logOfOnePlus(e);
               const F share = sign * all<F>(0.5f - alpha) + all<F>(0.5f);
               const F weight = share * (wrong * wrong);
               total = total + onlyFirst(weight * entropy, count);
               const F slope = all<F>(2.0f) * (right * entropy) + wrong;
               store(to + at, weight * slope * sign, count);
             }));
    losses[row] = sum(total);
  }
}

/**
 * logits, slopes: [rows, classes]; labels, losses: [rows]. A label of `classes` is no class. `alpha` is the weight of a
 * row's own class, 1 - alpha that of the others.
 */
REDISTILL_KERNEL(focalRows,
                 (const float* logits, const float* labels, float alpha, float* losses, float* slopes, int64_t rows,
                  int64_t classes),
                 (logits, labels, alpha, losses, slopes, rows, classes))

}  // namespace redistill
