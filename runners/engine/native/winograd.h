// Convolutions of 3 x 3 with stride 1 and a border of one, and their gradients, by Winograd's minimal filtering: Lavin &
// Gray 2016, arXiv:1509.09308, F(2x2, 3x3), equations 6 to 8. Four results need 16 products where they have 36.
//
// A tile is four results, [2, 2], and the [4, 4] values around them. It becomes 16 values of a channel, its points, and so
// do the nine weights between two channels. Then a convolution is a product of matrices for each of the 16 points. Points
// of channels lie in groups of sixteen:
//
//   weights    [16 points, outputs / 16, inputs, 16]
//   tiles      [16 points, tiles, inputs]               forward
//              [16 points, channels / 16, tiles, 16]    gradient of the weights
#pragma once

#include <algorithm>
#include <cmath>

#include "lanes.h"

namespace redistill {

constexpr int64_t points = 16;

/** Maps [pictures, height, width, inputs] and [pictures, height, width, outputs]. */
struct Tiling {
  int64_t pictures, height, width, inputs, outputs;

  int64_t rows() const { return (height + 1) / 2; }
  int64_t columns() const { return (width + 1) / 2; }
  int64_t tiles() const { return pictures * rows() * columns(); }
  /** Floats of all points of so many tiles and channels. */
  static int64_t pointsOf(int64_t tiles, int64_t channels) { return points * tiles * channels; }
};

// a * b + c in one rounding: every processor that is worth it can do so, and the bits are the same for all widths.

REDISTILL_INLINE Floats4 multiplyAdd(Floats4 a, Floats4 b, Floats4 c) {
  for (int lane = 0; lane < 4; ++lane) c[lane] = std::fma(a[lane], b[lane], c[lane]);
  return c;
}
#if defined(__x86_64__)
REDISTILL_INLINE Floats8 multiplyAdd(Floats8 a, Floats8 b, Floats8 c) {
  asm("vfmadd231ps %2, %1, %0" : "+x"(c) : "x"(a), "x"(b));
  return c;
}
REDISTILL_INLINE Floats16 multiplyAdd(Floats16 a, Floats16 b, Floats16 c) {
  asm("vfmadd231ps %2, %1, %0" : "+v"(c) : "v"(a), "v"(b));
  return c;
}
#endif
template <class Half>
REDISTILL_INLINE Pair<Half> multiplyAdd(Pair<Half> a, Pair<Half> b, Pair<Half> c) {
  return {multiplyAdd(a.low, b.low, c.low), multiplyAdd(a.high, b.high, c.high)};
}

// One value from memory in all lanes, which costs no addition as `all` does.

REDISTILL_INLINE void spread(const float* x, Floats4& to) { to = Floats4{*x, *x, *x, *x}; }
#if defined(__x86_64__)
REDISTILL_INLINE void spread(const float* x, Floats8& to) { asm("vbroadcastss %1, %0" : "=x"(to) : "m"(*x)); }
REDISTILL_INLINE void spread(const float* x, Floats16& to) { asm("vbroadcastss %1, %0" : "=v"(to) : "m"(*x)); }
#endif
template <class Half>
REDISTILL_INLINE void spread(const float* x, Pair<Half>& to) {
  spread(x, to.low);
  to.high = to.low;
}

/** Groups of columns and rows of a product that fit into the registers beside what is multiplied. */
template <class F>
struct Blocks {
  static constexpr int groups = 1, rows = 6, gradientRows = 4, gradientGroups = 1;
};
template <>
struct Blocks<Floats16> {
  static constexpr int groups = 4, rows = 6, gradientRows = 8, gradientGroups = 2;
};

/** B^T d: what becomes of four values in a row. */
template <class F>
REDISTILL_INLINE void valuesToPoints(F d0, F d1, F d2, F d3, F to[4]) {
  to[0] = d0 - d2;
  to[1] = d1 + d2;
  to[2] = d2 - d1;
  to[3] = d1 - d3;
}

/** The first value of a tile's place in a map, null where the place is outside of the map. */
REDISTILL_INLINE const float* placeIn(const float* map, const Tiling& form, int64_t channels, int64_t picture,
                                      int64_t row, int64_t column) {
  if (row < 0 || row >= form.height || column < 0 || column >= form.width) return nullptr;
  return map + ((picture * form.height + row) * form.width + column) * channels;
}

/** Points of the values around tiles; `to(tile, channel)` is where those of a group go, `apart` from each other. */
template <class F, class To>
REDISTILL_INLINE void tilesToPoints(const float* x, const Tiling& form, int64_t begin, int64_t end, int64_t apart,
                                    To to) {
  const int64_t columns = form.columns(), ofPicture = form.rows() * columns;
  for (int64_t tile = begin; tile < end; ++tile) {
    const int64_t picture = tile / ofPicture, row = tile % ofPicture / columns, column = tile % columns;
    const float* from[16];
    bool whole = true;
    for (int64_t at = 0; at < 16; ++at) {
      from[at] = placeIn(x, form, form.inputs, picture, 2 * row - 1 + at / 4, 2 * column - 1 + at % 4);
      whole = whole && from[at] != nullptr;
    }
    for (int64_t channel = 0; channel < form.inputs; channel += lanes) {
      F along[4][4];
      for (int side = 0; side < 4; ++side) {
        F values[4];
        for (int at = 0; at < 4; ++at) {
          const float* place = from[4 * at + side];
          values[at] = whole || place != nullptr ? Operations<F>::load(place + channel) : all<F>(0);
        }
        F down[4];
        valuesToPoints(values[0], values[1], values[2], values[3], down);
        for (int at = 0; at < 4; ++at) along[at][side] = down[at];
      }
      float* place = to(tile - begin, channel);
      for (int at = 0; at < 4; ++at) {
        F row[4];
        valuesToPoints(along[at][0], along[at][1], along[at][2], along[at][3], row);
        for (int side = 0; side < 4; ++side) Operations<F>::store(place + (4 * at + side) * apart, row[side]);
      }
    }
  }
}

/** `rows` tiles times the points of weights between all inputs and `groups` groups of outputs. */
template <class F, int rows, int groups>
REDISTILL_INLINE void tilesByWeights(const float* tiles, const float* weights, float* results, int64_t inputs) {
  F sums[rows][groups];
  for (int row = 0; row < rows; ++row)
    for (int group = 0; group < groups; ++group) sums[row][group] = all<F>(0);
  for (int64_t input = 0; input < inputs; ++input) {
    F each[groups];
    for (int group = 0; group < groups; ++group)
      each[group] = Operations<F>::load(weights + (group * inputs + input) * lanes);
    for (int row = 0; row < rows; ++row) {
      F value;
      spread(tiles + row * inputs + input, value);
      for (int group = 0; group < groups; ++group)
        sums[row][group] = multiplyAdd(value, each[group], sums[row][group]);
    }
  }
  for (int row = 0; row < rows; ++row)
    for (int group = 0; group < groups; ++group)
      Operations<F>::store(results + (row * groups + group) * lanes, sums[row][group]);
}

/** The same for any number of tiles. */
template <class F, int groups, int rows = Blocks<F>::rows>
REDISTILL_INLINE void allTilesByWeights(const float* tiles, const float* weights, float* results, int64_t inputs,
                                        int64_t count) {
  int64_t tile = 0;
  for (; tile + rows <= count; tile += rows)
    tilesByWeights<F, rows, groups>(tiles + tile * inputs, weights, results + tile * groups * lanes, inputs);
  for (; tile < count; ++tile)
    tilesByWeights<F, 1, groups>(tiles + tile * inputs, weights, results + tile * groups * lanes, inputs);
}

/** A^T m A: four results from points, plus the bias, through the ReLU where asked; what is outside of the map is left. */
template <class F>
REDISTILL_INLINE void pointsToResults(const float* from, int64_t apart, int64_t between, int64_t tiles, int64_t first,
                                      const Tiling& form, const float* bias, bool relu, float* y, int64_t channel) {
  const int64_t columns = form.columns(), ofPicture = form.rows() * columns;
  const F start = bias == nullptr ? all<F>(0) : Operations<F>::load(bias + channel);
  for (int64_t index = 0; index < tiles; ++index) {
    const int64_t tile = first + index;
    const int64_t picture = tile / ofPicture, row = tile % ofPicture / columns, column = tile % columns;
    F down[2][4];
    for (int side = 0; side < 4; ++side) {
      F m[4];
      for (int at = 0; at < 4; ++at) m[at] = Operations<F>::load(from + index * between + (4 * at + side) * apart);
      down[0][side] = m[0] + m[1] + m[2];
      down[1][side] = m[1] - m[2] - m[3];
    }
    for (int at = 0; at < 2; ++at) {
      if (2 * row + at >= form.height) continue;
      F result[2] = {down[at][0] + down[at][1] + down[at][2], down[at][1] - down[at][2] - down[at][3]};
      for (int side = 0; side < 2; ++side) {
        if (2 * column + side >= form.width) continue;
        F value = bias == nullptr ? result[side] : result[side] + start;
        if (relu) value = whereLess(value, all<F>(0), all<F>(0), value);
        Operations<F>::store(
            y + ((picture * form.height + 2 * row + at) * form.width + 2 * column + side) * form.outputs + channel,
            value);
      }
    }
  }
}

/** One panel of outputs of a block of tiles. */
template <class F, int groups>
REDISTILL_INLINE void panelOf(const float* tiles, const float* weights, const float* bias, bool relu, float* y,
                              const Tiling& form, int64_t begin, int64_t count, int64_t channel, float* results) {
  const int64_t ofPoint = count * groups * lanes;
  for (int64_t point = 0; point < points; ++point)
    allTilesByWeights<F, groups>(tiles + point * count * form.inputs,
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
  const int64_t inputs = form.inputs;
  tilesToPoints<F>(x, form, begin, end, count * inputs,
                   [&](int64_t tile, int64_t channel)
                       __attribute__((always_inline)) { return tiles + tile * inputs + channel; });
  constexpr int64_t widest = Blocks<F>::groups * lanes;
  int64_t channel = 0;
  for (; channel + widest <= form.outputs; channel += widest)
    panelOf<F, Blocks<F>::groups>(tiles, weights, bias, relu, y, form, begin, count, channel, results);
  for (; channel < form.outputs; channel += lanes)
    panelOf<F, 1>(tiles, weights, bias, relu, y, form, begin, count, channel, results);
}

/** Floats that `winograd` needs beside its operands for so many tiles. */
inline int64_t winogradScratch(const Tiling& form, int64_t tiles) {
  return Tiling::pointsOf(tiles, form.inputs) + Tiling::pointsOf(tiles, 4 * lanes);
}

/** G w: what becomes of three weights in a row. */
template <class F>
REDISTILL_INLINE void weightsToPoints(F w0, F w1, F w2, F to[4]) {
  const F half = all<F>(0.5f);
  to[0] = w0;
  to[1] = (w0 + w2 + w1) * half;
  to[2] = (w0 + w2 - w1) * half;
  to[3] = w2;
}

/** Weights of one input and a group of outputs. Turned: of one output and a group of inputs, seen from the other side. */
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
      F w[9];
      groupOfWeights(weight, inputs, outputs, turned, one, group * lanes, w);
      F down[4][3];
      for (int side = 0; side < 3; ++side) {
        F column[4];
        weightsToPoints(w[side], w[3 + side], w[6 + side], column);
        for (int at = 0; at < 4; ++at) down[at][side] = column[at];
      }
      for (int at = 0; at < 4; ++at) {
        F row[4];
        weightsToPoints(down[at][0], down[at][1], down[at][2], row);
        for (int side = 0; side < 4; ++side)
          Operations<F>::store(to + (((4 * at + side) * into / lanes + group) * from + one) * lanes, row[side]);
      }
    }
  }
}

