// `encephagen run --live`: lets a browser on this machine look at a run and act on it.
#pragma once
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

#include "engine/run.hpp"
#include "live/live_record.hpp"
#include "live/live_server.hpp"

namespace encephagen {

// Messages of viewers are JSON: {"id": N, "do": WHAT, ...}, answered with {"id": N, "ok": true, "says": TEXT} or
// {"id": N, "ok": false, "says": WHY}. WHAT is
//   pause, go
//   step    ms                                               pauses after so much time
//   inject  population, port, amplitude, duration_ms, region  see Simulation::inject; region: a label, group or pattern
//   set     path, value                                      see set_param(); value: TOML text
class LiveView : public RunCompanion {
 public:
  // Throws Failure(usage) where the port is taken.
  explicit LiveView(uint16_t port, bool is_paused = false);

  const LiveServer& server() const { return server_; }

  void begin(Simulation& simulation, const Scenario& scenario, const Brain& brain) override;
  void stepped(uint64_t from, uint64_t to) override { record_->stepped(from, to); }
  uint64_t next_piece(const std::function<bool()>& goes_on) override;
  std::vector<std::string> changes() const override { return changes_; }
  // Shows the end, with `text`, and closes.
  void end(const std::string& text);

 private:
  using Clock = std::chrono::steady_clock;
  struct Order {
    LiveServer::Viewer from;
    std::string text;
  };
  void obey_all();
  std::string obey(const Order& order);
  void publish(const std::string& state);

  LiveServer server_;
  std::optional<LiveRecord> record_;
  Simulation* simulation_ = nullptr;
  const Scenario* scenario_ = nullptr;
  const Brain* brain_ = nullptr;
  bool is_paused_;
  uint64_t steps_until_ = 0;  // while paused
  // Pieces last some 20 ms, so that orders are obeyed soon.
  uint64_t piece_steps_ = 1, piece_from_ = 0, shown_at_step_ = 0;
  Clock::time_point piece_start_, shown_at_;
  double shown_time_ms_ = 0, duration_ms_ = 0;
  size_t shown_to_ = 0;
  std::vector<std::string> changes_;

  std::mutex mutex_;
  std::condition_variable ordered_;
  std::deque<Order> orders_;
};

}  // namespace encephagen
