// Layer normalization of rows (Ba, Kiros & Hinton 2016, arXiv:1607.06450), and its gradient.
#pragma once

#include <cmath>

#include "lanes.h"

namespace redistill {

template <class F>
REDISTILL_INLINE void layerNormOf(const float* x, const float* scale, const float* offset, float epsilon, float* y,
                                  float* mean, float* inverse, int64_t rows, int64_t width) {
  for (int64_t row = 0; row < rows; ++row) {
    const float* from = x + row * width;
    float* to = y + row * width;
    F total = all<F>(0);
    alongRow(width, REDISTILL_STEP(total = total + load<F>(from + at, count);));
    const float centre = sum(total) / width;
    F squares = all<F>(0);
    alongRow(width, REDISTILL_STEP({
               const F apart = onlyFirst(load<F>(from + at, count) - all<F>(centre), count);
               squares = squares + apart * apart;
             }));
    const float factor = 1.0f / std::sqrt(sum(squares) / width + epsilon);
    alongRow(width, REDISTILL_STEP({
               const F normal = (load<F>(from + at, count) - all<F>(centre)) * all<F>(factor);
               store(to + at, normal * load<F>(scale + at, count) + load<F>(offset + at, count), count);
             }));
    mean[row] = centre;
    inverse[row] = factor;
  }
}

template <class F>
REDISTILL_INLINE void layerNormGradientOf(const float* dy, const float* x, const float* scale, const float* mean,
                                          const float* inverse, float* dx, float* ofScale, float* ofOffset,
                                          int64_t rows, int64_t width) {
  std::memset(ofScale, 0, width * sizeof(float));
  std::memset(ofOffset, 0, width * sizeof(float));
  for (int64_t row = 0; row < rows; ++row) {
    const float* slopes = dy + row * width;
    const float* from = x + row * width;
    float* to = dx + row * width;
    const F centre = all<F>(mean[row]);
    const F factor = all<F>(inverse[row]);
    F total = all<F>(0);
    F along = all<F>(0);
    alongRow(width, REDISTILL_STEP({
               const F slope = load<F>(slopes + at, count);
               const F normal = (load<F>(from + at, count) - centre) * factor;
               const F scaled = slope * load<F>(scale + at, count);
               total = total + scaled;
               along = along + scaled * normal;
               store(ofScale + at, load<F>(ofScale + at, count) + slope * normal, count);
               store(ofOffset + at, load<F>(ofOffset + at, count) + slope, count);
             }));
    const F meanOfAll = all<F>(sum(total) / width);
    const F meanAlong = all<F>(sum(along) / width);
    alongRow(width, REDISTILL_STEP({
               const F normal = (load<F>(from + at, count) - centre) * factor;
               const F scaled = load<F>(slopes + at, count) * load<F>(scale + at, count);
               store(to + at, ((scaled - meanOfAll) - normal * meanAlong) * factor, count);
             }));
  }
}

/**
 * y = (x - mean) * inverse * scale + offset for every row, with inverse = 1 / sqrt(variance + epsilon).
 *
 * x, y: [rows, width]; scale, offset: [width]; mean, inverse: [rows].
 */
REDISTILL_KERNEL(layerNorm,
                 (const float* x, const float* scale, const float* offset, float epsilon, float* y, float* mean,
                  float* inverse, int64_t rows, int64_t width),
                 (x, scale, offset, epsilon, y, mean, inverse, rows, width))
/**
 * Gradients of `layerNorm`. `dx` may be `dy`; `ofScale` and `ofOffset` [width] are the sums over these rows, in their
 * order.
 */
REDISTILL_KERNEL(layerNormGradient,
                 (const float* dy, const float* x, const float* scale, const float* mean, const float* inverse,
                  float* dx, float* ofScale, float* ofOffset, int64_t rows, int64_t width),
                 (dy, x, scale, mean, inverse, dx, ofScale, ofOffset, rows, width))

}  // namespace redistill
