// Compiled into the TensorFlow binding before its own sources (see tools/setup/binding.mjs).
//
// The binding makes TensorFlow's context and loads SavedModels with default options, and its JavaScript interface has
// no others. With this header
// - a file `session_config.pb` beside `saved_model.pb` says how TensorFlow runs that graph,
// - the variable REDISTILL_CONTEXT_CONFIG (hexadecimal) says how TensorFlow opens its devices, which it does once, for
//   the context: what a session says of their memory comes too late.
// Both are a serialized tensorflow.ConfigProto, and without them nothing changes.
// runners/engine/session-config.ts says what the engine puts there.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "tensorflow/c/c_api.h"
#include "tensorflow/c/eager/c_api.h"

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

static inline TFE_Context* RedistillNewContext(const TFE_ContextOptions* options, TF_Status* status) {
  const char* const given = std::getenv("REDISTILL_CONTEXT_CONFIG");
  if (given != nullptr) {
    const std::string text(given);
    std::string bytes;
    for (size_t at = 0; at + 2 <= text.size(); at += 2) {
      bytes.push_back(static_cast<char>(std::strtol(text.substr(at, 2).c_str(), nullptr, 16)));
    }
    // The binding made these options for this one call, too.
    TFE_ContextOptionsSetConfig(const_cast<TFE_ContextOptions*>(options), bytes.data(), bytes.size(), status);
    if (TF_GetCode(status) != TF_OK) return nullptr;
  }
  return TFE_NewContext(options, status);
}

#define TF_LoadSessionFromSavedModel RedistillLoadSavedModel
#define TFE_NewContext RedistillNewContext
