// The motor decoder of the study of 2026 as published, for comparison only; max_rate_decoder.md says what is wrong.
#pragma once
#include <cmath>

#include "../common/actions.hpp"

namespace core {

struct MaxRateDecoder {
  static constexpr eg::Info info{"core.max_rate_decoder", "1.0.0",
                                 "as published, with its defects: rates divided by the greatest of them"};

  struct Params {
    double window_ms = 50, group_size = 1;
    static constexpr auto fields =
        eg::list(eg::param("window_ms", &Params::window_ms, eg::range(0.01, 1e6), "spikes of so long ago are counted"),
                 eg::param("group_size", &Params::group_size, eg::range(1e-9, 1e9),
                           "neurons that the unit reads: what arrives is divided by it", eg::per_unit));
  } p;

  // The window in ten parts; the newest one is being filled.
  static constexpr size_t n_parts = 10;
  enum State { kFirstPart, kNow = n_parts, kSteps, kRate };
  static constexpr auto state =
      eg::concat(std::array{eg::Column{"part_0", "spikes of the newest whole tenth of the window"},
                            eg::Column{"part_1", "of the one before"}, eg::Column{"part_2", "of the one before that"},
                            eg::Column{"part_3", "and so on"}, eg::Column{"part_4", "and so on"},
                            eg::Column{"part_5", "and so on"}, eg::Column{"part_6", "and so on"},
                            eg::Column{"part_7", "and so on"}, eg::Column{"part_8", "and so on"},
                            eg::Column{"part_9", "of the oldest"}},
                 std::array{eg::Column{"part_now", "of the tenth that is being filled"},
                            eg::Column{"n_steps", "steps of which there are spikes", 0},
                            eg::Column{"rate_hz", "rate of a neuron of the group over the window"}});
  static constexpr auto inputs =
      eg::list(eg::Port{"spikes", "spikes of the group, through weights of 1", EG_ACCEPTS_SPIKES, EG_SIGN_ANY});
  static constexpr auto outputs = eg::list(eg::Output{"rate_hz", kRate, "rate of a neuron of the group"});

  explicit MaxRateDecoder(const Params& params) : p(params) {}

  void init(eg::DecoderBlock& b) const {
    (void)steps_per_part(b.dt_ms());
    for (size_t c = 0; c <= kRate; ++c) std::ranges::fill(b.state(c), 0.0);
  }

  void step(eg::DecoderBlock& b) const {
    check_actions(b);
    const auto rate = b.state(kRate), action = b.action();
    const double per_part = steps_per_part(b.dt_ms());
    for (size_t k = 0; k < b.size(); ++k) {
      double& n_steps = b.state(kSteps)[k];
      double& now = b.state(kNow)[k];
      now += b.input(0)[k];
      n_steps += 1;
      double sum = now;
      for (size_t c = 0; c < n_parts; ++c) sum += b.state(c)[k];
      if (n_steps >= per_part * (n_parts + 1)) {  // a tenth too many: the oldest is let go
        sum -= b.state(n_parts - 1)[k];
        n_steps -= per_part;
      }
      rate[k] = sum / (b.param(0)[k] * n_steps * b.dt_ms() * 1e-3);
      if (std::fmod(n_steps, per_part) != 0) continue;
      for (size_t c = n_parts - 1; c > 0; --c) b.state(c)[k] = b.state(c - 1)[k];
      b.state(kFirstPart)[k] = now;
      now = 0;
    }
    if (action.empty()) return;
    const double highest = *std::ranges::max_element(rate);
    for (size_t k = 0; k < action.size(); ++k) action[k] = highest > 0 ? 2 * rate[k] / highest - 1 : -1;
  }

 private:
  // Throws std::invalid_argument where the window cannot be cut.
  double steps_per_part(double dt_ms) const {
    const double n = p.window_ms / (n_parts * dt_ms);
    if (n < 0.5 || std::abs(n - std::round(n)) > 1e-6 * std::fmax(1, n))
      throw std::invalid_argument("window_ms = " + std::to_string(p.window_ms) + " is not a multiple of ten steps of " +
                                  std::to_string(dt_ms) + " ms");
    return std::round(n);
  }
};

}  // namespace core
