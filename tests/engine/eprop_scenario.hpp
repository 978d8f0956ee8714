// The published e-prop runs as scenarios, from files of weights and spikes.
#pragma once
#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "data/temporary_folder.hpp"
#include "eprop_fixture.hpp"

namespace encephagen::testing {

// Every projection takes a step: a step of a sequence is the second of an episode in recurrent units, the third in
// readouts, and its learning signal arrives in the fourth.
inline constexpr size_t padding = 3;

inline std::string edge_list(const Table& weights, bool is_recurrent = false) {
  std::string out = "source,target,weight\n";
  for (size_t i = 0; i < weights.size(); ++i)
    for (size_t j = 0; j < weights[i].size(); ++j)
      if (!is_recurrent || i != j) out += fmt::format("{},{},{}\n", i, j, weights[i][j]);
  return out;
}

inline Table transposed(const Table& t) {
  Table out(t[0].size(), std::vector<double>(t.size()));
  for (size_t i = 0; i < t.size(); ++i)
    for (size_t j = 0; j < t[i].size(); ++j) out[j][i] = t[i][j];
  return out;
}

struct EpropWording {
  std::string neuron, readout;       // parameters
  std::string recurrent_rule, rule;  // of recurrent and input synapses; of all
};

// The scenario of a task with its files in `folder`: its next `n` sequences one after the other, each an episode and a
// phase. Recorded are, at the end of each, the loss and whether the answer was right.
template <class Task>
std::string eprop_scenario(Task& task, size_t n, const EpropWording& w, const TemporaryFolder& folder) {
  const size_t episode = task.n_steps + padding;
  std::string spikes = "time_ms,unit\n", out;
  std::map<std::string, size_t> targets;  // different ones are few
  std::vector<size_t> target_of;
  for (size_t s = 0; s < n; ++s) {
    const EpropSequence sequence = task.next();
    for (size_t t = 0; t < task.n_steps; ++t)
      for (const uint32_t i : sequence.spikes[t])
        fmt::format_to(std::back_inserter(spikes), "{},{}\n", s * episode + t + 1, i);
    std::string target;
    for (const auto& row : sequence.target) fmt::format_to(std::back_inserter(target), "{}\n", fmt::join(row, ","));
    target_of.push_back(targets.emplace(std::move(target), targets.size()).first->second);
  }
  out += fmt::format(
      "format = 1\n[run]\ndt_ms = 1.0\n"
      "[region.population.input]\nplugin = \"core.lif_delta\"\nn = {}\nparams = {{ threshold_mv = 0.5, reset_mv = 0.0, "
      "t_ref_ms = 0.0, initial_v_high_mv = 0.0 }}\n"
      "[region.population.rec]\nplugin = \"core.alif_delta\"\nn = {}\nparams = {{ {} }}\n"
      "[region.population.out]\nplugin = \"core.linear_readout\"\nn = {}\nparams = {{ gated = true, {} }}\n"
      "[[spike_train]]\nfile = \"{}\"\nto = \"*.input\"\nweight_mv = 1.0\n",
      task.n_in(), task.n_rec(), w.neuron, task.n_out(), w.readout, folder.write("spikes.csv", spikes).string());
  const auto projection = [&](const std::string& name, const char* from, const char* to, const std::string& list) {
    out += fmt::format("[[region.projection]]\nname = \"{}\"\nfrom = \"{}\"\nto = \"{}\"\nrule = {{ file = \"{}\" }}\n",
                       name, from, to, folder.write(name + ".csv", list).string());
  };
  const auto plastic = [&](const char* plugin, const std::string& params) {
    out += fmt::format(
        "delay_ms = 1.0\n[[region.projection.plasticity]]\nplugin = \"{}\"\nparams = {{ "
        "update_every_ms = {}.0, {}{} }}\n",
        plugin, episode, params, w.rule);
  };
  const std::string recurrent =
      fmt::format("sequence_begin_ms = 1.0, sequence_ms = {}.0, c_reg = 300.0, target_rate_hz = 10.0, {}", task.n_steps,
                  w.recurrent_rule);
  projection("in", "input", "rec", edge_list(task.w_in));
  plastic("core.eprop", recurrent);
  projection("rec", "rec", "rec", edge_list(task.w_rec, true));
  plastic("core.eprop", recurrent);
  projection("out", "rec", "out", edge_list(task.w_out));
  plastic("core.eprop_readout", "");
  projection("feedback", "out", "rec", edge_list(transposed(task.feedback)));
  out += "port = \"learning_signal\"\n";
  std::string gate;
  for (size_t t = 0; t < task.n_steps; ++t) gate += t + task.n_counting >= task.n_steps ? "1\n" : "0\n";
  const auto signal = [&](const std::string& name, const std::string& file, const char* port) {
    out += fmt::format(
        "[[encoder]]\nname = \"{}\"\nplugin = \"core.signal_file\"\nto = \"*.out\"\nport = \"{}\"\n"
        "params = {{ file = \"{}\", interval_ms = 1.0, onset_ms = 2.0 }}\n",
        name, port, file);
  };
  signal("gate", folder.write("gate.csv", gate).string(), "gate");
  for (const auto& [text, k] : targets) {
    const std::string name = fmt::format("target{}", k);
    signal(name, folder.write(name + ".csv", text).string(), "target");
  }
  for (size_t s = 0; s < n; ++s)
    fmt::format_to(std::back_inserter(out),
                   "[[phase]]\nname = \"{}\"\nduration_ms = {}.0\nreset = true\ninputs = [\"gate\", \"target{}\"]\n", s,
                   episode, target_of[s]);
  for (const char* state : {"loss", "is_correct"})
    out += fmt::format("[[record]]\nfrom = \"out\"\nstate = \"{}\"\nevery_ms = {}.0\n", state, episode);
  return out;
}

// Bellec's evidence accumulation: neurons, readout, rules. Spikes raise thresholds `strength` times as much as there.
inline EpropWording evidence_wording(double strength = 1, double tau_a_ms = 2000) {
  const double beta = strength * 1.7 * (1 - std::exp(-1 / 2000.0)) / (1 - std::exp(-1 / 20.0));
  std::string betas;
  for (int i = 0; i < 100; ++i) betas += fmt::format("{}{:.17g}", i > 0 ? ", " : "", i < 50 ? 0.0 : beta);
  return {fmt::format("tau_m_ms = 20.0, threshold_mv = 0.6, t_ref_ms = 4.0, tau_a_ms = {}, beta_mv = [{}]", tau_a_ms,
                      betas),
          "tau_out_ms = 20.0, loss = \"cross_entropy\"", "tau_out_ms = 20.0, ",
          "learning_rate = 5e-3, optimizer = \"adam\", average_over_ms = 150.0"};
}

}  // namespace encephagen::testing
