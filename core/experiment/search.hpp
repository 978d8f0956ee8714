// A search on its way: the generations so far, and what comes next. It is told values alone, so that the values told
// are all that must be kept of it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "experiment/cma_es.hpp"
#include "experiment/optimization.hpp"

namespace encephagen {

// What came of the candidates of a generation.
struct GenerationValues {
  std::vector<double> metric;  // [candidate], averaged over replicates; NaN: not known
  std::string failure;         // why one is not known; "" if all are
};

// What stands in the table of a generation.
struct GenerationRow {
  double best = 0, mean = 0;         // of the candidates' values; NaN if none is known
  size_t n_failed = 0;               // candidates without a value
  double sigma = 1, axis_ratio = 1;  // of the distribution that this generation led to
  std::vector<double> centre;        // its mean, as values of the parameters
};

class Search {
 public:
  // `what` is copied short of its functions.
  explicit Search(const Optimization& what);

  // Values of the parameters, [candidate][number].
  std::vector<std::vector<double>> candidates() const;
  // Throws std::invalid_argument for another number of values than candidates.
  void tell(GenerationValues values);

  const std::vector<GenerationValues>& told() const { return told_; }
  const std::vector<GenerationRow>& rows() const { return rows_; }
  // "generations", "stop_at" or "converged"; empty while it goes on.
  std::string why_over() const;
  // What the spec wants: the mean of the distribution, or the best candidate so far.
  std::vector<double> chosen() const;
  // The best value of a candidate, and the candidate; none as long as no value is known.
  std::optional<std::pair<double, std::vector<double>>> best_ever() const { return best_; }

 private:
  bool is_better(double a, double b) const { return maximizes_ ? a > b : a < b; }

  Optimization what_;
  bool maximizes_;
  CmaEs cma_;
  std::vector<GenerationValues> told_;
  std::vector<GenerationRow> rows_;
  std::optional<std::pair<double, std::vector<double>>> best_;
};

}  // namespace encephagen
