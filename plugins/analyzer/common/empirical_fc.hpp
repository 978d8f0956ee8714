// Measured functional connectivity from a file, and which of its rows belong to the regions of a run.
#pragma once
#include <encephagen/sdk/analyzer.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "archive.hpp"
#include "labels_file.hpp"
#include "matrix_file.hpp"
#include "metrics.hpp"
#include "one_of.hpp"

namespace analysis {

enum class FcTransform { none, tanh };
enum class Unmatched { refuse, leave_out };

// The parameters that name the measured matrices. Params of an analyzer derive from this and list empirical_fields.
struct EmpiricalParams {
  std::string_view fc_dataset, fc_file, fc_variable;
  std::string_view test_dataset, test_file, test_variable;
  std::string_view labels_dataset, labels_file, labels_column;
  FcTransform fc_transform = FcTransform::none;
  Unmatched unmatched = Unmatched::refuse;
};
inline constexpr auto empirical_fields = eg::list(
    eg::dataset_param("fc_dataset", &EmpiricalParams::fc_dataset,
                      "id of a square matrix of measured functional connectivity in a data manifest"),
    eg::file_param("fc_file", &EmpiricalParams::fc_file, "the same as a file; give this or fc_dataset"),
    eg::param("fc_variable", &EmpiricalParams::fc_variable,
              "array of an npz or mat file that holds it; empty: the only matrix"),
    eg::dataset_param("test_dataset", &EmpiricalParams::test_dataset,
                      "id of a second matrix of other people or sessions: what fits the first is judged by this one"),
    eg::file_param("test_file", &EmpiricalParams::test_file, "the same as a file; give at most one of the two"),
    eg::param("test_variable", &EmpiricalParams::test_variable, "array of an npz or mat file that holds it"),
    eg::dataset_param("labels_dataset", &EmpiricalParams::labels_dataset,
                      "id of a file with the region labels of these matrices, in their order"),
    eg::file_param("labels_file", &EmpiricalParams::labels_file,
                   "the same as a file; without labels rows are taken to be in the order of the run's regions"),
    eg::param("labels_column", &EmpiricalParams::labels_column, "column of the labels file; empty: found by itself"),
    eg::param("fc_transform", &EmpiricalParams::fc_transform, eg::choices("none", "tanh"),
              "what is done to the measured numbers: tanh turns Fisher's z into r", eg::required),
    eg::param("unmatched", &EmpiricalParams::unmatched, eg::choices("refuse", "leave_out"),
              "what happens when a region of the run is not in the measured matrix: refuse, or compare the others"));

// A measured matrix, brought into the order of the run.
struct EmpiricalFc {
  std::string name;            // "train" and "test", "" where there is only one
  std::vector<size_t> region;  // of the run, ascending
  std::vector<double> r;       // [m, m] in that order, symmetrised

  double operator()(size_t i, size_t j) const { return r[i * region.size() + j]; }
};

namespace detail {

inline std::string lacking(const std::string& file, const std::vector<std::string>& missing, size_t n) {
  return file + " has no row for '" + missing.front() + "' (" + std::to_string(missing.size()) + " of the " +
         std::to_string(n) + " regions of the run are missing)";
}

// [run region] -> row of the matrix. With labels by name, whose case does not matter, else by order.
inline std::vector<std::optional<size_t>> rows_of_regions(const std::vector<std::string>& regions,
                                                          const std::vector<std::string>& labels,
                                                          const std::string& file, size_t n_rows, Unmatched unmatched) {
  std::vector<std::optional<size_t>> out;
  if (labels.empty()) {
    if (n_rows != regions.size())
      throw std::invalid_argument(file + " has " + std::to_string(n_rows) + " rows without labels, the run has " +
                                  std::to_string(regions.size()) +
                                  " regions: give labels_file or labels_dataset to match them by name");
    for (size_t r = 0; r < n_rows; ++r) out.emplace_back(r);
    return out;
  }
  if (labels.size() != n_rows)
    throw std::invalid_argument(file + " has " + std::to_string(n_rows) + " rows, but there are " +
                                std::to_string(labels.size()) + " labels: give the labels of this matrix");
  std::map<std::string, size_t> row_of;
  for (size_t r = 0; r < labels.size(); ++r)
    if (!row_of.emplace(files::lower(labels[r]), r).second)
      throw std::invalid_argument("the label '" + labels[r] + "' stands twice among those of " + file);
  std::vector<std::string> missing;
  for (const auto& label : regions) {
    const auto found = row_of.find(files::lower(label));
    out.push_back(found == row_of.end() ? std::nullopt : std::optional(found->second));
    if (found == row_of.end()) missing.push_back(label);
  }
  if (!missing.empty() && (unmatched == Unmatched::refuse || missing.size() == regions.size()))
    throw std::invalid_argument(
        lacking(file, missing, regions.size()) + "; its first row is '" + labels.front() +
        "': give the labels of this parcellation, or say unmatched = \"leave_out\" to compare the other regions");
  return out;
}

}  // namespace detail

// The matrices that the parameters name: one called "", or two called "train" and "test". Throws std::invalid_argument
// or std::runtime_error naming the file for what cannot be read or matched.
inline std::vector<EmpiricalFc> read_empirical_fc(const eg::Recording& rec, const EmpiricalParams& p, eg::Sink& log) {
  const auto path = files::one_of("fc_dataset", p.fc_dataset, "fc_file", p.fc_file, true);
  const auto test = files::one_of("test_dataset", p.test_dataset, "test_file", p.test_file, false);
  const auto labels_path = files::one_of("labels_dataset", p.labels_dataset, "labels_file", p.labels_file, false);
  const auto read = [&](const std::string& from, std::string_view variable, const char* name) {
    const files::Matrix m = files::read_matrix(from, std::string(variable));
    if (m.rows != m.columns)
      throw std::invalid_argument(m.file + " has " + std::to_string(m.rows) + " rows and " + std::to_string(m.columns) +
                                  " columns: functional connectivity needs a square matrix");
    auto labels = m.row_labels.empty() ? m.column_labels : m.row_labels;
    if (!labels_path.empty())
      labels = files::parse_labels(files::read_file(labels_path),
                                   std::filesystem::path(labels_path).filename().string(), p.labels_column, m.rows);
    const auto row = detail::rows_of_regions(rec.region_label, labels, m.file, m.rows, p.unmatched);
    EmpiricalFc out{name, {}, {}};
    std::vector<std::string> left_out;
    for (size_t r = 0; r < row.size(); ++r)
      if (row[r])
        out.region.push_back(r);
      else
        left_out.push_back(rec.region_label[r]);
    if (!left_out.empty())
      log.warning(std::to_string(left_out.size()) + " regions of the run are not in " + m.file +
                  " and left out: " + name_list(left_out));
    for (const size_t i : out.region)
      for (const size_t j : out.region) {
        const double value = 0.5 * (m.at(*row[i], *row[j]) + m.at(*row[j], *row[i]));
        if (i != j && !std::isfinite(value))
          throw std::invalid_argument(m.file + ": the connectivity of '" + rec.region_label[i] + "' and '" +
                                      rec.region_label[j] + "' is not a finite number");
        out.r.push_back(p.fc_transform == FcTransform::tanh ? std::tanh(value) : value);
      }
    return out;
  };
  std::vector<EmpiricalFc> out;
  out.push_back(read(path, p.fc_variable, test.empty() ? "" : "train"));
  if (!test.empty()) out.push_back(read(test, p.test_variable, "test"));
  return out;
}

}  // namespace analysis
