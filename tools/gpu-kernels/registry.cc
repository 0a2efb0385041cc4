// Prints the kernels that a libtensorflow has registered, as a tensorflow.KernelList: see ../gpu-kernels.mjs. No GPU is
// needed, because kernels register themselves when the library is loaded.
#include <cstdio>

#include "tensorflow/c/c_api.h"

int main() {
  TF_Status* status = TF_NewStatus();
  TF_Buffer* list = TF_GetAllRegisteredKernels(status);
  if (TF_GetCode(status) != TF_OK) return 1;
  return fwrite(list->data, 1, list->length, stdout) == list->length ? 0 : 1;
}
