// Sixteen floats at a time, in one, two or four registers of the processor. Every operation and the order of every sum
// are the same whatever the width of the registers, so that bits do not depend on the processor. For the same reason
// nothing here multiplies and adds in one rounding (the set-up compiles with -ffp-contract=off); winograd.h does it
// everywhere it says so.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>

#define REDISTILL_INLINE inline __attribute__((always_inline))

namespace redistill {

constexpr int64_t lanes = 16;

template <class Half>
struct Pair {
  Half low, high;
};

typedef float Floats4 __attribute__((vector_size(16)));
typedef float Floats8 __attribute__((vector_size(32)));
typedef float Floats16 __attribute__((vector_size(64)));
typedef int32_t Integers4 __attribute__((vector_size(16)));
typedef int32_t Integers8 __attribute__((vector_size(32)));
typedef int32_t Integers16 __attribute__((vector_size(64)));

/** All lanes of a kernel, by the width of the processor's registers. `Parted` are integers of the same form. */
struct Narrow {
  typedef Pair<Pair<Floats4>> Lanes;
};
struct Middle {
  typedef Pair<Floats8> Lanes;
};
struct Wide {
  typedef Floats16 Lanes;
};

// Operations on registers; below, the same on pairs of them.

template <class F>
struct IntegersOf;
template <>
struct IntegersOf<Floats4> {
  typedef Integers4 type;
};
template <>
struct IntegersOf<Floats8> {
  typedef Integers8 type;
};
template <>
struct IntegersOf<Floats16> {
  typedef Integers16 type;
};

template <class F>
struct Operations {
  typedef typename IntegersOf<F>::type I;
  static constexpr int64_t count = sizeof(F) / sizeof(float);

  static REDISTILL_INLINE F all(float value) { return F{} + value; }
  static REDISTILL_INLINE F load(const float* from) {
    F values;
    std::memcpy(&values, from, sizeof values);
    return values;
  }
  static REDISTILL_INLINE void store(float* to, F values) { std::memcpy(to, &values, sizeof values); }
  /** `then` where a < b, `other` elsewhere. */
  static REDISTILL_INLINE F whereLess(F a, F b, F then, F other) { return a < b ? then : other; }
  static REDISTILL_INLINE F withBits(F x, int32_t bits) { return (F)((I)x & bits); }
  static REDISTILL_INLINE F lowBitsAsPower(F x) { return (F)((I)x << 23); }
};

template <class Half>
struct Operations<Pair<Half>> {
  typedef Pair<Half> F;
  typedef Operations<Half> Each;
  static constexpr int64_t count = 2 * Each::count;

