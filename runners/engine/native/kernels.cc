// Operations of Redistill's own for float32 tensors on a CPU, each in one pass over memory where TensorFlow has a kernel
// per pass. The set-up compiles them into the binding of tf.js; they are registered when that is loaded. Which layers use
// them: runners/engine/ops/kernels.ts.

#include <cstdio>
#include <string>
#include <vector>

#include "call.h"
#include "focal.h"
#include "gelu.h"
#include "layer-norm.h"
#include "sgd.h"
#include "softmax.h"
#include "tensorflow/c/ops.h"
#include "threads.h"
#include "winograd-calls.h"

namespace redistill {
namespace {

/** Parts of a sum over rows, at most: the sums of each are added one after the other. */
constexpr int64_t mostSums = 64;

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
