// A search on disk.
#include "experiment/search_record.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "experiment/metrics_csv.hpp"
#include "experiment/provenance.hpp"
#include "host/failure.hpp"
#include "host/sha256.hpp"
#include "host/write_file.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// JSON has no NaN.
Json known(double v) { return std::isfinite(v) ? Json(v) : Json(); }
Json json_of(const std::vector<double>& values) {
  Json out = Json::array();
  for (const double v : values) out.push_back(known(v));
  return out;
}
double number(const Json& j) { return j.is_null() ? std::numeric_limits<double>::quiet_NaN() : j.get<double>(); }
std::vector<double> numbers(const Json& j) {
  std::vector<double> out;
  for (const auto& v : j) out.push_back(number(v));
  return out;
}

std::string json_of(const SearchRecord& r) {
  Json sweep = Json::object(), generations = Json::array();
  for (const auto& [key, value] : r.sweep) sweep[key] = value;
  for (size_t g = 0; g < r.told.size(); ++g) {
    Json one{{"best", known(r.best[g])},
             {"mean", known(r.mean[g])},
             {"sigma", r.sigma[g]},
             {"values", json_of(r.told[g].metric)}};
    if (!r.told[g].failure.empty()) one["failure"] = r.told[g].failure;
    generations.push_back(std::move(one));
  }
  const Json j{{"format", 1},
               {"key", r.key},
               {"arm", r.arm},
               {"sweep", sweep},
               {"metric", r.metric},
               {"goal", r.goal},
               {"use", r.use},
               {"parameters", r.names},
               {"planned", r.planned},
               {"population", r.population},
               {"replicates", r.replicates},
               {"over", r.why_over},
               {"chosen", r.chosen ? json_of(*r.chosen) : Json()},
               {"generations", generations}};
  return j.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

fs::path search_file(const fs::path& folder, const std::string& name) { return folder / "optimize" / (name + ".json"); }
fs::path search_table(const fs::path& folder, const std::string& name) { return folder / "optimize" / (name + ".csv"); }

std::string search_key(const Optimization& what) {
  const auto initial = what.initial();
  std::string text = content_key(what.scenario(initial, what.training_seeds(0, 0)));
  text += fmt::format("\n{} {} {} {} {}", what.spec.metric, what.spec.maximizes, what.population, what.spec.replicates,
                      what.seed);
  const auto bound = [](const std::optional<double>& v) { return v ? fmt::format("{}", *v) : std::string("none"); };
  for (const auto& p : what.parameters)
    text += fmt::format("\n{} {} {} {}", p.spec.key, p.spec.sigma, bound(p.spec.low), bound(p.spec.high));
  return sha256_of_bytes(text);
}

SearchRecord record_of(const Optimization& what, const std::string& key, const Search& search) {
  SearchRecord out{key,
                   what.arm,
                   what.spec.metric,
                   what.spec.maximizes ? "maximize" : "minimize",
                   what.spec.uses_best ? "best" : "mean",
                   search.why_over(),
                   what.sweep,
                   what.names(),
                   what.spec.generations,
                   what.population,
                   what.spec.replicates,
                   search.told(),
                   {},
                   {},
                   {},
                   {}};
  for (const auto& row : search.rows()) {
    out.best.push_back(row.best);
    out.mean.push_back(row.mean);
    out.sigma.push_back(row.sigma);
  }
  if (!out.why_over.empty()) out.chosen = search.chosen();
  return out;
}

std::optional<SearchRecord> read_search(const fs::path& file) {
  try {
    const auto j = Json::parse(text_of_file(file));
    SearchRecord out{j.at("key"),
                     j.at("arm"),
                     j.at("metric"),
                     j.at("goal"),
                     j.at("use"),
                     j.at("over"),
                     {},
                     j.at("parameters"),
                     j.at("planned"),
                     j.at("population"),
                     j.at("replicates"),
                     {},
                     {},
                     {},
                     {},
                     {}};
    for (const auto& [key, value] : j.at("sweep").items()) out.sweep.emplace_back(key, value);
    for (const auto& g : j.at("generations")) {
      out.told.push_back({numbers(g.at("values")), g.value("failure", "")});
      out.best.push_back(number(g.at("best")));
      out.mean.push_back(number(g.at("mean")));
      out.sigma.push_back(number(g.at("sigma")));
      if (out.told.back().metric.size() != out.population) return std::nullopt;
    }
    if (!j.at("chosen").is_null()) out.chosen = numbers(j.at("chosen"));
    return out;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::string search_csv(const Optimization& what, const Search& search) {
  std::string out = "generation,runs,best,mean,failed,sigma,axis_ratio";
  for (const auto& name : what.names()) out += "," + csv_field(name);
  out += "\n";
  for (size_t g = 0; g < search.rows().size(); ++g) {
    const auto& row = search.rows()[g];
    out += fmt::format("{},{},{},{},{},{},{}", g + 1, (g + 1) * what.population * what.spec.replicates,
                       csv_number(row.best), csv_number(row.mean), row.n_failed, csv_number(row.sigma),
                       csv_number(row.axis_ratio));
    for (const double v : row.centre) out += "," + csv_number(v);
    out += "\n";
  }
  return out;
}

void write_search(const fs::path& folder, const Optimization& what, const std::string& key, const Search& search) {
  make_folder(folder / "optimize");
  // The table can be made again from the other file, so it comes first: whoever finds that one finds both.
  replace_file(search_table(folder, what.name), search_csv(what, search));
  replace_file(search_file(folder, what.name), json_of(record_of(what, key, search)));
}

}  // namespace encephagen
