// core.spatial: the laws it is built from, measured on the networks it makes, and its refusals.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "model.hpp"
#include "support.hpp"
#include "test_files.hpp"

using namespace connectomes;
using namespace connectomes::testing;
using namespace files;

namespace {

using Params = Spatial::Params;

eg::Connectome made(const Params& p, uint64_t seed = 1) { return build<Spatial>(p, seed).connectome; }
std::string refusal(const Params& p) {
  return error_of([&] { made(p); });
}

size_t n_edges(const eg::Connectome& c) {
  return static_cast<size_t>(std::ranges::count_if(c.weights, [](double w) { return w != 0; }));
}
bool is_homotopic(const eg::Connectome& c, size_t i, size_t j) {
  return i + c.size() / 2 == j || j + c.size() / 2 == i;
}
bool is_between(const eg::Connectome& c, size_t i, size_t j) { return (i < c.size() / 2) != (j < c.size() / 2); }
double in_strength(const eg::Connectome& c, size_t i) {
  double sum = 0;
  for (size_t j = 0; j < c.size(); ++j) sum += c.weight(i, j);
  return sum;
}

// Least squares line y = a + b x.
struct Line {
  double a, b, residual_sd;
};
Line fit(const std::vector<double>& x, const std::vector<double>& y) {
  const double n = static_cast<double>(x.size());
  const double mx = std::reduce(x.begin(), x.end()) / n, my = std::reduce(y.begin(), y.end()) / n;
  double sxx = 0, sxy = 0, rest = 0;
  for (size_t k = 0; k < x.size(); ++k) sxx += (x[k] - mx) * (x[k] - mx), sxy += (x[k] - mx) * (y[k] - my);
  const double b = sxy / sxx, a = my - b * mx;
  for (size_t k = 0; k < x.size(); ++k) rest += std::pow(y[k] - a - b * x[k], 2);
  return {a, b, std::sqrt(rest / n)};
}

}  // namespace

TEST_CASE("spatial: the same seeds give the same network, other seeds another one") {
  Params p;
  const auto a = made(p, 7);
  CHECK(a.weights == made(p, 7).weights);
  CHECK(a.centres_mm == made(p, 7).centres_mm);
  CHECK(a.weights != made(p, 8).weights);
  p.graph_seed = 1;
  CHECK(a.weights != made(p, 7).weights);
  CHECK(a.centres_mm != made(p, 7).centres_mm);
}

TEST_CASE("spatial: hemispheres mirror each other and lie inside the brain") {
  const Params p;
  const auto c = made(p);
  REQUIRE(c.size() == 96);
  CHECK(std::set<std::string>(c.labels.begin(), c.labels.end()).size() == 96);
  for (size_t i = 0; i < 48; ++i) {
    const double* left = &c.centres_mm[3 * i];
    const double* right = &c.centres_mm[3 * (i + 48)];
    CHECK(left[0] < 0);
    CHECK(left[0] == -right[0]);
    CHECK(left[1] == right[1]);
    CHECK(left[2] == right[2]);
    const double r = std::hypot(left[0] / p.half_width_mm, left[1] / p.half_length_mm, left[2] / p.half_height_mm);
    CHECK(r <= 1.0 + 1e-12);
    const std::string& group = c.attribute("group")->texts[i];
    const bool is_deep =
        group == "thalamus" || group == "basal_ganglia" || group == "hippocampus" || group == "amygdala";
    if (!is_deep) CHECK(r >= p.shell - 1e-12);
    if (is_deep) CHECK(r < p.shell);
    CHECK(c.labels[i].ends_with("_L"));
    CHECK(c.labels[i + 48] == c.labels[i].substr(0, c.labels[i].size() - 1) + "R");
  }
  CHECK(std::ranges::count(c.attribute("hemisphere")->texts, "left") == 48);
}

TEST_CASE("spatial: a gradient from front to back on request") {
  Params p;
  CHECK(made(p).attributes.size() == 2);
  p.gradient_attribute = "t1wt2w";
  const auto c = made(p);
  const auto& gradient = c.attribute("t1wt2w")->numbers;
  CHECK(std::ranges::min(gradient) > 1);
  CHECK(std::ranges::max(gradient) < 2);
  for (size_t i = 0; i < c.size(); ++i)
    CHECK_CLOSE(gradient[i], 1.5 - 0.5 * c.centres_mm[3 * i + 1] / p.half_length_mm, 1e-12, 0);
}

TEST_CASE("spatial: lengths are straight lines times the tortuosity") {
  Params p;
  p.tortuosity = 1.7;
  const auto c = made(p);
  for (size_t i = 0; i < c.size(); ++i)
    for (size_t j = 0; j < c.size(); ++j) {
      double square = 0;
      for (size_t k = 0; k < 3; ++k) square += std::pow(c.centres_mm[3 * i + k] - c.centres_mm[3 * j + k], 2);
      CHECK_CLOSE(c.lengths_mm[i * c.size() + j], 1.7 * std::sqrt(square), 1e-12, 1e-12);
    }
}

