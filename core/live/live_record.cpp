// What a viewer of a running simulation sees.
#include "live/live_record.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "engine/by_name.hpp"
#include "experiment/report_parts.hpp"

namespace encephagen {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t n_bins = 400, most_rows = 300, most_body_rows = 500, most_trials = 500;
constexpr double window_ms = 2000;

// Of those the ones of one owner that are single numbers.
Json params_json(const std::vector<ParamNow>& params, const std::string& owner) {
  Json out = Json::array();
  for (const auto& p : params) {
    if (p.owner != owner || !p.is_number) continue;
    Json j{{"path", p.path()}, {"doc", p.doc}, {"value", std::stod(p.value)}};
    if (std::isfinite(p.low)) j["low"] = p.low;
    if (std::isfinite(p.high)) j["high"] = p.high;
    out.push_back(std::move(j));
  }
  return out;
}

}  // namespace

double LiveRecord::ms(uint64_t step) const { return static_cast<double>(step) * scenario_.dt_ms; }

LiveRecord::LiveRecord(Simulation& simulation, const Scenario& scenario, const Brain& brain)
    : simulation_(simulation), scenario_(scenario), brain_(brain), longest_piece_(scenario.n_steps()) {
  const double shown = std::min(window_ms, scenario.duration_ms);
  bin_steps_ = std::max<uint64_t>(1, static_cast<uint64_t>(std::llround(shown / n_bins / scenario.dt_ms)));
  first_bin_ = bin_ = simulation.now() / bin_steps_;
  size_t n_spiking = 0;
  for (const auto& p : scenario.populations) n_spiking += p.can_spike();
  for (size_t p = 0; p < scenario.populations.size(); ++p) {
    const Population& units = simulation.population(p);
    if (!scenario.populations[p].can_spike()) {
      if (scenario.populations[p].is_decoder() || units.unit().n_outputs == 0) continue;
      signals_.push_back({p, units.unit().outputs[0].exposes, {}, {}});
      longest_piece_ = std::min(longest_piece_, bin_steps_);
      continue;
    }
    Raster r{p, 1, {}, {}, {}, {}};
    size_t largest = 1, occupied = 0;
    for (const auto& [first, last] : units.units_of_region()) {
      r.in_region.push_back(last - first);
      largest = std::max<size_t>(largest, last - first), occupied += last > first;
    }
    r.rows = std::clamp<size_t>(most_rows / n_spiking / std::max<size_t>(1, occupied), 1, largest);
    for (size_t u = 0; u < units.size(); ++u) {
      const size_t region = units.region_of(u), place = u - units.units_of_region()[region].first;
      r.row_of.push_back(static_cast<uint32_t>(region * r.rows + place * r.rows / r.in_region[region]));
    }
    r.count.assign(brain.n_regions() * r.rows * n_bins, 0);
    r.spikes.assign(brain.n_regions() * n_bins, 0);
    rasters_.push_back(std::move(r));
  }
  if (ClosedLoop* loop = simulation.closed_loop())
    for (const auto& body : loop->bodies()) {
      body->watch();
      rows_.emplace_back();
      longest_piece_ = std::min(longest_piece_, body->interval());
    }
}

void LiveRecord::clear_until(uint64_t bin) {
  if (bin <= bin_) return;
  const uint64_t from = bin - bin_ > n_bins ? bin - n_bins : bin_;
  for (uint64_t b = from + 1; b <= bin; ++b) {
    const size_t slot = b % n_bins;
    for (auto& r : rasters_) {
      for (size_t k = slot; k < r.count.size(); k += n_bins) r.count[k] = 0;
      for (size_t k = slot; k < r.spikes.size(); k += n_bins) r.spikes[k] = 0;
    }
  }
  bin_ = bin;
}

void LiveRecord::stepped(uint64_t from, uint64_t to) {
  for (uint64_t step = from; step < to; ++step) {
    clear_until(step / bin_steps_);
    const size_t slot = bin_ % n_bins;
    for (auto& r : rasters_)
      simulation_.spikes_of(r.population, step, [&](uint32_t unit) {
        auto& pixel = r.count[r.row_of[unit] * n_bins + slot];
        if (pixel < 255) ++pixel;
        ++r.spikes[r.row_of[unit] / r.rows * n_bins + slot];
      });
  }
}

