// What every connectome that is read from files does with its data.
#include "policy.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <stdexcept>

#include "hemisphere.hpp"
#include "text.hpp"

namespace connectomes {

using namespace files;
namespace {

using Connectome = eg::Connectome;

std::runtime_error refusal(const std::string& text) { return std::runtime_error(text); }

void check_square(const Matrix& m, std::string_view what) {
  if (m.rows == 0 || m.columns == 0) throw refusal(say(m.file, " holds no ", what));
  if (m.rows != m.columns)
    throw refusal(say(m.file, ": ", what, " need a square matrix, this one has ", m.rows, " rows and ", m.columns,
                      " columns; take the square part that holds the regions"));
}

void check_labels(const std::vector<std::string>& labels, const Matrix& weights) {
  if (labels.size() != weights.rows)
    throw refusal(say(weights.file, " has ", count_of(weights.rows, "row", "rows"), " but there ",
                      labels.size() == 1 ? "is " : "are ", count_of(labels.size(), "label", "labels"),
                      "; give the labels of this matrix"));
  std::set<std::string_view> seen;
  for (size_t i = 0; i < labels.size(); ++i) {
    if (labels[i].empty()) throw refusal(say("the label of region ", i + 1, " is empty; give every region a name"));
    if (!seen.insert(labels[i]).second) {
      const auto first = std::ranges::find(labels, labels[i]) - labels.begin() + 1;
      throw refusal(say("two regions have the label '", labels[i], "' (rows ", first, " and ", i + 1, "); rename one"));
    }
  }
}

void check_finite(const Matrix& m, std::string_view what) {
  for (size_t r = 0; r < m.rows; ++r)
    for (size_t c = 0; c < m.columns; ++c)
      if (!std::isfinite(m.at(r, c)))
        throw refusal(say(m.place(r, c), ": the ", what, " is ", show(m.at(r, c)),
                          "; correct the file (0 where there is no edge)"));
}

void check_lengths(const Matrix& lengths, const Matrix& weights) {
  if (lengths.empty()) return;
  check_square(lengths, "tract lengths");
  if (lengths.rows != weights.rows)
    throw refusal(say(lengths.file, " has ", lengths.rows, " rows, ", weights.file, " has ", weights.rows,
                      "; give the tract lengths of the same regions"));
  check_finite(lengths, "tract length");
  for (size_t r = 0; r < lengths.rows; ++r)
    for (size_t c = 0; c < lengths.columns; ++c)
      if (lengths.at(r, c) < 0)
        throw refusal(
            say(lengths.place(r, c), ": the tract length is ", lengths.at(r, c), " mm; a length cannot be negative"));
}

void apply_negative(Matrix& w, const FileParams& p, Connectome& to) {
  if (p.transform == Transform::exp) return;
  size_t n_negative = 0;
  for (size_t r = 0; r < w.rows; ++r) {
    for (size_t c = 0; c < w.columns; ++c) {
      double& value = w.values[r * w.columns + c];
      if (value >= 0) continue;
      ++n_negative;
      if (p.negative == Negative::refuse)
        throw refusal(say(w.place(r, c), ": the weight is ", value,
                          "; say negative = \"keep\" or \"drop\", or transform = \"exp\" if weights are logarithms"));
      if (p.negative == Negative::drop) value = 0;
    }
  }
  if (n_negative)
    to.history.emplace_back("negative", say(p.negative == Negative::drop ? "dropped " : "kept ", n_negative));
}

std::vector<double> targets_by_row(const Matrix& m, Rows rows) {
  if (rows == Rows::targets) return m.values;
  std::vector<double> out(m.values.size());
  for (size_t r = 0; r < m.rows; ++r)
    for (size_t c = 0; c < m.columns; ++c) out[c * m.rows + r] = m.at(r, c);
  return out;
}

double transformed(double w, Transform how) {
  switch (how) {
    case Transform::exp:
      return std::exp(w);
    case Transform::log1p:
      return std::log1p(w);
    case Transform::tanh:
      return std::tanh(w);
    case Transform::sqrt:
      return std::sqrt(w);
    case Transform::binary:
      return w > 0 ? 1.0 : -1.0;
    case Transform::none:
      break;
  }
  return w;
}

void apply_transform(Connectome& c, Transform how, const std::string& file) {
  static constexpr const char* names[] = {"none", "exp", "log1p", "tanh", "sqrt", "binary"};
  const char* name = names[static_cast<size_t>(how)];
  if (how == Transform::none) return c.history.emplace_back("transform", name), void();
  size_t n_edges = 0;
  for (size_t i = 0; i < c.size(); ++i) {
    for (size_t j = 0; j < c.size(); ++j) {
      double& w = c.weight(i, j);
      if (w == 0) continue;
      const double before = w;
      w = transformed(w, how);
      ++n_edges;
      if (!std::isfinite(w))
        throw refusal(say(file, ": the weight from '", c.labels[j], "' to '", c.labels[i], "' is ", before, ", whose ",
                          name, " is not a finite number; choose another transform",
                          before < 0 ? " or say negative = \"drop\"" : ""));
    }
  }
  c.history.emplace_back("transform",
                         say(name, ": ", count_of(n_edges, "weight", "weights"), ", zeros kept as no edge"));
}

// Weights as large as the smallest one that is kept stay, too: a symmetric matrix stays symmetric.
void keep_strongest(Connectome& c, double share) {
  if (share >= 1) return;
  const size_t n = c.size();
  std::vector<double> sizes;
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j)
      if (i != j && c.weight(i, j) != 0) sizes.push_back(std::abs(c.weight(i, j)));
  const auto kept = static_cast<size_t>(std::llround(share * static_cast<double>(n * (n - 1))));
  size_t dropped = 0;
  if (kept < sizes.size()) {
    std::ranges::sort(sizes, std::greater<>());
    const double smallest = kept > 0 ? sizes[kept - 1] : std::numeric_limits<double>::infinity();
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j < n; ++j) {
        double& w = c.weight(i, j);
        if (i != j && w != 0 && std::abs(w) < smallest) w = 0, ++dropped;
      }
  }
  c.history.emplace_back("keep_strongest",
                         say(share, " of the pairs: dropped ", dropped, " of ", sizes.size(), " weights"));
}