template <class F>
REDISTILL_INLINE void winogradTilesOf(const float* x, const float* dy, Tiling form, int64_t first, int64_t count,
                                      int64_t begin, int64_t end, float* ofX, float* ofDy) {
  tilesToPoints<F>(x, form, begin, end, count * form.inputs,
                   [&](int64_t tile, int64_t channel) __attribute__((always_inline)) {
                     return ofX + (channel * count + (begin - first + tile) * lanes);
                   });
  const int64_t columns = form.columns(), ofPicture = form.rows() * columns;
  for (int64_t tile = begin; tile < end; ++tile) {
    const int64_t picture = tile / ofPicture, row = tile % ofPicture / columns, column = tile % columns;
    const float* from[4];
    for (int64_t at = 0; at < 4; ++at)
      from[at] = placeIn(dy, form, form.outputs, picture, 2 * row + at / 2, 2 * column + at % 2);
    for (int64_t channel = 0; channel < form.outputs; channel += lanes) {
      F slopes[4];
      for (int at = 0; at < 4; ++at)
        slopes[at] = from[at] == nullptr ? all<F>(0) : Operations<F>::load(from[at] + channel);
      // A dy: the transpose of what makes results of points.
      F down[4][2];
      for (int side = 0; side < 2; ++side) {
        down[0][side] = slopes[side];
        down[1][side] = slopes[side] + slopes[2 + side];
        down[2][side] = slopes[side] - slopes[2 + side];
        down[3][side] = all<F>(0) - slopes[2 + side];
      }
      float* place = ofDy + (channel * count + (tile - first) * lanes);
      const int64_t apart = count * form.outputs;
      for (int at = 0; at < 4; ++at) {
        Operations<F>::store(place + (4 * at) * apart, down[at][0]);
        Operations<F>::store(place + (4 * at + 1) * apart, down[at][0] + down[at][1]);
        Operations<F>::store(place + (4 * at + 2) * apart, down[at][0] - down[at][1]);
        Operations<F>::store(place + (4 * at + 3) * apart, all<F>(0) - down[at][1]);
      }
    }
  }
}

