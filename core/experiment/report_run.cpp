// What a report page shows of one run: connectome, matrices, recorded signals, spikes and spectra from results.h5.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "experiment/report_parts.hpp"

namespace encephagen {
namespace {

using Json = nlohmann::ordered_json;
using Numbers = std::vector<double>;

constexpr size_t most_spikes = 60'000'000;  // beyond this a page would take a minute to write

// Means of the regions over time, in at most `most` columns: [region][column]. Of a fast signal the last ones as they
// are, since means over an oscillation show nothing; of a slow one, means of all.
Json signal_json(const ResultReader& file, const std::string& name, size_t n_regions, size_t most, ArrayPack& arrays) {
  const std::string base = "/recordings/" + name;
  const auto time = file.read(base + "/time_ms").numbers;
  const auto region = file.read(base + "/unit_region").integers;
  constexpr double fast_ms = 5;
  const size_t units = region.size(), all = time.size(), columns = std::min(all, most);
  if (all < 2 || units == 0) return {};
  const bool is_excerpt = all > most && (time.back() - time.front()) / static_cast<double>(all - 1) <= fast_ms;
  const size_t skipped = is_excerpt ? all - columns : 0, samples = all - skipped;
  const auto data = file.read(base + "/data").numbers;
  Numbers image(n_regions * columns, 0.0), count(n_regions * columns, 0.0);
  for (size_t t = 0; t < samples; ++t) {
    const size_t c = t * columns / samples;
    for (size_t u = 0; u < units; ++u) {
      const size_t at = static_cast<size_t>(region[u]) * columns + c;
      image[at] += data[(skipped + t) * units + u], count[at] += 1;
    }
  }
  for (size_t i = 0; i < image.size(); ++i) image[i] = count[i] > 0 ? image[i] / count[i] : std::nan("");
  const auto state = file.attribute(base + "/data", "state");
  return {{"name", name},
          {"state", state},
          {"unit", file.attribute(base + "/data", "unit")},
          {"units", units},
          {"from_ms", time[skipped]},
          {"to_ms", time.back()},
          {"bin_ms", (time.back() - time[skipped]) / static_cast<double>(columns)},
          {"averaged", samples > columns},
          {"excerpt_of_ms", is_excerpt ? time.back() - time.front() : 0.0},
          {"values", Json::parse(arrays.add_levels(image, {n_regions, columns}))}};
}

struct Spikes {
  Numbers time_ms;
  std::vector<uint32_t> unit;  // place among the recorded units
};

// The recorded units with their regions. Results of before these were stored: as many as there are, in region 0.
std::vector<int64_t> spike_regions(const ResultReader& file, const std::string& base, std::vector<int64_t>& unit) {
  if (file.has(base + "/unit") && file.has(base + "/unit_region")) {
    unit = file.read(base + "/unit").integers;
    return file.read(base + "/unit_region").integers;
  }
  const auto ids = file.read(base + "/node_ids").integers;
  unit.resize(ids.empty() ? 0 : static_cast<size_t>(*std::ranges::max_element(ids)) + 1);
  std::iota(unit.begin(), unit.end(), 0);
  return std::vector<int64_t>(unit.size(), 0);
}

// A raster as counts per pixel, whatever the number of spikes: [region][row of the region][column].
Json raster_json(const Spikes& s, const std::vector<int64_t>& region, size_t n_regions, double from_ms, double to_ms,
                 const ReportDetail& detail, ArrayPack& arrays) {
  std::vector<size_t> units(n_regions, 0), place(region.size());
  for (size_t u = 0; u < region.size(); ++u) place[u] = units[static_cast<size_t>(region[u])]++;
  const auto occupied = static_cast<size_t>(std::ranges::count_if(units, [](size_t n) { return n > 0; }));
  const size_t per_region = std::clamp(detail.rows / std::max<size_t>(1, occupied), size_t{1},
                                       std::max<size_t>(1, *std::ranges::max_element(units)));
  std::vector<uint8_t> image(n_regions * per_region * detail.columns, 0);
  const double scale = static_cast<double>(detail.columns) / std::max(to_ms - from_ms, 1e-9);
  for (size_t i = 0; i < s.unit.size(); ++i) {
    const auto r = static_cast<size_t>(region[s.unit[i]]);
    const size_t row = place[s.unit[i]] * per_region / units[r];
    const auto column = std::min(detail.columns - 1, static_cast<size_t>((s.time_ms[i] - from_ms) * scale));
    auto& pixel = image[(r * per_region + row) * detail.columns + column];
    if (pixel < 255) ++pixel;
  }
  return {{"rows", per_region},
          {"units_per_row", static_cast<double>(*std::ranges::max_element(units)) / static_cast<double>(per_region)},
          {"counts", Json::parse(arrays.add_u8(image, {n_regions, per_region, detail.columns}))}};
}

// Spikes per second and unit of every region: [region][bin].
Json rates_json(const Spikes& s, const std::vector<int64_t>& region, size_t n_regions, double from_ms, double to_ms,
                size_t bins, ArrayPack& arrays) {
  const double bin_ms = (to_ms - from_ms) / static_cast<double>(bins);
  Numbers rate(n_regions * bins, 0.0), units(n_regions, 0.0);
  for (const auto r : region) units[static_cast<size_t>(r)] += 1;
  for (size_t i = 0; i < s.unit.size(); ++i) {
    const auto bin = std::min(bins - 1, static_cast<size_t>((s.time_ms[i] - from_ms) / bin_ms));
    rate[static_cast<size_t>(region[s.unit[i]]) * bins + bin] += 1;
  }
  for (size_t i = 0; i < rate.size(); ++i) rate[i] *= 1000 / bin_ms / units[i / bins];  // no units: NaN
  return {{"bin_ms", bin_ms}, {"values", Json::parse(arrays.add_levels(rate, {n_regions, bins}))}};
}

Json spikes_json(const ResultReader& file, const std::string& name, size_t n_regions, size_t n_recordings,
                 const ReportDetail& detail, ArrayPack& arrays) {
  const std::string base = "/spikes/" + name;
  const auto shape = file.shape(base + "/timestamps");
  const size_t n = shape.empty() ? 0 : shape[0];
  Json out{{"name", name}, {"n_spikes", n}};
  if (n == 0 || n > most_spikes) return out;
  std::vector<int64_t> unit;
  const auto region = spike_regions(file, base, unit);
  std::vector<uint32_t> place(unit.empty() ? 0 : static_cast<size_t>(*std::ranges::max_element(unit)) + 1, 0);
  for (size_t i = 0; i < unit.size(); ++i) place[static_cast<size_t>(unit[i])] = static_cast<uint32_t>(i);
  Spikes s;
  s.time_ms = file.read(base + "/timestamps").numbers;
  const auto ids = file.read(base + "/node_ids").integers;
  s.unit.reserve(n);
  for (const auto id : ids) s.unit.push_back(place.at(static_cast<size_t>(id)));
  const auto [first, last] = std::ranges::minmax_element(s.time_ms);
  const double from = std::floor(*first), to = std::ceil(*last);
  if (!(to > from)) return out;
  ReportDetail part = detail;
  part.rows = std::max<size_t>(40, detail.rows / n_recordings);
  out["units"] = region.size();
  out["mean_hz"] = static_cast<double>(n) / static_cast<double>(region.size()) / (to - from) * 1000;
  out["from_ms"] = from;
  out["to_ms"] = to;
  out["raster"] = raster_json(s, region, n_regions, from, to, part, arrays);
  // Bins of 1 ms or more, so that a rate is more than noise.
  const auto bins = std::clamp(static_cast<size_t>(to - from), size_t{1}, detail.columns);
  out["rates"] = rates_json(s, region, n_regions, from, to, bins, arrays);
  if (n > detail.raw_spikes / n_recordings) return out;
  std::vector<uint16_t> region_of(region.begin(), region.end());
  out["raw"] = {{"time_ms", Json::parse(arrays.add_f32(s.time_ms, {n}))},
                {"unit", Json::parse(arrays.add_u32(s.unit, {n}))},
                {"unit_region", Json::parse(arrays.add_u16(region_of, {region_of.size()}))}};
  return out;
}

// Power by region, up to 200 Hz or the analyzer's own limit, every k-th frequency if there are more than 500.
Json spectrum_json(const ResultReader& file, const std::string& analyzer, ArrayPack& arrays) {
  const std::string base = "/analyzers/" + analyzer + "/";
  if (!file.has(base + "psd") || !file.has(base + "frequency_hz")) return {};
  const auto frequency = file.read(base + "frequency_hz").numbers;
  const auto psd = file.read(base + "psd");
  if (psd.shape.size() != 2 || psd.shape[1] != frequency.size()) return {};
  const auto used = static_cast<size_t>(std::ranges::count_if(frequency, [](double f) { return f <= 200; }));
  const size_t stride = std::max<size_t>(1, (used + 499) / 500), kept = used / stride;
  Numbers hz, power;
  for (size_t k = 0; k < kept; ++k) hz.push_back(frequency[k * stride]);
  for (size_t r = 0; r < psd.shape[0]; ++r)
    for (size_t k = 0; k < kept; ++k) power.push_back(psd.numbers[r * frequency.size() + k * stride]);
  return {{"name", analyzer},
          {"frequency_hz", Json::parse(arrays.add_f32(hz, {kept}))},
          {"psd", Json::parse(arrays.add_f32(power, {psd.shape[0], kept}))}};
}

}  // namespace

std::string report_of_run(const ResultReader& file, const std::string& name, const std::string& arm,
                          const ReportDetail& detail, ArrayPack& arrays) {
  Json j{{"name", name}, {"arm", arm}};
  Json labels = Json::array(), groups = Json::array();
  if (file.has("/connectome/region_label")) {
    labels = file.read("/connectome/region_label").texts;
    groups = file.read("/connectome/region_group").texts;
  }
  if (labels.empty()) labels.push_back(""), groups.push_back("");
  const size_t n = labels.size();
  j["labels"] = labels;
  j["groups"] = groups;
  bool has_content = false;
  const auto centres = file.has("/connectome/centres_mm") ? file.read("/connectome/centres_mm") : ArrayData();
  if (centres.numbers.size() == 3 * n && n > 1) j["centres_mm"] = Json::parse(arrays.add_f32(centres.numbers, {n, 3}));
  j["matrices"] = Json::array();
  const auto add_matrix = [&](const std::string& path, const std::string& title, const char* kind) {
    if (n < 2 || file.shape(path) != std::vector<uint64_t>{n, n}) return;
    j["matrices"].push_back(
        {{"name", title}, {"kind", kind}, {"values", Json::parse(arrays.add_levels(file.read(path).numbers, {n, n}))}});
    has_content = true;
  };
  if (file.has("/connectome/weights")) add_matrix("/connectome/weights", "connectome weights", "structure");
  if (file.has("/connectome/lengths_mm")) add_matrix("/connectome/lengths_mm", "tract lengths, mm", "lengths");
  j["spectra"] = Json::array();
  for (const auto& analyzer : file.list("/analyzers")) {
    for (const auto& array : file.list("/analyzers/" + analyzer))
      if (array == "fc" || array.ends_with("_fc"))
        add_matrix("/analyzers/" + analyzer + "/" + array, analyzer + ": " + array, "function");
    if (Json s = spectrum_json(file, analyzer, arrays); !s.is_null()) j["spectra"].push_back(s), has_content = true;
  }
  j["signals"] = Json::array();
  for (const auto& recording : file.list("/recordings"))
    if (j["signals"].size() < 8 && file.has("/recordings/" + recording + "/unit_region"))
      if (Json s = signal_json(file, recording, n, detail.columns, arrays); !s.is_null()) j["signals"].push_back(s);
  j["spikes"] = Json::array();
  const auto trains = file.list("/spikes");
  for (size_t i = 0; i < std::min<size_t>(trains.size(), 12); ++i)
    j["spikes"].push_back(spikes_json(file, trains[i], n, trains.size(), detail, arrays));
  j["bodies"] = Json::parse(report_of_bodies(file, detail, arrays));
  has_content = has_content || !j["signals"].empty() || !j["spikes"].empty() || !j["bodies"].empty();
  return has_content ? j.dump(-1, ' ', false, Json::error_handler_t::replace) : "";
}

std::string report_of_curves(const ResultReader& file, ArrayPack& arrays) {
  Json curves = Json::array();
  for (const auto& analyzer : file.list("/analyzers"))
    for (const char* name : {"learning_curve", "trial_return", "trial_survival", "trial_steps"}) {
      const std::string path = "/analyzers/" + analyzer + "/" + name;
      if (!file.has(path)) continue;
      const auto values = file.read(path).numbers;
      if (values.size() < 2) continue;
      // Means of neighbours: a curve of a thousand points looks the same.
      const size_t points = std::min<size_t>(values.size(), 300);
      Numbers mean(points, 0.0), n(points, 0.0);
      for (size_t i = 0; i < values.size(); ++i)
        if (std::isfinite(values[i])) mean[i * points / values.size()] += values[i], n[i * points / values.size()] += 1;
      for (size_t i = 0; i < points; ++i) mean[i] /= n[i];
      curves.push_back({{"analyzer", analyzer},
                        {"name", name},
                        {"episodes", values.size()},
                        {"values", Json::parse(arrays.add_f32(mean, {points}))}});
    }
  return curves.dump();
}

}  // namespace encephagen
