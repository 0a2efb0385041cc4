// One run of an operation: its attributes, and its tensors by TensorFlow's C interface.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel-api.h"

namespace redistill {

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

}  // namespace redistill
