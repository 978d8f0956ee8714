// Arithmetic over the metrics of one run: "timescale_ms[prefrontal] - timescale_ms[sensory]".
#pragma once
#include <cstddef>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/run_table.hpp"

namespace encephagen {

// What is wrong with an expression, or with the metrics it asks for. what() names neither the expression nor the
// column.
class ExpressionError : public std::runtime_error {
 public:
  ExpressionError(size_t column, const std::string& message) : std::runtime_error(message), column_(column) {}
  size_t column() const { return column_; }  // within the expression, from 1

 private:
  size_t column_;
};

// The metrics of one run by name and group. Points into the table, which must outlive it.
class RunMetrics {
 public:
  struct Cell {
    double value;
    bool written_twice;
  };
  using Groups = std::map<std::string_view, Cell>;

  void add(const MetricRow& row);
  const std::map<std::string_view, Groups>& metrics() const { return metrics_; }

 private:
  std::map<std::string_view, Groups> metrics_;
};

// One entry per run of the table.
std::vector<RunMetrics> metrics_by_run(const RunTable& table);

// All runs, for expressions that look at other arms. Points into the table and its metrics, which must outlive it.
class RunsInView {
 public:
  RunsInView(const RunTable& table, const std::vector<RunMetrics>& metrics) : table_(table), metrics_(metrics) {}
  const RunMetrics& operator[](size_t run) const { return metrics_[run]; }
  // The runs of `arm` that did not fail, at the sweep values of `run` for the keys that both sweep. Throws
  // ExpressionError if there is none.
  const std::vector<size_t>& partners(size_t run, const std::string& arm, size_t column) const;

 private:
  const RunTable& table_;
  const std::vector<RunMetrics>& metrics_;
  mutable std::map<std::string, std::vector<size_t>> partners_;  // by arm and sweep point
};

class MetricExpression {
 public:
  // Numbers, + - * /, parentheses, abs(x), log(x) (natural), min(x, y, ...), max(x, y, ...), and metrics: NAME for the
  // whole network, NAME[GROUP], NAME[region:LABEL]. NAME@ARM, NAME[GROUP]@ARM: the mean over the runs of another arm
  // (at the same values of the keys that both sweep). Over regions, with NAME taken per region: pearson(x, y),
  // spearman(x, y), kendall(x, y) (tau-b), partial_pearson(x, y, z, ...) and partial_spearman (given z ...),
  // region_mean(x), region_sd(x), region_min(x), region_max(x), region_count(x) (regions with a value other than 0).
  // Regions without a value are left out. Throws ExpressionError.
  explicit MetricExpression(std::string_view text);

  // The value in one run. `bare_group` is what a NAME without brackets means: "" (the whole network) or "region:LABEL".
  // Groups match exactly or else ignoring case. NaN, 1/0 and log(-1) come out as IEEE says. Throws ExpressionError with
  // what there is instead if the run lacks a metric or group.
  double evaluate(const RunMetrics& run, std::string_view bare_group = "") const;
  // The same for run `run` of `all`, where NAME@ARM may stand, too.
  double evaluate(const RunsInView& all, size_t run, std::string_view bare_group = "") const;

  const std::string& text() const { return text_; }
  // Is there a NAME without brackets outside of functions over regions, so that the value differs between regions?
  bool has_bare_metric() const;
  // The arms named after @, in functions over regions too.
  std::vector<std::string> other_arms() const;

 private:
  friend class ExpressionParser;
  enum class Code { number, metric, negate, add, subtract, multiply, divide, abs, log, min, max, over_regions };
  struct Operation {  // in postfix order
    Code code;
    double number = 0;
    std::string metric, group, arm;
    bool is_bare = false;
    size_t column = 0;
    std::vector<MetricExpression> arguments = {};  // over_regions, whose function `metric` names
  };
  MetricExpression() = default;
  struct Scope;
  double run_program(const Scope& scope, std::string_view bare_group) const;
  double over_regions(const Operation& op, const Scope& scope) const;
  const Operation* first_bare_metric() const;

  std::string text_;
  std::vector<Operation> program_;
};

}  // namespace encephagen
