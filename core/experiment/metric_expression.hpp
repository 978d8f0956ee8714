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

class MetricExpression {
 public:
  // Numbers, + - * /, parentheses, abs(x), log(x) (natural), min(x, y, ...), max(x, y, ...), and metrics: NAME for the
  // whole network, NAME[GROUP], NAME[region:LABEL]. Throws ExpressionError.
  explicit MetricExpression(std::string_view text);

  // The value in one run. `bare_group` is what a NAME without brackets means: "" (the whole network) or "region:LABEL".
  // Groups match exactly or else ignoring case. NaN, 1/0 and log(-1) come out as IEEE says. Throws ExpressionError with
  // what there is instead if the run lacks a metric or group.
  double evaluate(const RunMetrics& run, std::string_view bare_group = "") const;

  const std::string& text() const { return text_; }
  // Is there a NAME without brackets, so that the value differs between regions?
  bool has_bare_metric() const;

 private:
  friend class ExpressionParser;
  enum class Code { number, metric, negate, add, subtract, multiply, divide, abs, log, min, max };
  struct Operation {  // in postfix order
    Code code;
    double number = 0;
    std::string metric, group;
    bool is_bare = false;
    size_t column = 0;
  };
  std::string text_;
  std::vector<Operation> program_;
};

}  // namespace encephagen
