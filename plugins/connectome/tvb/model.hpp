// A connectome in the format of The Virtual Brain: a zip file or folder with weights.txt, centres.txt,
// tract_lengths.txt.
#pragma once
#include <cmath>

#include "policy.hpp"
#include "tvb_files.hpp"

namespace connectomes {

struct Tvb {
  static constexpr eg::Info info{"core.tvb", "1.0.0",
                                 "connectome in the format of The Virtual Brain (zip file or folder)"};

  enum class CoordinatesFrom { either, centres, centers_by_name, none };

  struct Params : FileParams {
    std::string_view dataset, file;
    CoordinatesFrom coordinates_from = CoordinatesFrom::either;

    static constexpr auto fields = eg::concat(
        eg::list(
            eg::dataset_param("dataset", &Params::dataset, "id of a TVB connectivity in a data manifest"),
            eg::file_param("file", &Params::file,
                           "zip file or folder with a TVB connectivity, or its weights.txt; give this or dataset"),
            eg::param("coordinates_from", &Params::coordinates_from,
                      eg::choices("either", "centres", "centers_by_name", "none"),
                      "where labels and coordinates come from: centres.txt or centers.txt, which must agree if both "
                      "exist; centres.txt alone; labels from centres.txt with coordinates by name from centers.txt; "
                      "labels only")),
        FileParams::shared);
  } p;

  explicit Tvb(const Params& params) : p(params) { one_of("dataset", p.dataset, "file", p.file, true); }

  // Reads the files anew at every call; the seed is not used.
  eg::Connectome build(uint64_t, eg::Sink& log) const {
    const TvbFiles files(one_of("dataset", p.dataset, "file", p.file, true));
    RawConnectome raw;
    const auto matrix = [&](const std::string& name) { return parse_matrix(files.read(name), files.where(name)); };
    const std::string weights = *files.find("weights", "weight");
    raw.weights = matrix(weights);
    raw.history.emplace_back("weights", files.where(weights));
    if (const auto lengths = files.find("tract_lengths", "tract")) {
      raw.lengths_mm = matrix(*lengths);
      raw.history.emplace_back("lengths_mm", files.where(*lengths));
    }
    const size_t n = raw.weights.rows;
    read_info(files, raw);
    read_centres(files, raw, log);
    for (const auto& [file, part, attribute] :
         {std::array{"cortical", "cortical", "cortical"}, std::array{"areas", "area", "area_mm2"}})
      if (const auto found = files.find(file, part))
        raw.attributes.push_back({attribute, parse_column(files.read(*found), files.where(*found), n), {}});
    read_hemispheres(files, raw, n);
    return finish(std::move(raw), p, log);
  }

 private:
  static void read_info(const TvbFiles& files, RawConnectome& raw) {
    const auto name = files.find("info");
    if (!name) return;
    for (const auto& [key, value] : parse_info(files.read(*name))) {
      if (key == "length_unit" && lower(value) != "mm" && !raw.lengths_mm.empty())
        throw std::runtime_error(say(files.where(*name), " says that lengths are in ", value, "; convert them to mm"));
      if (key == "weights_unit" || key == "length_unit" || key == "area_unit") raw.history.emplace_back(key, value);
    }
  }

