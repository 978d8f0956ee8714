// Neuron, readout and rules together against the losses that the published programs report. The wiring is that of the
// kernel: every projection takes one step, so that a step of the sequence is one step later in recurrent units than in
// input units, one more in readouts, and its learning signal arrives one more later.
#include <doctest/doctest.h>

#include "../../decoder/linear_readout/model.hpp"
#include "../../neuron/alif_delta/model.hpp"
#include "../eprop_readout/model.hpp"
#include "edge_harness.hpp"
#include "eprop_fixture.hpp"
#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using namespace core;
using namespace encephagen::testing;

namespace {

constexpr size_t padding = 3;

class Learner {
 public:
  // `set` gives the harnesses their parameters.
  template <class Set>
  Learner(const EpropTask& task, Set set)
      : task_(task),
        n_history_(task.n_steps + padding),
        neurons_(eg::neuron<AlifDelta>, task.n_rec(), 1.0),
        readout_(eg::decoder<LinearReadout>, task.n_out(), 1.0),
        in_(eg::plasticity<Eprop>, task.n_in(), task.n_rec(), synapses(task.w_in), 1.0),
        rec_(eg::plasticity<Eprop>, task.n_rec(), task.n_rec(), synapses(task.w_rec, true), 1.0),
        out_(eg::plasticity<EpropReadout>, task.n_rec(), task.n_out(), synapses(task.w_out), 1.0) {
    readout_.set("gated", 1);
    for (auto* h : {&in_, &rec_, &out_}) {
      h->set("update_every_ms", static_cast<double>(n_history_));
      if (h == &out_) continue;
      h->set("sequence_begin_ms", 1), h->set("sequence_ms", static_cast<double>(task.n_steps));
      h->set("c_reg", 300), h->set("target_rate_hz", 10);
    }
    set(neurons_, readout_, in_, rec_, out_);
    neurons_.init(), readout_.init();
    for (auto* h : {&in_, &rec_, &out_}) h->init(n_history_);
    for (const char* constant : {"leak", "input_gain", "a_decay", "beta"})
      in_.now(constant) = rec_.now(constant) = neurons_.state(constant);
    out_.now("decay") = readout_.state("decay");
  }

  // Presents a sequence and learns from it; returns the loss.
  double learn(const EpropSequence& s) {
    neurons_.init(), readout_.init();
    std::vector<uint32_t> fired_in, fired_rec;
    std::vector<double> error(task_.n_out(), 0.0);
    for (size_t step = 0; step < n_history_; ++step) {
      const auto now = static_cast<uint32_t>(step);
      for (const uint32_t i : fired_in) {
        in_.arrivals[i].push_back(now);
        for (size_t j = 0; j < task_.n_rec(); ++j) neurons_.input("spikes_mv")[j] += in_.weight[i * task_.n_rec() + j];
      }
      for (const uint32_t i : fired_rec) {
        rec_.arrivals[i].push_back(now), out_.arrivals[i].push_back(now);
        for (size_t j = 0; j < task_.n_rec(); ++j)
          if (j != i) neurons_.input("spikes_mv")[j] += rec_.weight[i * (task_.n_rec() - 1) + j - (j > i)];
        for (size_t k = 0; k < task_.n_out(); ++k) readout_.input("spikes")[k] += out_.weight[i * task_.n_out() + k];
      }
      for (size_t j = 0; j < task_.n_rec(); ++j)
        for (size_t k = 0; k < task_.n_out(); ++k)
          neurons_.input("learning_signal")[j] += task_.feedback[j][k] * error[k];
      fired_in = step < task_.n_steps ? s.spikes[step] : std::vector<uint32_t>{};
      if (step >= 2 && step - 2 < task_.n_steps)
        for (size_t k = 0; k < task_.n_out(); ++k) {
          readout_.input("target")[k] = s.target[step - 2][k];
          readout_.input("gate")[k] = step - 2 >= task_.n_steps - task_.n_counting;
        }
      fired_rec = neurons_.step();
      readout_.step();
      error = readout_.state("error");
      for (const char* port : {"pseudo_derivative", "learning_signal", "spiked"})
        for (size_t j = 0; j < task_.n_rec(); ++j)
          in_.history(port)[j][step] = rec_.history(port)[j][step] = neurons_.state(port)[j];
      for (size_t k = 0; k < task_.n_out(); ++k) out_.history("error")[k][step] = error[k];
    }
    for (auto* h : {&in_, &rec_, &out_}) h->update();
    double loss = 0;
    for (const double part : readout_.state("loss")) loss += part;
    return loss;
  }

 private:
  static std::vector<EdgeHarness::Synapse> synapses(const Table& weights, bool is_recurrent = false) {
    std::vector<EdgeHarness::Synapse> out;
    for (uint32_t i = 0; i < weights.size(); ++i)
      for (uint32_t j = 0; j < weights[i].size(); ++j)
        if (!is_recurrent || i != j) out.push_back({i, j, weights[i][j]});
    return out;
  }

  const EpropTask& task_;
  size_t n_history_;
  UnitHarness neurons_, readout_;
  EdgeHarness in_, rec_, out_;
};

}  // namespace

TEST_CASE("eprop: the published losses of pattern generation") {
  EpropRegression task;
  Learner learner(task,
                  [](UnitHarness& neurons, UnitHarness& readout, EdgeHarness& in, EdgeHarness& rec, EdgeHarness& out) {
                    neurons.set("tau_m_ms", 30), neurons.set("threshold_mv", 0.03), neurons.set("t_ref_ms", 0);
                    neurons.choose("input_scale", "one_minus_leak");
                    readout.set("tau_out_ms", 30);
                    for (auto* rule : {&in, &rec, &out}) rule->set("learning_rate", 1e-4);
                    for (auto* rule : {&in, &rec}) rule->set("tau_out_ms", 30);
                  });
  for (const double published : task.losses) CHECK_CLOSE(learner.learn(task.next()), published, 1e-8, 0);
}

TEST_CASE("eprop: the published losses of evidence accumulation") {
  EpropEvidence task;
  Learner learner(task,
                  [](UnitHarness& neurons, UnitHarness& readout, EdgeHarness& in, EdgeHarness& rec, EdgeHarness& out) {
                    const double rho = std::exp(-1 / 2000.0), alpha = std::exp(-1 / 20.0);
                    std::vector<double> beta(100, 0.0);
                    std::fill(beta.begin() + 50, beta.end(), 1.7 * (1 - rho) / (1 - alpha));
                    neurons.set("tau_m_ms", 20), neurons.set("threshold_mv", 0.6), neurons.set("t_ref_ms", 4);
                    neurons.set("beta_mv", beta), neurons.set("tau_a_ms", 2000);
                    readout.choose("loss", "cross_entropy");
                    for (auto* rule : {&in, &rec, &out}) {
                      rule->set("learning_rate", 5e-3);
                      rule->choose("optimizer", "adam");
                      rule->set("average_over_ms", 150);
                    }
                  });
  for (const double published : task.losses) CHECK_CLOSE(learner.learn(task.next()) / 150, published, 1e-6, 0);
}