void LiveRecord::sample() {
  const double now = ms(simulation_.now());
  for (auto& s : signals_) {
    const Population& p = simulation_.population(s.population);
    std::vector<double> mean;
    for (const auto& [first, last] : p.units_of_region()) {
      double sum = 0;
      for (size_t u = first; u < last; ++u) sum += p.state(s.state)[u];
      mean.push_back(sum / static_cast<double>(last - first));  // no units: NaN
    }
    s.values.push_back(std::move(mean)), s.time_ms.push_back(now);
    if (s.values.size() > n_bins) s.values.pop_front(), s.time_ms.pop_front();
  }
  const ClosedLoop* loop = simulation_.closed_loop();
  for (size_t b = 0; b < rows_.size(); ++b) {
    const Body& body = *loop->bodies()[b];
    if (body.n_trials() == 0) continue;
    const auto copy = [](std::span<const double> v) { return std::vector<double>(v.begin(), v.end()); };
    BodyRow row{
        now, body.n_trials() - 1, body.acting(), copy(body.observation()), copy(body.reward()), copy(body.pose())};
    row.action.resize(body.n_actions(), std::numeric_limits<double>::quiet_NaN());
    if (!rows_[b].empty() && rows_[b].back().observation == row.observation && rows_[b].back().trial == row.trial)
      continue;  // it has not moved
    rows_[b].push_back(std::move(row));
    const double oldest = now - static_cast<double>(n_bins) * ms(bin_steps_);
    while (rows_[b].size() > most_body_rows || rows_[b].front().time_ms < oldest) rows_[b].pop_front();
  }
}

std::string LiveRecord::first_document(const std::string& state) const {
  ArrayPack arrays;
  const auto& c = brain_.connectome;
  const size_t n = brain_.n_regions();
  Json run{{"name", "live"}, {"arm", "live"}, {"labels", c.labels}, {"groups", brain_.group}};
  if (c.centres_mm.size() == 3 * n && n > 1) run["centres_mm"] = Json::parse(arrays.add_f32(c.centres_mm, {n, 3}));
  run["matrices"] = Json::array();
  if (n > 1)
    run["matrices"].push_back({{"name", "connectome weights"},
                               {"kind", "structure"},
                               {"values", Json::parse(arrays.add_levels(c.weights, {n, n}))}});
  for (const char* empty : {"spectra", "signals", "spikes", "bodies"}) run[empty] = Json::array();
  const auto params = params_now(simulation_, scenario_);
  Json populations = Json::array();
  for (size_t p = 0; p < scenario_.populations.size(); ++p) {
    const auto& spec = scenario_.populations[p];
    if (spec.is_decoder()) continue;
    Json ports = Json::array();
    for (uint32_t k = 0; k < spec.unit().n_inputs; ++k)
      if (spec.unit().inputs[k].accepts & EG_ACCEPTS_CONTINUOUS) ports.push_back(spec.unit().inputs[k].name);
    populations.push_back({{"name", spec.name}, {"ports", ports}, {"params", params_json(params, spec.name)}});
  }
  Json encoders = Json::array();
  for (size_t e = 0; e < scenario_.encoders.size(); ++e) {
    const auto& spec = scenario_.encoders[e];
    const std::string name = spec.name.empty() ? std::to_string(e) : spec.name;
    encoders.push_back({{"name", name + " (" + spec.plugin.found->plugin->name + ")"},
                        {"params", params_json(params, "encoder." + name)}});
  }
  Json data{{"format", 1},
            {"kind", "live"},
            {"title", scenario_.title},
            {"question", ""},
            {"n_runs", 1},
            {"n_failed", 0},
            {"provenance", Json::object()},
            {"warnings", Json::array()},
            {"claims", Json::array()},
            {"decompositions", Json::array()},
            {"optimizations", Json::array()},
            {"figures", Json::array()},
            {"arms", Json::object()},
            {"metrics", Json::parse(report_of_metrics(RunTable(), arrays))},
            {"curves", Json::array()},
            {"runs", Json::array({run})},
            {"resolved", ""},
            {"live", Json::parse(state)},
            {"controls", {{"populations", populations}, {"encoders", encoders}, {"groups", brain_.group}}}};
  return pack_document(data.dump(-1, ' ', false, Json::error_handler_t::replace), arrays);
}

