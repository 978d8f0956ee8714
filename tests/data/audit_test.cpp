// The audit on synthetic connectomes: a sound one passes, and each planted defect is found by its check.
#include "scenario/audit.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "synthetic_brain.hpp"

using namespace encephagen;
using testing::brain;

namespace {

Finding find(const std::vector<Finding>& all, const std::string& check) {
  for (const auto& f : all)
    if (f.check == check) return f;
  return {check, Severity::ok, "(no such finding)", ""};
}

Finding find(const eg::Connectome& c, const std::string& check, const AuditContext& context = {}) {
  return find(audit(c, context), check);
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

size_t left_of(const eg::Connectome& c, size_t region) { return region % (c.size() / 2); }
size_t half_of(const eg::Connectome& c) { return c.size() / 2; }

// Rows in alphabetical order of the names, as when someone sorted the matrix but not the labels.
eg::Connectome sorted_rows(const eg::Connectome& c) {
  auto from = testing::as_they_are(c.size());
  const auto half = static_cast<std::ptrdiff_t>(half_of(c));
  std::ranges::sort(from.begin(), from.begin() + half, {}, [&](size_t i) { return c.labels[i]; });
  std::ranges::sort(from.begin() + half, from.end(), {}, [&](size_t i) { return c.labels[i]; });
  return testing::with_rows(c, from);
}

// Rows of each hemisphere in the same random order.
eg::Connectome shuffled_rows(const eg::Connectome& c, bool both_alike = true) {
  std::vector<size_t> order(half_of(c));
  std::iota(order.begin(), order.end(), size_t{0});
  eg::Random(9, "rows").shuffle(std::span(order));
  std::vector<size_t> from;
  for (const size_t i : order) from.push_back(i);
  for (size_t i = 0; i < order.size(); ++i) from.push_back(half_of(c) + (both_alike ? order[i] : i));
  return testing::with_rows(c, from);
}

AuditContext with_reference(const eg::Connectome& reference) {
  AuditContext context;
  context.reference = AuditReference{"atlas", &reference};
  return context;
}

const testing::BrainOptions directed{.is_directed = true}, basal{.is_directed = true, .has_basal_ganglia = true};

}  // namespace

TEST_CASE("audit: a sound connectome passes every check") {
  for (const auto& options : {testing::BrainOptions{}, directed, basal, testing::BrainOptions{.seed = 2}}) {
    const auto c = brain(options);
    const auto other = brain(options);
    for (const auto& f : audit(c, with_reference(other))) {
      CAPTURE(f.check);
      CAPTURE(f.text);
      CHECK(f.severity == Severity::ok);
    }
  }
}

TEST_CASE("audit: the same connectome gives the same findings") {
  const auto a = audit(brain(), {}), b = audit(brain(), {});
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) CHECK(a[i].text == b[i].text);
}

TEST_CASE("audit: rows in alphabetical order of the names are found by distance alone") {
  const auto c = brain();
  const auto f = find(sorted_rows(c), "label-order");
  CHECK(f.severity == Severity::error);
  CHECK(
      f.text.starts_with("labels scrambled: rows look like alphabetical order of the names; weights against distance, "
                         "left hemisphere (30 regions)"));
  // The first row belongs to the first name of the alphabet.
  auto names = c.labels;
  std::ranges::sort(names);
  CHECK(contains(f.action, "the row called " + c.labels[0] + " is then " + names[0]));
  CHECK(find(sorted_rows(c), "weight-distance").severity == Severity::warning);
}

TEST_CASE("audit: rows in alphabetical order of the names are found by a reference alone") {
  const auto c = brain(directed);
  auto scrambled = sorted_rows(c);
  scrambled.centres_mm.clear();
  const auto f = find(scrambled, "label-order", with_reference(c));
  CHECK(f.severity == Severity::error);
  CHECK(contains(f.text, "weights against those of atlas, left hemisphere (30 regions)"));
  CHECK(contains(f.text, "+1.00 if rows were in alphabetical order"));
  CHECK(find(c, "label-order", with_reference(c)).severity == Severity::ok);
}

TEST_CASE("audit: a transposed reference is no reason to doubt the labels") {
  // Without distances and with both directions independent, nothing but the transposed reference resembles the matrix.
  auto c = brain(directed);
  c.centres_mm.clear();
  eg::Random r(4, "weights");
  for (double& w : c.weights) w = r.uniform();
  const auto reversed = testing::transposed(c);
  CHECK(find(c, "label-order", with_reference(reversed)).severity == Severity::ok);
  CHECK(find(c, "orientation", with_reference(reversed)).severity == Severity::error);
}

