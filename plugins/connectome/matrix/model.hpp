// A connectome from a matrix of weights in a text, npy, npz or MATLAB file, with lengths, labels and centres beside it.
#pragma once
#include "archive.hpp"
#include "centres_file.hpp"
#include "labels_file.hpp"
#include "policy.hpp"
#include "text.hpp"

namespace connectomes {

using namespace files;

struct MatrixConnectome {
  static constexpr eg::Info info{"core.matrix", "1.0.0",
                                 "connectome from matrices in csv, tsv, text, npy, npz or MATLAB files"};

  enum class CentresMatch { label, row };

  struct Params : FileParams {
    std::string_view weights_dataset, weights_file, weights_variable;
    std::string_view lengths_dataset, lengths_file, lengths_variable;
    std::string_view labels_dataset, labels_file, labels_column;
    std::string_view centres_dataset, centres_file;
    CentresMatch centres_match = CentresMatch::label;

    static constexpr auto fields = eg::concat(
        eg::list(
            eg::dataset_param("weights_dataset", &Params::weights_dataset,
                              "id of a square matrix of weights in a data manifest"),
            eg::file_param(
                "weights_file", &Params::weights_file,
                "csv, tsv, text, npy, npz or mat file with a square matrix of weights; give this or weights_dataset"),
            eg::param("weights_variable", &Params::weights_variable,
                      "array of an npz or mat file that holds the weights; empty: the only matrix"),
            eg::dataset_param("lengths_dataset", &Params::lengths_dataset, "id of a matrix of tract lengths in mm"),
            eg::file_param("lengths_file", &Params::lengths_file,
                           "file with a matrix of tract lengths in mm; give at most one of this and lengths_dataset"),
            eg::param("lengths_variable", &Params::lengths_variable,
                      "array of an npz or mat file that holds the lengths; empty: the only matrix"),
            eg::dataset_param("labels_dataset", &Params::labels_dataset,
                              "id of a file with the region labels in matrix order"),
            eg::file_param(
                "labels_file", &Params::labels_file,
                "text, csv or atlas yaml file with the region labels in matrix order; without it labels come from "
                "the header of the weights, else they are R001, R002, ..."),
            eg::param("labels_column", &Params::labels_column, "column of the labels file; empty: found by itself"),
            eg::dataset_param("centres_dataset", &Params::centres_dataset, "id of a table of region coordinates in mm"),
            eg::file_param("centres_file", &Params::centres_file,
                           "table with columns x, y, z in mm and, if its order is not the matrix's, label"),
            eg::param("centres_match", &Params::centres_match, eg::choices("label", "row"),
                      "whether lines with a label are matched by it (case does not matter) or by their order")),
        FileParams::shared);
  } p;

  explicit MatrixConnectome(const Params& params) : p(params) { weights_path(); }

  // Reads the files anew at every call; the seed is not used.
  eg::Connectome build(uint64_t, eg::Sink& log) const {
    RawConnectome raw;
    raw.weights = read_matrix(weights_path(), std::string(p.weights_variable));
    raw.history.emplace_back("weights", raw.weights.file);
    if (const auto path = one_of("lengths_dataset", p.lengths_dataset, "lengths_file", p.lengths_file, false);
        !path.empty()) {
      raw.lengths_mm = read_matrix(path, std::string(p.lengths_variable));
      raw.history.emplace_back("lengths_mm", raw.lengths_mm.file);
    }
    find_labels(raw);
    if (const auto path = one_of("centres_dataset", p.centres_dataset, "centres_file", p.centres_file, false);
        !path.empty()) {
      const auto table = parse_centres_table(read_file(path), name_of(path));
      const bool by_label = p.centres_match == CentresMatch::label && !table.labels.empty();
      raw.centres_mm = centres_for(table, raw.labels, by_label);
      raw.history.emplace_back("centres_mm", say(table.file, by_label ? ", by label" : ", by row"));
    }
    return finish(std::move(raw), p, log);
  }

 private:
  static std::string name_of(const std::string& path) { return std::filesystem::path(path).filename().string(); }
  std::string weights_path() const {
    return one_of("weights_dataset", p.weights_dataset, "weights_file", p.weights_file, true);
  }

  // A labels file counts before the header. A header whose columns name other regions than its rows, or lengths in
  // another order than weights, would mix regions up, so both are refused.
  void find_labels(RawConnectome& raw) const {
    const Matrix& w = raw.weights;
    if (!w.row_labels.empty() && !w.column_labels.empty())
      refuse_difference(w.file, "rows", w.row_labels, "columns", w.column_labels);
    const auto& header = w.row_labels.empty() ? w.column_labels : w.row_labels;
    const auto& other = raw.lengths_mm.row_labels.empty() ? raw.lengths_mm.column_labels : raw.lengths_mm.row_labels;
    if (!header.empty() && !other.empty()) refuse_difference(raw.lengths_mm.file, "regions", other, w.file, header);
    const auto path = one_of("labels_dataset", p.labels_dataset, "labels_file", p.labels_file, false);
    if (!path.empty()) {
      raw.labels = parse_labels(read_file(path), name_of(path), p.labels_column, w.rows);
      raw.history.emplace_back("labels", name_of(path));
    } else if (!header.empty()) {
      raw.labels = header;
      raw.history.emplace_back("labels", say("header of ", w.file));
    } else {
      raw.labels = numbered_labels(w.rows);
      raw.history.emplace_back("labels", "numbered");
    }
  }

  static void refuse_difference(const std::string& file, std::string_view a_name, const std::vector<std::string>& a,
                                std::string_view b_name, const std::vector<std::string>& b) {
    size_t i = 0;
    while (i < a.size() && i < b.size() && a[i] == b[i]) ++i;
    if (i == a.size() && i == b.size()) return;
    const auto label = [i](const std::vector<std::string>& l) {
      return i < l.size() ? say("'", l[i], "'") : std::string("nothing");
    };
    throw std::runtime_error(say(file, ": number ", i + 1, " is ", label(a), " in the ", a_name, " and ", label(b),
                                 " in the ", b_name, "; bring both into one order"));
  }
};

}  // namespace connectomes
