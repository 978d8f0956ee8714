// Arithmetic over the metrics of one run.
#include "experiment/metric_expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>

#include "experiment/statistics.hpp"
#include "host/text.hpp"

namespace encephagen {
namespace {

constexpr size_t max_depth = 100;  // of parentheses: keeps a hostile expression from exhausting the stack
constexpr size_t max_listed = 12;  // names in a message
constexpr std::string_view region_prefix = "region:";

const std::vector<std::string> regional_functions{"kendall",      "partial_pearson", "partial_spearman", "pearson",
                                                  "region_count", "region_max",      "region_mean",      "region_min",
                                                  "region_sd",    "spearman"};

bool is_name_start(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80); }
bool is_name(char c) { return is_name_start(c) || std::isdigit(static_cast<unsigned char>(c)) || c == '.'; }

std::string listed(const std::vector<std::string>& names) {
  if (names.size() <= max_listed) return join(names, ", ");
  return join({names.begin(), names.begin() + max_listed}, ", ") +
         fmt::format(" and {} more", names.size() - max_listed);
}

// "the whole network, motor, sensory and 96 regions (region:LABEL)"
std::string describe_groups(const RunMetrics::Groups& groups, bool list_regions) {
  std::vector<std::string> names;
  size_t regions = 0;
  for (const auto& [name, cell] : groups) {
    if (name.starts_with(region_prefix) && !list_regions) {
      ++regions;
    } else {
      names.emplace_back(name.empty() ? "the whole network" : name);
    }
  }
  std::string out = listed(names);
  if (regions > 0)
    out += fmt::format("{}{} region{} (region:LABEL)", out.empty() ? "" : " and ", regions, regions == 1 ? "" : "s");
  return out;
}

// "; there are: " or "; did you mean 'x'? There are: "
std::string then(const std::string& suggestion, std::string words) {
  if (!suggestion.empty()) words[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(words[0])));
  return (suggestion.empty() ? "; " : suggestion + " ") + words;
}

double look_up(const RunMetrics& run, const std::string& metric, std::string_view group, size_t column) {
  const auto found = run.metrics().find(metric);
  if (found == run.metrics().end()) {
    std::vector<std::string> names;
    for (const auto& [name, groups] : run.metrics()) names.emplace_back(name);
    if (names.empty())
      throw ExpressionError(column, fmt::format("there is no metric '{}': the run has no metrics", metric));
    throw ExpressionError(column, fmt::format("there is no metric '{}'{}{}", metric,
                                              then(did_you_mean(metric, names), "there are: "), listed(names)));
  }
  const auto& groups = found->second;
  auto cell = groups.find(group);
  if (cell == groups.end() && !group.empty()) {
    const auto same = [&](const auto& entry) { return equal_ignoring_case(entry.first, group); };
    cell = std::ranges::find_if(groups, same);
    if (cell != groups.end()) {
      const auto other = std::find_if(std::next(cell), groups.end(), same);
      if (other != groups.end())
        throw ExpressionError(column, fmt::format("'{}' may be '{}' or '{}': write it as it stands there", group,
                                                  cell->first, other->first));
    }
  }
  if (cell == groups.end()) {
    const bool is_region = group.starts_with(region_prefix);
    std::vector<std::string> names;
    for (const auto& [name, value] : groups)
      if (!name.empty()) names.emplace_back(name);
    const auto there = describe_groups(groups, is_region);
    if (group.empty())
      throw ExpressionError(column,
                            fmt::format("metric '{}' has no value for the whole network; it has: {}", metric, there));
    throw ExpressionError(column, fmt::format("metric '{}' has no group '{}'{}{}", metric, group,
                                              then(did_you_mean(group, names), "it has: "), there));
  }
  if (cell->second.written_twice)
    throw ExpressionError(
        column, fmt::format("metric '{}' was written twice for {}: give one of the analyzers another name for it",
                            metric, group.empty() ? "the whole network" : "'" + std::string(group) + "'"));
  return cell->second.value;
}

// As std::min and std::max, but NaN wins: an undetermined metric must not vanish.
double least(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? std::numeric_limits<double>::quiet_NaN() : std::min(a, b);
}
double greatest(double a, double b) { return -least(-a, -b); }

}  // namespace

void RunMetrics::add(const MetricRow& row) {
  const auto [cell, is_new] = metrics_[row.metric].try_emplace(row.group, Cell{row.value, false});
  if (!is_new) cell->second.written_twice = true;
}

std::vector<RunMetrics> metrics_by_run(const RunTable& table) {
  std::vector<RunMetrics> out(table.runs.size());
  for (const auto& row : table.rows) out.at(row.run).add(row);
  return out;
}

