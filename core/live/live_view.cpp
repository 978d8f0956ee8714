// `encephagen run --live`.
#include "live/live_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/by_name.hpp"
#include "experiment/report.hpp"
#include "experiment/report_arrays.hpp"
#include "host/failure.hpp"

namespace encephagen {
namespace {

using Json = nlohmann::ordered_json;
using namespace std::chrono_literals;

constexpr auto piece_wall = 20ms, shown_every = 100ms, patience = 50ms;

// A member of an order. Throws Failure(usage).
const Json& need(const Json& order, const char* key, bool as_number) {
  const auto at = order.find(key);
  if (at == order.end() || (as_number ? !at->is_number() : !at->is_string()))
    throw Failure(Exit::usage,
                  fmt::format("'{}' needs '{}', {}", order.value("do", ""), key, as_number ? "a number" : "a text"));
  return *at;
}

// A length of time among the members of an order, in steps: one at least.
uint64_t steps_of(const Json& order, const char* key, double dt_ms) {
  const double ms = need(order, key, true);
  if (!(ms > 0 && ms < 1e12))
    throw Failure(Exit::usage, fmt::format("'{}' needs '{}', more than 0", order.value("do", ""), key));
  return std::max<uint64_t>(1, static_cast<uint64_t>(std::llround(ms / dt_ms)));
}

}  // namespace

LiveView::LiveView(uint16_t port, bool is_paused)
    : server_(port,
              [this](LiveServer::Viewer from, std::string text) {
                {
                  const std::lock_guard lock(mutex_);
                  orders_.push_back({from, std::move(text)});
                }
                ordered_.notify_one();
              }),
      is_paused_(is_paused) {}

void LiveView::begin(Simulation& simulation, const Scenario& scenario, const Brain& brain) {
  simulation_ = &simulation, scenario_ = &scenario, brain_ = &brain;
  record_.emplace(simulation, scenario, brain);
  duration_ms_ = scenario.duration_ms;
  piece_from_ = simulation.now();
  piece_start_ = shown_at_ = Clock::now();
  const Json state{{"state", "running"}, {"duration_ms", scenario.duration_ms}};
  server_.serve(report_page_of(scenario.title.empty() ? "Encephagen, live" : scenario.title,
                               record_->first_document(state.dump()),
                               fmt::format("ws://127.0.0.1:{0} ws://localhost:{0}", server_.port())));
}

uint64_t LiveView::next_piece(const std::function<bool()>& goes_on) {
  const uint64_t now = simulation_->now();
  if (now > piece_from_) {
    record_->sample();
    const auto lasted = Clock::now() - piece_start_;
    if (lasted < piece_wall / 2) piece_steps_ *= 2;
    if (lasted > piece_wall * 2) piece_steps_ = std::max<uint64_t>(1, piece_steps_ / 2);
  }
  for (;;) {
    obey_all();
    const bool waits = is_paused_ && now >= steps_until_;
    if (waits || Clock::now() - shown_at_ >= shown_every) publish(waits ? "paused" : "running");
    if (!waits) break;
    std::unique_lock lock(mutex_);
    ordered_.wait_for(lock, patience, [&] { return !orders_.empty(); });
    lock.unlock();
    if (!goes_on()) break;  // the next piece finds out, too
  }
  piece_from_ = now;
  piece_start_ = Clock::now();
  piece_steps_ = std::min(piece_steps_, record_->longest_piece());
  uint64_t until = now + piece_steps_;
  if (is_paused_ && steps_until_ > now) until = std::min(until, steps_until_);
  return until;
}

void LiveView::publish(const std::string& state) {
  const uint64_t now = simulation_->now();
  const double time_ms = static_cast<double>(now) * scenario_->dt_ms;
  const auto at = Clock::now();
  const size_t viewers = server_.n_viewers();
  const bool is_same = state == "paused" && shown_at_step_ == now && shown_to_ == viewers;
  const double wall_s = std::chrono::duration<double>(at - shown_at_).count();
  const double speed = state == "running" && wall_s > 0 ? (time_ms - shown_time_ms_) / 1000 / wall_s : 0;
  shown_at_ = at, shown_time_ms_ = time_ms, shown_at_step_ = now;
  shown_to_ = viewers;
  if (is_same || viewers == 0) return;
  const Json j{{"state", state},
               {"t_ms", time_ms},
               {"duration_ms", scenario_->duration_ms},
               {"speed", std::stod(fmt::format("{:.3g}", speed))},
               {"changes", changes_}};
  server_.show(std::make_shared<const std::string>(record_->document(j.dump())));
}

void LiveView::obey_all() {
  std::deque<Order> orders;
  {
    const std::lock_guard lock(mutex_);
    orders.swap(orders_);
  }
  for (const auto& order : orders) server_.answer(order.from, obey(order));
}

std::string LiveView::obey(const Order& order) {
  Json answer{{"id", nullptr}, {"ok", true}};
  try {
    const Json j = Json::parse(order.text, nullptr, false);
    if (!j.is_object()) throw Failure(Exit::usage, "a message must be a JSON object");
    answer["id"] = j.value("id", Json());
    const std::string what = need(j, "do", false);
    const double time_ms = static_cast<double>(simulation_->now()) * scenario_->dt_ms;
    std::string says;
    if (what == "pause") {
      is_paused_ = true, steps_until_ = 0;
      says = fmt::format("paused at {:g} ms", time_ms);
    } else if (what == "go") {
      is_paused_ = false;
      says = "running";
    } else if (what == "step") {
      steps_until_ = simulation_->now() + steps_of(j, "ms", scenario_->dt_ms);
      is_paused_ = true;
      says = fmt::format("to {:g} ms", static_cast<double>(steps_until_) * scenario_->dt_ms);
    } else if (what == "inject") {
      const std::string population = need(j, "population", false), port = j.value("port", ""),
                        region = j.value("region", "*");
      const double amplitude = need(j, "amplitude", true);
      const uint64_t n_steps = steps_of(j, "duration_ms", scenario_->dt_ms);
      const size_t p = population_called(*scenario_, population);
      std::vector<uint32_t> units;
      for (const size_t r : brain_->select(region)) {
        const auto [first, last] = simulation_->population(p).units_of_region()[r];
        for (uint32_t u = first; u < last; ++u) units.push_back(u);
      }
      if (units.empty())
        throw Failure(Exit::usage, fmt::format("'{}' has no units in a region '{}'", population, region));
      simulation_->inject(p, port, units, amplitude, n_steps);
      says = fmt::format("by hand at {:g} ms: {:g} into {} units of {} for {:g} ms", time_ms, amplitude, units.size(),
                         population, j["duration_ms"].get<double>());
      changes_.push_back(says);
    } else if (what == "set") {
      const std::string path = need(j, "path", false), value = need(j, "value", false);
      set_param(*simulation_, *scenario_, path, value);
      says = fmt::format("by hand at {:g} ms: {} = {}", time_ms, path, value);
      changes_.push_back(says);
    } else {
      throw Failure(Exit::usage, fmt::format("there is no order '{}'; there are pause, go, step, inject, set", what));
    }
    answer["says"] = says;
  } catch (const std::exception& e) {  // a Failure, or JSON of another type
    answer["ok"] = false;
    answer["says"] = e.what();
  }
  return answer.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void LiveView::end(const std::string& text) {
  if (record_) {
    // The simulation is gone: only how it ended.
    const Json j{{"state", "over"}, {"t_ms", shown_time_ms_}, {"duration_ms", duration_ms_},
                 {"speed", 0},      {"changes", changes_},    {"says", text}};
    const Json data{{"format", 1}, {"kind", "live"}, {"live", j}};
    server_.show(std::make_shared<const std::string>(pack_document(data.dump(), ArrayPack())));
  }
  server_.close();
}

}  // namespace encephagen
