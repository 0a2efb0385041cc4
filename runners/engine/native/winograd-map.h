// Convolutions of 3 x 3 in tiles, and the gradients of their maps, which are convolutions with turned weights.
//
//   weights    [36 points, outputs / 16, inputs, 16]
//   tiles      [36 points, tiles, inputs]
#pragma once

#include "winograd.h"

namespace redistill {

/** A^T m: four results in a row from its points. */
template <class F>
REDISTILL_INLINE void pointsToRow(const F m[6], F to[4]) {
  const F sum = m[1] + m[2], difference = m[1] - m[2];
  const F sumOfB = m[3] + m[4], differenceOfB = m[3] - m[4];
  to[0] = m[0] + sum + sumOfB;
  to[1] = multiplyAdd(difference, all<F>(a), differenceOfB * all<F>(b));
  to[2] = multiplyAdd(sum, all<F>(a2), sumOfB * all<F>(b2));
  to[3] = multiplyAdd(difference, all<F>(a3), multiplyAdd(differenceOfB, all<F>(b3), m[5]));
}

/** G w: what becomes of three weights in a row. */
template <class F>
REDISTILL_INLINE void weightsToPoints(F w0, F w1, F w2, F to[6]) {
  const F even = multiplyAdd(w2, all<F>(a2), w0), evenOfB = multiplyAdd(w2, all<F>(b2), w0);
  to[0] = w0 * all<F>(1 / (a2 * b2));
  to[1] = multiplyAdd(w1, all<F>(a), even) * all<F>(ofA);
  to[2] = multiplyAdd(w1, all<F>(-a), even) * all<F>(ofA);
  to[3] = multiplyAdd(w1, all<F>(b), evenOfB) * all<F>(ofB);
  to[4] = multiplyAdd(w1, all<F>(-b), evenOfB) * all<F>(ofB);
  to[5] = w2;
}

/** Points of tiles times those of weights between all inputs and `groups` groups of outputs. */
template <class F, int groups, int rows = Blocks<F>::rows(groups)>
REDISTILL_INLINE void allTilesByWeights(const float* tiles, const float* weights, float* results, int64_t inputs,
                                        int64_t count) {
  const int64_t ofTile = groups * lanes;
  int64_t tile = 0;
  for (; tile + rows <= count; tile += rows)
    addProducts<F, rows, groups>(tiles + tile * inputs, inputs, 1, weights, inputs, true, results + tile * ofTile,
                                 ofTile, lanes);
  for (; tile < count; ++tile)
    addProducts<F, 1, groups>(tiles + tile * inputs, inputs, 1, weights, inputs, true, results + tile * ofTile, ofTile,
                              lanes);
}

/** A^T m A of a group of channels, plus the bias, through the ReLU where asked; what is outside of the map is left. */
template <class F>
REDISTILL_INLINE void pointsToResults(const float* from, int64_t apart, int64_t between, int64_t tiles, int64_t first,
                                      const Tiling& form, const float* bias, bool relu, float* y, int64_t channel) {
  const int64_t pixel = form.outputs, line = form.width * pixel;
  const F start = bias == nullptr ? all<F>(0) : Operations<F>::load(bias + channel);
  Place place(form, first);
  for (int64_t tile = 0; tile < tiles; ++tile, place.next(form), from += between) {
    F along[tileSide][6];
    for (int column = 0; column < 6; ++column) {
      F m[6], down[tileSide];
      for (int row = 0; row < 6; ++row) m[row] = Operations<F>::load(from + (6 * row + column) * apart);
      pointsToRow(m, down);
      for (int row = 0; row < tileSide; ++row) along[row][column] = down[row];
    }
    const int64_t top = tileSide * place.row, left = tileSide * place.column;
    float* to = y + (place.picture * form.height + top) * line + left * pixel + channel;
    for (int row = 0; row < tileSide; ++row) {
      if (top + row >= form.height) break;
      F results[tileSide];
      pointsToRow(along[row], results);
      for (int column = 0; column < tileSide; ++column) {
        if (left + column >= form.width) break;
        F value = bias == nullptr ? results[column] : results[column] + start;
        if (relu) value = whereLess(value, all<F>(0), all<F>(0), value);
        Operations<F>::store(to + row * line + column * pixel, value);
      }
    }
  }
}

/** One panel of outputs of a block of tiles. */
template <class F, int groups>
REDISTILL_INLINE void panelOf(const float* tiles, const float* weights, const float* bias, bool relu, float* y,
                              const Tiling& form, int64_t begin, int64_t count, int64_t channel, float* results) {
  const int64_t ofPoint = Tiling::apart(count, groups * lanes);
  for (int64_t point = 0; point < points; ++point)
    allTilesByWeights<F, groups>(tiles + point * Tiling::apart(count, form.inputs),
                                 weights + (point * form.outputs + channel) * form.inputs, results + point * ofPoint,
                                 form.inputs, count);
  for (int64_t group = 0; group < groups; ++group)
    pointsToResults<F>(results + group * lanes, ofPoint, groups * lanes, count, begin, form, bias, relu, y,
                       channel + group * lanes);
}

template <class F>
REDISTILL_INLINE void winogradOf(const float* x, const float* weights, const float* bias, bool relu, float* y,
                                 Tiling form, int64_t begin, int64_t end, float* scratch) {
  const int64_t count = end - begin;
  float* tiles = scratch;
  float* results = scratch + Tiling::pointsOf(count, form.inputs);
  tilesToPoints<F>(x, form, begin, end, Tiling::apart(count, form.inputs),
                   [&](int64_t tile, int64_t channel) __attribute__((always_inline)) {
                     return tiles + tile * form.inputs + channel;
                   });
  int64_t channel = 0;
  for (; channel + 4 * lanes <= form.outputs && Blocks<F>::groups >= 4; channel += 4 * lanes)
    panelOf<F, 4>(tiles, weights, bias, relu, y, form, begin, count, channel, results);
  for (; channel + 2 * lanes <= form.outputs && Blocks<F>::groups >= 2; channel += 2 * lanes)
    panelOf<F, 2>(tiles, weights, bias, relu, y, form, begin, count, channel, results);
  for (; channel < form.outputs; channel += lanes)
    panelOf<F, 1>(tiles, weights, bias, relu, y, form, begin, count, channel, results);
}

/** Floats that `winograd` needs beside its operands for so many tiles. */
inline int64_t winogradScratch(const Tiling& form, int64_t tiles) {
  return Tiling::pointsOf(tiles, form.inputs) + Tiling::pointsOf(tiles, 4 * lanes);
}

/** Weights of one input and a group of outputs. Turned: of one output and a group of inputs, from the other side. */
template <class F>
REDISTILL_INLINE void groupOfWeights(const float* weight, int64_t inputs, int64_t outputs, bool turned, int64_t one,
                                     int64_t group, F to[9]) {
  for (int64_t at = 0; at < 9; ++at) {
    if (!turned) {
      to[at] = Operations<F>::load(weight + (at * inputs + one) * outputs + group);
      continue;
    }
    float values[lanes];
    for (int64_t lane = 0; lane < lanes; ++lane)
      values[lane] = weight[((8 - at) * inputs + group + lane) * outputs + one];
    to[at] = Operations<F>::load(values);
  }
}

template <class F>
REDISTILL_INLINE void winogradWeightsOf(const float* weight, int64_t inputs, int64_t outputs, bool turned,
                                        int64_t begin, int64_t end, float* to) {
  const int64_t from = turned ? outputs : inputs, into = turned ? inputs : outputs;
  for (int64_t group = begin; group < end; ++group) {
    for (int64_t one = 0; one < from; ++one) {
      F w[9], along[6][3];
      groupOfWeights(weight, inputs, outputs, turned, one, group * lanes, w);
      for (int column = 0; column < 3; ++column) {
        F down[6];
        weightsToPoints(w[column], w[3 + column], w[6 + column], down);
        for (int row = 0; row < 6; ++row) along[row][column] = down[row];
      }
      for (int row = 0; row < 6; ++row) {
        F points[6];
        weightsToPoints(along[row][0], along[row][1], along[row][2], points);
        for (int column = 0; column < 6; ++column)
          Operations<F>::store(to + (((6 * row + column) * into / lanes + group) * from + one) * lanes, points[column]);
      }
    }
  }
}

/**
 * The convolution of tiles `begin` to `end`: x [.., inputs] to y [.., outputs], with `winogradScratch` floats of
 * scratch. Inputs and outputs are multiples of 16. `bias` [outputs] may be null.
 */
REDISTILL_FUSED_KERNEL(winograd,
                       (const float* x, const float* weights, const float* bias, bool relu, float* y, Tiling form,
                        int64_t begin, int64_t end, float* scratch),
                       (x, weights, bias, relu, y, form, begin, end, scratch))
/**
 * Points of weight [3, 3, inputs, outputs], of the groups `begin` to `end` of outputs. Turned: of the weight with which
 * the gradient of the input is a convolution of that of the result.
 */
REDISTILL_FUSED_KERNEL(winogradWeights,
                       (const float* weight, int64_t inputs, int64_t outputs, bool turned, int64_t begin, int64_t end,
                        float* to),
                       (weight, inputs, outputs, turned, begin, end, to))

}  // namespace redistill