TEST_CASE("audit: alphabetical rows are found within hemispheres and across them") {
  auto c = brain();
  for (auto& label : c.labels) label = label.substr(2) + "_" + label[0];  // now the side comes last
  CHECK(find(sorted_rows(c), "label-order").severity == Severity::error);
  auto from = testing::as_they_are(c.size());
  std::ranges::sort(from, {}, [&](size_t i) { return c.labels[i]; });  // left and right now alternate
  const auto f = find(testing::with_rows(c, from), "label-order");
  CHECK(f.severity == Severity::error);
  CHECK(f.text.starts_with("labels scrambled: rows look like alphabetical order of the names"));
}

TEST_CASE("audit: a file that is sorted by its labels is not taken for scrambled") {
  auto c = brain();
  std::vector<std::string> names = c.labels;
  std::ranges::sort(names);
  c.labels = names;
  CHECK(find(c, "label-order").severity == Severity::ok);
}

TEST_CASE("audit: labels in random order are an error beside a reference and a warning without") {
  const auto c = brain();
  const auto scrambled = shuffled_rows(c);
  const auto beside = find(scrambled, "label-order", with_reference(c));
  CHECK(beside.severity == Severity::error);
  CHECK(beside.text.starts_with("labels scrambled: they fit the rows no better than random ones; "));
  const auto alone = find(scrambled, "label-order");
  CHECK(alone.severity == Severity::warning);
  CHECK(alone.text.starts_with("labels may not belong to the rows; "));
}

TEST_CASE(
    "audit: a reference that disagrees while distances fit is a warning, and one that agrees outweighs distances") {
  const auto c = brain();
  const auto scrambled = shuffled_rows(c);
  CHECK(find(c, "label-order", with_reference(scrambled)).severity == Severity::warning);
  CHECK(find(scrambled, "label-order", with_reference(scrambled)).severity == Severity::ok);
}

TEST_CASE("audit: without coordinates and reference the order of labels is not tested") {
  auto c = brain();
  c.centres_mm.clear();
  CHECK(find(c, "label-order").severity == Severity::note);
  CHECK(find(c, "weight-distance").text == "not tested: there are no coordinates");
  CHECK(find(c, "coordinates").severity == Severity::note);
}

TEST_CASE("audit: too few regions show nothing") {
  const auto c = brain({.n_cortex = 6});
  CHECK(find(c, "weight-distance").text == "not tested: no hemisphere has 10 regions with coordinates of their own");
  CHECK(find(c, "label-order").severity == Severity::note);
}

TEST_CASE("audit: orientation is known from projections that run one way") {
  const auto c = brain(basal);
  const auto right = find(c, "orientation");
  CHECK(right.severity == Severity::ok);
  CHECK(contains(right.text,
                 "cortex to striatum 120 forward, 0 backward; striatum to pallidum 4 forward, 0 backward; pallidum to "
                 "thalamus 2 forward, 0 backward"));
  const auto wrong = find(testing::transposed(c), "orientation");
  CHECK(wrong.severity == Severity::error);
  CHECK(
      wrong.text.starts_with("orientation reversed: read as rows = targets, projections run backwards; cortex to "
                             "striatum 0 forward, 120 backward"));
  CHECK(wrong.action == "read it with rows = \"sources\"");
}

TEST_CASE("audit: orientation is compared with what the manifest says") {
  AuditContext context;
  context.read_as = context.claimed_rows = MatrixRows::sources;
  CHECK(contains(find(brain(basal), "orientation", context).text,
                 "read as rows = sources, projections run the way they should; the manifest says rows are "
                 "sources, and the evidence agrees"));
  const auto wrong = find(testing::transposed(brain(basal)), "orientation", context);
  CHECK(contains(wrong.text, "the manifest says rows are sources, which the evidence contradicts"));
  CHECK(wrong.action == "read it with rows = \"targets\"");
}

