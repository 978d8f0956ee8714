// The members of a TVB connectivity (zip or folder): which file is which, and what their lines mean.
#pragma once
#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "archive.hpp"
#include "delimited.hpp"
#include "matrix_file.hpp"
#include "text.hpp"

namespace connectomes {

using namespace files;

// Finds the members by name, as TVB's own importer does: weights.txt exactly, else the only file with "weight" in its
// name; the same for the others. Plain or .bz2, in the root or in one folder of any depth, in any case.
class TvbFiles {
 public:
  // `path`: a zip file, a folder, or the weights file of a folder.
  explicit TvbFiles(const std::filesystem::path& path) : files_(root_of(path)) {
    std::vector<std::string> folders;
    for (const auto& name : files_.names()) {
      const auto [folder, file] = split(name);
      const bool is_new = std::ranges::find(folders, folder) == folders.end();
      if (stem(file) == "weights" && is_new) folders.push_back(folder);
    }
    if (folders.size() > 1)
      throw std::runtime_error(say("there are weights in several folders of ", path.filename().string(), ": ",
                                   name_list(folders), "; give one connectivity at a time"));
    if (!folders.empty())
      folder_ = folders.front();
    else if (const auto only = common_folder())
      folder_ = *only;
    if (!find("weights", "weight"))
      throw std::runtime_error(say(path.filename().string(), " holds no weights.txt; give a TVB connectivity (",
                                   files_.names().empty() ? "it holds no files" : "it holds ",
                                   name_list(files_.names()), ")"));
  }

  // The member called `exact`.txt, else the only one with `part` in its name.
  std::optional<std::string> find(const std::string& exact, const std::string& part = "") const {
    std::vector<std::string> same, similar;
    for (const auto& name : files_.names()) {
      const auto [folder, file] = split(name);
      if (folder != folder_) continue;
      if (stem(file) == exact)
        same.push_back(name);
      else if (!part.empty() && stem(file).find(part) != std::string::npos)
        similar.push_back(name);
    }
    const auto& found = same.empty() ? similar : same;
    if (found.size() > 1)
      throw std::runtime_error(say("which file holds the ", exact, " is not clear: ", name_list(found), "; keep one"));
    return found.empty() ? std::nullopt : std::optional(found.front());
  }
  std::string read(const std::string& name) const { return files_.read(name); }
  std::string where(const std::string& name) const { return files_.where(name); }

 private:
  static std::filesystem::path root_of(const std::filesystem::path& path) {
    const bool is_weights = std::filesystem::is_regular_file(path) && stem(path.filename().string()) == "weights";
    return is_weights ? path.parent_path() : path;
  }
  static std::pair<std::string, std::string> split(const std::string& name) {
    const size_t slash = name.rfind('/');
    if (slash == std::string::npos) return {"", name};
    return {name.substr(0, slash), name.substr(slash + 1)};
  }
  // "weights" of Weights.txt.bz2; empty for files that are not text.
  static std::string stem(const std::string& file) {
    std::string name = lower(file);
    if (name.ends_with(".bz2")) name.resize(name.size() - 4);
    if (!name.ends_with(".txt")) return {};
    return name.substr(0, name.size() - 4);
  }
  std::optional<std::string> common_folder() const {
    std::optional<std::string> common;
    for (const auto& name : files_.names()) {
      if (stem(split(name).second).find("weight") == std::string::npos) continue;
      if (common && *common != split(name).first) return std::nullopt;
      common = split(name).first;
    }
    return common;
  }

  FileSet files_;
  std::string folder_;
};

// Lines "label x y z ..." of centres.txt.
struct Centres {
  std::string file;
  std::vector<std::string> labels;
  std::vector<double> xyz;  // [n * 3]
};

// Whatever follows the third number of a line is left out (a fifth column "None" in the 66 region set). A label may
// hold blanks. Throws std::runtime_error with file and line.
inline Centres parse_centres(std::string_view text, const std::string& file) {
  Centres out{file, {}, {}};
  for (const auto& row : read_delimited(text, file).rows) {
    const auto& cells = row.cells;
    size_t first = 1;
    const auto is_number = [&](size_t k) { return k < cells.size() && to_number(cells[k]).has_value(); };
    while (first < cells.size() && !(is_number(first) && is_number(first + 1) && is_number(first + 2))) ++first;
    if (first >= cells.size())
      throw std::runtime_error(
          say(file, ", line ", row.number, ": '", row.line, "' is not a label and three coordinates"));
    std::string label = cells[0];
    for (size_t k = 1; k < first; ++k) label += " " + cells[k];
    out.labels.push_back(std::move(label));
    for (size_t k = 0; k < 3; ++k) out.xyz.push_back(*to_number(cells[first + k]));
  }
  return out;
}

// One number per region: cortical.txt, areas.txt, hemispheres.txt. true and false count as 1 and 0.
inline std::vector<double> parse_column(std::string_view text, const std::string& file, size_t n) {
  std::vector<double> out;
  for (const auto& row : read_delimited(text, file).rows) {
    for (const auto& cell : row.cells) {
      const std::string word = lower(cell);
      const auto value = word == "true" ? 1.0 : word == "false" ? 0.0 : to_number(cell);
      if (!value) throw std::runtime_error(say(file, ", line ", row.number, ": '", cell, "' is not a number"));
      out.push_back(*value);
    }
  }
  if (out.size() != n)
    throw std::runtime_error(say(file, " has ", count_of(out.size(), "value", "values"), " for ", n,
                                 " regions; it must have one per region or be left out"));
  return out;
}

// The 'key = "value"' pairs of info.txt, which may follow one another without a line break.
inline std::map<std::string, std::string> parse_info(std::string_view text) {
  std::map<std::string, std::string> out;
  size_t from = 0;
  for (;;) {
    const size_t equals = text.find('=', from);
    const size_t open = equals == std::string_view::npos ? equals : text.find('"', equals);
    const size_t close = open == std::string_view::npos ? open : text.find('"', open + 1);
    if (close == std::string_view::npos) return out;
    std::string_view key = trim(text.substr(from, equals - from));
    if (const size_t line = key.find_last_of("\r\n"); line != std::string_view::npos) key = trim(key.substr(line + 1));
    out[lower(key)] = text.substr(open + 1, close - open - 1);
    from = close + 1;
  }
}

}  // namespace connectomes
