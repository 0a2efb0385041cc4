// Operations of Redistill's own for float32 tensors on a CPU, each in one pass over memory where TensorFlow has a kernel
// per pass. The set-up compiles them into the binding of tf.js; they are registered when that is loaded. Which layers use
// them: runners/engine/ops/kernels.ts.

#include <cstdio>
#include <string>
#include <vector>

#include "focal.h"
#include "gelu.h"
#include "kernel-api.h"
#include "layer-norm.h"
#include "sgd.h"
#include "softmax.h"
#include "tensorflow/c/ops.h"
#include "threads.h"
#include "winograd-map.h"
#include "winograd-weight.h"

namespace redistill {
namespace {

/** Floats that a thread takes at a time: what fits into its first caches, long enough to be worth the hand-over. */
constexpr int64_t part = 1 << 14;
/** Floats of a block of tiles of a convolution: what stays in a processor's second cache while it is used. */
constexpr int64_t block = 1 << 17;
/** Parts of a sum over rows, at most: the sums of each are added one after the other. */
constexpr int64_t mostSums = 64;

/** Parts of the tiles of a convolution that have sums of their own for its gradient, at most, and floats of such sums. */
constexpr int64_t mostTileSums = 8, mostFloatsOfTileSums = 1 << 18;

/** Attributes of an operation; those that it does not have stay as they are. */
struct Attributes {
  float epsilon = 0;
  float factor = 1;
  float alpha = 0;
  float momentum = 0;
  float decay = 0;
  /** 1 or 0, as those that follow. */
  float nesterov = 0;
  float relu = 0;
  float turned = 0;
};

const struct {
  const char* name;
  float Attributes::*field;
} attributeFields[] = {
    {"epsilon", &Attributes::epsilon}, {"factor", &Attributes::factor}, {"alpha", &Attributes::alpha},
    {"momentum", &Attributes::momentum}, {"decay", &Attributes::decay}, {"nesterov", &Attributes::nesterov},
    {"relu", &Attributes::relu},       {"turned", &Attributes::turned},
};

/** One run of a kernel: its tensors, and the first thing that went wrong. */
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context(context), status(TF_NewStatus()) {}
  Call(const Call&) = delete;
  ~Call() {
    if (TF_GetCode(status) != TF_OK) TF_OpKernelContext_Failure(context, status);
    for (TF_Tensor* tensor : tensors) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status);
  }

  bool fine() const { return TF_GetCode(status) == TF_OK; }
  void refuse(const std::string& reason) { TF_SetStatus(status, TF_INVALID_ARGUMENT, reason.c_str()); }

  /** All operands, by their places. False, with a reason, where one cannot be had. */
  bool takeOperands(int count) {
    for (int at = 0; at < count && fine(); ++at) {
      TF_Tensor* tensor = nullptr;
      TF_GetInput(context, at, &tensor, status);
      if (fine()) tensors.push_back(tensor);
    }
    return fine();
  }

  const float* operand(int at) const { return static_cast<const float*>(TF_TensorData(tensors[at])); }
  int64_t size(int at) const { return TF_TensorElementCount(tensors[at]); }
  std::vector<int64_t> shape(int at) const {
    std::vector<int64_t> sides(TF_NumDims(tensors[at]));
    for (size_t side = 0; side < sides.size(); ++side) sides[side] = TF_Dim(tensors[at], side);
    return sides;
  }
  /** The last side of an operand; 1 of a scalar. */
  int64_t width(int at) const { return TF_NumDims(tensors[at]) == 0 ? 1 : TF_Dim(tensors[at], TF_NumDims(tensors[at]) - 1); }

  /** Memory of a result; that of an operand nobody else needs, where `instead` names one of the same shape. */
  float* result(int at, const std::vector<int64_t>& sides, int instead = -1) {
    if (!fine()) return nullptr;
    TF_Tensor* tensor = TF_ForwardInputOrAllocateOutput(context, &instead, instead < 0 ? 0 : 1, at, sides.data(),
                                                        static_cast<int>(sides.size()), nullptr, status);
    if (!fine()) return nullptr;
    tensors.push_back(tensor);
    return static_cast<float*>(TF_TensorData(tensor));
  }