TEST_CASE("audit: orientation is known from a reference where anatomy is silent") {
  const auto c = brain(directed);
  CHECK(find(c, "orientation").severity == Severity::note);
  const auto f = find(c, "orientation", with_reference(c));
  CHECK(f.severity == Severity::ok);
  CHECK(contains(f.text, "asymmetric part against that of atlas (30 regions): correlation +1.00"));
  CHECK(find(testing::transposed(c), "orientation", with_reference(c)).severity == Severity::error);
  // Also behind scrambled labels, once their order is known.
  CHECK(find(testing::transposed(sorted_rows(c)), "orientation", with_reference(c)).severity == Severity::error);
  CHECK(find(sorted_rows(c), "orientation", with_reference(c)).severity == Severity::ok);
}

TEST_CASE("audit: contradictory directions are a warning") {
  auto c = brain(basal);
  const size_t caudate = 30;  // left
  for (size_t i = 0; i < 30; ++i) std::swap(c.weight(caudate, i), c.weight(i, caudate));
  CHECK(find(c, "orientation").severity == Severity::warning);
  const auto reversed = testing::transposed(brain(basal));
  CHECK(find(brain(basal), "orientation", with_reference(reversed)).severity == Severity::warning);
}

TEST_CASE("audit: a symmetric matrix has no orientation") {
  CHECK(find(brain(), "orientation").text == "the matrix is symmetric: its orientation does not matter");
}

TEST_CASE("audit: a matrix that should be symmetric and is not") {
  AuditContext context;
  context.claimed_rows = MatrixRows::undirected;
  CHECK(find(brain(directed), "symmetry", context).severity == Severity::warning);
  CHECK(find(brain(), "symmetry", context).severity == Severity::ok);
  context.claimed_symmetric = true;
  CHECK(find(brain(directed), "symmetry", context).severity == Severity::error);
  CHECK(find(brain(), "symmetry", context).severity == Severity::ok);
}

TEST_CASE("audit: rounding is no asymmetry, and is told") {
  auto c = brain();
  c.weight(1, 0) *= 1 + 1e-15;
  CHECK(find(c, "symmetry").severity == Severity::ok);
  double largest = 0;
  for (const double w : c.weights) largest = std::max(largest, w);
  c.weight(1, 0) += 1e-4 * largest;
  CHECK(find(c, "symmetry").severity == Severity::note);
  CHECK(find(c, "orientation").text == "the matrix is symmetric: its orientation does not matter");
}

TEST_CASE("audit: a symmetric matrix that claims to be directed") {
  AuditContext context;
  context.claimed_rows = MatrixRows::sources;
  CHECK(find(brain(), "symmetry", context).severity == Severity::warning);
}

TEST_CASE("audit: lengths that are mere distances") {
  auto c = brain();
  for (size_t i = 0; i < c.size(); ++i)
    for (size_t j = 0; j < c.size(); ++j) {
      double square = 0;
      for (size_t k = 0; k < 3; ++k) square += std::pow(c.centres_mm[3 * i + k] - c.centres_mm[3 * j + k], 2);
      c.lengths_mm[i * c.size() + j] = std::sqrt(square);
    }
  const auto f = find(c, "lengths-euclidean");
  CHECK(f.severity == Severity::warning);
  CHECK(f.text == "tract lengths are exactly the straight lines between the centres (median ratio 1.000)");
}

TEST_CASE("audit: lengths in another order than the coordinates") {
  auto c = brain();
  c.lengths_mm = shuffled_rows([&] {
                   auto lengths = c;
                   lengths.weights = c.lengths_mm;
                   return lengths;
                 }())
                     .weights;
  const auto f = find(c, "length-distance");
  CHECK(f.severity == Severity::error);
  CHECK(f.text.starts_with("lengths do not grow with distance: correlation "));
}

TEST_CASE("audit: lengths in another unit") {
  auto c = brain();
  for (double& v : c.lengths_mm) v *= 0.1;
  const auto f = find(c, "lengths-scale");
  CHECK(f.severity == Severity::warning);
  CHECK(contains(
      f.text,
      "0.13 times as long as the straight line (median): lengths and coordinates are not in the same unit or space"));
}

TEST_CASE("audit: long tracts that are shorter than the straight line") {
  auto c = brain();
  for (size_t i = 0; i < 10; ++i)
    for (size_t j = 0; j < c.size(); ++j)
      c.lengths_mm[i * c.size() + j] *= 0.5, c.lengths_mm[j * c.size() + i] *= i < j || j >= 10 ? 0.5 : 1;
  CHECK(find(c, "lengths-scale").severity == Severity::warning);
}

