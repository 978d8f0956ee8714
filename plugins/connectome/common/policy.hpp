// What every connectome that is read from files does with its data, and the parameters that say so. See policy.md.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "encephagen/sdk/connectome.hpp"
#include "matrix_file.hpp"
#include "normalise.hpp"
#include "one_of.hpp"
#include "orientation.hpp"
#include "region_table.hpp"
#include "summary.hpp"

namespace connectomes {

using namespace files;

enum class SelfLoops { drop, keep };
enum class Transform { none, exp, log1p, tanh, sqrt, binary };
enum class Negative { refuse, keep, drop };
enum class LengthsFrom { file, centres };

// Base of the Params of every file-based connectome; their fields end with FileParams::shared.
struct FileParams {
  Rows rows = Rows::targets;
  SelfLoops self_loops = SelfLoops::drop;
  Transform transform = Transform::none;
  Normalise normalise = Normalise::none;
  Negative negative = Negative::refuse;
  double keep_strongest = 1;
  LengthsFrom lengths_from = LengthsFrom::file;
  std::string_view region_table, region_table_dataset;
  std::string_view region_table_label = "label";
  TableMatch region_table_match = TableMatch::label;
  Unmatched region_table_unmatched = Unmatched::refuse;
  std::string_view keep_column, group_column;

  static constexpr auto shared = eg::list(
      eg::param("rows", &FileParams::rows, rows_choices,
                "what a row of the file's matrix is: the targets or the sources of its weights", eg::required),
      eg::param("self_loops", &FileParams::self_loops, eg::choices("drop", "keep"),
                "what happens to weights from a region to itself", eg::required),
      eg::param(
          "transform", &FileParams::transform, eg::choices("none", "exp", "log1p", "tanh", "sqrt", "binary"),
          "function applied to weights: exp undoes a natural logarithm (0 stays no edge), tanh undoes Fisher z, binary "
          "makes every edge 1"),
      eg::param("normalise", &FileParams::normalise, normalise_choices,
                "what weights are divided by: the largest one, the mean sum of a row, each row's own sum, the largest "
                "absolute eigenvalue"),
      eg::param("negative", &FileParams::negative, eg::choices("refuse", "keep", "drop"),
                "what happens to negative weights (with transform exp: none are, logarithms may be negative)"),
      eg::param(
          "keep_strongest", &FileParams::keep_strongest, eg::range(0, 1),
          "share of the n (n - 1) pairs of regions whose weights are kept, the largest ones; the others become no "
          "edge; 1 keeps all"),
      eg::param("lengths_from", &FileParams::lengths_from, eg::choices("file", "centres"),
                "tract lengths of the files, or straight lines between the centres of the regions"),
      eg::file_param("region_table", &FileParams::region_table,
                     "csv or tsv file with a header and one line per region, whose columns become attributes"),
      eg::dataset_param("region_table_dataset", &FileParams::region_table_dataset,
                        "the same as a dataset; give at most one of the two"),
      eg::param("region_table_label", &FileParams::region_table_label,
                "column of the region table that says which region a line describes"),
      eg::param("region_table_match", &FileParams::region_table_match, eg::choices("label", "row"),
                "whether that column holds labels (case does not matter) or row numbers of the matrix, from 0"),
      eg::param("region_table_unmatched", &FileParams::region_table_unmatched, eg::choices("refuse", "keep"),
                "what happens when regions have no line in the table: refuse, or keep them with empty attributes"),
      eg::param("keep_column", &FileParams::keep_column,
                "column of the region table; regions where it is 0 or missing are left out; empty: all are kept"),
      eg::param(
          "group_column", &FileParams::group_column,
          "column of the region table that becomes the attribute 'group'; empty: 'group', else 'functional_group'"));
};

// What a reader found, in the orientation and order of its files.
struct RawConnectome {
  Matrix weights;                   // needed
  Matrix lengths_mm;                // empty if there are none
  std::vector<std::string> labels;  // one per row
  std::vector<double> centres_mm;   // [n * 3] or empty
  std::vector<eg::Connectome::Attribute> attributes;
  std::vector<std::pair<std::string, std::string>> history;  // what was read from where
};

// Checks what was read and applies, in this order: keep_column, negative, orientation, transform, self_loops,
// keep_strongest, normalise, hemisphere, region table. Every step is in the history. Notes and warnings (isolated
// regions, edges without length) go to `log`. Throws std::runtime_error that names the file, the row and the column for
// what cannot be used.
eg::Connectome finish(RawConnectome raw, const FileParams& params, eg::Sink& log);

// "R001", "R002", ... as labels for n regions that have none.
std::vector<std::string> numbered_labels(size_t n);

}  // namespace connectomes