std::string LiveRecord::document(const std::string& state) const {
  ArrayPack arrays;
  const size_t n_regions = brain_.n_regions();
  const uint64_t oldest = std::max(first_bin_, bin_ + 1 > n_bins ? bin_ + 1 - n_bins : 0);
  const auto columns = static_cast<size_t>(bin_ + 1 - oldest);
  const double bin_ms = ms(bin_steps_);
  Json spikes = Json::array();
  for (const auto& r : rasters_) {
    std::vector<uint8_t> count;
    std::vector<double> rate;
    count.reserve(n_regions * r.rows * columns), rate.reserve(n_regions * columns);
    for (size_t row = 0; row < n_regions * r.rows; ++row)
      for (uint64_t b = oldest; b <= bin_; ++b) count.push_back(r.count[row * n_bins + b % n_bins]);
    double total = 0, units = 0;
    for (size_t region = 0; region < n_regions; ++region) {
      units += r.in_region[region];
      for (uint64_t b = oldest; b <= bin_; ++b) {
        const double n = r.spikes[region * n_bins + b % n_bins];
        total += n;
        rate.push_back(n * 1000 / bin_ms / static_cast<double>(r.in_region[region]));  // no units: NaN
      }
    }
    const double from = static_cast<double>(oldest) * bin_ms, to = static_cast<double>(bin_ + 1) * bin_ms;
    spikes.push_back(
        {{"name", scenario_.populations[r.population].name},
         {"n_spikes", total},
         {"units", units},
         {"mean_hz", total / units / (to - from) * 1000},
         {"from_ms", from},
         {"to_ms", to},
         {"raster",
          {{"rows", r.rows},
           {"units_per_row", static_cast<double>(std::ranges::max(r.in_region)) / static_cast<double>(r.rows)},
           {"counts", Json::parse(arrays.add_u8(count, {n_regions, r.rows, columns}))}}},
         {"rates", {{"bin_ms", bin_ms}, {"values", Json::parse(arrays.add_levels(rate, {n_regions, columns}))}}}});
  }
  Json signals = Json::array();
  for (const auto& s : signals_) {
    if (s.values.size() < 2) continue;
    std::vector<double> image;
    for (size_t r = 0; r < n_regions; ++r)
      for (const auto& sample : s.values) image.push_back(sample[r]);
    const auto& population = scenario_.populations[s.population];
    const double span = s.time_ms.back() - s.time_ms.front();
    signals.push_back({{"name", population.name},
                       {"state", population.unit().state[s.state].name},
                       {"unit", ""},
                       {"units", simulation_.population(s.population).size()},
                       {"from_ms", s.time_ms.front()},
                       {"to_ms", s.time_ms.back()},
                       {"bin_ms", span / static_cast<double>(s.values.size())},
                       {"averaged", false},
                       {"values", Json::parse(arrays.add_levels(image, {n_regions, s.values.size()}))}});
  }
  Json bodies = Json::array();
  for (size_t b = 0; b < rows_.size(); ++b) {
    const Body& body = *simulation_.closed_loop()->bodies()[b];
    const auto& rows = rows_[b];
    if (rows.empty()) continue;
    const auto matrix = [&](auto member) {
      std::vector<double> out;
      for (const auto& row : rows) out.insert(out.end(), (row.*member).begin(), (row.*member).end());
      return Json::parse(arrays.add_f32(out, {rows.size(), out.size() / rows.size()}));
    };
    std::vector<double> time, trial;
    for (const auto& row : rows) time.push_back(row.time_ms), trial.push_back(static_cast<double>(row.trial));
    Json j{{"name", body.spec().name}, {"step_ms", body.step_ms()}, {"rows", rows.size()}};
    j["time_ms"] = Json::parse(arrays.add_f32(time, {time.size()}));
    j["trial"] = Json::parse(arrays.add_f32(trial, {trial.size()}));
    j["action"] = matrix(&BodyRow::action);
    j["observation"] = matrix(&BodyRow::observation);
    j["observation_name"] = body.observation_names();
    j["reward"] = matrix(&BodyRow::reward);
    j["reward_name"] = body.reward_names();
    for (const char* key : {"action_name", "action_low", "action_high"}) j[key] = Json::array();
    for (const auto& channel : body.actions()) {
      j["action_name"].push_back(channel.name);
      j["action_low"].push_back(channel.low), j["action_high"].push_back(channel.high);
    }
    if (!body.pose_names().empty()) {
      j["pose"] = matrix(&BodyRow::pose);
      j["scene"] = Json::parse(body.scene(), nullptr, false);
      if (j["scene"].is_discarded()) j["scene"] = Json();
    }
    const TrialLog& log = body.trials();
    const size_t first = log.size() > most_trials ? log.size() - most_trials : 0, n = log.size() - first;
    const size_t terms = log.size() == 0 ? 0 : log.reward.size() / log.size();
    std::vector<double> begin, steps, gain;
    Json end = Json::array();
    for (size_t t = first; t < log.size(); ++t) {
      double sum = 0;
      for (size_t k = 0; k < terms; ++k) sum += log.reward[t * terms + k];
      begin.push_back(log.begin_ms[t]), steps.push_back(static_cast<double>(log.steps[t])), gain.push_back(sum);
      end.push_back(static_cast<int64_t>(log.end[t]));
    }
    j["trials"] = {{"begin_ms", Json::parse(arrays.add_f32(begin, {n}))},
                   {"steps", Json::parse(arrays.add_f32(steps, {n}))},
                   {"return", Json::parse(arrays.add_f32(gain, {n}))},
                   {"end", end}};
    bodies.push_back(std::move(j));
  }
  const Json data{{"format", 1},
                  {"kind", "live"},
                  {"live", Json::parse(state)},
                  {"runs", Json::array({{{"spikes", spikes}, {"signals", signals}, {"bodies", bodies}}})}};
  return pack_document(data.dump(-1, ' ', false, Json::error_handler_t::replace), arrays);
}

}  // namespace encephagen
