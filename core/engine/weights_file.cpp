// Synapses in files: weights.h5, which runs that learn write, and lists that people write.
#include "engine/weights_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <numeric>

#include "engine/result_store.hpp"
#include "engine/synapses.hpp"

namespace encephagen {
namespace {

// In HDF5 a slash opens a group.
std::string object_name(std::string name) {
  std::ranges::replace(name, '/', '.');
  return name;
}

struct Line {
  int64_t source, target;
  double weight, delay_ms;
};

class Reader {
 public:
  Reader(const ProjectionSpec& spec, size_t n_source, size_t n_target)
      : spec_(spec), n_source_(n_source), n_target_(n_target) {}

  SavedSynapses read() {
    if (spec_.rule.file.extension() == ".h5")
      from_results();
    else
      from_lines();
    std::ranges::stable_sort(lines_, {}, &Line::source);
    SavedSynapses out;
    out.row_begin.assign(n_source_ + 1, 0);
    for (const auto& l : lines_) {
      ++out.row_begin[static_cast<size_t>(l.source) + 1];
      out.target.push_back(static_cast<uint32_t>(l.target));
      out.weight.push_back(l.weight);
      if (has_delay_) out.delay_ms.push_back(l.delay_ms);
    }
    std::partial_sum(out.row_begin.begin(), out.row_begin.end(), out.row_begin.begin());
    return out;
  }

 private:
  [[noreturn]] void refuse(const std::string& where, const std::string& why) const {
    throw Failure(Exit::data_unusable,
                  fmt::format("{}: {}{}: {}", spec_.at.text(), spec_.rule.file.string(), where, why));
  }
  void check(const Line& l, const std::string& where) const {
    if (l.source < 0 || static_cast<size_t>(l.source) >= n_source_)
      refuse(where, fmt::format("there is no source {}: projection '{}' has {}, numbered from 0", l.source, spec_.name,
                                n_source_));
    if (l.target < 0 || static_cast<size_t>(l.target) >= n_target_)
      refuse(where, fmt::format("there is no target {}: projection '{}' has {}, numbered from 0", l.target, spec_.name,
                                n_target_));
  }

  void from_lines() {
    std::ifstream in(spec_.rule.file);
    if (!in) refuse("", "cannot be read");
    std::string text;
    std::getline(in, text);
    for (size_t number = 2; std::getline(in, text); ++number) {
      if (text.empty() || text == "\r") continue;
      const std::string where = fmt::format(":{}", number);
      Line l{0, 0, 0, 0};
      char c1 = 0, c2 = 0, c3 = 0;
      std::istringstream fields(text);
      if (!(fields >> l.source >> c1 >> l.target >> c2 >> l.weight) || c1 != ',' || c2 != ',')
        refuse(where, "a synapse is written source,target,weight or source,target,weight,delay_ms");
      const bool has_delay = static_cast<bool>(fields >> c3);
      if (has_delay && (c3 != ',' || !(fields >> l.delay_ms) || l.delay_ms < 0 || !(fields >> std::ws).eof()))
        refuse(where, "after the weight a delay in ms may follow, and nothing else");
      if (!lines_.empty() && has_delay != has_delay_) refuse(where, "either all synapses have a delay or none");
      has_delay_ = has_delay;
      check(l, where);
      lines_.push_back(l);
    }
  }

  void from_results() {
    const ResultReader file(spec_.rule.file);
    const std::string group = "/projections/" + object_name(spec_.name);
    if (!file.has(group)) {
      std::string names;
      for (const auto& n : file.list("/projections")) names += (names.empty() ? "" : ", ") + n;
      refuse("", fmt::format("holds no projection '{}'; it holds: {}", spec_.name, names.empty() ? "none" : names));
    }
    const auto source = file.read(group + "/source").integers, target = file.read(group + "/target").integers;
    const auto weight = file.read(group + "/weight").numbers, delay = file.read(group + "/delay_ms").numbers;
    if (target.size() != source.size() || weight.size() != source.size() || delay.size() != source.size())
      refuse("", "its arrays differ in length");
    has_delay_ = true;
    for (size_t k = 0; k < source.size(); ++k) {
      lines_.push_back({source[k], target[k], weight[k], delay[k]});
      check(lines_.back(), fmt::format(", synapse {}", k));
    }
    // As in the network that was saved: one delay for all is no delay of each.
    if (std::ranges::all_of(delay, [&](double d) { return d == delay.front(); }) && spec_.delay_ms &&
        spec_.delay_ms->is_constant() && !delay.empty() && spec_.delay_ms->a == delay.front())
      has_delay_ = false;
  }

  const ProjectionSpec& spec_;
  size_t n_source_, n_target_;
  std::vector<Line> lines_;
  bool has_delay_ = false;
};

}  // namespace

SavedSynapses read_synapses(const ProjectionSpec& spec, size_t n_source, size_t n_target) {
  return Reader(spec, n_source, n_target).read();
}

void write_synapses(ResultWriter& to, const std::string& group, const std::string& name, const Synapses& s,
                    double dt_ms) {
  std::vector<int64_t> source;
  for (size_t i = 0; i + 1 < s.row_begin.size(); ++i)
    source.insert(source.end(), s.row_begin[i + 1] - s.row_begin[i], static_cast<int64_t>(i));
  std::vector<double> delay;
  for (uint64_t k = 0; k < s.size(); ++k) delay.push_back(static_cast<double>(s.delay(k)) * dt_ms);
  const std::string at = group + "/" + object_name(name);
  const auto n = s.size();
  to.put(at + "/source", {"source", "", EG_I64, {n}, {}, std::move(source), {}});
  to.put(at + "/target", {"target", "", EG_I64, {n}, {}, {s.target.begin(), s.target.end()}, {}});
  to.put(at + "/weight", {"weight", "", EG_F64, {n}, s.weight, {}, {}});
  to.put(at + "/delay_ms", {"delay_ms", "", EG_F64, {n}, std::move(delay), {}, {}});
}

}  // namespace encephagen