const std::vector<size_t>& RunsInView::partners(size_t run, const std::string& arm, size_t column) const {
  const auto& sweep = table_.runs[run].sweep;
  std::string key = arm;
  for (const auto& [k, v] : sweep) key += fmt::format("\n{}\n{}", k, v);
  auto [found, is_new] = partners_.try_emplace(key);
  if (is_new) {
    bool has_arm = false;
    for (size_t r = 0; r < table_.runs.size(); ++r) {
      const RunInfo& other = table_.runs[r];
      if (other.arm != arm) continue;
      has_arm = true;
      const bool agrees = std::ranges::all_of(sweep, [&](const auto& point) {
        const auto same = std::ranges::find(other.sweep, point.first, &std::pair<std::string, std::string>::first);
        return same == other.sweep.end() || same->second == point.second;
      });
      if (agrees && !other.failed) found->second.push_back(r);
    }
    if (!has_arm) {
      partners_.erase(found);
      std::vector<std::string> arms;
      for (const auto& r : table_.runs)
        if (std::ranges::find(arms, r.arm) == arms.end()) arms.push_back(r.arm);
      throw ExpressionError(column, fmt::format("there is no arm '{}'{}{}", arm,
                                                then(did_you_mean(arm, arms), "there are: "), listed(arms)));
    }
  }
  if (found->second.empty())
    throw ExpressionError(column, fmt::format("no run of arm '{}' that did not fail is at this sweep point", arm));
  return found->second;
}

// Recursive descent: sum = product {+- product}, product = factor {*/ factor}, factor = {+-} atom.
class ExpressionParser {
 public:
  using Code = MetricExpression::Code;

  explicit ExpressionParser(MetricExpression& out) : text_(out.text_), out_(&out.program_) {}

  void parse() {
    sum();
    if (!at_end()) fail(fmt::format("{} is left over; an operator is missing before it", here()));
  }

 private:
  [[noreturn]] void fail(const std::string& message) const { throw ExpressionError(at_ + 1, message); }

