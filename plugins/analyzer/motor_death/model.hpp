// Whether a brain still moves its body in answer to what it senses; definitions in motor_death.md.
#pragma once
#include <cmath>
#include <encephagen/sdk/body_recording.hpp>
#include <encephagen/sdk/random.hpp>
#include <set>
#include <string>

#include "../common/statistics.hpp"
#include "least_squares.hpp"

namespace analysis {

struct MotorDeath {
  static constexpr eg::Info info{"core.motor_death", "1.0.0",
                                 "whether actions vary, and answer to what is sensed and to pushes"};
  static constexpr double usual_lags_ms[] = {0, 50, 100, 200};
  struct Params {
    eg::Numbers lags_ms, reference_sd;
    double response_ms = 200, sd_share = 0.1, r2_limit = 0.05, saturated_share = 0.95;
    int64_t reference_trials = 0, last_trials = 0, n_shuffles = 20, seed = 1;
    static constexpr auto fields = eg::list(
        eg::param("lags_ms", &Params::lags_ms, eg::range(0, 1e6),
                  "how old observations are that may explain an action; none: 0, 50, 100 and 200"),
        eg::param("reference_sd", &Params::reference_sd, eg::range(0, 1e12),
                  "standard deviation of each action before learning, or of all; none: that of reference_trials"),
        eg::param("reference_trials", &Params::reference_trials, eg::range(0, 1e9),
                  "the first trials, from before learning; they are left out elsewhere. 0: none"),
        eg::param("last_trials", &Params::last_trials, eg::range(0, 1e9), "only so many trials at the end; 0: all"),
        eg::param("response_ms", &Params::response_ms, eg::range(1e-3, 1e6),
                  "time before and after a push that is compared"),
        eg::param("sd_share", &Params::sd_share, eg::range(0, 1),
                  "dead actions vary less than this share of before learning"),
        eg::param("r2_limit", &Params::r2_limit, eg::range(0, 1),
                  "and less of them than this is explained by observations"),
        eg::param("saturated_share", &Params::saturated_share, eg::range(0, 1),
                  "an action is saturated beyond this share of its range, from the middle"),
        eg::param("n_shuffles", &Params::n_shuffles, eg::range(1, 1e4), "chance is the mean over as many shuffles"),
        eg::param("seed", &Params::seed, eg::range(0, 9e15), "of the shuffles"));
  } p;
  explicit MotorDeath(const Params& params) : p(params) {}

  // Metrics and arrays: motor_death.md.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    const eg::BodyRecording body(rec.data);
    const size_t n_trials = body.n_trials(), n_actions = body.n_actions();
    if (n_actions == 0) throw std::invalid_argument("the body takes no actions: there is nothing to look at");
    const size_t reference = std::min(n_trials, static_cast<size_t>(p.reference_trials));
    size_t first = reference;
    if (p.last_trials > 0 && n_trials - first > static_cast<size_t>(p.last_trials))
      first = n_trials - static_cast<size_t>(p.last_trials);
    const auto sd = spread(body, first, n_trials), before = reference_sd(body, reference);
    const Gain gain = sensorimotor_gain(body, first);
    const auto answers = answers_to_pushes(body, first);
    bool all_known = true;
    double dead = 0, r2_sum = 0, chance_sum = 0;
    for (size_t a = 0; a < n_actions; ++a) {
      const std::string group = std::string("action:") + body.action_name[a];
      const double r2 = gain.r2[a] - gain.by_chance[a];
      const double is_dead = verdict(sd[a], before[a], r2);
      out.metric("action_sd", "", group, sd[a]);
      out.metric("action_sd_share", "", group, before[a] > 0 ? sd[a] / before[a] : undetermined);
      out.metric("sensorimotor_r2", "", group, r2);
      out.metric("sensorimotor_r2_by_chance", "", group, gain.by_chance[a]);
      out.metric("push_d_prime", "", group, answers.d_prime[a]);
      out.metric("action_saturated", "", group, saturated(body, a, first));
      out.metric("motor_death", "", group, is_dead);
      all_known = all_known && !std::isnan(is_dead);
      dead += is_dead == 1 ? 1 : 0;
      r2_sum += r2, chance_sum += gain.by_chance[a];
    }
    const auto n = static_cast<double>(n_actions);
    out.metric("sensorimotor_r2", "", "", r2_sum / n);
    out.metric("sensorimotor_r2_by_chance", "", "", chance_sum / n);
    out.metric("push_d_prime", "", "", *std::ranges::max_element(answers.d_prime, less_known));
    out.metric("push_count", "", "", answers.n_pushes);
    out.metric("motor_death", "", "", !all_known ? undetermined : dead == n ? 1 : 0);
    const uint64_t n_lags = gain.lags_ms.size();
    out.array("sensorimotor_lag_ms", gain.lags_ms, {n_lags}, "age of the observations");
    out.array("sensorimotor_r2_by_lag", gain.by_lag, {n_lags, n_actions},
              "adjusted R2 by observations of one age alone");
  }