/** Adds the products of `rows` inputs and `groups` groups of outputs, summed over tiles. */
template <class F, int rows, int groups>
REDISTILL_INLINE void addProducts(const float* ofX, const float* ofDy, int64_t tiles, bool fresh, float* sums,
                                  int64_t apart) {
  F own[rows][groups];
  for (int row = 0; row < rows; ++row)
    for (int group = 0; group < groups; ++group) own[row][group] = all<F>(0);
  for (int64_t tile = 0; tile < tiles; ++tile) {
    F each[groups];
    for (int group = 0; group < groups; ++group)
      each[group] = Operations<F>::load(ofDy + (group * tiles + tile) * lanes);
    for (int row = 0; row < rows; ++row) {
      F value;
      spread(ofX + tile * lanes + row, value);
      for (int group = 0; group < groups; ++group)
        own[row][group] = multiplyAdd(value, each[group], own[row][group]);
    }
  }
  for (int row = 0; row < rows; ++row)
    for (int group = 0; group < groups; ++group) {
      float* to = sums + group * apart + row * lanes;
      Operations<F>::store(to, fresh ? own[row][group] : Operations<F>::load(to) + own[row][group]);
    }
}

template <class F>
REDISTILL_INLINE void winogradProductsOf(const float* ofX, const float* ofDy, Tiling form, int64_t tiles, bool fresh,
                                         int64_t begin, int64_t end, float* sums) {
  constexpr int rows = Blocks<F>::gradientRows;
  constexpr int groups = Blocks<F>::gradientGroups;
  const int64_t inputGroups = form.inputs / lanes;
  for (int64_t part = begin; part < end; ++part) {
    const int64_t point = part / inputGroups, input = part % inputGroups * lanes;
    const float* values = ofX + point * tiles * form.inputs + input * tiles;
    for (int64_t output = 0; output < form.outputs;) {
      const bool several = output + groups * lanes <= form.outputs;
      const float* slopes = ofDy + point * tiles * form.outputs + output * tiles;
      float* to = sums + (point * form.outputs + output) * form.inputs + input * lanes;
      for (int row = 0; row < lanes; row += rows) {
        if (several)
          addProducts<F, rows, groups>(values + row, slopes, tiles, fresh, to + row * lanes, form.inputs * lanes);
        else
          addProducts<F, rows, 1>(values + row, slopes, tiles, fresh, to + row * lanes, form.inputs * lanes);
      }
      output += several ? groups * lanes : lanes;
    }
  }
}