void apply_self_loops(Connectome& c, SelfLoops what) {
  size_t n_loops = 0;
  for (size_t i = 0; i < c.size(); ++i) {
    n_loops += c.weight(i, i) != 0;
    if (what == SelfLoops::drop) c.weight(i, i) = 0;
  }
  c.history.emplace_back("self_loops",
                         what == SelfLoops::drop ? say("dropped ", n_loops, " of ", n_loops) : say("kept ", n_loops));
}

void add_hemispheres(Connectome& c) {
  if (c.attribute("hemisphere")) return;
  auto sides = hemispheres_of(c.labels);
  if (sides.empty()) return c.history.emplace_back("hemisphere", "not told by the labels"), void();
  const auto count = [&](const char* side) { return std::ranges::count(sides, side); };
  c.history.emplace_back("hemisphere", say("from the labels: ", count("left"), " left, ", count("right"), " right, ",
                                           count("both"), " both"));
  c.attributes.push_back({"hemisphere", {}, std::move(sides)});
}

struct MatchedTable {
  RegionTable table;
  std::vector<size_t> row_of;  // [region of the file], npos: none
};

std::optional<MatchedTable> find_region_table(const RawConnectome& raw, const FileParams& p) {
  const std::string path =
      one_of("region_table_dataset", p.region_table_dataset, "region_table", p.region_table, false);
  if (path.empty()) {
    if (!p.keep_column.empty())
      throw refusal(
          say("keep_column = \"", p.keep_column, "\" needs a region table: give region_table or region_table_dataset"));
    return std::nullopt;
  }
  RegionTable table = read_region_table(path);
  auto rows = match_regions(table, raw.labels, p.region_table_label, p.region_table_match, p.region_table_unmatched);
  return MatchedTable{std::move(table), std::move(rows)};
}

// The rows and columns of the matrix that are in `kept`.
void take_square(Matrix& m, const std::vector<size_t>& kept) {
  if (m.empty()) return;
  Matrix out{kept.size(), kept.size(), {}, {}, {}, m.file};
  for (const size_t r : kept) {
    if (!m.row_labels.empty()) out.row_labels.push_back(m.row_labels[r]);
    if (!m.column_labels.empty()) out.column_labels.push_back(m.column_labels[r]);
    for (const size_t c : kept) out.values.push_back(m.at(r, c));
  }
  m = std::move(out);
}

// `width` values per region.
template <class T>
void take(std::vector<T>& values, const std::vector<size_t>& kept, size_t width = 1) {
  if (values.empty()) return;
  std::vector<T> out;
  for (const size_t r : kept)
    for (size_t k = 0; k < width; ++k) out.push_back(std::move(values[r * width + k]));
  values = std::move(out);
}