 private:
  struct Gain {
    std::vector<double> lags_ms, r2, by_chance, by_lag;  // [action]; by_lag [lag][action]
  };
  struct Answers {
    std::vector<double> d_prime;  // [action]
    double n_pushes = 0;
  };
  static bool less_known(double a, double b) { return std::isnan(a) ? !std::isnan(b) : a < b; }

  static double action(const eg::BodyRecording& body, size_t row, size_t a) {
    return body.action[row * body.n_actions() + a];
  }
  static bool has_action(const eg::BodyRecording& body, size_t row) {
    for (size_t a = 0; a < body.n_actions(); ++a)
      if (!std::isfinite(action(body, row, a))) return false;
    return true;
  }

  // Standard deviation of each action over the rows of trials [first, last).
  static std::vector<double> spread(const eg::BodyRecording& body, size_t first, size_t last) {
    std::vector<double> out;
    for (size_t a = 0; a < body.n_actions(); ++a) {
      std::vector<double> values;
      for (size_t n = first; n < last; ++n) {
        const auto [from, to] = body.rows_of(n);
        for (size_t row = from; row < to; ++row)
          if (std::isfinite(action(body, row, a))) values.push_back(action(body, row, a));
      }
      out.push_back(values.size() < 2 ? undetermined : standard_deviation(values));
    }
    return out;
  }

  std::vector<double> reference_sd(const eg::BodyRecording& body, size_t n_reference) const {
    const size_t n = body.n_actions();
    if (p.reference_sd.empty())
      return n_reference > 0 ? spread(body, 0, n_reference) : std::vector<double>(n, undetermined);
    if (p.reference_sd.size() != 1 && p.reference_sd.size() != n)
      throw std::invalid_argument("reference_sd has " + std::to_string(p.reference_sd.size()) +
                                  " numbers, but the body takes " + std::to_string(n) +
                                  " actions: give one for all, or one for each");
    std::vector<double> out;
    for (size_t a = 0; a < n; ++a) out.push_back(p.reference_sd[p.reference_sd.size() == 1 ? 0 : a]);
    return out;
  }

  // An action that never changes is dead whatever was before, and nothing explains it.
  double verdict(double sd, double before, double r2) const {
    if (sd == 0) return 1;
    if (std::isnan(sd) || std::isnan(before)) return undetermined;
    if (sd >= p.sd_share * before) return 0;
    return std::isnan(r2) ? undetermined : r2 < p.r2_limit ? 1 : 0;
  }

  double saturated(const eg::BodyRecording& body, size_t a, size_t first) const {
    const double low = body.action_low[a], high = body.action_high[a];
    if (!std::isfinite(low) || !std::isfinite(high) || !(low < high)) return undetermined;
    double n = 0, beyond = 0;
    for (size_t trial = first; trial < body.n_trials(); ++trial) {
      const auto [from, to] = body.rows_of(trial);
      for (size_t row = from; row < to; ++row) {
        const double x = action(body, row, a);
        if (!std::isfinite(x)) continue;
        n += 1;
        beyond += std::abs(2 * (x - low) / (high - low) - 1) > p.saturated_share ? 1 : 0;
      }
    }
    return n > 0 ? beyond / n : undetermined;
  }

  // Ages of observations in steps; each once.
  std::vector<size_t> lags(const eg::BodyRecording& body) const {
    std::set<size_t> out;
    const auto wanted = p.lags_ms.empty() ? std::span<const double>(usual_lags_ms) : std::span<const double>(p.lags_ms);
    for (const double ms : wanted) out.insert(static_cast<size_t>(std::llround(ms / body.step_ms)));
    return {out.begin(), out.end()};
  }

