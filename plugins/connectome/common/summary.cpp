// What a finished connectome looks like, in one line, and what is odd about it.
#include "summary.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "text.hpp"

namespace connectomes {

using namespace files;

void summarise(eg::Connectome& c, eg::Sink& log) {
  const size_t n = c.size();
  size_t n_edges = 0, n_unequal = 0, n_without_length = 0;
  std::vector<std::string> isolated, without_input;
  for (size_t i = 0; i < n; ++i) {
    bool has_input = false, has_output = false;
    for (size_t j = 0; j < n; ++j) {
      if (i == j) continue;
      const double in = c.weight(i, j), out = c.weight(j, i);
      has_input = has_input || in != 0, has_output = has_output || out != 0;
      n_edges += in != 0;
      n_unequal += j < i && in != out;
      n_without_length += in != 0 && !c.lengths_mm.empty() && c.lengths_mm[i * n + j] == 0;
    }
    if (!has_input && !has_output)
      isolated.push_back(c.labels[i]);
    else if (!has_input)
      without_input.push_back(c.labels[i]);
  }
  const double pairs = static_cast<double>(n) * static_cast<double>(n - 1);
  const double density = n > 1 ? static_cast<double>(n_edges) / pairs : 0.0;
  c.history.emplace_back("result",
                         say(n, " regions, ", n_edges, " edges, density ", std::round(density * 1e4) / 1e4, ", ",
                             n_unequal == 0 ? std::string("symmetric") : say(n_unequal, " unequal pairs")));
  if (!isolated.empty())
    log.warning(say(count_of(isolated.size(), "region has", "regions have"), " no connection: ", name_list(isolated)));
  if (!without_input.empty())
    log.warning(say(count_of(without_input.size(), "region receives", "regions receive"),
                    " no input: ", name_list(without_input)));
  if (n_without_length)
    log.warning(say(count_of(n_without_length, "edge has", "edges have"),
                    " tract length 0: their delay will be the shortest possible"));
}

}  // namespace connectomes