  bool at_end() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
    return at_ == text_.size();
  }
  bool next_is(char c) { return !at_end() && text_[at_] == c; }
  bool take(char c) {
    if (!next_is(c)) return false;
    ++at_;
    return true;
  }
  // What stands at the present place, for messages.
  std::string here() {
    if (at_end()) return "the end of the expression";
    size_t to = at_ + 1;
    if (is_name(text_[at_]))
      while (to < text_.size() && is_name(text_[to])) ++to;
    return fmt::format("'{}'", text_.substr(at_, to - at_));
  }
  void emit(Code code) { out_->push_back({code, 0, {}, {}, {}, false, at_ + 1}); }

  void sum() {
    if (++depth_ > max_depth) fail("too many parentheses within each other");
    product();
    for (;;) {
      if (take('+')) {
        product();
        emit(Code::add);
      } else if (take('-')) {
        product();
        emit(Code::subtract);
      } else {
        break;
      }
    }
    --depth_;
  }

  void product() {
    factor();
    for (;;) {
      if (take('*')) {
        factor();
        emit(Code::multiply);
      } else if (take('/')) {
        factor();
        emit(Code::divide);
      } else {
        return;
      }
    }
  }

  void factor() {
    bool is_negative = false;
    for (;;) {
      if (take('-')) {
        is_negative = !is_negative;
      } else if (!take('+')) {
        break;
      }
    }
    atom();
    if (is_negative) emit(Code::negate);
  }

  void atom() {
    if (at_end()) fail("a number, a metric or '(' is missing at the end");
    const char c = text_[at_];
    if (std::isdigit(static_cast<unsigned char>(c)) || c == '.') return number();
    if (is_name_start(c)) return name();
    const size_t open = at_;
    if (!take('(')) fail(fmt::format("expected a number, a metric or '(', found {}", here()));
    sum();
    close(open);
  }

  void close(size_t open) {
    if (!take(')')) fail(fmt::format("expected ')' for the '(' in column {}, found {}", open + 1, here()));
  }

  void number() {
    double value = 0;
    const char* from = text_.data() + at_;
    const auto [end, status] = std::from_chars(from, text_.data() + text_.size(), value);
    if (status != std::errc()) fail(fmt::format("{} is not a number", here()));
    out_->push_back({Code::number, value, {}, {}, {}, false, at_ + 1});
    at_ += static_cast<size_t>(end - from);
  }

  void name() {
    const size_t start = at_;
    while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    const std::string name(text_.substr(start, at_ - start));
    if (next_is('(')) return call(name, start);
    MetricExpression::Operation metric{Code::metric, 0, name, {}, {}, true, start + 1};
    const size_t open = at_;
    if (take('[')) {
      const size_t end = text_.find(']', at_);
      if (end == std::string_view::npos) throw ExpressionError(open + 1, "this '[' has no ']'");
      std::string_view group = text_.substr(at_, end - at_);
      while (!group.empty() && group.front() == ' ') group.remove_prefix(1);
      while (!group.empty() && group.back() == ' ') group.remove_suffix(1);
      if (group.empty())
        throw ExpressionError(open + 1,
                              fmt::format("no group between the brackets; '{}' alone is the whole network", name));
      metric.group = group;
      metric.is_bare = false;
      at_ = end + 1;
    }
    if (const size_t sign = at_; take('@')) {
      at_end();
      const size_t from = at_;
      while (at_ < text_.size() && (is_name(text_[at_]) || text_[at_] == ':')) ++at_;
      if (at_ == from) throw ExpressionError(sign + 1, "the name of an arm is missing after '@'");
      metric.arm = text_.substr(from, at_ - from);
    }
    out_->push_back(std::move(metric));
  }

  void call(const std::string& name, size_t start) {
    static const std::vector<std::string> names{"abs", "log", "max", "min"};
    static constexpr Code codes[] = {Code::abs, Code::log, Code::max, Code::min};
    if (std::ranges::find(regional_functions, name) != regional_functions.end()) return over_regions(name, start);
    const auto which = std::ranges::find(names, name);
    if (which == names.end()) {
      auto all = names;
      all.insert(all.end(), regional_functions.begin(), regional_functions.end());
      throw ExpressionError(start + 1, fmt::format("there is no function '{}'{}{}", name,
                                                   then(did_you_mean(name, all), "there are "), join(all, ", ")));
    }
    const Code code = codes[which - names.begin()];
    const size_t open = at_;
    take('(');
    sum();
    size_t arguments = 1;
    while (take(',')) {
      sum();
      // Of three and more, the running minimum or maximum is taken pairwise.
      ++arguments;
      emit(code);
    }
    close(open);
    const bool takes_one = code == Code::abs || code == Code::log;
    if (takes_one && arguments != 1)
      throw ExpressionError(start + 1, fmt::format("{} takes one argument, not {}", name, arguments));
    if (!takes_one && arguments < 2)
      throw ExpressionError(start + 1, fmt::format("{} takes two arguments or more", name));
    if (takes_one) emit(code);
  }

  // Arguments are programs of their own: they run once per region.
  void over_regions(const std::string& name, size_t start) {
    MetricExpression::Operation op{Code::over_regions, 0, name, {}, {}, false, start + 1};
    const size_t open = at_;
    take('(');
    const auto outer = out_;
    do {
      MetricExpression argument;
      out_ = &argument.program_;
      sum();
      out_ = outer;
      if (!argument.first_bare_metric())
        throw ExpressionError(start + 1, fmt::format("an argument of {} has no metric without brackets: it is the same "
                                                     "for every region",
                                                     name));
      op.arguments.push_back(std::move(argument));
    } while (take(','));
    close(open);
    const size_t n = op.arguments.size();
    const bool is_partial = name.starts_with("partial"), takes_one = name.starts_with("region_");
    if (takes_one ? n != 1 : is_partial ? n < 3 : n != 2)
      throw ExpressionError(start + 1, fmt::format("{} takes {}, not {}", name,
                                                   takes_one    ? "one argument"
                                                   : is_partial ? "three arguments or more"
                                                                : "two arguments",
                                                   n));
    out_->push_back(std::move(op));
  }

  std::string_view text_;
  std::vector<MetricExpression::Operation>* out_;
  size_t at_ = 0, depth_ = 0;
};

// What an expression is evaluated on. Without `all`, there are no other arms.
struct MetricExpression::Scope {
  const RunMetrics& own;
  const RunsInView* all = nullptr;
  size_t run = 0;

  double value(const Operation& op, std::string_view group) const {
    if (op.arm.empty()) return look_up(own, op.metric, group, op.column);
    if (!all) throw ExpressionError(op.column, fmt::format("'@{}': other arms cannot be looked at here", op.arm));
    double sum = 0;
    const auto& partners = all->partners(run, op.arm, op.column);
    for (const size_t r : partners) sum += look_up((*all)[r], op.metric, group, op.column);
    return sum / static_cast<double>(partners.size());
  }
  // The run whose regions an expression runs over.
  const RunMetrics& regions_of(const Operation& op) const {
    return op.arm.empty() || !all ? own : (*all)[all->partners(run, op.arm, op.column)[0]];
  }
};

