// Convolutions of 3 x 3 with stride 1 and a border of one, by Winograd's minimal filtering: Lavin & Gray 2016,
// arXiv:1509.09308, F(4x4, 3x3). Sixteen results need 36 products where they have 144.
//
// A tile is sixteen results, [4, 4], and the [6, 6] values around them. The values of a channel become its 36 points,
// and so do the nine weights between two channels. Then a convolution is a product of matrices for each point. In a
// row, points are values of polynomials at 0, 5/8, -5/8, 3/2, -3/2 and infinity. With the usual 0, 1, -1, 2 and -2
// results have an error that is twice as large.
//
// Here is what the convolution (winograd-map.h) and the gradient of its weights (winograd-weight.h) share.
#pragma once

#include <algorithm>
#include <cmath>

#include "lanes.h"

namespace redistill {

/** Results of a tile in a row and a column, the values around them, and the points that these become. */
constexpr int64_t tileSide = 4, around = 6, points = around * around;

/** The points a, -a, b and -b of a row, and what their powers come to. */
constexpr float a = 0.625f, a2 = a * a, a3 = a2 * a;
constexpr float b = 1.5f, b2 = b * b, b3 = b2 * b;
/** Factors of the weights of these points: 1 / (2 a^2 (a^2 - b^2)) and the same of b. */
constexpr float ofA = 1 / (2 * a2 * (a2 - b2)), ofB = 1 / (2 * b2 * (b2 - a2));

/** Maps [pictures, height, width, inputs] and [pictures, height, width, outputs] in tiles. */
struct Tiling {
  int64_t pictures, height, width, inputs, outputs;

  int64_t rows() const { return (height + tileSide - 1) / tileSide; }
  int64_t columns() const { return (width + tileSide - 1) / tileSide; }
  int64_t tiles() const { return pictures * rows() * columns(); }
  /**
   * Floats from one point of so many tiles and channels to the next. Powers of two would bring all points of a tile to
   * the same lines of a cache.
   */
  static int64_t apart(int64_t tiles, int64_t channels) { return tiles * channels + lanes; }
  /** Floats of all points of so many tiles and channels. */
  static int64_t pointsOf(int64_t tiles, int64_t channels) { return points * apart(tiles, channels); }
};

/** Where a tile lies in its map. Tiles are walked in order: divisions for each would take longer than its points. */
struct Place {
  int64_t picture, row, column;

  Place(const Tiling& form, int64_t tile)
      : picture(tile / (form.rows() * form.columns())),
        row(tile / form.columns() % form.rows()),
        column(tile % form.columns()) {}

