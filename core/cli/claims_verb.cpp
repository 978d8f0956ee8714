// claims: the verdicts of many experiments in one table.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/command_line.hpp"
#include "experiment/text_table.hpp"

namespace encephagen::cli {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// claims.json of a folder and of all below it, in order of their paths.
std::vector<fs::path> claim_files(const std::vector<std::string>& given) {
  std::set<fs::path> out;
  for (const auto& text : given) {
    const fs::path path = text;
    std::error_code ec;
    const size_t before = out.size();
    if (fs::is_regular_file(path, ec)) out.insert(path);
    if (fs::is_directory(path, ec)) {
      for (const auto& entry : fs::recursive_directory_iterator(path, ec))
        if (entry.path().filename() == "claims.json") out.insert(entry.path());
    }
    if (out.size() == before)
      throw Failure(Exit::data_unusable, fmt::format("{}: holds no claims.json; `encephagen run` of an experiment with "
                                                     "claims writes one",
                                                     text));
  }
  return {out.begin(), out.end()};
}

Json read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  const auto json = Json::parse(in, nullptr, false);
  if (json.is_discarded() || !json.contains("claims"))
    throw Failure(Exit::data_unusable, fmt::format("{}: is no claims.json", file.string()));
  return json["claims"];
}

double number(const Json& v) { return v.is_number() ? v.get<double>() : std::nan(""); }

std::string published(const Json& claim) {
  const auto& p = claim["published"];
  if (p.is_null()) return "";
  std::string out = p.value("verdict", "");
  if (p["value"].is_number()) out += fmt::format("{}{}", out.empty() ? "" : ", ", number_cell(number(p["value"])));
  if (p["p"].is_number()) out += fmt::format("{}p = {}", out.empty() ? "" : ", ", number_cell(number(p["p"])));
  return out;
}

Colour colour_of(const std::string& verdict) {
  return verdict == "supported"      ? Colour::good
         : verdict == "refuted"      ? Colour::bad
         : verdict == "inconclusive" ? Colour::unclear
                                     : Colour::faint;
}

}  // namespace

int verb_claims(const Arguments& arguments) {
  po::options_description options("encephagen claims DIR...");
  options.add_options()("published", po::bool_switch(), "only claims that somebody else made before")(
      "json", po::bool_switch(), "all of claims.json, with the folder")("help", "this text");
  const auto given = parse(arguments, options, "dir", -1);
  if (given.count("help")) return std::cout << options << "\n", 0;
  const auto folders = texts(given, "dir");
  if (folders.empty()) throw Failure(Exit::usage, "claims needs folders of results, for example docs/results");
  Json all = Json::array();
  std::vector<std::vector<Cell>> rows;
  for (const auto& file : claim_files(folders))
    for (auto& claim : read(file)) {
      if (given["published"].as<bool>() && claim["published"].is_null()) continue;
      const std::string experiment = file.parent_path().filename().string();
      std::string verdict = claim.value("verdict", "");
      std::ranges::replace(verdict, '_', ' ');
      const auto& effects = claim["effects"];
      rows.push_back({{experiment},
                      {claim.value("id", "")},
                      {claim.value("text", "")},
                      {published(claim)},
                      {verdict + (claim.value("as_published", false) ? ", as published" : "") +
                           (claim.value("exploratory", false) ? ", exploratory" : ""),
                       colour_of(verdict)},
                      {effects.empty() ? "" : number_cell(number(effects[0]["value"]))},
                      {number_cell(number(claim["p"]))},
                      {number_cell(number(claim["q"]))}});
      Json with_folder{{"experiment", experiment}};
      with_folder.update(claim);
      all.push_back(std::move(with_folder));
    }
  if (given["json"].as<bool>()) return std::cout << all.dump(1) << "\n", 0;
  const bool use_colour = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  std::cout << text_table({"experiment", "claim", "", "published", "verdict", "effect", "p", "q"}, rows,
                          {false, false, false, false, false, true, true, true}, use_colour);
  return 0;
}

}  // namespace encephagen::cli
