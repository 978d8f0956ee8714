// Keeps the graphs of an experiment.
#include "engine/brain_cache.hpp"

#include "scenario/toml_document.hpp"

namespace encephagen {
namespace {

std::string key_of(const Scenario& s) {
  std::string key = std::to_string(s.seeds.graph);
  for (const char* part : {"connectome", "null_model", "groups"})
    if (const auto* node = s.resolved.find(part)) key += "\n" + write_toml_value(*node);
  return key;
}

// What grows with the square of the regions.
size_t size_of(const Brain& b) {
  return sizeof(double) * (b.connectome.weights.size() + b.connectome.lengths_mm.size());
}

}  // namespace

std::shared_ptr<const Brain> BrainCache::get(const Scenario& scenario, const PathResolver& paths) {
  const auto key = key_of(scenario);
  {
    const std::scoped_lock hold(lock_);
    if (const auto found = by_key_.find(key); found != by_key_.end()) {
      used_.splice(used_.begin(), used_, found->second);
      return found->second->second;
    }
  }
  auto brain = std::make_shared<const Brain>(load_brain(scenario, paths));
  const std::scoped_lock hold(lock_);
  ++n_loaded_;
  if (by_key_.contains(key)) return brain;
  bytes_ += size_of(*brain);
  used_.emplace_front(key, brain);
  by_key_[key] = used_.begin();
  while (bytes_ > max_bytes_ && used_.size() > 1) {
    bytes_ -= size_of(*used_.back().second);
    by_key_.erase(used_.back().first);
    used_.pop_back();
  }
  return brain;
}

}  // namespace encephagen
