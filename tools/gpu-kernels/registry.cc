// Prints what a libtensorflow has: without an argument the kernels that are registered (a tensorflow.KernelList), with any
// the operations (a tensorflow.OpList). See ../gpu-kernels.mjs. No GPU is needed, because kernels register themselves when
// the library is loaded.
#include <cstdio>

#include "tensorflow/c/c_api.h"

int main(int count, char**) {
  TF_Status* status = TF_NewStatus();
  TF_Buffer* list = count > 1 ? TF_GetAllOpList() : TF_GetAllRegisteredKernels(status);
  if (TF_GetCode(status) != TF_OK) return 1;
  return fwrite(list->data, 1, list->length, stdout) == list->length ? 0 : 1;
}
