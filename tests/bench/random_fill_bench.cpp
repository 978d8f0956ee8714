// Random columns of 1024 units.
#include <benchmark/benchmark.h>

#include "engine/aligned.hpp"
#include "engine/poisson_fill.hpp"
#include "engine/random_fill.hpp"

using namespace encephagen;

namespace {

constexpr size_t n_units = 1024;
constexpr double means[] = {0.175, 2, 8};  // the input of w1, of pd, and the most that 16 bits are made for

template <class Real>
void poisson_fill(benchmark::State& state) {
  const double mean = means[state.range(0)];
  AlignedVector<Real> counts(n_units);
  PoissonTable table;
  uint64_t step = 0;
  for (auto _ : state) {
    fill_poisson<Real>(1, step++, 0, mean, std::span<Real>(counts), table);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(static_cast<int64_t>(step * n_units));
  state.counters["mean"] = mean;
}
BENCHMARK_TEMPLATE(poisson_fill, float)->DenseRange(0, 2);
BENCHMARK_TEMPLATE(poisson_fill, double)->DenseRange(0, 2);

template <void (*fill)(uint64_t, uint64_t, uint64_t, std::span<double>)>
void column_fill(benchmark::State& state) {
  AlignedVector<double> column(n_units);
  uint64_t step = 0;
  for (auto _ : state) {
    fill(1, step++, 0, column);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(static_cast<int64_t>(step * n_units));
}
BENCHMARK_TEMPLATE(column_fill, fill_normal)->Name("normal_fill");
BENCHMARK_TEMPLATE(column_fill, fill_uniform)->Name("uniform_fill");

}  // namespace
