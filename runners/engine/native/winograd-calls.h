// Winograd's convolutions and their gradients as operations: how they are parted among threads.
#pragma once

#include <algorithm>
#include <vector>

#include "call.h"
#include "threads.h"
#include "winograd-map.h"
#include "winograd-weight.h"

namespace redistill {

/** Floats of a block of tiles: what stays in a processor's second cache while it is used. */
constexpr int64_t block = 1 << 17;
/** Parts of the tiles that have sums of their own for a gradient, at most, and floats of the sums of one. */
constexpr int64_t mostTileSums = 8, mostFloatsOfTileSums = 1 << 18;

/** What a thread keeps memory for. */
enum Scratch { ofPoints, ofSums };

/** Memory of this thread between its calls, aligned to registers, with what the last call left in it. */
inline float* scratchOf(Scratch use, int64_t floats) {
  constexpr size_t line = 64;
  thread_local std::vector<float> memories[2];
  std::vector<float>& memory = memories[use];
  if (static_cast<int64_t>(memory.size()) < floats + 16) memory.resize(floats + 16);
  return reinterpret_cast<float*>((reinterpret_cast<uintptr_t>(memory.data()) + line - 1) / line * line);
}

/** Whether these are numbers of channels that `winograd` works on. */
inline bool inGroups(int64_t inputs, int64_t outputs) {
  return inputs > 0 && outputs > 0 && inputs % lanes == 0 && outputs % lanes == 0;
}

inline void computeWinogradWeights(const Attributes& attributes, Call& call) {
  if (!call.takeOperands(1)) return;
  const std::vector<int64_t> sides = call.shape(0);
  if (sides.size() != 4 || sides[0] != 3 || sides[1] != 3 || !inGroups(sides[2], sides[3]))
    return call.refuse("a weight must be [3, 3, inputs, outputs] with multiples of 16 channels");
  const bool turned = attributes.turned != 0;
  const int64_t inputs = sides[2], outputs = sides[3];
  const int64_t from = turned ? outputs : inputs, into = turned ? inputs : outputs;
  const float* weight = call.operand(0);
  float* to = call.result(0, {points, into / lanes, from, lanes});
  if (to == nullptr) return;
  inParts(into / lanes, 1, [=](int64_t, int64_t begin, int64_t end) {
    winogradWeights(weight, inputs, outputs, turned, begin, end, to);
  });
}

/**
 * Tiles that a thread takes at a time, in whole rows of products: not so many that their points leave the second
 * cache, not so few that reading the weights for them takes longer than multiplying, and something for every thread.
 * Results do not depend on it.
 */
inline int64_t tilesOfPart(const Tiling& form) {
  constexpr int64_t rows = 12, fewest = 48;
  const int64_t most = std::max(fewest, block / points / form.inputs);
  const int64_t parts = std::max<int64_t>((form.tiles() + most - 1) / most, Helpers::ofProcess().threads());
  return ((form.tiles() + parts - 1) / parts + rows - 1) / rows * rows;
}

/** With a bias as the third operand where `biased`. */
inline void computeWinograd(const Attributes& attributes, Call& call, bool biased) {
  if (!call.takeOperands(biased ? 3 : 2)) return;
  const std::vector<int64_t> map = call.shape(0), weights = call.shape(1);
  if (map.size() != 4 || weights.size() != 4)
    return call.refuse("a map and the points of weights must have four sides");
  const Tiling form{map[0], map[1], map[2], map[3], weights[1] * lanes};
  if (weights[0] != points || weights[3] != lanes || weights[2] != form.inputs)
    return call.refuse("the weights are not those of a convolution of this map");
  if (!inGroups(form.inputs, form.outputs) || (biased && !call.hasSize(2, form.outputs)))
    return call.refuse("channels must be multiples of 16, and as many as the bias has");
  const float *x = call.operand(0), *factors = call.operand(1), *bias = biased ? call.operand(2) : nullptr;
  float* y = call.result(0, {form.pictures, form.height, form.width, form.outputs});
  if (y == nullptr) return;
  const int64_t each = tilesOfPart(form);
  inParts(form.tiles(), each, [=](int64_t, int64_t begin, int64_t end) {
    float* scratch = scratchOf(ofPoints, winogradScratch(form, each));
    winograd(x, factors, bias, attributes.relu != 0, y, form, begin, end, scratch);
  });
}

inline void computePlainWinograd(const Attributes& attributes, Call& call) { computeWinograd(attributes, call, false); }
inline void computeBiasedWinograd(const Attributes& attributes, Call& call) { computeWinograd(attributes, call, true); }

/** Tiles that are worked on at a time for a gradient: their points stay in a processor's second cache. */
inline int64_t tilesOfBlock(const Tiling& form) {
  return std::clamp<int64_t>(2 * block / points / (form.inputs + form.outputs), 32, 128);
}

/** Floats of the points of such a block. */
inline int64_t pointsOfBlock(const Tiling& form) {
  const int64_t each = tilesOfBlock(form);
  return Tiling::pointsOf(each, form.inputs) + Tiling::pointsOf(each, form.outputs);
}

/** Sums of products of all tiles, where parts of the tiles have sums of their own, which are added in order. */
inline void winogradSumsByTiles(const Tiling& form, const float* x, const float* dy, float* sums) {
  const int64_t block = tilesOfBlock(form), size = points * form.inputs * form.outputs;
  const int64_t blocks = (form.tiles() + block - 1) / block;
  const int64_t each = (blocks + mostTileSums - 1) / mostTileSums * block;
  inParts(form.tiles(), each, [=](int64_t index, int64_t begin, int64_t end) {
    float* ofX = scratchOf(ofPoints, pointsOfBlock(form));
    for (int64_t first = begin; first < end; first += block) {
      const int64_t count = std::min(block, end - first);
      float* ofDy = ofX + Tiling::pointsOf(count, form.inputs);
      winogradTiles(x, dy, form, first, count, first, first + count, ofX, ofDy);
      winogradProducts(ofX, ofDy, form, count, first == begin, 0, points * form.inputs / lanes, sums + index * size);
    }
  });
  const int64_t parts = (form.tiles() + each - 1) / each;
  inParts(size, part, [=](int64_t, int64_t begin, int64_t end) {
    for (int64_t index = 1; index < parts; ++index)
      for (int64_t at = begin; at < end; ++at) sums[at] += sums[index * size + at];
  });
}

/** The same where sums are too large for that: all threads work on each block of tiles. */
inline void winogradSumsByPoints(const Tiling& form, const float* x, const float* dy, float* sums) {
  const int64_t block = tilesOfBlock(form);
  float* ofX = scratchOf(ofPoints, pointsOfBlock(form));
  for (int64_t first = 0; first < form.tiles(); first += block) {
    const int64_t count = std::min(block, form.tiles() - first);
    float* ofDy = ofX + Tiling::pointsOf(count, form.inputs);
    inParts(count, 16, [=](int64_t, int64_t begin, int64_t end) {
      winogradTiles(x, dy, form, first, count, first + begin, first + end, ofX, ofDy);
    });
    inParts(points * form.inputs / lanes, 1, [=](int64_t, int64_t begin, int64_t end) {
      winogradProducts(ofX, ofDy, form, count, first == 0, begin, end, sums);
    });
  }
}

inline void computeWinogradGradient(const Attributes&, Call& call) {
  if (!call.takeOperands(2)) return;
  const std::vector<int64_t> map = call.shape(0), slopes = call.shape(1);
  if (map.size() != 4 || slopes.size() != 4 || !std::equal(map.begin(), map.end() - 1, slopes.begin()) ||
      !inGroups(map[3], slopes[3]))
    return call.refuse("a map and the slopes of its convolution must have the same sides, and multiples of 16 channels");
  const Tiling form{map[0], map[1], map[2], map[3], slopes[3]};
  const float *x = call.operand(0), *dy = call.operand(1);
  float* ofWeight = call.result(0, {3, 3, form.inputs, form.outputs});
  if (ofWeight == nullptr) return;
  if (form.tiles() == 0) {
    std::fill_n(ofWeight, 9 * form.inputs * form.outputs, 0.0f);
    return;
  }
  const int64_t size = points * form.inputs * form.outputs;
  const bool byTiles = size <= mostFloatsOfTileSums;
  float* sums = scratchOf(ofSums, byTiles ? mostTileSums * size : size);
  (byTiles ? winogradSumsByTiles : winogradSumsByPoints)(form, x, dy, sums);
  inParts(form.outputs / lanes, 1, [=](int64_t, int64_t begin, int64_t end) {
    winogradSlopes(sums, form.inputs, form.outputs, begin, end, ofWeight);
  });
}

}  // namespace redistill
