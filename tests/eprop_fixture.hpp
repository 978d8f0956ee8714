// The networks, inputs and targets of the published e-prop runs (Bellec et al. 2020; NEST's e-prop tests), drawn as
// their programs draw them, and the losses those report.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

namespace encephagen::testing {

// numpy's legacy generator after np.random.seed(seed).
class NumpyRandom {
 public:
  explicit NumpyRandom(uint32_t seed) : words_(seed) {}
  uint32_t word() { return static_cast<uint32_t>(words_()); }
  double uniform() {
    const uint32_t high = word() >> 5, low = word() >> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
  }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  // Marsaglia's polar method; of the two numbers it makes, the second comes first.
  double normal() {
    if (has_other_) {
      has_other_ = false;
      return other_;
    }
    double x, y, square;
    do {
      x = 2 * uniform() - 1;
      y = 2 * uniform() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square == 0);
    const double f = std::sqrt(-2 * std::log(square) / square);
    has_other_ = true;
    other_ = f * x;
    return f * y;
  }

 private:
  std::mt19937 words_;
  double other_ = 0;
  bool has_other_ = false;
};

using Table = std::vector<std::vector<double>>;

// What is drawn is rounded to single precision, as in the original program.
template <class Draw>
Table draw_table(size_t rows, size_t columns, Draw draw) {
  Table out(rows, std::vector<double>(columns));
  for (auto& row : out)
    for (double& x : row) x = static_cast<double>(static_cast<float>(draw()));
  return out;
}

struct EpropSequence {
  std::vector<std::vector<uint32_t>> spikes;  // [step]: input units that fire
  Table target;                               // [step][readout]
};

// A network of input, recurrent and readout units and the sequences it learns from. Weights are [source][target];
// `feedback` is [recurrent][readout].
struct EpropTask {
  Table w_in, w_rec, w_out, feedback;
  size_t n_steps = 0, n_counting = 0;  // of a sequence, and at its end those in which the error counts
  std::vector<double> losses;          // published, of the first five sequences

  size_t n_in() const { return w_in.size(); }
  size_t n_rec() const { return w_rec.size(); }
  size_t n_out() const { return w_out[0].size(); }
};

// 100 LIF neurons learn a sum of four sines; every sequence is the same.
class EpropRegression : public EpropTask {
 public:
  EpropRegression() {
    NumpyRandom random(1);
    const auto draw = [&] { return random.normal() / 10; };
    w_in = draw_table(100, 100, draw);
    w_rec = draw_table(100, 100, draw);
    for (size_t i = 0; i < 100; ++i) w_rec[i][i] = 0;
    w_out = draw_table(100, 1, draw);
    feedback = draw_table(100, 1, draw);
    n_steps = n_counting = 1000;
    losses = {101.964356999041, 103.466731126205, 103.340607074771, 103.680244037686, 104.412775748752};
    sequence_.spikes.resize(n_steps);
    for (size_t t = 0; t < n_steps; ++t)
      for (uint32_t i = 0; i < 100; ++i)
        if (random.uniform() < 0.05 && t > 0) sequence_.spikes[t].push_back(i);
    std::array<double, 4> amplitude, phase;
    for (double& a : amplitude) a = random.uniform(0.5, 2);
    for (double& p : phase) p = random.uniform(0, 2 * std::numbers::pi);
    std::vector<double> y(n_steps);
    for (size_t k = 0; k < 4; ++k) {
      const double turns = std::array{1.0, 2.0, 3.0, 5.0}[k], stop = phase[k] + 2 * std::numbers::pi * turns;
      for (size_t t = 0; t < n_steps; ++t)
        y[t] +=
            amplitude[k] * std::sin(t == 999 ? stop : static_cast<double>(t) * ((stop - phase[k]) / 999) + phase[k]);
    }
    const double first = y[0];
    double highest = 0;
    for (double& x : y) highest = std::max(highest, std::abs(x -= first));
    for (const double x : y) sequence_.target.push_back({x / highest});
  }
  const EpropSequence& next() { return sequence_; }

 private:
  EpropSequence sequence_;
};

// 50 LIF and 50 adaptive neurons say on which side more of seven cues were.
class EpropEvidence : public EpropTask {
 public:
  EpropEvidence() : random_(1) {
    w_in = draw_table(40, 100, [&] { return random_.normal() / std::sqrt(40.0); });
    w_rec = draw_table(100, 100, [&] { return random_.normal() / 10; });
    for (size_t i = 0; i < 100; ++i) w_rec[i][i] = 0;
    const double limit = std::sqrt(3.0 / 51);  // Glorot: sqrt(6 / (100 + 2))
    w_out = draw_table(100, 2, [&] { return random_.uniform(-limit, limit); });
    feedback = draw_table(100, 2, [&] { return random_.normal(); });
    n_steps = 2250, n_counting = 150;
    losses = {.741152550006, .740388187700, .665785233177, .663644193322, .729428962844};
  }
  EpropSequence next() {
    const bool is_right_rare = random_.word() & 1;
    const auto p_left = static_cast<double>(is_right_rare ? 0.7f : 0.3f);
    std::array<size_t, 7> cue;
    size_t n_right = 0;
    for (auto& c : cue) n_right += c = random_.uniform() < p_left ? 0 : 1;
    EpropSequence out{std::vector<std::vector<uint32_t>>(n_steps), Table(n_steps, std::vector<double>(2, 0.0))};
    for (size_t t = 0; t < n_steps; ++t) {
      for (uint32_t i = 0; i < 40; ++i) {
        const size_t group = i / 10;  // left, right, recall, noise
        double p = 0;
        if (group < 2 && t < 1050 && t % 150 >= 50 && cue[t / 150] == group) p = 0.04;
        if (group == 2 && t >= n_steps - n_counting) p = 0.04;
        if (group == 3) p = 0.01;
        if (p > random_.uniform() && t > 0) out.spikes[t].push_back(i);
      }
      if (t >= n_steps - n_counting) out.target[t][n_right > 3] = 1;
    }
    return out;
  }

 private:
  NumpyRandom random_;
};

}  // namespace encephagen::testing