template <class F>
REDISTILL_INLINE void winogradSlopesOf(const float* sums, int64_t inputs, int64_t outputs, int64_t begin, int64_t end,
                                       float* ofWeight) {
  const F half = all<F>(0.5f);
  for (int64_t group = begin; group < end; ++group) {
    for (int64_t input = 0; input < inputs; ++input) {
      F down[3][4];
      for (int side = 0; side < 4; ++side) {
        F u[4];
        for (int at = 0; at < 4; ++at)
          u[at] = Operations<F>::load(sums + (((4 * at + side) * outputs / lanes + group) * inputs + input) * lanes);
        down[0][side] = u[0] + (u[1] + u[2]) * half;
        down[1][side] = (u[1] - u[2]) * half;
        down[2][side] = (u[1] + u[2]) * half + u[3];
      }
      for (int at = 0; at < 3; ++at) {
        const F* u = down[at];
        const F row[3] = {u[0] + (u[1] + u[2]) * half, (u[1] - u[2]) * half, (u[1] + u[2]) * half + u[3]};
        for (int side = 0; side < 3; ++side)
          Operations<F>::store(ofWeight + ((3 * at + side) * inputs + input) * outputs + group * lanes, row[side]);
      }
    }
  }
}

/** Processors multiply and add at once in the registers that kernels use. */
#if defined(__x86_64__)
#define REDISTILL_FUSED_KERNEL(name, parameters, arguments)                                              \
  __attribute__((target("avx512f"))) inline void name##Wide parameters { name##Of<Wide::Lanes> arguments; }    \
  __attribute__((target("avx2,fma"))) inline void name##Middle parameters { name##Of<Middle::Lanes> arguments; } \
  inline void name##Narrow parameters { name##Of<Narrow::Lanes> arguments; }                             \
  inline void name parameters {                                                                          \
    const int registers = registerFloats();                                                               \
    if (registers == 16) return name##Wide arguments;                                                        \
    if (registers == 8 && __builtin_cpu_supports("fma")) return name##Middle arguments;                       \
    name##Narrow arguments;                                                                              \
  }
#else
#define REDISTILL_FUSED_KERNEL REDISTILL_KERNEL
#endif

/**
 * The convolution of tiles `begin` to `end`: x [.., inputs] to y [.., outputs], with `winogradScratch` floats of scratch.
 * Inputs and outputs are multiples of 16. `bias` [outputs] may be null.
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
/** For the weights' gradient: points of x and dy, of the tiles `begin` to `end` of `count` that start at `first`. */
REDISTILL_FUSED_KERNEL(winogradTiles,
                       (const float* x, const float* dy, Tiling form, int64_t first, int64_t count, int64_t begin,
                        int64_t end, float* ofX, float* ofDy),
                       (x, dy, form, first, count, begin, end, ofX, ofDy))
/** Products of these, summed over tiles and added to `sums` where those are not `fresh`: of (point, input group) pairs. */
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