  // centres.txt names the rows of the matrix. Where a centers.txt lies beside it with other lines, guessing would move
  // regions about, so a choice is asked for.
  void read_centres(const TvbFiles& files, RawConnectome& raw, eg::Sink& log) const {
    const auto read = [&](const std::string& name) { return parse_centres(files.read(name), files.where(name)); };
    const auto centres = files.find("centres"), centers = files.find("centers");
    if (!centres && !centers) {
      raw.labels = numbered_labels(raw.weights.rows);
      raw.history.emplace_back("labels", "numbered, there is no centres.txt");
      return log.warning("there is no centres.txt: regions are numbered and have no coordinates");
    }
    if (p.coordinates_from == CoordinatesFrom::centres && !centres)
      throw std::runtime_error(
          "coordinates_from = \"centres\": there is no centres.txt; say \"either\" to use centers.txt");
    if (p.coordinates_from == CoordinatesFrom::centers_by_name && !(centres && centers))
      throw std::runtime_error("coordinates_from = \"centers_by_name\" needs both centres.txt and centers.txt");
    Centres rows = read(centres ? *centres : *centers);
    if (centres && centers && p.coordinates_from == CoordinatesFrom::either) refuse_differences(rows, read(*centers));
    std::string from = rows.file;
    if (p.coordinates_from == CoordinatesFrom::centers_by_name) {
      const Centres other = read(*centers);
      take_coordinates_by_name(rows, other);
      from = say(other.file, ", by name");
    }
    raw.history.emplace_back("labels", rows.file);
    raw.labels = std::move(rows.labels);
    if (p.coordinates_from == CoordinatesFrom::none) return raw.history.emplace_back("centres_mm", "not taken"), void();
    if (std::ranges::all_of(rows.xyz, [](double v) { return v == 0; })) {
      raw.history.emplace_back("centres_mm", say(from, ": all 0, taken as unknown"));
      return log.warning(say("all coordinates in ", from, " are 0: regions have no coordinates"));
    }
    for (size_t k = 0; k < rows.xyz.size(); ++k)
      if (!std::isfinite(rows.xyz[k]))
        throw std::runtime_error(say(from, ": a coordinate of '", raw.labels[k / 3], "' is ", show(rows.xyz[k]),
                                     "; correct it or say coordinates_from = \"none\""));
    raw.history.emplace_back("centres_mm", from);
    raw.centres_mm = std::move(rows.xyz);
  }

  static void refuse_differences(const Centres& a, const Centres& b) {
    const size_t shorter = std::min(a.labels.size(), b.labels.size());
    size_t row = 0;
    const auto is_same = [&](size_t i) {
      return a.labels[i] == b.labels[i] && std::equal(a.xyz.begin() + static_cast<std::ptrdiff_t>(3 * i),
                                                      a.xyz.begin() + static_cast<std::ptrdiff_t>(3 * i + 3),
                                                      b.xyz.begin() + static_cast<std::ptrdiff_t>(3 * i));
    };
    while (row < shorter && is_same(row)) ++row;
    if (row == a.labels.size() && row == b.labels.size()) return;
    const auto label = [&](const Centres& c) {
      return row < c.labels.size() ? say("'", c.labels[row], "'") : "nothing";
    };
    throw std::runtime_error(
        say(a.file, " and centers.txt differ: line ", row + 1, " is ", label(a), " in one and ", label(b),
            " in the other; set coordinates_from to \"centres\" (ignore centers.txt) or "
            "\"centers_by_name\" (labels from centres.txt, coordinates by name from centers.txt)"));
  }

  static void take_coordinates_by_name(Centres& rows, const Centres& from) {
    std::map<std::string, size_t> by_name;
    for (size_t i = 0; i < from.labels.size(); ++i)
      if (!by_name.emplace(lower(from.labels[i]), i).second)
        throw std::runtime_error(
            say(from.file, " names '", from.labels[i], "' twice; coordinates cannot be taken by name"));
    std::vector<std::string> missing;
    for (size_t i = 0; i < rows.labels.size(); ++i) {
      const auto found = by_name.find(lower(rows.labels[i]));
      if (found == by_name.end()) {
        missing.push_back(rows.labels[i]);
        continue;
      }
      for (size_t k = 0; k < 3; ++k) rows.xyz[3 * i + k] = from.xyz[3 * found->second + k];
    }
    if (!missing.empty())
      throw std::runtime_error(say(from.file, " has no coordinates for ", name_list(missing), " of ", rows.file));
  }

  // TVB: 1 (true) is right.
  static void read_hemispheres(const TvbFiles& files, RawConnectome& raw, size_t n) {
    const auto name = files.find("hemispheres", "hemisphere");
    if (!name) return;
    eg::Connectome::Attribute sides{"hemisphere", {}, {}};
    for (const double v : parse_column(files.read(*name), files.where(*name), n)) {
      if (v != 0 && v != 1)
        throw std::runtime_error(say(files.where(*name), " holds ", v, "; 0 is left and 1 is right"));
      sides.texts.emplace_back(v == 1 ? "right" : "left");
    }
    raw.attributes.push_back(std::move(sides));
    raw.history.emplace_back("hemisphere", files.where(*name));
  }
};

}  // namespace connectomes
