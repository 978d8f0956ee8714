// The conformance kit: makes the checks that apply to a plugin, each in a child process.
#include "host/conformance/conformance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "host/conformance/check.hpp"
#include "host/conformance/sandbox.hpp"
#include "host/text.hpp"

namespace encephagen {
namespace conformance {
namespace {

constexpr std::string_view kKindNames[] = {"neuron",     "encoder",    "decoder",  "plasticity", "body",
                                           "connectome", "null_model", "analyzer", "controller"};

const std::vector<Check>& all_checks() {
  static const auto checks = [] {
    std::vector<Check> out;
    add_descriptor_checks(out);
    add_instance_checks(out);
    add_unit_checks(out);
    add_edge_checks(out);
    add_world_checks(out);
    add_batch_checks(out);
    add_surrogate_checks(out);
    add_shared_checks(out);
    add_parameter_checks(out);
    add_unit_parameter_checks(out);
    add_process_checks(out);
    return out;
  }();
  return checks;
}

bool applies(const Check& check, const eg_plugin& plugin) {
  for (size_t k = 0; k < std::size(kKindNames); ++k)
    if (plugin.kind == kKindNames[k]) return (check.kinds & (1u << k)) != 0;
  return false;
}

// The ids that match one of the wanted patterns, and what those need.
std::vector<bool> selection(const std::vector<Check>& checks, const std::vector<std::string>& wanted) {
  std::vector<bool> out(checks.size(), wanted.empty());
  for (size_t i = 0; i < checks.size(); ++i)
    for (const auto& pattern : wanted) out[i] = out[i] || glob_match(pattern, checks[i].id, true);
  for (size_t i = checks.size(); i-- > 0;)  // what a check needs stands before it
    for (const char* needed : checks[i].needs)
      for (size_t k = 0; k < i; ++k)
        if (out[i] && std::string_view(checks[k].id) == needed) out[k] = true;
  return out;
}

// Runs in the child: the first character of the answer is the outcome, the rest the text.
std::string answer_of(const Check& check, const Subject& subject) {
  Report report;
  try {
    check.run(subject, report);
  } catch (const std::exception& e) {
    report.fail(e.what());
  }
  return std::string(1, static_cast<char>('0' + static_cast<int>(report.outcome()))) + report.text();
}

CheckResult make(const Check& check, const Subject& subject) {
  const ChildEnd end = run_in_child(subject.options().timeout_s, [&] { return answer_of(check, subject); });
  if (!end.is_finished) return {check.id, CheckOutcome::crashed, end.how};
  return {check.id, static_cast<CheckOutcome>(end.answer[0] - '0'), end.answer.substr(1)};
}

}  // namespace

void Report::add(CheckOutcome outcome, const std::string& text) {
  // A skip says that nothing was checked; anything that was seen weighs more.
  const auto weight = [](CheckOutcome o) { return o == CheckOutcome::skipped ? 0 : static_cast<int>(o) * 2 + 1; };
  const bool is_first = texts_.empty() && outcome_ == CheckOutcome::success;
  if (is_first || weight(outcome) > weight(outcome_)) {
    outcome_ = outcome;
    texts_.clear();
  }
  if (outcome == outcome_ && std::ranges::find(texts_, text) == texts_.end()) texts_.push_back(text);
}

void Report::include(const Report& other, const std::string& words) {
  if (other.outcome_ == CheckOutcome::success) return;
  const bool is_as_bad = other.outcome_ == outcome_;
  for (const auto& text : std::vector(other.texts_))
    if (!is_as_bad || std::ranges::find(texts_, text) == texts_.end()) add(other.outcome_, words + text);
}

std::string Report::text() const {
  constexpr size_t shown = 3;
  std::string out;
  for (size_t i = 0; i < std::min(shown, texts_.size()); ++i) out += (i ? "; " : "") + texts_[i];
  if (texts_.size() > shown) out += fmt::format("; and {} more", texts_.size() - shown);
  return out;
}

}  // namespace conformance

std::vector<CheckInfo> conformance_checks() {
  using namespace conformance;
  std::vector<CheckInfo> out;
  for (const auto& c : all_checks()) {
    out.push_back({c.id, {}, c.meaning});
    for (size_t k = 0; k < std::size(kKindNames); ++k)
      if ((c.kinds & (1u << k)) != 0) out.back().kinds.emplace_back(kKindNames[k]);
  }
  return out;
}

std::vector<CheckResult> conform(const FoundPlugin& found, const ConformOptions& options) {
  using namespace conformance;
  const auto& checks = all_checks();
  const auto wanted = selection(checks, options.checks);
  std::vector<CheckResult> out;
  std::map<std::string_view, bool> went_well;
  const auto add = [&](const Check& check, CheckResult result) {
    went_well[check.id] = result.outcome < CheckOutcome::failure;
    out.push_back(std::move(result));
  };
  // The first check judges the descriptor itself, which everything else reads.
  const std::string fault = descriptor_fault(*found.plugin);
  if (!fault.empty()) return {{checks.front().id, CheckOutcome::failure, fault}};
  const Subject subject(found, options);
  for (size_t i = 0; i < checks.size(); ++i) {
    const auto& check = checks[i];
    if (!wanted[i] || !applies(check, *found.plugin)) continue;
    const auto lacking =
        std::ranges::find_if(check.needs, [&](const char* id) { return went_well.contains(id) && !went_well[id]; });
    if (lacking != check.needs.end())
      add(check, {check.id, CheckOutcome::skipped, fmt::format("builds on {}, which did not succeed", *lacking)});
    else
      add(check, make(check, subject));
  }
  return out;
}

bool is_conforming(const std::vector<CheckResult>& results) {
  return std::ranges::none_of(results, [](const CheckResult& r) {
    return r.outcome == CheckOutcome::failure || r.outcome == CheckOutcome::crashed;
  });
}

}  // namespace encephagen
