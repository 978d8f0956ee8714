// Tests of core.short_term through its table: steady states in closed form, and the differential equations in small
// steps.
#include "../common/test_projection.hpp"
#include "model.hpp"
#include "support.hpp"

using core::ShortTerm;
using namespace core::testing;
using Projection = TestProjection<ShortTerm>;
using Synapse = OneSynapse<ShortTerm>;

namespace {

ShortTerm::Params params(double U, double tau_rec_ms, double tau_facil_ms) {
  ShortTerm::Params p;
  p.U = U, p.tau_rec_ms = tau_rec_ms, p.tau_facil_ms = tau_facil_ms;
  return p;
}

}  // namespace

TEST_CASE("short_term: the first spike uses U of the resources, and weights do not change") {
  Synapse s(params(0.3, 500, 100), 4);
  CHECK_CLOSE(s.arrive(0, 7)[0], 4 * 0.3, 1e-15, 0);
  for (int k = 0; k < 20; ++k) s.arrive(0, 8 + k);
  CHECK(s.w() == 4);
  CHECK_CLOSE(s.arrive(0, 1e7)[0], 4 * 0.3, 1e-15, 0);  // long rest
}

TEST_CASE("short_term: regular trains settle where theory says") {
  // u = U / (1 - (1 - U) f), R = (1 - r) / (1 - (1 - u) r), f and r what a period leaves of facilitation and use.
  for (const auto& [U, rec, facil] :
       {std::tuple{0.5, 800.0, 0.0}, {0.05, 100.0, 1000.0}, {0.2, 300.0, 300.0}, {0.4, 0.0, 200.0}, {0.4, 0.0, 0.0}})
    for (const double rate_hz : {1.0, 10.0, 50.0, 200.0}) {
      Synapse s(params(U, rec, facil), 2);
      const double period = 1e3 / rate_hz;
      double last = 0;
      for (int k = 1; k < 3000; ++k) last = s.arrive(0, k * period)[0];
      const double f = facil > 0 ? std::exp(-period / facil) : 0, r = rec > 0 ? std::exp(-period / rec) : 0;
      const double u = U / (1 - (1 - U) * f);
      CHECK_CLOSE(last, 2 * u * (1 - r) / (1 - (1 - u) * r), 1e-12, 0);
    }
}

TEST_CASE("short_term: depression alone leaves a limit of transmission that no rate exceeds") {
  // Tsodyks & Markram 1997: at high rates each second transmits 1 / tau_rec, whatever the rate.
  Synapse s(params(0.5, 800, 0), 1);
  double sum = 0;
  for (int k = 0; k < 4000; ++k) {
    const double delivered = s.arrive(0, k * 2.5)[0];
    if (k >= 2000) sum += delivered;
  }
  CHECK_CLOSE(sum / (2000 * 2.5), 1 / 800.0, 0.01, 0);
}

TEST_CASE("short_term: equals the differential equations in small steps on random trains") {
  // dR/dt = (1 - R) / tau_rec, du/dt = -u / tau_facil; at a spike u += U (1 - u), then u R is used.
  for (const auto& [U, rec, facil] : {std::tuple{0.5, 130.0, 0.0}, {0.1, 60.0, 150.0}, {0.3, 0.0, 90.0}}) {
    CAPTURE(U);
    eg::Random random(5, "short term", 0);
    Synapse s(params(U, rec, facil), 3);
    const double h = 1e-4;
    const auto midpoint = [&](double x, double rest, double tau) {
      return tau > 0 ? x + h / tau * (rest - (x + h / 2 / tau * (rest - x))) : rest;
    };
    double u = 0, R = 1, at = 0;
    for (const double spike : poisson_train(random, 40, 1500)) {
      const auto steps = static_cast<int64_t>(std::llround((spike - at) / h));
      for (int64_t k = 0; k < steps; ++k) R = midpoint(R, 1, rec), u = midpoint(u, 0, facil);
      at += static_cast<double>(steps) * h;
      u += U * (1 - u);
      CHECK_CLOSE(s.arrive(0, at)[0], 3 * u * R, 1e-8, 0);
      R -= u * R;
    }
    CHECK(at > 1000);
  }
}

TEST_CASE("short_term: branches of one axon recover for themselves, their synapses together") {
  Projection projection(params(0.5, 200, 0), 3, {{0, 0, 1}, {0, 1, 1}, {0, 2, 4}}, 1);
  projection.weight = {1, 2, 3};
  projection.arrive(0, 10);
  const auto second = projection.arrive(0, 15);
  CHECK_CLOSE(second[0] / second[1], 0.5, 1e-15, 0);
  CHECK(second[0] < 0.3);
  CHECK(projection.arrive(1, 15)[0] == 1.5);
}

TEST_CASE("short_term: use and resources stay within 0 and 1") {
  for (const double U : {1e-6, 0.5, 1.0}) {
    Synapse s(params(U, 1e6, 1e6), 1);
    for (int k = 0; k < 2000; ++k) {
      const double share = s.arrive(0, k * 0.1)[0];
      CHECK(share >= 0);
      CHECK(share <= 1);
    }
  }
}
