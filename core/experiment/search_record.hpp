// A search on disk: optimize/NAME.json, from which it goes on, and optimize/NAME.csv, the table of its generations.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "experiment/search.hpp"

namespace encephagen {

// optimize/NAME.json and .csv below the folder of an experiment.
std::filesystem::path search_file(const std::filesystem::path& folder, const std::string& name);
std::filesystem::path search_table(const std::filesystem::path& folder, const std::string& name);

// Hash of everything that determines what a search finds in a generation; not how many there are to be.
std::string search_key(const Optimization& what);

// What a reader of the folder sees of a search, whether it goes on or not.
struct SearchRecord {
  std::string key, arm, metric, goal, use, why_over;  // why_over: "" while it goes on
  std::vector<std::pair<std::string, std::string>> sweep;
  std::vector<std::string> names;                      // of the numbers
  size_t planned = 0, population = 0, replicates = 0;  // generations, candidates, runs of each
  std::vector<GenerationValues> told;
  std::vector<double> best, mean, sigma;      // [generation]
  std::optional<std::vector<double>> chosen;  // if it is over
};

SearchRecord record_of(const Optimization& what, const std::string& key, const Search& search);

// None if there is none or it cannot be understood.
std::optional<SearchRecord> read_search(const std::filesystem::path& file);

// Both files, each there whole or not at all. Throws StorageFailure.
void write_search(const std::filesystem::path& folder, const Optimization& what, const std::string& key,
                  const Search& search);

// The table: generation, runs so far, best, mean, failed, sigma, axis_ratio, and the mean of the distribution by name.
std::string search_csv(const Optimization& what, const Search& search);

}  // namespace encephagen
