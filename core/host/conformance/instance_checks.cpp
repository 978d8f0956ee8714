// Checks of creation and of instances that live side by side, the same for every kind.
#include <fmt/format.h>

#include <cmath>

#include "host/conformance/alternatives.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/exercise.hpp"
#include "host/text.hpp"

namespace encephagen::conformance {
namespace {

std::string first_difference(const std::vector<uint64_t>& a, const std::vector<uint64_t>& b) {
  for (size_t k = 0; k < std::min(a.size(), b.size()); ++k)
    if (a[k] != b[k]) return fmt::format("from move {} on", k + 1);
  return "";
}

void create_defaults(const Subject& s, Report& report) {
  if (!s.defaults().missing().empty())
    return report.skip(fmt::format("needs a value for {}: give it with --set {}=...",
                                   join(s.defaults().missing(), ", "), s.defaults().missing().front()));
  const Instance instance(s, s.defaults());
}

void create_repeated(const Subject& s, Report&) {
  for (int k = 0; k < 3; ++k) const Instance alone(s, s.defaults());
  auto a = std::make_unique<Instance>(s, s.defaults());
  auto b = std::make_unique<Instance>(s, s.defaults());
  auto c = std::make_unique<Instance>(s, s.defaults());
  a.reset(), c.reset(), b.reset();
}

void throw_nothing(const Subject& s, Report& report) {
  try {
    trace(s, s.defaults(), usual_moves(s));
  } catch (const CallFailed&) {
    // A failure with words is for the checks that follow.
  }
  if (!misdeeds().exception.empty()) report.fail(misdeeds().exception);
}

void explicit_defaults(const Subject& s, Report& report) {
  Instance implied(s, s.defaults(), RawTable::of_presets(s.defaults()));
  Instance spelled_out(s, s.defaults());
  const auto where = first_difference(trace(implied, usual_moves(s)), trace(spelled_out, usual_moves(s)));
  if (!where.empty())
    report.fail("equal values given in memory of one's own give other results " + where +
                ": read the member of eg_value that belongs to the type, and compare texts, not their addresses");
}

void keeps_no_pointer(const Subject& s, Report& report) {
  const auto should_be = trace(s, s.defaults(), usual_moves(s));
  Instance instance(s, s.defaults());
  instance.raw().scribble();
  const auto where = first_difference(trace(instance, usual_moves(s)), should_be);
  if (!where.empty())
    report.fail("results change " + where + " when the values given to create are overwritten: copy what is kept");
}

// The trace of the first instance a process ever sees.
std::vector<uint64_t> trace_in_fresh_process(const Subject& s, const ParamTable& table, size_t n, uint64_t stream) {
  const auto end = run_in_child(s.options().timeout_s, [&] {
    const auto t = trace(s, table, n, stream);
    return std::string(reinterpret_cast<const char*>(t.data()), t.size() * sizeof(uint64_t));
  });
  if (!end.is_finished) throw std::runtime_error("an instance alone " + end.how);
  std::vector<uint64_t> out(end.answer.size() / sizeof(uint64_t));
  end.answer.copy(reinterpret_cast<char*>(out.data()), end.answer.size());
  return out;
}

void independent(const Subject& s, Report& report) {
  const ParamTable a = s.defaults();
  const ParamTable b = other_table(s);
  const size_t n = usual_moves(s);
  const auto a_alone = trace_in_fresh_process(s, a, n, 1);
  const auto b_alone = trace_in_fresh_process(s, b, n, 2);
  Instance first(s, a), second(s, b);
  const auto first_exercise = make_exercise(first, 1), second_exercise = make_exercise(second, 2);
  std::vector<uint64_t> a_beside, b_beside;
  for (size_t k = 0; k < n; ++k) {
    a_beside.push_back(first_exercise->move());
    b_beside.push_back(second_exercise->move());
  }
  auto where = first_difference(a_beside, a_alone);
  if (where.empty()) where = first_difference(b_beside, b_alone);
  if (!where.empty())
    report.fail("two instances moved in turn give other results than each alone, " + where +
                ": something is static or global (a static local computed from the first instance's parameters?)");
}

}  // namespace

void add_instance_checks(std::vector<Check>& checks) {
  checks.push_back({"create-defaults",
                    every_kind,
                    {"descriptor-references", "descriptor-choices"},
                    "the default parameters make an instance",
                    create_defaults});
  checks.push_back({"create-repeated",
                    every_kind,
                    {"create-defaults"},
                    "instances are made and destroyed again and again, in any order",
                    create_repeated});
  checks.push_back(
      {"calls-throw-nothing", every_kind, {"create-repeated"}, "no exception leaves a call", throw_nothing});
}

void add_shared_checks(std::vector<Check>& checks) {
  const std::vector<const char*> runs{"step-repeatable", "edge-repeatable", "world-repeatable", "batch-repeatable"};
  checks.push_back({"create-explicit-defaults", every_kind, runs,
                    "the default values written out give the same results", explicit_defaults});
  checks.push_back({"create-keeps-no-pointer", every_kind, runs, "what create was given is not read after it returned",
                    keeps_no_pointer});
  checks.push_back({"instances-independent", every_kind, runs,
                    "two instances with different parameters do not touch each other", independent});
}

}  // namespace encephagen::conformance