MetricExpression::MetricExpression(std::string_view text) : text_(text) { ExpressionParser(*this).parse(); }

bool MetricExpression::has_bare_metric() const { return std::ranges::any_of(program_, &Operation::is_bare); }

std::vector<std::string> MetricExpression::other_arms() const {
  std::vector<std::string> out;
  for (const auto& op : program_) {
    if (!op.arm.empty()) out.push_back(op.arm);
    for (const auto& argument : op.arguments)
      for (auto& arm : argument.other_arms()) out.push_back(std::move(arm));
  }
  return out;
}

// One of the own run if there is, whose regions are then taken.
const MetricExpression::Operation* MetricExpression::first_bare_metric() const {
  const auto own = std::ranges::find_if(program_, [](const auto& op) { return op.is_bare && op.arm.empty(); });
  if (own != program_.end()) return &*own;
  const auto any = std::ranges::find_if(program_, &Operation::is_bare);
  return any == program_.end() ? nullptr : &*any;
}

double MetricExpression::over_regions(const Operation& op, const Scope& scope) const {
  const Operation* leader = op.arguments[0].first_bare_metric();
  for (const auto& argument : op.arguments)
    if (!leader->arm.empty()) leader = argument.first_bare_metric();
  const auto& metrics = scope.regions_of(*leader).metrics();
  const auto found = metrics.find(leader->metric);
  if (found == metrics.end())
    look_up(scope.regions_of(*leader), leader->metric, "", leader->column);  // says what there is
  std::vector<std::vector<double>> values(op.arguments.size());
  size_t n_regions = 0;
  for (const auto& [group, cell] : found->second) {
    if (!group.starts_with(region_prefix)) continue;
    ++n_regions;
    std::vector<double> here;
    for (const auto& argument : op.arguments) here.push_back(argument.run_program(scope, group));
    if (std::ranges::any_of(here, [](double v) { return std::isnan(v); })) continue;
    for (size_t a = 0; a < here.size(); ++a) values[a].push_back(here[a]);
  }
  if (n_regions == 0)
    throw ExpressionError(leader->column, fmt::format("metric '{}' has no values of single regions", leader->metric));
  const auto& x = values[0];
  if (x.empty()) return std::numeric_limits<double>::quiet_NaN();
  if (op.metric == "region_mean") return stats::mean(x);
  if (op.metric == "region_sd") return stats::sd_sample(x);
  if (op.metric == "region_min") return std::ranges::min(x);
  if (op.metric == "region_max") return std::ranges::max(x);
  if (op.metric == "region_count")
    return static_cast<double>(std::ranges::count_if(x, [](double v) { return v != 0; }));
  const auto& y = values[1];
  if (op.metric == "pearson") return stats::pearson(x, y);
  if (op.metric == "spearman") return stats::spearman(x, y);
  if (op.metric == "kendall") return stats::kendall_tau_b(x, y);
  const std::vector<stats::Values> given(values.begin() + 2, values.end());
  return op.metric == "partial_pearson" ? stats::partial_pearson(x, y, given) : stats::partial_spearman(x, y, given);
}

double MetricExpression::evaluate(const RunMetrics& run, std::string_view bare_group) const {
  return run_program({run}, bare_group);
}

double MetricExpression::evaluate(const RunsInView& all, size_t run, std::string_view bare_group) const {
  return run_program({all[run], &all, run}, bare_group);
}

double MetricExpression::run_program(const Scope& scope, std::string_view bare_group) const {
  std::vector<double> stack;
  const auto binary = [&](auto&& f) {
    const double b = stack.back();
    stack.pop_back();
    stack.back() = f(stack.back(), b);
  };
  for (const auto& op : program_) {
    switch (op.code) {
      case Code::number:
        stack.push_back(op.number);
        break;
      case Code::metric:
        stack.push_back(scope.value(op, op.is_bare ? bare_group : op.group));
        break;
      case Code::negate:
        stack.back() = -stack.back();
        break;
      case Code::abs:
        stack.back() = std::abs(stack.back());
        break;
      case Code::log:
        stack.back() = std::log(stack.back());
        break;
      case Code::add:
        binary([](double a, double b) { return a + b; });
        break;
      case Code::subtract:
        binary([](double a, double b) { return a - b; });
        break;
      case Code::multiply:
        binary([](double a, double b) { return a * b; });
        break;
      case Code::divide:
        binary([](double a, double b) { return a / b; });
        break;
      case Code::min:
        binary(least);
        break;
      case Code::max:
        binary(greatest);
        break;
      case Code::over_regions:
        stack.push_back(over_regions(op, scope));
        break;
    }
  }
  return stack.back();
}

}  // namespace encephagen