  /** Whether two operands are as large as each other; says so where they are not. */
  bool sameSize(int one, int other) {
    if (size(one) == size(other)) return true;
    refuse("operands " + std::to_string(one) + " and " + std::to_string(other) + " have " + std::to_string(size(one)) +
           " and " + std::to_string(size(other)) + " values");
    return false;
  }
  bool hasSize(int at, int64_t wanted) {
    if (size(at) == wanted) return true;
    refuse("operand " + std::to_string(at) + " has " + std::to_string(size(at)) + " values, not " +
           std::to_string(wanted));
    return false;
  }

 private:
  TF_OpKernelContext* context;
  TF_Status* status;
  std::vector<TF_Tensor*> tensors;
};

/** Rows of this width that a thread takes at a time. */
int64_t rowsOfPart(int64_t width) { return std::max<int64_t>(1, part / width); }

void computeGelu(const Attributes&, Call& call) {
  if (!call.takeOperands(1)) return;
  const float* x = call.operand(0);
  float* y = call.result(0, call.shape(0), 0);
  if (y == nullptr) return;
  inParts(call.size(0), part, [=](int64_t, int64_t begin, int64_t end) { gelu(x + begin, y + begin, end - begin); });
}

void computeGeluGradient(const Attributes&, Call& call) {
  if (!call.takeOperands(2) || !call.sameSize(0, 1)) return;
  const float* dy = call.operand(0);
  const float* x = call.operand(1);
  float* dx = call.result(0, call.shape(0), 0);
  if (dx == nullptr) return;
  inParts(call.size(0), part, [=](int64_t, int64_t begin, int64_t end) {
    geluGradient(dy + begin, x + begin, dx + begin, end - begin);
  });
}

void computeLayerNorm(const Attributes& attributes, Call& call) {
  if (!call.takeOperands(3)) return;
  const int64_t width = call.width(0);
  if (!call.hasSize(1, width) || !call.hasSize(2, width)) return;
  const int64_t rows = width == 0 ? 0 : call.size(0) / width;
  const float *x = call.operand(0), *scale = call.operand(1), *offset = call.operand(2);
  float* y = call.result(0, call.shape(0));
  float* mean = call.result(1, {rows});
  float* inverse = call.result(2, {rows});
  if (inverse == nullptr || rows == 0) return;
  inParts(rows, rowsOfPart(width), [=](int64_t, int64_t begin, int64_t end) {
    layerNorm(x + begin * width, scale, offset, attributes.epsilon, y + begin * width, mean + begin, inverse + begin,
              end - begin, width);
  });
}

void computeLayerNormGradient(const Attributes&, Call& call) {
  if (!call.takeOperands(5) || !call.sameSize(0, 1)) return;
  const int64_t width = call.width(1);
  const int64_t rows = width == 0 ? 0 : call.size(1) / width;
  if (!call.hasSize(2, width) || !call.hasSize(3, rows) || !call.hasSize(4, rows)) return;
  const float *dy = call.operand(0), *x = call.operand(1), *scale = call.operand(2), *mean = call.operand(3),
              *inverse = call.operand(4);
  float* dx = call.result(0, call.shape(1), 0);
  float* ofScale = call.result(1, {width});
  float* ofOffset = call.result(2, {width});
  if (ofOffset == nullptr) return;
  const int64_t each = std::max(rowsOfPart(std::max<int64_t>(1, width)), (rows + mostSums - 1) / mostSums);
  const int64_t parts = (rows + each - 1) / each;
  std::vector<float> sums(2 * std::max<int64_t>(1, parts) * width);
  inParts(rows, each, [=, &sums](int64_t index, int64_t begin, int64_t end) {
    float* own = sums.data() + 2 * index * width;
    layerNormGradient(dy + begin * width, x + begin * width, scale, mean + begin, inverse + begin, dx + begin * width,
                      own, own + width, end - begin, width);
  });
  const SmallIsZero here;
  for (int64_t at = 0; at < width; ++at) {
    float scaleSum = 0, offsetSum = 0;
    for (int64_t index = 0; index < parts; ++index) {
      scaleSum += sums[2 * index * width + at];
      offsetSum += sums[(2 * index + 1) * width + at];
    }
    ofScale[at] = scaleSum;
    ofOffset[at] = offsetSum;
  }
}

