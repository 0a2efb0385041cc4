// The gradient of the weights of a convolution of 3 x 3, in the tiles of the convolution: G^T S G, where the sums S of
// the products of A dy A^T and B^T x B over all tiles are made for each of the 36 points.
//
//   tiles      [36 points, channels / 16, tiles, 16]
//   sums       [36 points, outputs / 16, inputs, 16]
#pragma once

#include "winograd.h"

namespace redistill {

/** A d: points of the slopes of four results in a row. */
template <class F>
REDISTILL_INLINE void slopesToPoints(const F d[4], F to[6]) {
  const F even = multiplyAdd(d[2], all<F>(a2), d[0]), odd = multiplyAdd(d[3], all<F>(a2), d[1]);
  const F evenOfB = multiplyAdd(d[2], all<F>(b2), d[0]), oddOfB = multiplyAdd(d[3], all<F>(b2), d[1]);
  to[0] = d[0];
  to[1] = multiplyAdd(odd, all<F>(a), even);
  to[2] = multiplyAdd(odd, all<F>(-a), even);
  to[3] = multiplyAdd(oddOfB, all<F>(b), evenOfB);
  to[4] = multiplyAdd(oddOfB, all<F>(-b), evenOfB);
  to[5] = d[3];
}

/** G^T u: slopes of three weights in a row from those of their points. */
template <class F>
REDISTILL_INLINE void pointsToSlopes(const F u[6], F to[3]) {
  const F sum = (u[1] + u[2]) * all<F>(ofA), sumOfB = (u[3] + u[4]) * all<F>(ofB);
  const F difference = (u[1] - u[2]) * all<F>(ofA), differenceOfB = (u[3] - u[4]) * all<F>(ofB);
  to[0] = multiplyAdd(u[0], all<F>(1 / (a2 * b2)), sum + sumOfB);
  to[1] = multiplyAdd(difference, all<F>(a), differenceOfB * all<F>(b));
  to[2] = multiplyAdd(sum, all<F>(a2), multiplyAdd(sumOfB, all<F>(b2), u[5]));
}

template <class F>
REDISTILL_INLINE void winogradTilesOf(const float* x, const float* dy, Tiling form, int64_t first, int64_t count,
                                      int64_t begin, int64_t end, float* ofX, float* ofDy) {
  tilesToPoints<F>(x, form, begin, end, Tiling::apart(count, form.inputs),
                   [&](int64_t tile, int64_t channel) __attribute__((always_inline)) {
                     return ofX + (channel * count + (begin - first + tile) * lanes);
                   });
  const int64_t pixel = form.outputs, line = form.width * pixel, apart = Tiling::apart(count, form.outputs);
  Place place(form, begin);
  for (int64_t tile = begin; tile < end; ++tile, place.next(form)) {
    const int64_t top = tileSide * place.row, left = tileSide * place.column;
    const float* from = dy + (place.picture * form.height + top) * line + left * pixel;
    const int64_t rows = std::min<int64_t>(tileSide, form.height - top);
    const int64_t columns = std::min<int64_t>(tileSide, form.width - left);
    for (int64_t channel = 0; channel < form.outputs; channel += lanes) {
      F along[6][tileSide];
      for (int column = 0; column < tileSide; ++column) {
        F slopes[tileSide], down[6];
        for (int row = 0; row < tileSide; ++row)
          slopes[row] = row < rows && column < columns
                            ? Operations<F>::load(from + row * line + column * pixel + channel)
                            : all<F>(0);
        slopesToPoints(slopes, down);
        for (int row = 0; row < 6; ++row) along[row][column] = down[row];
      }
      float* to = ofDy + (channel * count + (tile - first) * lanes);
      for (int row = 0; row < 6; ++row) {
        F points[6];
        slopesToPoints(along[row], points);
        for (int column = 0; column < 6; ++column)
          Operations<F>::store(to + (6 * row + column) * apart, points[column]);
      }
    }
  }
}

/** Adds the products of a group of inputs and `groups` groups of outputs, summed over tiles. */
template <class F, int groups, int rows = Blocks<F>::gradientRows(groups)>
REDISTILL_INLINE void addGroup(const float* ofX, const float* ofDy, int64_t tiles, bool fresh, float* sums,
                               int64_t apart) {
  for (int row = 0; row < lanes; row += rows)
    addProducts<F, rows, groups>(ofX + row, 1, lanes, ofDy, tiles, fresh, sums + row * lanes, lanes, apart);
}

template <class F>
REDISTILL_INLINE void winogradProductsOf(const float* ofX, const float* ofDy, Tiling form, int64_t tiles, bool fresh,
                                         int64_t begin, int64_t end, float* sums) {
  constexpr int groups = Blocks<F>::gradientGroups;
  const int64_t inputGroups = form.inputs / lanes;
  for (int64_t part = begin; part < end; ++part) {
    const int64_t point = part / inputGroups, input = part % inputGroups * lanes;
    const float* values = ofX + point * Tiling::apart(tiles, form.inputs) + input * tiles;
    for (int64_t output = 0; output < form.outputs;) {
      const bool several = output + groups * lanes <= form.outputs;
      const float* slopes = ofDy + point * Tiling::apart(tiles, form.outputs) + output * tiles;
      float* to = sums + (point * form.outputs + output) * form.inputs + input * lanes;
      if (several)
        addGroup<F, groups>(values, slopes, tiles, fresh, to, form.inputs * lanes);
      else
        addGroup<F, 1>(values, slopes, tiles, fresh, to, form.inputs * lanes);
      output += several ? groups * lanes : lanes;
    }
  }
}

template <class F>
REDISTILL_INLINE void winogradSlopesOf(const float* sums, int64_t inputs, int64_t outputs, int64_t begin, int64_t end,
                                       float* ofWeight) {
  for (int64_t group = begin; group < end; ++group) {
    for (int64_t input = 0; input < inputs; ++input) {
      F along[3][6];
      for (int column = 0; column < 6; ++column) {
        F u[6], down[3];
        for (int64_t row = 0; row < 6; ++row) {
          const int64_t place = ((6 * row + column) * outputs / lanes + group) * inputs + input;
          u[row] = Operations<F>::load(sums + place * lanes);
        }
        pointsToSlopes(u, down);
        for (int row = 0; row < 3; ++row) along[row][column] = down[row];
      }
      for (int row = 0; row < 3; ++row) {
        F slopes[3];
        pointsToSlopes(along[row], slopes);
        for (int column = 0; column < 3; ++column)
          Operations<F>::store(ofWeight + ((3 * row + column) * inputs + input) * outputs + group * lanes,
                               slopes[column]);
      }
    }
  }
}

/** For the weights' gradient: points of x and dy, of the tiles `begin` to `end` of `count` that start at `first`. */
REDISTILL_FUSED_KERNEL(winogradTiles,
                       (const float* x, const float* dy, Tiling form, int64_t first, int64_t count, int64_t begin,
                        int64_t end, float* ofX, float* ofDy),
                       (x, dy, form, first, count, begin, end, ofX, ofDy))
/** Products of these, summed over tiles and added to `sums` where those are not `fresh`: of pairs (point, inputs). */
REDISTILL_FUSED_KERNEL(winogradProducts,
                       (const float* ofX, const float* ofDy, Tiling form, int64_t tiles, bool fresh, int64_t begin,
                        int64_t end, float* sums),
                       (ofX, ofDy, form, tiles, fresh, begin, end, sums))
/** The gradient of a weight [3, 3, inputs, outputs] from those sums, of the groups `begin` to `end` of outputs. */
REDISTILL_FUSED_KERNEL(winogradSlopes,
                       (const float* sums, int64_t inputs, int64_t outputs, int64_t begin, int64_t end,
                        float* ofWeight),
                       (sums, inputs, outputs, begin, end, ofWeight))

}  // namespace redistill
