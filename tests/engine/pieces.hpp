// Runs of a network in pieces, for tests that hold them against runs in one go.
#pragma once
#include <memory>
#include <sstream>

#include "network.hpp"

namespace encephagen::testing {

// As Network::run(), in pieces of 1, 14, 27 ... up to `longest` steps over and over, so that they end anywhere in
// blocks. `moves`: after each, all goes on in another simulation, through save() and load().
inline std::vector<std::vector<std::vector<double>>> run_in_pieces(Network& net, uint64_t longest, bool moves,
                                                                   unsigned threads = 1) {
  auto now = std::make_unique<Simulation>(net.scenario, net.brain, net.paths, threads);
  std::vector<std::vector<std::vector<double>>> out(now->records().size());
  const RecordSink sink{[&](size_t i, std::span<const double> time, std::span<const double> rows) {
                          const size_t n = rows.size() / time.size();
                          for (size_t t = 0; t < time.size(); ++t)
                            out[i].emplace_back(rows.begin() + static_cast<std::ptrdiff_t>(t * n),
                                                rows.begin() + static_cast<std::ptrdiff_t>((t + 1) * n));
                        },
                        [&](size_t i, std::span<const double> time, std::span<const int64_t> unit) {
                          for (size_t k = 0; k < time.size(); ++k)
                            out[i].push_back({time[k], static_cast<double>(unit[k])});
                        }};
  now->begin();
  uint64_t length = 0;
  while (now->now() < net.scenario.n_steps()) {
    length = length == 0 ? 1 : (length + 12) % longest + 1;
    const uint64_t until = now->now() + length;
    REQUIRE(now->advance(until, sink));
    CHECK(now->now() >= std::min(until, net.scenario.n_steps()));
    if (!moves) continue;
    std::stringstream kept;
    now->save(kept);
    now = std::make_unique<Simulation>(net.scenario, net.brain, net.paths, threads);
    now->load(kept);
  }
  now->advance(net.scenario.n_steps(), sink);  // more than all is nothing more
  return out;
}

}  // namespace encephagen::testing