/** With a bias as the second operand where `biased`. */
void computeSoftmax(const Attributes& attributes, Call& call, bool biased) {
  if (!call.takeOperands(biased ? 2 : 1)) return;
  const int64_t width = call.width(0);
  const int64_t rows = width == 0 ? 0 : call.size(0) / width;
  const int64_t period = biased && width > 0 ? call.size(1) / width : 1;
  if (biased && (call.width(1) != width || period == 0 || rows % period != 0)) {
    return call.refuse("a bias of " + std::to_string(call.size(1)) + " values does not fit " + std::to_string(rows) +
                       " rows of " + std::to_string(width));
  }
  const float* scores = call.operand(0);
  const float* bias = biased ? call.operand(1) : nullptr;
  float* shares = call.result(0, call.shape(0), 0);
  if (shares == nullptr || rows == 0) return;
  inParts(rows, rowsOfPart(width), [=](int64_t, int64_t begin, int64_t end) {
    softmax(scores + begin * width, attributes.factor, bias, begin, period, shares + begin * width, end - begin, width);
  });
}

void computePlainSoftmax(const Attributes& attributes, Call& call) { computeSoftmax(attributes, call, false); }
void computeBiasedSoftmax(const Attributes& attributes, Call& call) { computeSoftmax(attributes, call, true); }

void computeSoftmaxGradient(const Attributes& attributes, Call& call) {
  if (!call.takeOperands(2) || !call.sameSize(0, 1)) return;
  const int64_t width = call.width(0);
  const int64_t rows = width == 0 ? 0 : call.size(0) / width;
  const float* slopes = call.operand(0);
  const float* shares = call.operand(1);
  float* result = call.result(0, call.shape(0), 0);
  if (result == nullptr || rows == 0) return;
  inParts(rows, rowsOfPart(width), [=](int64_t, int64_t begin, int64_t end) {
    softmaxGradient(slopes + begin * width, shares + begin * width, attributes.factor, result + begin * width,
                    end - begin, width);
  });
}

void computeFocalRows(const Attributes& attributes, Call& call) {
  if (!call.takeOperands(2)) return;
  const int64_t classes = call.width(0);
  const int64_t rows = classes == 0 ? 0 : call.size(0) / classes;
  if (!call.hasSize(1, rows)) return;
  const float* logits = call.operand(0);
  const float* labels = call.operand(1);
  float* slopes = call.result(0, call.shape(0), 0);
  float* losses = call.result(1, {rows});
  if (losses == nullptr || rows == 0) return;
  inParts(rows, rowsOfPart(classes), [=](int64_t, int64_t begin, int64_t end) {
    focalRows(logits + begin * classes, labels + begin, attributes.alpha, losses + begin, slopes + begin * classes,
              end - begin, classes);
  });
}

void computeSgd(const Attributes& attributes, Call& call) {
  if (!call.takeOperands(4) || !call.sameSize(0, 1) || !call.sameSize(0, 2) || !call.hasSize(3, 1)) return;
  const float *values = call.operand(0), *gradients = call.operand(1), *buffers = call.operand(2);
  const SgdStep step{*call.operand(3), attributes.momentum, attributes.decay, attributes.nesterov != 0};
  float* newValues = call.result(0, call.shape(0), 1);
  float* newBuffers = call.result(1, call.shape(0));
  if (newBuffers == nullptr) return;
  inParts(call.size(0), part, [=](int64_t, int64_t begin, int64_t end) {
    sgd(values + begin, gradients + begin, buffers + begin, step, newValues + begin, newBuffers + begin, end - begin);
  });
}

/** What a thread keeps memory for. */
enum Scratch { ofPoints, ofSums };

/** Memory of this thread between its calls, aligned to registers, with what the last call left in it. */
float* scratchOf(Scratch use, int64_t floats) {
  constexpr size_t line = 64;
  thread_local std::vector<float> memories[2];
  std::vector<float>& memory = memories[use];
  if (static_cast<int64_t>(memory.size()) < floats + 16) memory.resize(floats + 16);
  return reinterpret_cast<float*>((reinterpret_cast<uintptr_t>(memory.data()) + line - 1) / line * line);
}

