// The plugin under test: its tables, its parameters, and calls into it that notice what a call must not do.
#include "host/conformance/subject.hpp"

#include <cstring>
#include <utility>

namespace encephagen::conformance {
namespace {

struct Lifetime {
  void* (*create)(const eg_value*, eg_error*);
  void (*destroy)(void*);
};

Lifetime lifetime_of(const Subject& s) {
  switch (s.plugin().shape) {
    case EG_SHAPE_UNIT:
      return {s.unit().create, s.unit().destroy};
    case EG_SHAPE_EDGE:
      return {s.edge().create, s.edge().destroy};
    case EG_SHAPE_WORLD:
      return {s.world().create, s.world().destroy};
    default:
      return {s.batch().create, s.batch().destroy};
  }
}

void keep_first(std::string& where, const std::string& what) {
  const std::lock_guard lock(misdeeds().mutex);
  if (where.empty()) where = what;
}

std::string reason_of(const eg_error& error) {
  const size_t n = ::strnlen(error.text, sizeof error.text);
  return {error.text, n};
}

}  // namespace

Misdeeds& misdeeds() {
  static Misdeeds m;
  return m;
}

namespace detail {

void after_call(const char* call, const FloatingPointState& before) {
  const std::string difference = before.difference();
  if (difference.empty()) return;
  keep_first(misdeeds().floating_point, std::string(call) + " changed " + difference);
  before.restore();
}

void escaped(const char* call) {
  std::string what = "an exception that is not a std::exception";
  try {
    throw;
  } catch (const std::exception& e) {
    what = e.what();
  } catch (...) {
  }
  const CallFailed failure(call, what, true, true);
  keep_first(misdeeds().exception, failure.what());
  throw failure;
}

void failed(const char* call, const eg_error& error) {
  const std::string reason = reason_of(error);
  throw CallFailed(call, reason.empty() ? "it gave no reason" : reason, !reason.empty(), false);
}

}  // namespace detail

Instance::Instance(const Subject& subject, const ParamTable& table) : Instance(subject, table, RawTable(table)) {}

Instance::Instance(const Subject& subject, const ParamTable& table, RawTable raw)
    : subject_(&subject), table_(table), raw_(std::move(raw)) {
  eg_error error{};
  self_ = watched("create", [&] { return lifetime_of(subject).create(raw_.data(), &error); });
  if (!self_) detail::failed("create", error);
}

Instance::~Instance() {
  try {
    watched("destroy", [&] { lifetime_of(*subject_).destroy(self_); });
  } catch (const CallFailed&) {
    // kept in misdeeds()
  }
}

}  // namespace encephagen::conformance
