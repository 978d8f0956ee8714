// Do the labels belong to the rows? A correlation over pairs of regions, against random orders of the regions.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace encephagen {

// Average ranks: ties share theirs.
std::vector<double> ranks(std::span<const double> values);
// NaN if one of the two does not vary.
double pearson(std::span<const double> a, std::span<const double> b);
double spearman(std::span<const double> a, std::span<const double> b);
double median(std::vector<double> values);
// "+0.31", "-0.02", "0.00"
std::string signed_text(double value);

// What a correlation would be if labels had been handed out at random.
struct RandomOrders {
  std::vector<double> values;  // sorted
  double mean = 0, sd = 0;
  double low() const { return values.front(); }
  double high() const { return values.back(); }
  // Share of random orders at least as extreme, never below 1 / (n + 1).
  double p_low(double value) const;
  double p_high(double value) const;
  std::string text() const;  // "1000 random orders: 0.00 +- 0.05"
};

// `value` of `count` seeded random orders of m things; `name` keeps the orders of different tests apart.
RandomOrders random_orders(int count, uint64_t seed, const std::string& name, size_t m,
                           const std::function<double(std::span<const size_t>)>& value);

// Regions that may change places with each other, and a name for messages.
struct Block {
  std::string name;
  std::vector<size_t> regions;
};

// Spearman correlation, over all ordered pairs of different regions of one block, between something that belongs to the
// labels (distances, weights of another dataset) and the matrix under test. Both are [n * n], row-major.
class OrderTest {
 public:
  OrderTest(size_t n, std::span<const double> of_labels, std::span<const double> of_rows, Block block);

  // As the labels stand.
  double value() const { return value_; }
  // If row order[i] belonged to label i. `order` is a permutation of all n regions and may lead out of the block.
  double value(std::span<const size_t> order) const;
  // The same under `count` seeded random orders of the block's regions.
  RandomOrders random(int count, uint64_t seed) const;
  const Block& block() const { return block_; }
  size_t n_pairs() const { return block_.regions.size() * (block_.regions.size() - 1); }

 private:
  size_t n_;
  std::vector<double> of_rows_;
  Block block_;
  std::vector<double> label_ranks_, row_ranks_;  // [m * m], m regions of the block; diagonal 0
  double value_ = 0;
};

}  // namespace encephagen