  // The action of a row was decided by what the rows before it show.
  Gain sensorimotor_gain(const eg::BodyRecording& body, size_t first) const {
    const auto ages = lags(body);
    const size_t oldest = ages.empty() ? 0 : ages.back(), n_seen = body.n_observations(), n_actions = body.n_actions();
    std::vector<std::vector<size_t>> rows;  // of each trial, those with an action and all ages
    for (size_t trial = first; trial < body.n_trials(); ++trial) {
      const auto [from, to] = body.rows_of(trial);
      auto& of_trial = rows.emplace_back();
      for (size_t row = from + 1 + oldest; row < to; ++row)
        if (has_action(body, row)) of_trial.push_back(row);
    }
    const auto predictors = [&](std::span<const size_t> of) {
      std::vector<double> x;
      for (const auto& trial : rows)
        for (const size_t row : trial)
          for (const size_t age : of) {
            const auto seen = body.observation.subspan((row - 1 - age) * n_seen, n_seen);
            x.insert(x.end(), seen.begin(), seen.end());
          }
      LeastSquares out(n_seen * of.size());
      out.fit(std::move(x));
      return out;
    };
    const auto target = [&](size_t a, const std::vector<size_t>* shift) {
      std::vector<double> y;
      for (size_t n = 0; n < rows.size(); ++n)
        for (size_t k = 0; k < rows[n].size(); ++k)
          y.push_back(action(body, rows[n][(k + (shift ? (*shift)[n] : 0)) % rows[n].size()], a));
      return y;
    };
    Gain out;
    const LeastSquares all = predictors(ages);
    out.by_chance.assign(n_actions, 0.0);
    for (size_t a = 0; a < n_actions; ++a) out.r2.push_back(all.adjusted_r2(target(a, nullptr)));
    // Chance: actions of a trial, turned round in time, go with observations as far as slow signals do anyway.
    eg::Random random(static_cast<uint64_t>(p.seed), "motor death");
    for (int64_t k = 0; k < p.n_shuffles; ++k) {
      std::vector<size_t> shift;
      for (const auto& trial : rows) shift.push_back(trial.size() > 1 ? 1 + random.below(trial.size() - 1) : 0);
      for (size_t a = 0; a < n_actions; ++a)
        out.by_chance[a] += all.adjusted_r2(target(a, &shift)) / static_cast<double>(p.n_shuffles);
    }
    for (double& chance : out.by_chance) chance = std::fmax(chance, 0);
    for (size_t a = 0; a < n_actions; ++a)
      if (std::isnan(out.r2[a])) out.by_chance[a] = undetermined;
    for (const size_t age : ages) {
      out.lags_ms.push_back(static_cast<double>(age) * body.step_ms);
      const LeastSquares one = predictors(std::span(&age, 1));
      for (size_t a = 0; a < n_actions; ++a) out.by_lag.push_back(one.adjusted_r2(target(a, nullptr)));
    }
    return out;
  }

  // Change of the mean action from the time before a row to the time after it, for pushes of one kind (channel and
  // sign) and for quiet times. d'^2 less what as many draws from one distribution give, averaged over kinds.
  Answers answers_to_pushes(const eg::BodyRecording& body, size_t first) const {
    const size_t n_channels = body.n_disturbances(), n_actions = body.n_actions();
    const auto width = std::max<size_t>(1, static_cast<size_t>(std::llround(p.response_ms / body.step_ms)));
    std::vector<std::vector<size_t>> kinds(2 * n_channels);
    std::vector<size_t> quiet;
    for (size_t trial = first; trial < body.n_trials(); ++trial) {
      const auto [from, to] = body.rows_of(trial);
      size_t calm_since = from;  // first row after the last one that was pushed, and its aftermath
      for (size_t row = from; row < to; ++row) {
        const bool fits = row >= from + width && row + width < to;
        for (size_t c = 0; c < n_channels; ++c) {
          const double now = pushed(body, row, c), before = row > from ? pushed(body, row - 1, c) : 0;
          if (fits && now != 0 && before == 0) kinds[2 * c + (now < 0 ? 1 : 0)].push_back(row);
        }
        if (is_pushed(body, row)) calm_since = row + 1 + width;
        // A quiet stretch of two widths, none of which overlaps another.
        if (row < from + 2 * width || row < calm_since + 2 * width) continue;
        if (const size_t middle = row - width; middle >= from + width) {
          quiet.push_back(middle);
          calm_since = row + 1;
        }
      }
    }
    Answers out{std::vector<double>(n_actions, undetermined)};
    for (const auto& kind : kinds) out.n_pushes += static_cast<double>(kind.size());
    for (size_t a = 0; a < n_actions; ++a) {
      const auto still = changes(body, quiet, width, a);
      double sum = 0, weight = 0;
      for (const auto& kind : kinds) {
        const auto pushes = changes(body, kind, width, a);
        if (pushes.size() < 2 || still.size() < 2) continue;
        const auto n = static_cast<double>(pushes.size()), m = static_cast<double>(still.size());
        const double spread = (variance(pushes) * n / (n - 1) + variance(still) * m / (m - 1)) / 2;
        const double distance = mean(pushes) - mean(still);
        if (!(spread > 0) && distance != 0) continue;  // without any noise there is no d'
        sum += n * (spread > 0 ? distance * distance / spread - (1 / n + 1 / m) : 0);
        weight += n;
      }
      if (weight > 0) out.d_prime[a] = std::sqrt(std::fmax(0, sum / weight));
    }
    return out;
  }
  static double pushed(const eg::BodyRecording& body, size_t row, size_t channel) {
    return body.disturbance[row * body.n_disturbances() + channel];
  }
  static bool is_pushed(const eg::BodyRecording& body, size_t row) {
    for (size_t c = 0; c < body.n_disturbances(); ++c)
      if (pushed(body, row, c) != 0) return true;
    return false;
  }
  // Actions of `row` and before were decided without knowing of what happens in it.
  static std::vector<double> changes(const eg::BodyRecording& body, const std::vector<size_t>& rows, size_t width,
                                     size_t a) {
    std::vector<double> out;
    for (const size_t row : rows) {
      double change = 0;
      for (size_t k = 0; k < width; ++k) change += action(body, row + 1 + k, a) - action(body, row - k, a);
      if (std::isfinite(change)) out.push_back(change / static_cast<double>(width));
    }
    return out;
  }
};

}  // namespace analysis
