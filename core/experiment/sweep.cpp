// Sweeps: the values that scenario keys take in the runs of an arm.
#include "experiment/sweep.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "encephagen/sdk/random.hpp"
#include "scenario/table_spec.hpp"

namespace encephagen {
namespace {

using T = FieldType;
constexpr double most_points = 1e6;  // of one key

const TableSpec axis{"a sweep",
                     "A range of values, or a distribution to draw them from.",
                     {{.name = "from", .type = T::number, .doc = "first value of a range"},
                      {.name = "to", .type = T::number, .doc = "last value of a range"},
                      {.name = "n",
                       .type = T::integer,
                       .doc = "number of values in the range, or of draws",
                       .low = 1,
                       .high = most_points},
                      {.name = "step", .type = T::number, .doc = "distance between the values, instead of n", .low = 0},
                      {.name = "scale",
                       .type = T::choice,
                       .doc = "log: equal ratios between neighbours",
                       .preset = "linear",
                       .choices = {"linear", "log"}},
                      {.name = "uniform", .type = T::number_list, .doc = "[low, high]: draws n values between"},
                      {.name = "log_uniform",
                       .type = T::number_list,
                       .doc = "[low, high]: draws n values whose logarithms are uniform between"}}};

// Ten digits: a grid of 0.01 is 0.03 and not 0.030000000000000002, and reads as people write it in `where`.
double rounded(double v) { return std::stod(fmt::format("{:.10g}", v)); }

std::vector<Node> numbers(const std::vector<double>& values) {
  std::vector<Node> out;
  for (const double v : values) out.push_back(Node::of_number(v));
  return out;
}

class Sweep {
 public:
  Sweep(uint64_t seed, Diagnostics& d) : seed_(seed), d_(d) {}

  std::vector<AssignedKeys> points(const Node& sweep) {
    std::vector<AssignedKeys> out(1);
    for (const auto& m : sweep.members) add(m);
    const auto combine = [&](const std::vector<AssignedKeys>& values) {
      std::vector<AssignedKeys> next;
      for (const auto& p : out)
        for (const auto& v : values) {
          next.push_back(p);
          next.back().insert(next.back().end(), v.begin(), v.end());
        }
      out = std::move(next);
    };
    for (const auto& values : axes_) combine(values);
    if (!draws_.empty()) combine(draws_);
    return out;
  }

 private:
  void add(const Node::Member& m) {
    if (m.value.is(Node::Kind::array) && !m.value.items.empty()) return add_axis(m, m.value.items);
    if (!m.value.is(Node::Kind::table) || m.value.members.empty()) {
      d_.error(m.value.at, fmt::format("sweep over '{}' needs a list of values, a range {{ from, to, n }} or a "
                                       "distribution {{ uniform = [low, high], n }}",
                                       m.key));
      return;
    }
    Node table = m.value;
    Diagnostics found;
    check_table(axis, table, found);
    d_.take(found);
    if (!found.ok()) return;
    const bool is_uniform = table.find("uniform"), is_log_uniform = table.find("log_uniform");
    if (is_uniform || is_log_uniform) return draw(m, table, is_log_uniform ? "log_uniform" : "uniform");
    if (const auto values = range(m, table)) add_axis(m, numbers(*values));
  }

  void add_axis(const Node::Member& m, const std::vector<Node>& values) {
    std::vector<AssignedKeys> out;
    for (const auto& v : values) {
      out.push_back({{m.key, v}});
      if (out.back()[0].second.at.file.empty()) out.back()[0].second.at = m.value.at;
    }
    axes_.push_back(std::move(out));
  }

  std::optional<std::vector<double>> range(const Node::Member& m, const Node& table) {
    const auto *from = table.find("from"), *to = table.find("to"), *n = table.find("n"), *step = table.find("step");
    const bool is_log = table.find("scale")->text == "log";
    const auto refuse = [&](const std::string& why) {
      d_.error(m.value.at, fmt::format("sweep over '{}': {}", m.key, why));
      return std::nullopt;
    };
    if (!from || !to || (n != nullptr) == (step != nullptr))
      return refuse("a range needs from, to and either n or step");
    const double a = from->number, b = to->number;
    if (is_log && (step || a <= 0 || b <= 0)) return refuse("a log range needs n, and from and to above 0");
    if (step && step->number <= 0) return refuse("step must be above 0");
    size_t count = n ? static_cast<size_t>(n->integer) : 0;
    if (step) {
      const double steps = std::floor(std::abs(b - a) / step->number + 1e-9);
      if (steps >= most_points) return refuse("the step is so small that there are more than a million values");
      count = static_cast<size_t>(steps) + 1;
    }
    std::vector<double> out;
    for (size_t i = 0; i < count; ++i) {
      const double share = count > 1 ? static_cast<double>(i) / static_cast<double>(count - 1) : 0;
      out.push_back(rounded(step     ? a + std::copysign(step->number, b - a) * static_cast<double>(i)
                            : is_log ? a * std::pow(b / a, share)
                                     : a + (b - a) * share));
    }
    return out;
  }

  void draw(const Node::Member& m, const Node& table, const char* kind) {
    const auto& bounds = table.find(kind)->items;
    const auto* n = table.find("n");
    const bool is_log = std::string_view(kind) == "log_uniform";
    if (bounds.size() != 2 || !n || bounds[0].number >= bounds[1].number || (is_log && bounds[0].number <= 0)) {
      d_.error(m.value.at, fmt::format("sweep over '{}': {} needs [low, high] with low below high{}, and n", m.key,
                                       kind, is_log ? " and above 0" : ""));
      return;
    }
    const auto count = static_cast<size_t>(n->integer);
    if (!draws_.empty() && draws_.size() != count) {
      d_.error(n->at, fmt::format("sweep over '{}': n = {}, but the other keys that are drawn have n = {}; they are "
                                  "drawn together",
                                  m.key, count, draws_.size()));
      return;
    }
    draws_.resize(count);
    for (size_t i = 0; i < count; ++i) {
      const double u = eg::Random(seed_, "sweep:" + m.key, i).uniform();
      const double a = bounds[0].number, b = bounds[1].number;
      Node value = Node::of_number(rounded(is_log ? a * std::pow(b / a, u) : a + (b - a) * u));
      value.at = m.value.at;
      draws_[i].emplace_back(m.key, std::move(value));
    }
  }

  uint64_t seed_;
  Diagnostics& d_;
  std::vector<std::vector<AssignedKeys>> axes_;
  std::vector<AssignedKeys> draws_;
};

}  // namespace

std::vector<AssignedKeys> sweep_points(const Node* sweep, uint64_t seed, Diagnostics& d) {
  return sweep ? Sweep(seed, d).points(*sweep) : std::vector<AssignedKeys>(1);
}

}  // namespace encephagen
