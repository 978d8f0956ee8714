// What analyzers see of a run, and what they find: at its end, and of phases that are over for modulators.
#pragma once
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "engine/checkpoint.hpp"
#include "engine/simulation.hpp"

namespace encephagen {

// All arguments must outlive it.
class Analysis {
 public:
  // `kept` is what has been recorded so far, [record].
  Analysis(const Scenario& scenario, const Brain& brain, const PathResolver& paths, const Simulation& simulation,
           const std::vector<Kept>& kept)
      : scenario_(&scenario), brain_(&brain), paths_(&paths), simulation_(&simulation), kept_(&kept) {}

  // Throws Failure. Analyzers of the same recording and phase in turn share what is made for them.
  BatchResult run(const AnalyzerSpec& analyzer);

 private:
  // The dataset of eg::Recording (sdk/analyzer.hpp).
  std::vector<ArrayData> input_of(const AnalyzerSpec& analyzer) const;

  const Scenario* scenario_;
  const Brain* brain_;
  const PathResolver* paths_;
  const Simulation* simulation_;
  const std::vector<Kept>* kept_;
  std::tuple<size_t, size_t, std::string> prepared_{std::numeric_limits<size_t>::max(), 0, ""};
  std::vector<ArrayData> input_;
};

// Phase `phase` is over: modulators that follow what an analyzer finds in it are told. Throws Failure.
void tell_modulators(const Scenario& scenario, const Brain& brain, const PathResolver& paths,
                     const std::vector<Kept>& kept, size_t phase, Simulation& simulation);

}  // namespace encephagen