void keep_regions(RawConnectome& raw, MatchedTable& matched, std::string_view column) {
  const auto& [table, row_of] = matched;
  const auto found =
      std::ranges::find_if(table.columns, [&](const auto& name) { return lower(name) == lower(column); });
  if (found == table.columns.end())
    throw refusal(say("region table ", table.file, " has no column '", column, "' for keep_column; it has ",
                      name_list(table.columns, 16)));
  const auto at = static_cast<size_t>(found - table.columns.begin());
  std::vector<size_t> kept;
  for (size_t r = 0; r < row_of.size(); ++r) {
    if (row_of[r] == std::string::npos) continue;
    const std::string& cell = table.cells[row_of[r]][at];
    const auto value = is_missing(cell) ? 0.0 : to_number(cell);
    if (!value)
      throw refusal(say("region table ", table.file, ", column '", column, "': '", cell, "' of '", raw.labels[r],
                        "' is not a number; keep_column needs 0 or 1"));
    if (*value != 0) kept.push_back(r);
  }
  if (kept.empty()) throw refusal(say("keep_column = \"", column, "\" leaves no region; choose another column"));
  raw.history.emplace_back("keep_column", say(*found, ": ", kept.size(), " of ", row_of.size(), " regions"));
  take_square(raw.weights, kept);
  take_square(raw.lengths_mm, kept);
  take(raw.labels, kept);
  take(raw.centres_mm, kept, 3);
  for (auto& a : raw.attributes) take(a.numbers, kept), take(a.texts, kept);
  take(matched.row_of, kept);
}

void add_region_table(Connectome& c, const MatchedTable& matched, const FileParams& p, eg::Sink& log) {
  const auto& [table, rows] = matched;
  add_attributes(c, table, rows, p.region_table_label, p.group_column);
  const std::set<size_t> used(rows.begin(), rows.end());
  std::vector<std::string> missing;
  for (size_t i = 0; i < rows.size(); ++i)
    if (rows[i] == std::string::npos) missing.push_back(c.labels[i]);
  const size_t n_used = used.size() - (missing.empty() ? 0 : 1);
  if (!missing.empty())
    log.warning(say("region table ", table.file, " has no row for ", name_list(missing, missing.size())));
  if (n_used < table.cells.size() && p.keep_column.empty())
    log.note(say("region table ", table.file, ": ", table.cells.size() - n_used, " of its ", table.cells.size(),
                 " rows describe no region of this connectome"));
}

void lengths_from_centres(Connectome& c) {
  if (c.centres_mm.empty())
    throw refusal(
        "lengths_from = \"centres\" needs the coordinates of all regions: give them in a centres file or in the "
        "columns x, y, z of the region table");
  const size_t n = c.size();
  c.lengths_mm.assign(n * n, 0.0);
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j)
      c.lengths_mm[i * n + j] =
          std::hypot(c.centres_mm[3 * i] - c.centres_mm[3 * j], c.centres_mm[3 * i + 1] - c.centres_mm[3 * j + 1],
                     c.centres_mm[3 * i + 2] - c.centres_mm[3 * j + 2]);
  c.history.emplace_back("lengths_mm", "straight lines between the centres");
}

}  // namespace

std::vector<std::string> numbered_labels(size_t n) {
  const size_t width = std::max<size_t>(3, std::to_string(n).size());
  std::vector<std::string> labels;
  for (size_t i = 1; i <= n; ++i) {
    const std::string number = std::to_string(i);
    labels.push_back("R" + std::string(width - number.size(), '0') + number);
  }
  return labels;
}

Connectome finish(RawConnectome raw, const FileParams& p, eg::Sink& log) {
  check_square(raw.weights, "weights");
  check_labels(raw.labels, raw.weights);
  if (raw.weights.row_labels.empty()) raw.weights.row_labels = raw.weights.column_labels = raw.labels;
  check_finite(raw.weights, "weight");
  check_lengths(raw.lengths_mm, raw.weights);
  auto table = find_region_table(raw, p);
  if (table && !p.keep_column.empty()) keep_regions(raw, *table, p.keep_column);

  Connectome c;
  c.labels = std::move(raw.labels);
  c.centres_mm = std::move(raw.centres_mm);
  c.attributes = std::move(raw.attributes);
  c.history = std::move(raw.history);
  apply_negative(raw.weights, p, c);
  c.weights = targets_by_row(raw.weights, p.rows);
  if (!raw.lengths_mm.empty()) c.lengths_mm = targets_by_row(raw.lengths_mm, p.rows);
  c.history.emplace_back("rows", p.rows == Rows::targets
                                     ? "targets: kept as they are"
                                     : "sources: weights and lengths transposed, rows are targets now");
  apply_transform(c, p.transform, raw.weights.file);
  apply_self_loops(c, p.self_loops);
  keep_strongest(c, p.keep_strongest);
  c.history.emplace_back("normalise", normalise(c.weights, c.size(), p.normalise));
  add_hemispheres(c);
  if (table) add_region_table(c, *table, p, log);
  if (p.lengths_from == LengthsFrom::centres) lengths_from_centres(c);
  summarise(c, log);
  return c;
}

}  // namespace connectomes