  void next(const Tiling& form) {
    if (++column < form.columns()) return;
    column = 0;
    if (++row < form.rows()) return;
    row = 0;
    ++picture;
  }
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

/**
 * Products that are added one after the other. Longer sums are sums of such chains, whose errors are smaller: that of a
 * chain grows with its length.
 */
constexpr int64_t chain = 32;

/** Puts a sum to those that were made before, or in their place where it is the first. */
template <class F>
REDISTILL_INLINE void addTo(float* sums, F sum, bool first) {
  Operations<F>::store(sums, first ? sum : Operations<F>::load(sums) + sum);
}

/**
 * The most groups of columns of a product that are made at once, and how many rows then: enough sums to keep a
 * processor busy, as many as fit into its registers beside what is multiplied.
 */
template <class F>
struct Blocks {
  static constexpr int groups = 1, gradientGroups = 1;
  static constexpr int rows(int) { return 6; }
  static constexpr int gradientRows(int) { return 4; }
};
template <>
struct Blocks<Floats16> {
  static constexpr int groups = 4, gradientGroups = 2;
  static constexpr int rows(int columns) { return columns < 4 ? 12 : 6; }
  static constexpr int gradientRows(int columns) { return 16 / columns; }
};

/**
 * Adds the products of `rows` rows of values and `groups` groups of factors [groups, steps, 16], summed over the steps,
 * to `sums`; `fresh`: puts them there. Values and sums lie as far apart as is said, in floats.
 */
template <class F, int rows, int groups>
REDISTILL_INLINE void addProducts(const float* values, int64_t rowsApart, int64_t stepsApart, const float* factors,
                                  int64_t steps, bool fresh, float* sums, int64_t sumRowsApart,
                                  int64_t sumGroupsApart) {
  for (int64_t first = 0; first < steps; first += chain) {
    F own[rows][groups];
    for (int row = 0; row < rows; ++row)
      for (int group = 0; group < groups; ++group) own[row][group] = all<F>(0);
    for (int64_t step = first; step < std::min(first + chain, steps); ++step) {
      F each[groups];
      for (int group = 0; group < groups; ++group)
        each[group] = Operations<F>::load(factors + (group * steps + step) * lanes);
      for (int row = 0; row < rows; ++row) {
        F value;
        spread(values + row * rowsApart + step * stepsApart, value);
        for (int group = 0; group < groups; ++group)
          own[row][group] = multiplyAdd(value, each[group], own[row][group]);
      }
    }
    for (int row = 0; row < rows; ++row)
      for (int group = 0; group < groups; ++group)
        addTo(sums + row * sumRowsApart + group * sumGroupsApart, own[row][group], fresh && first == 0);
  }
}

/** B^T d: points of six values in a row. */
template <class F>
REDISTILL_INLINE void valuesToPoints(const F d[6], F to[6]) {
  const F even = multiplyAdd(d[2], all<F>(-b2), d[4]), odd = multiplyAdd(d[1], all<F>(-b2), d[3]);
  to[1] = multiplyAdd(odd, all<F>(a), even);
  to[2] = multiplyAdd(odd, all<F>(-a), even);
  const F evenOfB = multiplyAdd(d[2], all<F>(-a2), d[4]), oddOfB = multiplyAdd(d[1], all<F>(-a2), d[3]);
  to[3] = multiplyAdd(oddOfB, all<F>(b), evenOfB);
  to[4] = multiplyAdd(oddOfB, all<F>(-b), evenOfB);
  to[0] = multiplyAdd(d[0], all<F>(a2 * b2), multiplyAdd(d[2], all<F>(-(a2 + b2)), d[4]));
  to[5] = multiplyAdd(d[1], all<F>(a2 * b2), multiplyAdd(d[3], all<F>(-(a2 + b2)), d[5]));
}

/** B^T d B of a group of channels; `valueAt(row, column)` is one of the values. */
template <class F, class ValueAt>
REDISTILL_INLINE void tileToPoints(ValueAt valueAt, float* to, int64_t apart) {
  F along[around][around];
  for (int column = 0; column < around; ++column) {
    F values[around], down[around];
    for (int row = 0; row < around; ++row) values[row] = valueAt(row, column);
    valuesToPoints(values, down);
    for (int row = 0; row < around; ++row) along[row][column] = down[row];
  }
  for (int row = 0; row < around; ++row) {
    F points[around];
    valuesToPoints(along[row], points);
    for (int column = 0; column < around; ++column)
      Operations<F>::store(to + (around * row + column) * apart, points[column]);
  }
}

/**
 * Points of the values around tiles, which are 0 outside of the map. `to(tile, channel)` is where those of a group go,
 * `apart` from each other.
 */
template <class F, class To>
REDISTILL_INLINE void tilesToPoints(const float* x, const Tiling& form, int64_t begin, int64_t end, int64_t apart,
                                    To to) {
  const int64_t pixel = form.inputs, line = form.width * pixel;
  Place place(form, begin);
  for (int64_t tile = 0; tile < end - begin; ++tile, place.next(form)) {
    const int64_t top = tileSide * place.row - 1, left = tileSide * place.column - 1;
    const int64_t first = (place.picture * form.height + top) * line + left * pixel;
    if (top >= 0 && left >= 0 && top + around <= form.height && left + around <= form.width) {
      for (int64_t channel = 0; channel < form.inputs; channel += lanes)
        tileToPoints<F>(
            [&](int row, int column) __attribute__((always_inline)) {
              return Operations<F>::load(x + first + row * line + column * pixel + channel);
            },
            to(tile, channel), apart);
      continue;
    }
    const float* value[around][around];
    for (int64_t row = 0; row < around; ++row)
      for (int64_t column = 0; column < around; ++column) {
        const bool inside =
            top + row >= 0 && top + row < form.height && left + column >= 0 && left + column < form.width;
        value[row][column] = inside ? x + first + row * line + column * pixel : nullptr;
      }
    for (int64_t channel = 0; channel < form.inputs; channel += lanes)
      tileToPoints<F>(
          [&](int row, int column) __attribute__((always_inline)) {
            return value[row][column] == nullptr ? all<F>(0) : Operations<F>::load(value[row][column] + channel);
          },
          to(tile, channel), apart);
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

}  // namespace redistill
