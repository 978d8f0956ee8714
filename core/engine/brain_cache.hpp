// Keeps the graphs of an experiment, so that runs on one graph do not each read its data and rewire it anew.
#pragma once
#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "engine/brain.hpp"

namespace encephagen {

// Thread-safe. Two scenarios share a brain if their connectome, null models, groups and seed of the graph are written
// alike; relative files must mean the same for all of them.
class BrainCache {
 public:
  // The brains used last are kept as long as all together take less than `max_bytes`; the last one always.
  explicit BrainCache(size_t max_bytes) : max_bytes_(max_bytes) {}

  // As load_brain, which it throws like. Two threads that miss the same brain at once load it twice.
  std::shared_ptr<const Brain> get(const Scenario& scenario, const PathResolver& paths);
  size_t n_loaded() const { return n_loaded_; }

 private:
  using Entry = std::pair<std::string, std::shared_ptr<const Brain>>;

  std::mutex lock_;
  std::list<Entry> used_;  // the last used first
  std::map<std::string, std::list<Entry>::iterator> by_key_;
  size_t max_bytes_, bytes_ = 0, n_loaded_ = 0;
};

}  // namespace encephagen