TEST_CASE("spatial: density and the share of one-way pairs are met exactly") {
  Params p;
  p.n_regions = 60;
  for (const double density : {0.1, 0.42, 0.8}) {
    for (const double asymmetry : {0.0, 0.3}) {
      CAPTURE(density);
      CAPTURE(asymmetry);
      p.density = density, p.asymmetry = asymmetry;
      const auto c = made(p);
      size_t one_way = 0, connected = 0;
      for (size_t i = 0; i < c.size(); ++i) {
        CHECK(c.weight(i, i) == 0);
        for (size_t j = 0; j < i; ++j) {
          const bool forth = c.weight(i, j) > 0, back = c.weight(j, i) > 0;
          connected += forth || back, one_way += forth != back;
        }
      }
      CHECK_CLOSE(static_cast<double>(n_edges(c)), density * 60 * 59, 0, 1.5);
      CHECK_CLOSE(static_cast<double>(one_way), asymmetry * static_cast<double>(connected), 0, 1.5);
    }
  }
}

TEST_CASE("spatial: log weights fall with tract length by 1/lambda and scatter by sigma") {
  Params p;
  p.n_regions = 200;
  p.density = 0.6;
  p.lambda_mm = 8;
  p.weight_sigma = 0.7;
  p.heterotopic_factor = 0.3;
  p.distance_rule = Spatial::DistanceRule::weight;
  const auto c = made(p);
  std::vector<double> x, y, x_between, y_between;
  for (size_t i = 0; i < c.size(); ++i)
    for (size_t j = 0; j < c.size(); ++j) {
      if (c.weight(i, j) == 0 || is_homotopic(c, i, j)) continue;
      (is_between(c, i, j) ? x_between : x).push_back(c.lengths_mm[i * c.size() + j]);
      (is_between(c, i, j) ? y_between : y).push_back(std::log(c.weight(i, j)));
    }
  const Line within = fit(x, y), between = fit(x_between, y_between);
  CHECK_CLOSE(within.b, -1.0 / 8, 0.02, 0);  // standard error about 0.0006
  CHECK_CLOSE(between.b, -1.0 / 8, 0.02, 0);
  CHECK_CLOSE(within.residual_sd, 0.7, 0.03, 0);
  CHECK_CLOSE(between.a - within.a, std::log(0.3), 0, 0.1);
}

TEST_CASE("spatial: the chance of a connection falls with tract length by 1/lambda while weights do not") {
  Params p;
  p.n_regions = 400;
  p.density = 0.03;
  p.lambda_mm = 20;
  p.asymmetry = 0;
  p.homotopic_strength = 0;
  p.heterotopic_factor = 1;
  p.distance_rule = Spatial::DistanceRule::probability;
  const auto c = made(p);
  std::vector<double> pairs(8, 0.0), edges(8, 0.0), middle, log_chance, lengths, log_weights;
  for (size_t i = 0; i < c.size(); ++i)
    for (size_t j = 0; j < c.size(); ++j) {
      const double length = c.lengths_mm[i * c.size() + j];
      if (i == j) continue;
      if (c.weight(i, j) > 0) lengths.push_back(length), log_weights.push_back(std::log(c.weight(i, j)));
      const auto bin = static_cast<size_t>(length / 8);
      if (bin < 8) pairs[bin] += 1, edges[bin] += c.weight(i, j) > 0;
    }
  for (size_t k = 0; k < 8; ++k)
    middle.push_back(8 * static_cast<double>(k) + 4), log_chance.push_back(std::log(edges[k] / pairs[k]));
  CHECK_CLOSE(fit(middle, log_chance).b, -1.0 / 20, 0.1, 0);
  CHECK_CLOSE(fit(lengths, log_weights).b, 0, 0, 0.005);
}

TEST_CASE("spatial: without one-way links and with full correlation the network is symmetric") {
  Params p;
  p.asymmetry = 0;
  p.reciprocal_correlation = 1;
  const auto c = made(p);
  CHECK(has(history(c, "result"), "symmetric"));
  p.reciprocal_correlation = 0;
  CHECK_FALSE(has(history(made(p), "result"), "symmetric"));
}

TEST_CASE("spatial: mirror regions are linked with the relative strength asked for, or not at all") {
  Params p;
  for (const double strength : {0.0, 0.5, 2.0}) {
    p.homotopic_strength = strength;
    const auto c = made(p);
    double homotopic = 0, others = 0, n_homotopic = 0, n_others = 0;
    for (size_t i = 0; i < c.size(); ++i)
      for (size_t j = 0; j < c.size(); ++j) {
        if (c.weight(i, j) == 0) continue;
        (is_homotopic(c, i, j) ? homotopic : others) += c.weight(i, j);
        (is_homotopic(c, i, j) ? n_homotopic : n_others) += 1;
      }
    CHECK(n_homotopic == (strength > 0 ? 96 : 0));
    if (strength > 0) CHECK_CLOSE(homotopic / n_homotopic, strength * others / n_others, 1e-10, 0);
  }
  p.heterotopic_factor = 0;
  p.density = 0.3;
  const auto c = made(p);
  for (size_t i = 0; i < c.size(); ++i)
    for (size_t j = 0; j < c.size(); ++j)
      if (is_between(c, i, j) && !is_homotopic(c, i, j)) CHECK(c.weight(i, j) == 0);
}

