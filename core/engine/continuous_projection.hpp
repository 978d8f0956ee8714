// A projection that carries a number at every step instead of spikes: outputs of units, weighted, into the ports of
// others.
#pragma once
#include <vector>

#include "engine/plastic_projection.hpp"
#include "engine/synapses.hpp"

namespace encephagen {

class ContinuousProjection {
 public:
  // Throws Failure where delays differ from synapse to synapse.
  ContinuousProjection(const ProjectionSpec& spec, const Synapses& synapses, size_t n_target);

  // Weights that follow those of another projection, whose synapse j -> i is i -> j here. Throws Failure if it has no
  // such synapse.
  void follow(const PlasticProjection& other);
  void restart();
  // `output`: what the sources were after the step before. Writes what arrives in this step.
  template <class Real>
  void step(std::span<const Real> output);
  const std::vector<double>& arriving() const { return arriving_; }
  Synapses synapses() const { return synapses_; }
  size_t bytes() const;
  void visit(StateArchive& a) { a(synapses_.weight, past_, n_steps_, arriving_, last_, seen_changes_); }

 private:
  void follow_weights();

  const ProjectionSpec* spec_;
  Synapses synapses_;
  std::vector<std::vector<double>> past_;  // outputs: [step modulo]
  uint64_t n_steps_ = 0;
  std::vector<double> arriving_;
  const PlasticProjection* leader_ = nullptr;
  std::vector<uint64_t> mirror_;    // synapse here -> in the leader's synapses()
  std::vector<double> last_;        // the leader's weights when they were last looked at
  uint64_t seen_changes_ = 0;
};

}  // namespace encephagen