/** Whether these are numbers of channels that `winograd` works on. */
bool inGroups(int64_t inputs, int64_t outputs) {
  return inputs > 0 && outputs > 0 && inputs % lanes == 0 && outputs % lanes == 0;
}

void computeWinogradWeights(const Attributes& attributes, Call& call) {
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
 * Tiles that a thread takes at a time, in whole rows of products: not so many that their points leave the second cache,
 * not so few that reading the weights for them takes longer than multiplying, and something for every thread. Results do
 * not depend on it.
 */
int64_t tilesOfPart(const Tiling& form) {
  constexpr int64_t rows = 12, fewest = 48;
  const int64_t most = std::max(fewest, block / points / form.inputs);
  const int64_t parts = std::max<int64_t>((form.tiles() + most - 1) / most, Helpers::ofProcess().threads());
  return ((form.tiles() + parts - 1) / parts + rows - 1) / rows * rows;
}

/** With a bias as the third operand where `biased`. */
void computeWinograd(const Attributes& attributes, Call& call, bool biased) {
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
    winograd(x, factors, bias, attributes.relu != 0, y, form, begin, end, scratchOf(ofPoints, winogradScratch(form, each)));
  });
}

void computePlainWinograd(const Attributes& attributes, Call& call) { computeWinograd(attributes, call, false); }
void computeBiasedWinograd(const Attributes& attributes, Call& call) { computeWinograd(attributes, call, true); }

/** Tiles that are worked on at a time for a gradient: their points stay in a processor's second cache. */
int64_t tilesOfBlock(const Tiling& form) {
  return std::clamp<int64_t>(2 * block / points / (form.inputs + form.outputs), 32, 128);
}

/** Floats of the points of such a block. */
int64_t pointsOfBlock(const Tiling& form) {
  const int64_t each = tilesOfBlock(form);
  return Tiling::pointsOf(each, form.inputs) + Tiling::pointsOf(each, form.outputs);
}

