// What `check` says about a network that it does not build.
#include "cli/estimate_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "experiment/text_table.hpp"

namespace encephagen::cli {
namespace {

constexpr uint64_t most_bins = 20;

// Bins of equal width in steps, from the shortest delay to the longest.
struct Histogram {
  uint64_t first = 0, width = 1;  // steps
  std::vector<double> n;
  double most() const { return std::ranges::max(n); }
};

Histogram histogram(const std::map<uint64_t, double>& counts) {
  Histogram h;
  h.first = counts.begin()->first;
  const uint64_t range = std::prev(counts.end())->first - h.first + 1;
  h.width = (range + most_bins - 1) / most_bins;
  h.n.resize((range + h.width - 1) / h.width);
  for (const auto& [steps, n] : counts) h.n[(steps - h.first) / h.width] += n;
  return h;
}

// "0.1 ▁▄█▂ 2.3": a bar for every bin, an empty one where nothing is expected.
std::string bars(const std::map<uint64_t, double>& counts, double dt_ms) {
  static constexpr const char* heights[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  if (counts.empty()) return "";
  const auto h = histogram(counts);
  const auto ms = [&](uint64_t steps) { return fmt::format("{:.4g}", static_cast<double>(steps) * dt_ms); };
  if (h.n.size() == 1 && counts.size() == 1) return ms(h.first);
  std::string out = ms(h.first) + " ";
  for (const double n : h.n) out += n > 0 ? heights[std::min<size_t>(7, static_cast<size_t>(n / h.most() * 8))] : " ";
  return out + " " + ms(std::prev(counts.end())->first);
}

std::string bytes_text(double bytes) {
  for (const char* unit : {"bytes", "kB", "MB", "GB"}) {
    if (bytes < 999.5) return fmt::format("{:.3g} {}", bytes, unit);
    bytes /= 1000;
  }
  return fmt::format("{:.3g} TB", bytes);
}

std::string count_text(double n) {
  if (n < 99'999.5) return fmt::format("{:.0f}", n);
  return n < 999.5e6 ? fmt::format("{:.3g} million", n / 1e6) : fmt::format("{:.4g} billion", n / 1e9);
}

std::string storage(const NetworkEstimate::Projection& p) {
  if (p.is_coupling) return "rates";
  if (p.is_plastic) return "plastic";
  const char* delays = p.delays == Fan::Delays::shared ? "one delay"
                       : p.delays == Fan::Delays::runs ? "sorted by delay"
                                                       : "a delay each";
  return fmt::format("{}, {}", p.shares_weight ? "one weight" : "a weight each", delays);
}

std::string projection_table(const NetworkEstimate& e) {
  std::vector<std::vector<Cell>> rows;
  for (const auto& p : e.projections) {
    const bool stores = !p.is_coupling && p.n_synapses >= 0.5;
    rows.push_back({{p.from + " -> " + p.to},
                    {p.is_long_range ? "between" : "within"},
                    {count_text(p.n_synapses) + (p.is_coupling ? " tracts" : "")},
                    {stores ? fmt::format("{:.3g}", p.bytes / p.n_synapses) : ""},
                    {storage(p)},
                    {bars(p.synapses_by_delay_steps, e.dt_ms)}});
  }
  return text_table({"projection", "regions", "synapses", "bytes each", "stored with", "delays / ms"}, rows,
                    {false, false, true, true, false, false}, false);
}

// All synapses by their delay.
std::string delay_bars(const NetworkEstimate& e) {
  std::map<uint64_t, double> all;
  for (const auto& p : e.projections)
    if (!p.is_coupling)
      for (const auto& [steps, n] : p.synapses_by_delay_steps) all[steps] += n;
  if (all.size() < 2) return "";
  const auto h = histogram(all);
  std::vector<std::vector<Cell>> rows;
  for (size_t k = 0; k < h.n.size(); ++k) {
    const uint64_t first = h.first + k * h.width, last = first + h.width - 1;
    const auto ms = [&](uint64_t steps) { return fmt::format("{:.6g}", static_cast<double>(steps) * e.dt_ms); };
    rows.push_back({{first == last ? ms(first) : ms(first) + " to " + ms(last)},
                    {count_text(h.n[k])},
                    {std::string(static_cast<size_t>(std::lround(h.n[k] / h.most() * 40)), '#')}});
  }
  return "\n" + text_table({"delay / ms", "synapses", ""}, rows, {true, true, false}, false);
}

}  // namespace

std::string estimate_text(const NetworkEstimate& e) {
  std::string out = fmt::format("  {} units, {} synapses, {} of memory on one thread\n", e.n_units,
                                count_text(e.n_synapses), bytes_text(e.bytes()));
  out += fmt::format("  memory: units {}, synapses {}, arriving spikes {}, history {}\n", bytes_text(e.unit_bytes),
                     bytes_text(e.synapse_bytes), bytes_text(e.arena_bytes), bytes_text(e.history_bytes));
  if (e.steps_singly)
    out += "  steps are taken one by one: numbers, not spikes, pass between units\n";
  else
    out +=
        fmt::format("  steps are taken in blocks of {} ({:.4g} ms), {}\n", e.block_steps,
                    static_cast<double>(e.block_steps) * e.dt_ms,
                    e.n_synapses >= 0.5 && e.block_steps < longest_block ? "the shortest delay" : "the most there are");
  std::string tables;
  if (!e.projections.empty()) tables = "\n" + projection_table(e) + delay_bars(e) + "\n";
  // Indented as what belongs to the file above it.
  for (size_t at = 0; at < tables.size();) {
    const size_t end = tables.find('\n', at) + 1;
    if (end - at > 1) out += "  ";
    out += tables.substr(at, end - at);
    at = end;
  }
  return out;
}

std::string estimate_json(const NetworkEstimate& e) {
  using Json = nlohmann::ordered_json;
  Json populations = Json::array(), projections = Json::array();
  for (const auto& p : e.populations)
    populations.push_back(
        {{"name", p.name}, {"units", p.n_units}, {"precision", p.is_single ? "single" : "double"}, {"bytes", p.bytes}});
  for (const auto& p : e.projections) {
    Json delays = Json::array();
    for (const auto& [steps, n] : p.synapses_by_delay_steps) delays.push_back({steps, n});
    projections.push_back({{"from", p.from},
                           {"to", p.to},
                           {"port", p.port},
                           {"is_long_range", p.is_long_range},
                           {"stored_with", storage(p)},
                           {p.is_coupling ? "tracts" : "synapses", p.n_synapses},
                           {"bytes", p.bytes},
                           {"delays_steps", delays}});
  }
  return Json{{"units", e.n_units},
              {"synapses", e.n_synapses},
              {"bytes", e.bytes()},
              {"unit_bytes", e.unit_bytes},
              {"synapse_bytes", e.synapse_bytes},
              {"arena_bytes", e.arena_bytes},
              {"history_bytes", e.history_bytes},
              {"block_steps", e.block_steps},
              {"dt_ms", e.dt_ms},
              {"populations", populations},
              {"projections", projections}}
      .dump();
}

}  // namespace encephagen::cli