  static REDISTILL_INLINE F all(float value) { return {Each::all(value), Each::all(value)}; }
  static REDISTILL_INLINE F load(const float* from) { return {Each::load(from), Each::load(from + Each::count)}; }
  static REDISTILL_INLINE void store(float* to, F values) {
    Each::store(to, values.low);
    Each::store(to + Each::count, values.high);
  }
  static REDISTILL_INLINE F whereLess(F a, F b, F then, F other) {
    return {Each::whereLess(a.low, b.low, then.low, other.low), Each::whereLess(a.high, b.high, then.high, other.high)};
  }
  static REDISTILL_INLINE F withBits(F x, int32_t bits) {
    return {Each::withBits(x.low, bits), Each::withBits(x.high, bits)};
  }
  static REDISTILL_INLINE F lowBitsAsPower(F x) { return {Each::lowBitsAsPower(x.low), Each::lowBitsAsPower(x.high)}; }
};

template <class Half>
REDISTILL_INLINE Pair<Half> operator+(Pair<Half> a, Pair<Half> b) {
  return {a.low + b.low, a.high + b.high};
}
template <class Half>
REDISTILL_INLINE Pair<Half> operator-(Pair<Half> a, Pair<Half> b) {
  return {a.low - b.low, a.high - b.high};
}
template <class Half>
REDISTILL_INLINE Pair<Half> operator*(Pair<Half> a, Pair<Half> b) {
  return {a.low * b.low, a.high * b.high};
}
template <class Half>
REDISTILL_INLINE Pair<Half> operator/(Pair<Half> a, Pair<Half> b) {
  return {a.low / b.low, a.high / b.high};
}

template <class F>
REDISTILL_INLINE F all(float value) {
  return Operations<F>::all(value);
}
template <class F>
REDISTILL_INLINE F whereLess(F a, F b, F then, F other) {
  return Operations<F>::whereLess(a, b, then, other);
}
template <class F>
REDISTILL_INLINE F withBits(F x, int32_t bits) {
  return Operations<F>::withBits(x, bits);
}
/** Without its sign. */
template <class F>
REDISTILL_INLINE F magnitude(F x) {
  return withBits(x, 0x7fffffff);
}

/** The first `count` lanes from memory, `others` in the rest. */
template <class F>
REDISTILL_INLINE F load(const float* from, int64_t count = lanes, float others = 0) {
  if (count == lanes) return Operations<F>::load(from);
  float values[lanes];
  for (int64_t lane = 0; lane < lanes; ++lane) values[lane] = others;
  std::memcpy(values, from, count * sizeof(float));
  return Operations<F>::load(values);
}

template <class F>
REDISTILL_INLINE void store(float* to, F values, int64_t count = lanes) {
  if (count == lanes) return Operations<F>::store(to, values);
  float all[lanes];
  Operations<F>::store(all, values);
  std::memcpy(to, all, count * sizeof(float));
}

/** `x` in the first `count` lanes, `others` in the rest: what is no part of a row must not count in its sums. */
template <class F>
REDISTILL_INLINE F onlyFirst(F x, int64_t count, float others = 0) {
  if (count == lanes) return x;
  float values[lanes];
  Operations<F>::store(values, x);
  return load<F>(values, count, others);
}

/** Both halves, of a register too. */
template <class Half>
REDISTILL_INLINE Pair<Half> halves(Pair<Half> x) {
  return x;
}
REDISTILL_INLINE Pair<Floats4> halves(Floats8 x) {
  Pair<Floats4> both;
  std::memcpy(&both, &x, sizeof x);
  return both;
}
REDISTILL_INLINE Pair<Floats8> halves(Floats16 x) {
  Pair<Floats8> both;
  std::memcpy(&both, &x, sizeof x);
  return both;
}

REDISTILL_INLINE float sum(Floats4 x) { return (x[0] + x[2]) + (x[1] + x[3]); }
template <class F>
REDISTILL_INLINE float sum(F x) {
  const auto both = halves(x);
  return sum(both.low + both.high);
}

template <class F>
REDISTILL_INLINE F larger(F a, F b) {
  return whereLess(a, b, b, a);
}
REDISTILL_INLINE float largest(Floats4 x) {
  const float first = x[0] < x[2] ? x[2] : x[0];
  const float second = x[1] < x[3] ? x[3] : x[1];
  return first < second ? second : first;
}
template <class F>
REDISTILL_INLINE float largest(F x) {
  const auto both = halves(x);
  return largest(larger(both.low, both.high));
}

/** A polynomial of `x`, its coefficients from the highest power down. */
template <class F>
REDISTILL_INLINE F polynomial(F, F value) {
  return value;
}
template <class F, class... Others>
REDISTILL_INLINE F polynomial(F x, F value, float next, Others... others) {
  return polynomial(x, value * x + all<F>(next), others...);
}

/**
 * exp(high + low) for a sum of at most 0; 0 where the result is below 2^-126, which TensorFlow flushes too. `high` has so
 * few bits that what is left of it after the powers of two is exact. Within 1.5 units in the last place.
 */
template <class F>
REDISTILL_INLINE F expOfSum(F high, F low) {
  // Adding 1.5 * 2^23 rounds to an integer; with 127 beside it, its low bits are the exponent of that power of two.
  const F magic = all<F>(12582912.0f + 127.0f);
  const F moved = (high + low) * all<F>(1.44269504f) + magic;
  const F power = moved - magic;
  // ln 2 in two parts, the first of so few bits that its product is exact.
  const F r = (high - power * all<F>(0.693145751953125f)) + (low - power * all<F>(1.428606765330187e-06f));
  const F curve = polynomial(r, all<F>(0.0013814539415761828f), 0.00836874544620514f, 0.04166838899254799f,
                             0.1666652113199234f, 0.4999999403953552f);
  const F part = (curve * (r * r) + r) + all<F>(1.0f);
  return whereLess(power, all<F>(-126.0f), all<F>(0), part * Operations<F>::lowBitsAsPower(moved));
}

/** exp(x) for x of at most 0, minus infinity included. */
template <class F>
REDISTILL_INLINE F expOfNegative(F x) {
  return expOfSum(whereLess(x, all<F>(-104.0f), all<F>(-104.0f), x), all<F>(0));
}

/** Calls `step(at, count)` for every whole group of lanes of a row. */
template <class Step>
REDISTILL_INLINE void alongGroups(int64_t width, Step step) {
  for (int64_t at = 0; at + lanes <= width; at += lanes) step(at, lanes);
}

/** The same, and for what is left of the row: `count` is below `lanes` there. */
template <class Step>
REDISTILL_INLINE void alongRow(int64_t width, Step step) {
  alongGroups(width, step);
  const int64_t rest = width % lanes;
  if (rest > 0) step(width - rest, rest);
}

/**
 * Floats in a register of this processor: 16, 8 or 4. `REDISTILL_REGISTER_FLOATS` sets a smaller number, by which a test
 * sees that the bits stay.
 */
inline int registerFloats() {
  static const int found = [] {
#if defined(__x86_64__)
    __builtin_cpu_init();
    const int widest = __builtin_cpu_supports("avx512f") ? 16 : __builtin_cpu_supports("avx2") ? 8 : 4;
#else
    const int widest = 4;
#endif
    const char* wanted = std::getenv("REDISTILL_REGISTER_FLOATS");
    const int asked = wanted == nullptr ? widest : std::atoi(wanted);
    return asked >= 4 && asked < widest ? asked : widest;
  }();
  return found;
}

/**
 * Defines `name`, which runs the template `nameOf` compiled for the widest registers of the processor. Lambdas in the
 * template are REDISTILL_STEP, so that they are compiled for the same.
 */
#if defined(__x86_64__)
#define REDISTILL_KERNEL(name, parameters, arguments)                                                   \
  __attribute__((target("avx512f"))) inline void name##Wide parameters { name##Of<Wide::Lanes> arguments; }   \
  __attribute__((target("avx2"))) inline void name##Middle parameters { name##Of<Middle::Lanes> arguments; } \
  inline void name##Narrow parameters { name##Of<Narrow::Lanes> arguments; }                            \
  inline void name parameters {                                                                         \
    const int registers = registerFloats();                                                              \
    if (registers == 16) return name##Wide arguments;                                                       \
    if (registers == 8) return name##Middle arguments;                                                      \
    name##Narrow arguments;                                                                             \
  }
#else
#define REDISTILL_KERNEL(name, parameters, arguments) \
  inline void name parameters { name##Of<Narrow::Lanes> arguments; }
#endif
#define REDISTILL_STEP(...) [&](int64_t at, int64_t count) __attribute__((always_inline)) { __VA_ARGS__ }

}  // namespace redistill
