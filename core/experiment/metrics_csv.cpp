// metrics.csv, the tidy table of an experiment.
#include "experiment/metrics_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <stdexcept>

namespace encephagen {
namespace {

const std::vector<std::string> first_columns{"run", "arm", "replicate"};
const std::string repeat_column = "repeat";  // only where a replicate has several runs
const std::vector<std::string> last_columns{"metric", "group", "value", "unit"};

void append_field(std::string& out, std::string_view field) {
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += field;
    return;
  }
  out += '"';
  for (const char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_row(std::string& out, const std::vector<std::string>& fields) {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out += ',';
    append_field(out, fields[i]);
  }
  out += '\n';
}

std::string sweep_value(const RunInfo& run, const std::string& key) {
  const auto found = std::ranges::find(run.sweep, key, &std::pair<std::string, std::string>::first);
  return found == run.sweep.end() ? "" : found->second;
}

class Reader {
 public:
  Reader(std::string_view text, std::string_view name) : text_(text), name_(name) {}

  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(fmt::format("{}:{}: {}", name_, line_, what));
  }

  // The fields of the next record; none at the end of the text.
  std::optional<std::vector<std::string>> record() {
    if (at_ >= text_.size()) return std::nullopt;
    line_ = next_line_;
    std::vector<std::string> fields(1);
    bool is_quoted = false, was_quoted = false;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') ++next_line_;
      if (is_quoted) {
        if (c != '"') {
          fields.back() += c;
        } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
          fields.back() += text_[++at_];
        } else {
          is_quoted = false;
        }
      } else if (c == '"' && fields.back().empty() && !was_quoted) {
        is_quoted = was_quoted = true;
      } else if (c == ',') {
        fields.emplace_back();
        was_quoted = false;
      } else if (c == '\n') {
        ++at_;
        return fields;
      } else if (c == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') {
        continue;
      } else if (c == '"' || was_quoted) {
        fail("a quote stands in the middle of a field");
      } else {
        fields.back() += c;
      }
    }
    if (is_quoted) fail("a quoted field does not end");
    return fields;
  }

  size_t integer(const std::string& text, const char* what) const {
    size_t v = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), v);
    if (status != std::errc() || end != text.data() + text.size())
      fail(fmt::format("{} '{}' is not a number from 0", what, text));
    return v;
  }

  double number(const std::string& text) const {
    double v = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), v);
    if (status != std::errc() || end != text.data() + text.size())
      fail(fmt::format("value '{}' is not a number", text));
    return v;
  }

 private:
  std::string_view text_, name_;
  size_t at_ = 0, line_ = 1, next_line_ = 1;
};

}  // namespace

std::string csv_field(std::string_view field) {
  std::string out;
  append_field(out, field);
  return out;
}

// The sign of a NaN carries nothing, and fmt would write it.
std::string csv_number(double v) { return std::isnan(v) ? "nan" : fmt::format("{}", v); }

std::string write_metrics_csv(const RunTable& table) {
  std::vector<std::string> header = first_columns, keys;
  const bool repeats = std::ranges::any_of(table.runs, [](const auto& run) { return run.repeat > 0; });
  if (repeats) header.push_back(repeat_column);
  for (const auto& run : table.runs)
    for (const auto& [key, value] : run.sweep)
      if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
  header.insert(header.end(), keys.begin(), keys.end());
  header.insert(header.end(), last_columns.begin(), last_columns.end());
  std::string out;
  append_row(out, header);
  for (const auto& row : table.rows) {
    const auto& run = table.runs.at(row.run);
    std::vector<std::string> fields{fmt::format("{}", row.run), run.arm, fmt::format("{}", run.replicate)};
    if (repeats) fields.push_back(fmt::format("{}", run.repeat));
    for (const auto& key : keys) fields.push_back(sweep_value(run, key));
    fields.insert(fields.end(), {row.metric, row.group, csv_number(row.value), row.unit});
    append_row(out, fields);
  }
  return out;
}

RunTable read_metrics_csv(std::string_view text, std::string_view name) {
  constexpr size_t max_runs = 10'000'000;  // a corrupt run number must not ask for all memory
  Reader reader(text, name);
  const auto header = reader.record();
  const size_t n_fixed = first_columns.size() + last_columns.size();
  if (!header || header->size() < n_fixed || !std::equal(first_columns.begin(), first_columns.end(), header->begin()) ||
      !std::equal(last_columns.rbegin(), last_columns.rend(), header->rbegin()))
    reader.fail("the first line must be run,arm,replicate,...,metric,group,value,unit");
  const bool repeats = header->size() > n_fixed && (*header)[first_columns.size()] == repeat_column;
  const size_t first_key = first_columns.size() + (repeats ? 1 : 0);
  const size_t n_keys = header->size() - n_fixed - (repeats ? 1 : 0);
  RunTable table;
  std::vector<bool> is_known;
  while (const auto record = reader.record()) {
    const auto& f = *record;
    if (f.size() != header->size()) reader.fail(fmt::format("{} fields, the header has {}", f.size(), header->size()));
    RunInfo run;
    run.arm = f[1];
    run.replicate = reader.integer(f[2], "replicate");
    if (repeats) run.repeat = reader.integer(f[3], "repeat");
    for (size_t k = first_key; k < first_key + n_keys; ++k)
      if (!f[k].empty()) run.sweep.emplace_back((*header)[k], f[k]);
    const size_t index = reader.integer(f[0], "run");
    if (index >= max_runs) reader.fail(fmt::format("run {} is beyond every experiment", index));
    if (index >= table.runs.size()) {
      table.runs.resize(index + 1);
      is_known.resize(index + 1);
    }
    auto& known = table.runs[index];
    if (!is_known[index]) {
      known = run;
      is_known[index] = true;
    } else if (known.arm != run.arm || known.replicate != run.replicate || known.repeat != run.repeat ||
               known.sweep != run.sweep) {
      reader.fail(fmt::format("run {} has another arm, replicate or sweep point than before", index));
    }
    const size_t m = first_key + n_keys;
    table.rows.push_back({index, f[m], f[m + 3], f[m + 1], reader.number(f[m + 2])});
  }
  for (size_t i = 0; i < table.runs.size(); ++i)
    if (!is_known[i]) table.runs[i].failed = true, table.runs[i].error = "no row in metrics.csv";
  return table;
}

}  // namespace encephagen