TEST_CASE("audit: edges without a length, and lengths that differ forth and back") {
  auto c = brain();
  c.lengths_mm[0 * c.size() + 1] = 0;
  const auto f = find(c, "lengths-missing");
  CHECK(f.severity == Severity::warning);
  CHECK(contains(f.text, "1 of "));
  CHECK(contains(f.text, "for example " + c.labels[1] + " to " + c.labels[0]));
  c = brain();
  c.lengths_mm[0 * c.size() + 1] *= 1.5;
  CHECK(find(c, "lengths-symmetry").severity == Severity::warning);
  c.lengths_mm.clear();
  CHECK(find(c, "lengths-missing").severity == Severity::note);
}

TEST_CASE("audit: regions at the same place") {
  auto c = brain();
  for (size_t k = 0; k < 3; ++k) c.centres_mm[3 * 4 + k] = c.centres_mm[3 * 7 + k];
  const auto f = find(c, "coordinates-duplicate");
  CHECK(f.severity == Severity::warning);
  CHECK(f.text == "2 of 60 regions share their centre with another: " + c.labels[4] + ", " + c.labels[7]);
}

TEST_CASE("audit: random coordinates are no mirror images") {
  auto c = brain();
  eg::Random r(5, "coordinates");
  for (double& v : c.centres_mm) v = r.uniform(-60, 60);
  CHECK(find(c, "coordinates-mirror").severity == Severity::error);
}

TEST_CASE("audit: the midline is found in any axis and place") {
  auto c = brain();
  for (size_t i = 0; i < c.size(); ++i) {
    std::swap(c.centres_mm[3 * i], c.centres_mm[3 * i + 1]);
    c.centres_mm[3 * i + 1] += 90;
  }
  CHECK(find(c, "coordinates-mirror").severity == Severity::ok);
  CHECK(find(c, "coordinates-side").text == "all regions lie on the side their label names (across the y axis)");
}

TEST_CASE("audit: exact mirror images are noted") {
  auto c = brain();
  for (size_t i = half_of(c); i < c.size(); ++i)
    for (size_t k = 0; k < 3; ++k) c.centres_mm[3 * i + k] = (k == 0 ? -1 : 1) * c.centres_mm[3 * left_of(c, i) + k];
  CHECK(find(c, "coordinates-mirror").severity == Severity::note);
}

TEST_CASE("audit: regions on the other side than their label says") {
  auto c = brain();
  c.centres_mm[3 * 2] = 40;
  const auto f = find(c, "coordinates-side");
  CHECK(f.severity == Severity::warning);
  CHECK(f.text == "1 regions lie on the other side than their label says: " + c.labels[2]);
  c = brain();
  for (size_t i = 0; i < c.size(); ++i) c.centres_mm[3 * i] *= -1;
  CHECK(find(c, "coordinates-side").severity == Severity::note);
}

TEST_CASE("audit: coordinates with left and right exchanged against a reference") {
  const auto c = brain();
  auto exchanged = c;
  for (size_t i = 0; i < half_of(c); ++i)
    for (size_t k = 0; k < 3; ++k)
      std::swap(exchanged.centres_mm[3 * i + k], exchanged.centres_mm[3 * (half_of(c) + i) + k]);
  CHECK(find(exchanged, "coordinates-reference", with_reference(c)).severity == Severity::warning);
  CHECK(find(c, "coordinates-reference", with_reference(c)).severity == Severity::ok);
}

TEST_CASE("audit: labels that contradict the hemisphere given elsewhere") {
  auto c = brain();
  c.attributes.push_back({"hemisphere", {}, std::vector<std::string>(c.size(), "left")});
  for (size_t i = half_of(c); i < c.size(); ++i) c.attributes[0].texts[i] = "right";
  CHECK(find(c, "hemisphere-labels").severity == Severity::ok);
  c.attributes[0].texts[3] = "right";
  const auto f = find(c, "hemisphere-labels");
  CHECK(f.severity == Severity::error);
  CHECK(contains(f.text, c.labels[3]));
}

TEST_CASE("audit: labels without hemispheres leave out what compares them") {
  auto c = brain();
  for (size_t i = 0; i < c.size(); ++i) c.labels[i] = "region" + std::to_string(100 + i);
  CHECK(find(c, "hemisphere-labels").severity == Severity::note);
  CHECK(contains(find(c, "homotopic-links").text, "not tested"));
  CHECK(contains(find(c, "weight-distance").text, "all regions (60 regions)"));
}