TEST_CASE("spatial: the defaults resemble the Regional Map of the macaque") {
  // connectivity_96 of TVB: density 0.423, 0.639 within and 0.209 between hemispheres, 0.27 of connected pairs one way
  const auto c = made({});
  double within = 0, between = 0;
  for (size_t i = 0; i < 96; ++i)
    for (size_t j = 0; j < 96; ++j) (is_between(c, i, j) ? between : within) += c.weight(i, j) > 0;
  CHECK_CLOSE(within / (2 * 48 * 47), 0.639, 0, 0.06);
  CHECK_CLOSE(between / (2 * 48 * 48), 0.209, 0, 0.06);
  double low = std::numeric_limits<double>::infinity(), high = 0;
  for (const double w : c.weights)
    if (w > 0) low = std::min(low, w), high = std::max(high, w);
  CHECK(high / low > 1e5);  // Ercsey-Ravasz et al. 2013: five orders of magnitude
  double mean = 0;
  for (size_t i = 0; i < 96; ++i) {
    CHECK(in_strength(c, i) > 0);
    mean += in_strength(c, i) / 96;
  }
  CHECK_CLOSE(mean, 1.0, 1e-12, 0);
}

TEST_CASE("spatial: every group has regions where it belongs, down to small networks") {
  const auto c = made({});
  const auto& group = c.attribute("group")->texts;
  const auto mean_y = [&](const char* name) {
    double sum = 0, n = 0;
    for (size_t i = 0; i < 96; ++i)
      if (group[i] == name) sum += c.centres_mm[3 * i + 1], n += 1;
    return sum / n;
  };
  for (const auto& [name, size] : std::vector<std::pair<const char*, long>>{{"sensory", 12},
                                                                            {"motor", 8},
                                                                            {"prefrontal", 20},
                                                                            {"thalamus", 6},
                                                                            {"basal_ganglia", 8},
                                                                            {"hippocampus", 4},
                                                                            {"amygdala", 2},
                                                                            {"other", 36}})
    CHECK(std::ranges::count(group, name) == size);
  CHECK(mean_y("prefrontal") > mean_y("motor"));
  CHECK(mean_y("motor") > mean_y("sensory"));
  for (size_t m = 2; m < 60; ++m) {
    const auto sizes = group_sizes(m);
    CHECK(std::reduce(sizes.begin(), sizes.end()) == m);
    if (m >= groups.size()) CHECK(*std::ranges::min_element(sizes) >= 1);
  }
  Params p;
  p.n_regions = 4;
  p.density = 0.75;
  p.asymmetry = 0;
  CHECK(made(p).size() == 4);
}

TEST_CASE("spatial: what cannot be drawn or would fall apart is refused with the reason and a remedy") {
  Params p;
  p.n_regions = 7;
  CHECK(has(refusal(p), "n_regions = 7 is odd"));
  p = {};
  p.density = 0.9, p.asymmetry = 0.5;
  CHECK(has(refusal(p), "density = 0.9 cannot be reached with asymmetry = 0.5: at most 0.75"));
  p = {};
  p.density = 0.005;
  CHECK(has(refusal(p), "fewer than the 48 mirror pairs; raise density or set homotopic_strength = 0"));
  p.homotopic_strength = 0;
  CHECK(has(refusal(p), "have no input or no output: '"));
  p = {};
  p.heterotopic_factor = 0;
  p.density = 0.8, p.asymmetry = 0;
  CHECK(has(refusal(p), "; lower density or raise heterotopic_factor"));
  p.density = 0.4, p.homotopic_strength = 0;
  CHECK(has(refusal(p), "the network falls apart: only 48 of 96 regions are connected"));
  p = {};
  p.asymmetry = 1, p.density = 0.02;
  CHECK(has(refusal(p), "one-way pairs, but only"));
}

TEST_CASE("spatial: every parameter is declared once, with a sentence and a range its default lies in") {
  const eg_plugin& plugin = eg::connectome<Spatial>;
  std::set<std::string> names;
  for (uint32_t i = 0; i < plugin.n_params; ++i) {
    const eg_param& param = plugin.params[i];
    names.insert(param.name);
    CHECK(std::string(param.doc).size() > 10);
    CHECK(param.flags == 0);
    if (param.type == EG_NUMBER || param.type == EG_INTEGER) {
      CHECK(param.preset.number >= param.low);
      CHECK(param.preset.number <= param.high);
    }
  }
  CHECK(names.size() == plugin.n_params);
}