/** Sums of products of all tiles, where parts of the tiles have sums of their own, which are added in order. */
void winogradSumsByTiles(const Tiling& form, const float* x, const float* dy, float* sums) {
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
void winogradSumsByPoints(const Tiling& form, const float* x, const float* dy, float* sums) {
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

void computeWinogradGradient(const Attributes&, Call& call) {
  if (!call.takeOperands(2)) return;
  const std::vector<int64_t> map = call.shape(0), slopes = call.shape(1);
  if (map.size() != 4 || slopes.size() != 4 || !std::equal(map.begin(), map.end() - 1, slopes.begin()) ||
      !inGroups(map[3], slopes[3]))
    return call.refuse("a map and the slopes of its convolution must have the same sides, and multiples of 16 channels");
  const Tiling form{map[0], map[1], map[2], map[3], slopes[3]};
  const float *x = call.operand(0), *dy = call.operand(1);
  float* ofWeight = call.result(0, {3, 3, form.inputs, form.outputs});
  if (ofWeight == nullptr) return;
  const int64_t size = points * form.inputs * form.outputs;
  const bool byTiles = size <= mostFloatsOfTileSums;
  float* sums = scratchOf(ofSums, byTiles ? mostTileSums * size : size);
  (byTiles ? winogradSumsByTiles : winogradSumsByPoints)(form, x, dy, sums);
  inParts(form.outputs / lanes, 1, [=](int64_t, int64_t begin, int64_t end) {
    winogradSlopes(sums, form.inputs, form.outputs, begin, end, ofWeight);
  });
}

/** The first result is shaped like the first operand. What the others are like, the kernels say. */
void inferShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
  TF_ShapeHandle* shape = TF_NewShapeHandle();
  if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextGetInput(context, 0, shape, status);
  if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSetOutput(context, 0, shape, status);
  TF_DeleteShapeHandle(shape);
}

/** Results of other shapes than the first operand's, which the kernels say alone. */
void inferNoShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

/** Reads those attributes that the operation has. */
void* createKernel(TF_OpKernelConstruction* construction) {
  auto* attributes = new Attributes;
  TF_Status* status = TF_NewStatus();
  for (const auto& [name, field] : attributeFields) {
    if (!TF_OpKernelConstruction_HasAttr(construction, name, status)) continue;
    TF_OpKernelConstruction_GetAttrFloat(construction, name, &(attributes->*field), status);
    if (TF_GetCode(status) != TF_OK) break;
  }
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return attributes;
}

template <void (*compute)(const Attributes&, Call&)>
void runKernel(void* kernel, TF_OpKernelContext* context) {
  Call call(context);
  compute(*static_cast<const Attributes*>(kernel), call);
}

void deleteKernel(void* kernel) { delete static_cast<Attributes*>(kernel); }

void must(TF_Status* status, const char* name) {
  if (TF_GetCode(status) != TF_OK) {
    std::fprintf(stderr, "TensorFlow does not take the operation %s: %s\n", name, TF_Message(status));
  }
}

/** An operation whose tensors and attributes are floats. */
template <void (*compute)(const Attributes&, Call&)>
void define(const char* name, const std::vector<const char*>& operands, const std::vector<const char*>& results,
            const std::vector<const char*>& attributes = {},
            void (*infer)(TF_ShapeInferenceContext*, TF_Status*) = inferShapes) {
  TF_Status* status = TF_NewStatus();
  TF_OpDefinitionBuilder* operation = TF_NewOpDefinitionBuilder(name);
  for (const char* each : operands) TF_OpDefinitionBuilderAddInput(operation, (std::string(each) + ": float").c_str());
  for (const char* each : results) TF_OpDefinitionBuilderAddOutput(operation, (std::string(each) + ": float").c_str());
  for (const char* each : attributes) TF_OpDefinitionBuilderAddAttr(operation, (std::string(each) + ": float").c_str());
  TF_OpDefinitionBuilderSetShapeInferenceFunction(operation, infer);
  TF_RegisterOpDefinition(operation, status);
  must(status, name);
  TF_RegisterKernelBuilder(name, TF_NewKernelBuilder(name, "CPU", createKernel, runKernel<compute>, deleteKernel),
                           status);
  must(status, name);
  TF_DeleteStatus(status);
}

const bool defined = [] {
  define<computeGelu>("RedistillGelu", {"x"}, {"y"});
  define<computeGeluGradient>("RedistillGeluGradient", {"dy", "x"}, {"dx"});
  define<computeLayerNorm>("RedistillLayerNorm", {"x", "scale", "offset"}, {"y", "mean", "inverse"}, {"epsilon"});
  define<computeLayerNormGradient>("RedistillLayerNormGradient", {"dy", "x", "scale", "mean", "inverse"},
                                   {"dx", "dscale", "doffset"});
  define<computePlainSoftmax>("RedistillSoftmax", {"scores"}, {"shares"}, {"factor"});
  define<computeBiasedSoftmax>("RedistillBiasedSoftmax", {"scores", "bias"}, {"shares"}, {"factor"});
  define<computeSoftmaxGradient>("RedistillSoftmaxGradient", {"dshares", "shares"}, {"dscores"}, {"factor"});
  define<computeFocalRows>("RedistillFocalRows", {"logits", "labels"}, {"dlogits", "losses"}, {"alpha"});
  define<computeSgd>("RedistillSgd", {"values", "gradients", "buffers", "rate"}, {"values_out", "buffers_out"},
                     {"momentum", "decay", "nesterov"});
  define<computeWinogradWeights>("RedistillWinogradWeights", {"weight"}, {"factors"}, {"turned"}, inferNoShapes);
  define<computePlainWinograd>("RedistillWinograd", {"x", "factors"}, {"y"}, {"relu"}, inferNoShapes);
  define<computeBiasedWinograd>("RedistillBiasedWinograd", {"x", "factors", "bias"}, {"y"}, {"relu"}, inferNoShapes);
  define<computeWinogradGradient>("RedistillWinogradGradient", {"x", "dy"}, {"dweight"}, {}, inferNoShapes);
  return true;
}();

}  // namespace
}  // namespace redistill