TEST_CASE("audit: missing links between partners") {
  auto c = brain();
  const size_t half = half_of(c);
  for (size_t i = 0; i < 9; ++i) c.weight(i, half + i) = c.weight(half + i, i) = 0;
  auto f = find(c, "homotopic-links");
  CHECK(f.severity == Severity::note);
  CHECK(f.text.starts_with("70 % of 30 pairs are linked across the midline"));
  CHECK(contains(f.text, "without: " + c.labels[half]));
  for (size_t i = 0; i < 20; ++i) c.weight(i, half + i) = c.weight(half + i, i) = 0;
  CHECK(find(c, "homotopic-links").severity == Severity::warning);
}

TEST_CASE("audit: rows of one hemisphere in another order") {
  const auto scrambled = shuffled_rows(brain(), false);
  const auto f = find(scrambled, "hemispheres-alike");
  CHECK(f.severity == Severity::error);
  CHECK(f.text.starts_with("left and right are wired no more alike than random orders"));
  CHECK(find(scrambled, "homotopic-links").severity != Severity::ok);
}

TEST_CASE("audit: a hemisphere that is a copy of the other") {
  auto c = brain();
  for (size_t i = 0; i < half_of(c); ++i)
    for (size_t j = 0; j < half_of(c); ++j) c.weight(half_of(c) + i, half_of(c) + j) = c.weight(i, j);
  CHECK(find(c, "hemispheres-alike").severity == Severity::note);
}

TEST_CASE("audit: isolated regions, and regions that only send or only receive") {
  auto c = brain(directed);
  for (size_t j = 0; j < c.size(); ++j) c.weight(3, j) = c.weight(j, 3) = 0, c.weight(5, j) = 0, c.weight(j, 6) = 0;
  const auto all = audit(c, {});
  CHECK(find(all, "isolated-regions").severity == Severity::warning);
  CHECK(find(all, "isolated-regions").text == "1 regions are linked with no other: " + c.labels[3]);
  CHECK(find(all, "one-way-regions").text ==
        "1 regions receive nothing: " + c.labels[5] + "; 1 regions send nothing: " + c.labels[6]);
}

TEST_CASE("audit: a region linked with nothing but itself is isolated") {
  auto c = brain();
  for (size_t j = 0; j < c.size(); ++j) c.weight(3, j) = c.weight(j, 3) = 0;
  c.weight(3, 3) = 1;
  CHECK(find(c, "isolated-regions").severity == Severity::warning);
}

TEST_CASE("audit: self-loops are counted") {
  auto c = brain();
  c.weight(1, 1) = c.weight(2, 2) = 0.5;
  const auto f = find(c, "self-loops");
  CHECK(f.severity == Severity::note);
  CHECK(f.text.starts_with("2 of 60 diagonal weights are not zero (largest 0.5"));
}

TEST_CASE("audit: weights that are classes") {
  auto c = brain();
  for (double& w : c.weights) w = w == 0 ? 0 : w < 0.01 ? 1 : w < 0.1 ? 2 : 3;
  const auto f = find(c, "weight-scale");
  CHECK(f.severity == Severity::note);
  CHECK(f.text.starts_with("weights are classes, not quantities: 3 distinct values"));
}

TEST_CASE("audit: logarithms are noted, and warned of where they are negative") {
  auto c = brain();
  double least = std::numeric_limits<double>::infinity();
  for (const double w : c.weights)
    if (w > 0) least = std::min(least, w);
  auto logs = c;
  for (double& w : logs.weights) w = w == 0 ? 0 : 1 + std::log(w / least);
  CHECK(contains(find(logs, "weight-scale").text, "weights span little"));
  CHECK(find(logs, "negative-weights").severity == Severity::ok);
  for (double& w : logs.weights) w = w == 0 ? 0 : w - 5;
  CHECK(find(logs, "negative-weights").severity == Severity::warning);
}

TEST_CASE("audit: an empty matrix") {
  auto c = brain();
  std::ranges::fill(c.weights, 0.0);
  const auto all = audit(c, with_reference(c));
  CHECK(find(all, "weight-scale").severity == Severity::error);
  CHECK(worst(all) == Severity::error);
}
