// Compiled into the TensorFlow binding before its own sources (see tools/setup/binding.mjs).
//
// The binding loads a SavedModel with default session options, and its JavaScript interface has no others. With this
// header a file `session_config.pb` beside `saved_model.pb` (a serialized tensorflow.ConfigProto) says how TensorFlow
// runs the graph; without that file nothing changes. runners/engine/session-config.ts says what the engine puts there.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include "tensorflow/c/c_api.h"

static inline TF_Session* RedistillLoadSavedModel(
    const TF_SessionOptions* options, const TF_Buffer* run_options, const char* folder, const char* const* tags,
    int tag_count, TF_Graph* graph, TF_Buffer* metagraph, TF_Status* status) {
  std::ifstream file(std::string(folder) + "/session_config.pb", std::ios::binary);
  if (file) {
    const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    // The binding made the options for this one call and deletes them after it.
    TF_SetConfig(const_cast<TF_SessionOptions*>(options), bytes.data(), bytes.size(), status);
    if (TF_GetCode(status) != TF_OK) return nullptr;
  }
  return TF_LoadSessionFromSavedModel(options, run_options, folder, tags, tag_count, graph, metagraph, status);
}

#define TF_LoadSessionFromSavedModel RedistillLoadSavedModel
