// What a viewer of a running simulation sees: the last seconds of spikes, rates, signals and bodies, as documents of
// the report page (experiment/report_page/README.md).
#pragma once
#include <deque>
#include <string>
#include <vector>

#include "engine/simulation.hpp"

namespace encephagen {

class LiveRecord {
 public:
  // All must outlive it. Poses of bodies are known from now on.
  LiveRecord(Simulation& simulation, const Scenario& scenario, const Brain& brain);

  // Steps that a piece may have at most, so that nothing worth seeing falls between two samples.
  uint64_t longest_piece() const { return longest_piece_; }
  // See RecordSink::stepped.
  void stepped(uint64_t from, uint64_t to);
  // After each piece: what can only be seen between two.
  void sample();

  // What does not change: connectome, populations and what of them can be changed.
  std::string first_document(const std::string& state) const;
  // What does, as packed by pack_document(). `state`: JSON of how the run goes.
  std::string document(const std::string& state) const;

 private:
  struct Raster {
    size_t population, rows;          // rows of each region
    std::vector<uint32_t> row_of;     // [unit]: region times rows plus row
    std::vector<uint32_t> in_region;  // units of each region
    std::vector<uint8_t> count;       // [row][slot]
    std::vector<uint32_t> spikes;     // [region][slot]
  };
  struct Signal {
    size_t population, state;
    std::deque<std::vector<double>> values;  // [sample][region]
    std::deque<double> time_ms;
  };
  struct BodyRow {
    double time_ms;
    size_t trial;
    std::vector<double> action, observation, reward, pose;
  };

  void clear_until(uint64_t bin);
  double ms(uint64_t step) const;

  Simulation& simulation_;
  const Scenario& scenario_;
  const Brain& brain_;
  uint64_t bin_steps_ = 1, first_bin_ = 0, bin_ = 0, longest_piece_;
  std::vector<Raster> rasters_;
  std::vector<Signal> signals_;
  std::vector<std::deque<BodyRow>> rows_;  // [body]
};

}  // namespace encephagen
