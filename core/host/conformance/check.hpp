// One check of the kit: which plugins it is for, which checks it builds on, and where it says what it saw.
#pragma once
#include <string>
#include <vector>

#include "host/conformance/conformance.hpp"
#include "host/conformance/subject.hpp"

namespace encephagen::conformance {

// Kinds of plugins as a set.
enum Kinds : unsigned {
  neurons = 1u << 0,
  encoders = 1u << 1,
  decoders = 1u << 2,
  plasticities = 1u << 3,
  bodies = 1u << 4,
  connectomes = 1u << 5,
  null_models = 1u << 6,
  analyzers = 1u << 7,
  controllers = 1u << 8,
  units = neurons | encoders | decoders | controllers,
  batches = connectomes | null_models | analyzers,
  every_kind = units | plasticities | bodies | batches
};

// Collects what a check saw. The worst outcome stands, with the texts that belong to it.
class Report {
 public:
  void success(const std::string& text) { add(CheckOutcome::success, text); }
  void note(const std::string& text) { add(CheckOutcome::note, text); }
  void warn(const std::string& text) { add(CheckOutcome::warning, text); }
  void fail(const std::string& text) { add(CheckOutcome::failure, text); }
  // The check could not be made.
  void skip(const std::string& why) { add(CheckOutcome::skipped, why); }
  // What another report says, after some words; not what is known, nor what is well.
  void include(const Report& other, const std::string& words);
  CheckOutcome outcome() const { return outcome_; }
  std::string text() const;

 private:
  void add(CheckOutcome outcome, const std::string& text);
  CheckOutcome outcome_ = CheckOutcome::success;
  std::vector<std::string> texts_;
};

struct Check {
  const char* id;
  unsigned kinds;
  std::vector<const char*> needs;  // is skipped unless these came out well
  const char* meaning;
  void (*run)(const Subject& subject, Report& report);  // in a child process
};

// A check of units, made with every element of columns that the plugin works on.
template <void (*check)(const Subject& subject, Report& report)>
void in_every_precision(const Subject& subject, Report& report) {
  check(subject, report);
  const auto single = subject.with_element(EG_F32);
  if (!single) return;
  Report seen;
  mark_subject("single precision");
  check(*single, seen);
  report.include(seen, "in single precision: ");
}

// Each file of checks adds its own, in the order in which they are to be made.
void add_descriptor_checks(std::vector<Check>& checks);
void add_instance_checks(std::vector<Check>& checks);
void add_shared_checks(std::vector<Check>& checks);
void add_parameter_checks(std::vector<Check>& checks);
void add_process_checks(std::vector<Check>& checks);
void add_unit_checks(std::vector<Check>& checks);
void add_unit_parameter_checks(std::vector<Check>& checks);
void add_edge_checks(std::vector<Check>& checks);
void add_world_checks(std::vector<Check>& checks);
void add_batch_checks(std::vector<Check>& checks);
void add_surrogate_checks(std::vector<Check>& checks);

}  // namespace encephagen::conformance
