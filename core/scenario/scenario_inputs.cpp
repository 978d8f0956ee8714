// What reaches units from outside the network.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "scenario/scenario_resolver.hpp"

namespace encephagen {

void Resolver::encoder(Node& t) {
  EncoderSpec e;
  e.plugin = choose_plugin("encoder", t, registry_, d_);
  const Node* to = t.find("to");
  if (!to || !to->is(Node::Kind::text)) return;
  e.to = parse_selector(*to);
  e.port = View{t}.text("port");
  e.name = input_name(t);
  e.stream = View{t}.text("stream");
  if (const auto body = body_called(View{t}, "body"))
    e.observes = observed(t, *body);
  else if (t.find("observe") && View{t}.text("body").empty())
    d_.error(View{t}.at("observe"), "'observe' is of a body: name it with 'body'");
  const auto populations = selected(e.to);
  e.subset = subset(t, populations);
  if (!e.plugin.usable()) return;
  for (const size_t p : populations) (void)choose_port(s_.populations[p], e.port, !e.is_continuous(), 1.0, to->at, d_);
  s_.encoders.push_back(e);
}

void Resolver::stimulus(Node& t) {
  // Pulses follow one another until the end, unless they are counted.
  if (!t.find("n_pulses")) t.set("n_pulses", Node::of_integer(View{t}.number("period_ms") > 0 ? 0 : 1));
  const View v{t};
  const Node* to = t.find("to");
  if (!to || !to->is(Node::Kind::text)) return;
  StimulusSpec s;
  s.name = input_name(t);
  s.to = parse_selector(*to);
  s.port = v.text("port");
  s.onset_ms = v.number("onset_ms");
  s.duration_ms = v.number("duration_ms");
  s.period_ms = v.number("period_ms");
  s.n_pulses = static_cast<uint64_t>(std::max<int64_t>(0, v.integer("n_pulses", 1)));
  if (s.period_ms == 0 && s.n_pulses != 1)
    d_.error(v.at("n_pulses"),
             fmt::format("'n_pulses' = {} needs 'period_ms', the time from onset to onset", s.n_pulses));
  if (s.period_ms > 0 && s.period_ms < std::max(s.duration_ms, s_.dt_ms))
    d_.error(v.at("period_ms"),
             s.period_ms < s_.dt_ms
                 ? fmt::format("'period_ms' = {} is shorter than a step of {} ms", s.period_ms, s_.dt_ms)
                 : fmt::format("'period_ms' = {} is shorter than a pulse of {} ms", s.period_ms, s.duration_ms));
  const auto amplitude = with_unit(t, "amplitude");
  if (amplitude.member) s.amplitude = amplitude.member->value.number;
  const auto populations = selected(s.to);
  for (const size_t p : populations) {
    const auto port = choose_port(s_.populations[p], s.port, false, 1.0, to->at, d_);
    if (port && amplitude.member) (void)check_unit(amplitude, s_.populations[p], *port);
  }
  s.subset = subset(t, populations);
  s_.stimuli.push_back(s);
}

void Resolver::spike_train(Node& t) {
  const View v{t};
  const Node* to = t.find("to");
  if (!to || !to->is(Node::Kind::text)) return;
  SpikeTrainSpec s;
  s.name = input_name(t);
  s.at = t.at;
  s.to = parse_selector(*to);
  s.port = v.text("port");
  if (Node* file = t.find("file"); file && file->is(Node::Kind::text))
    if (const auto path = paths_.file(file->text, file->at, d_)) {
      s.file = *path;
      s_.data_files.emplace_back(file->text, *path);
      file->text = *path;  // resolved.toml lies in another folder
    }
  const auto weight = with_unit(t, "weight");
  if (weight.member) s.weight = weight.member->value.number;
  const auto populations = selected(s.to);
  for (const size_t p : populations) {
    const auto port = choose_port(s_.populations[p], s.port, true, s.weight, to->at, d_);
    if (port && weight.member) (void)check_unit(weight, s_.populations[p], *port);
  }
  s.subset = subset(t, populations);
  s_.spike_trains.push_back(s);
}

std::string Resolver::input_name(const Node& t) {
  const View v{t};
  if (v.text("name").empty()) return "";
  check_name("an input", v.text("name"), v.at("name"));
  return v.text("name");
}

UnitSubset Resolver::subset(const Node& t, const std::vector<size_t>& populations) {
  UnitSubset out;
  const View v{t};
  out.pattern = v.text("pattern");
  const Node* units = t.find("units");
  const Node* share = t.find("unit_share");
  if (share && share->is_number()) out.share = share->number;
  if (!out.pattern.empty() && !share)
    d_.error(v.at("pattern"), "'pattern' names a draw of units and needs 'unit_share'");
  if (units && share) d_.error(share->at, "'units' and 'unit_share' are both given; give one of them");
  if (!units || !units->is(Node::Kind::array)) return out;
  if (units->items.empty()) d_.error(units->at, "'units' is empty; leave it out to mean all units");
  std::set<int64_t> seen;
  for (const auto& unit : units->items) {
    if (!unit.is(Node::Kind::integer) || unit.integer < 0) continue;
    if (!seen.insert(unit.integer).second) d_.error(unit.at, fmt::format("'units' lists {} twice", unit.integer));
    out.units.push_back(static_cast<uint32_t>(unit.integer));
    for (const size_t p : populations)
      if (const auto& pop = s_.populations[p]; unit.integer >= static_cast<int64_t>(pop.n))
        d_.error(unit.at, fmt::format("there is no unit {} in population '{}': its units are 0 to {}", unit.integer,
                                      pop.name, pop.n - 1));
  }
  return out;
}

}  // namespace encephagen
