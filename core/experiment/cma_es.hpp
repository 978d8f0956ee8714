// CMA-ES, the evolution strategy with covariance matrix adaptation: finds a minimum from ranks alone.
// Formulas: Hansen (2016), The CMA evolution strategy: a tutorial, arXiv:1604.00772; default weights of its table 1,
// the negative ones included.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace encephagen {

// Searches around 0 with deviation 1 in every coordinate: whoever asks scales. The candidates depend on `key` and on
// the values told so far alone, so that a search is repeated by telling the same values again. One thread at a time.
class CmaEs {
 public:
  // `n` coordinates, at least 1; `lambda` candidates in a generation, at least 2.
  CmaEs(size_t n, size_t lambda, uint64_t key);
  ~CmaEs();
  CmaEs(CmaEs&&) noexcept;
  CmaEs& operator=(CmaEs&&) noexcept;

  // lambda by default: 4 + floor(3 ln n).
  static size_t default_population(size_t n);

  // The candidates of this generation, [candidate][coordinate]; the same until tell().
  std::vector<std::vector<double>> ask() const;
  // One value for each candidate, less is better; NaN and infinities rank last, ties by number. Begins the next
  // generation. Throws std::invalid_argument for another number of values.
  void tell(std::span<const double> values);

  size_t generation() const;  // told so far
  std::vector<double> mean() const;
  double sigma() const;
  // Of the longest axis of the distribution to the shortest.
  double axis_ratio() const;
  // Largest standard deviation of a coordinate.
  double largest_deviation() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace encephagen
