// The readers, the weight policy and the region tables that the connectome plugins share.
#include <cmath>
#include <limits>

#include "archive.hpp"
#include "delimited.hpp"
#include "hemisphere.hpp"
#include "matrix_file.hpp"
#include "npy.hpp"
#include "policy.hpp"
#include "support.hpp"
#include "test_files.hpp"
#include "text.hpp"

using namespace connectomes;
using namespace connectomes::testing;
using namespace files;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

RawConnectome three_regions() {
  RawConnectome raw;
  raw.weights = {3, 3, {5, 1, 2, 3, 0, 4, 0, 0, 7}, {}, {}, "w.csv"};
  raw.lengths_mm = {3, 3, {0, 10, 20, 30, 0, 40, 50, 60, 0}, {}, {}, "l.csv"};
  raw.labels = {"V1_L", "V1_R", "Pons"};
  return raw;
}

Built finished(RawConnectome raw, const FileParams& p) {
  CapturedSink captured;
  eg::Sink log = captured.sink();
  eg::Connectome c = finish(std::move(raw), p, log);
  return {std::move(c), captured.notes, captured.warnings};
}

std::string refusal(RawConnectome raw, const FileParams& p = {}) {
  return error_of([&] { finished(std::move(raw), p); });
}

const std::vector<double> directed_weights = {0, 1, 2, 3, 0, 4, 0, 0, 0};

}  // namespace

TEST_CASE("text: numbers are read in every notation that files use") {
  CHECK(to_number("3.0000000e+00") == 3.0);
  CHECK(to_number(" +4.83e-01 ") == 0.483);
  CHECK(to_number("1.5D+02") == 150.0);
  CHECK(to_number(".5") == 0.5);
  CHECK(to_number("-7") == -7.0);
  CHECK(std::isnan(*to_number("NaN")));
  CHECK(*to_number("-inf") == -std::numeric_limits<double>::infinity());
  CHECK(*to_number("1e999") == std::numeric_limits<double>::infinity());
  CHECK(*to_number("1e-999") == 0.0);
  for (const char* no : {"", "1,5", "0x10", "3 4", "V1", "1e", "--1", "++1"}) CHECK_FALSE(to_number(no).has_value());
}

TEST_CASE("delimited: the delimiter is found by what splits every line alike") {
  CHECK(read_delimited("a,b\n1,2\n", "f").delimiter == ',');
  CHECK(read_delimited("a;b\n1,5;2,5\n", "f").delimiter == ';');
  CHECK(read_delimited("a b\tc\n1 2\t3\n", "f").delimiter == '\t');
  CHECK(read_delimited("  1.0   2.0 \n 3.0 4.0\n", "f").rows[0].cells == std::vector<std::string>{"1.0", "2.0"});
  CHECK(read_delimited("name,x\n\"Thalamus, left\",1\n", "f").rows[1].cells[0] == "Thalamus, left");
  CHECK(read_delimited("\"say \"\"a\"\"\",1\nb,2\n", "f").rows[0].cells[0] == "say \"a\"");
}

TEST_CASE("delimited: CRLF, CR, a byte order mark, comments, empty lines and closing delimiters change nothing") {
  for (const char* text : {"1,2\r\n3,4\r\n", "1,2\r3,4",
                           "\xEF\xBB\xBF"
                           "1,2\n3,4\n",
                           "# mrtrix\n\n1,2\n\n3,4\n", "1,2,\n3,4,\n"}) {
    const auto in = read_delimited(text, "f");
    REQUIRE(in.rows.size() == 2);
    CHECK(in.rows[0].cells == std::vector<std::string>{"1", "2"});
    CHECK(in.rows[1].cells == std::vector<std::string>{"3", "4"});
  }
  CHECK(read_delimited("# c\n\n1,2\n", "f").rows[0].number == 3);
  CHECK(read_delimited("1,,3\n4,5,6\n", "f").rows[0].cells == std::vector<std::string>{"1", "", "3"});
  CHECK(has(error_of([] {
              read_delimited(std::string_view("1\0"
                                              "2",
                                              3),
                             "f.csv");
            }),
            "f.csv is not a text file"));
}

TEST_CASE("matrix: headers and label columns are recognised with and without a corner cell") {
  const std::vector<double> values = {1, 2, 3, 4};
  const std::vector<std::string> ab = {"a", "b"}, numbers = {"0", "1"};
  for (const char* text :
       {"a,b\n1,2\n3,4\n", "region,a,b\na,1,2\nb,3,4\n", ",a,b\na,1,2\nb,3,4\n", "a b\na 1 2\nb 3 4\n"}) {
    CAPTURE(text);
    const Matrix m = parse_matrix(text, "m");
    CHECK(m.values == values);
    CHECK(m.column_labels == ab);
    CHECK((m.row_labels.empty() || m.row_labels == ab));
  }
  CHECK(parse_matrix(",0,1\n0,1,2\n1,3,4\n", "m").values == values);
  CHECK(parse_matrix(",0,1\n0,1,2\n1,3,4\n", "m").row_labels == numbers);
  CHECK(parse_matrix("0,1\n1,2\n3,4\n", "m").values == values);
  CHECK(parse_matrix("1,2\n3,4\n", "m").column_labels.empty());
}

TEST_CASE("matrix: a rectangle of measurements is not made square by taking numbers for labels") {
  const Matrix m = parse_matrix("0.5,1.5\n1,2\n3,4\n", "m");
  CHECK(m.rows == 3);
  CHECK(m.columns == 2);
}

TEST_CASE("matrix: what is not a number is named with file, line and cell") {
  CHECK(error_of([] { parse_matrix("1,2\n3,x\n", "w.csv"); }) == "w.csv, line 2, cell 2: 'x' is not a number");
  CHECK(has(error_of([] { parse_matrix("1,2,3\n3,4\n5,6,7\n", "w.csv"); }),
            "w.csv, line 2 has 2 cells where line 1 has 3"));
  CHECK(has(error_of([] { parse_matrix("1,2\n3,NA\n", "w.csv"); }), "line 2, cell 2: 'NA' is not a number"));
  CHECK(error_of([] { parse_matrix(" \n", "w.csv"); }) == "w.csv is empty");
}

TEST_CASE("npy: element types, byte orders and both storage orders give the same numbers") {
  const auto npy = [](std::string header, const std::string& data) {
    header.resize(118, ' ');
    return std::string("\x93NUMPY\x01\x00v\x00", 10) + header + data;
  };
  const std::string i2("\x01\0\x02\0\x03\0\x04\0\x05\0\x06\0", 12), big("\0\x01\0\x02\0\x03\0\x04\0\x05\0\x06", 12);
  const std::vector<double> expected = {1, 2, 3, 4, 5, 6};
  const auto c = read_npy(npy("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), }", i2), "a.npy");
  CHECK(c.shape == std::vector<size_t>{2, 3});
  CHECK(c.values == expected);
  CHECK(read_npy(npy("{'descr': '>i2', 'fortran_order': False, 'shape': (2, 3), }", big), "a.npy").values == expected);
  CHECK(read_npy(npy("{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }", i2), "a.npy").values ==
        std::vector<double>{1, 3, 5, 2, 4, 6});
  CHECK(read_npy(npy("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", std::string("\1\0", 2)), "a.npy")
            .values == std::vector<double>{1, 0});
  CHECK(has(error_of([&] { read_npy(npy("{'descr': '<c16', 'fortran_order': False, 'shape': (1,), }", i2), "a.npy"); }),
            "a.npy has elements of type '<c16'"));
  CHECK(
      has(error_of([&] { read_npy(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", i2), "a.npy"); }),
          "fewer than 6 numbers"));
  CHECK(has(error_of([&] { read_npy("PK", "a.npy"); }), "a.npy is not a whole npy file"));
  CHECK(has(error_of([&] {
              read_npy(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", i2),
                       "a.npy");
            }),
            "its header says shape (4294967296, 4294967296), its data are 12 bytes"));
}

TEST_CASE("npz: the only array or arr_0 is taken, another by its name, and a choice is asked for") {
  const TempDir dir;
  const auto npy = [](char value) {
    std::string header = "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1), }";
    header.resize(118, ' ');
    return std::string("\x93NUMPY\x01\x00v\x00", 10) + header + value;
  };
  CHECK(read_matrix(dir.zip("one.npz", {{"sc.npy", npy(3)}})).values == std::vector<double>{3});
  CHECK(read_matrix(dir.zip("two.npz", {{"arr_0.npy", npy(4)}, {"arr_1.npy", npy(5)}})).values ==
        std::vector<double>{4});
  const std::string named = dir.zip("named.npz", {{"sc.npy", npy(6)}, {"len.npy", npy(7)}});
  CHECK(read_matrix(named, "len").values == std::vector<double>{7});
  CHECK(has(error_of([&] { read_matrix(named); }), "named.npz holds several arrays: name one of 'len', 'sc'"));
  CHECK(has(error_of([&] { read_matrix(named, "x"); }), "named.npz has no array 'x'; it holds 'len', 'sc'"));
}

TEST_CASE("archive: bz2 files of one and of several streams are decompressed, cut ones refused") {
  const TempDir dir;
  const std::string one = bz2("1 2\n"), two = bz2("3 4\n");
  CHECK(read_file(dir.file("a.txt.bz2", one + two)) == "1 2\n3 4\n");
  CHECK(read_matrix(dir.file("w.txt.bz2", one + two)).values == std::vector<double>{1, 2, 3, 4});
  CHECK(has(error_of([&] { read_file(dir.file("cut.bz2", one.substr(0, one.size() / 2))); }),
            "cut.bz2 is not a complete bz2"));
  CHECK(has(error_of([&] { FileSet(dir.file("not.zip", "hello")); }), "not.zip as a zip file"));
  CHECK(has(error_of([&] { FileSet(dir.path() / "absent.zip"); }), "there is no file or folder"));
}

TEST_CASE("hemisphere: every convention of published labels is understood") {
  const auto sides = [](std::vector<std::string> labels) { return hemispheres_of(labels); };
  const std::vector<std::string> lr = {"left", "right"};
  CHECK(sides({"RM-V1_L", "RM-V1_R"}) == lr);
  CHECK(sides({"L_insula", "R_insula"}) == lr);
  CHECK(sides({"l_insula", "r_insula"}) == lr);
  CHECK(sides({"ctx-lh-insula", "ctx-rh-insula"}) == lr);
  CHECK(sides({"7Networks_LH_Vis_1", "7Networks_RH_Vis_1"}) == lr);
  CHECK(sides({"Left-Caudate", "Right-Caudate"}) == lr);
  CHECK(sides({"Thalamus_left", "Thalamus_right"}) == lr);
  CHECK(sides({"lh_V1", "rh_V1"}) == lr);
  CHECK(sides({"PreCG.L", "PreCG.R"}) == lr);
  CHECK(sides({"lA1", "rA1"}) == lr);
  CHECK(sides({"Lthal", "Rthal"}) == lr);
  CHECK(sides({"V1l", "V1r"}) == lr);
  CHECK(sides({"rV1", "rV2"}) == std::vector<std::string>{"right", "right"});
  CHECK(sides({"Left-Caudate", "Brain-Stem", "Right-Caudate"}) == std::vector<std::string>{"left", "both", "right"});
  CHECK(sides({"lPUL.L", "rPUL.L"}) == lr);
  CHECK(sides({"rACC_L", "rACC_R"}) == lr);
  CHECK(sides({"rostral_L", "lingual_R"}) == lr);  // the word counts before the first letter
  CHECK(sides({"R001", "R002"}).empty());
  CHECK(sides({"lingual", "rostral", "insula"}).empty());
}

TEST_CASE("policy: rows are turned into targets and lengths follow") {
  FileParams p;
  const auto targets = finished(three_regions(), p).connectome;
  CHECK(targets.weights == directed_weights);
  CHECK(targets.lengths_mm[1] == 10);
  p.rows = Rows::sources;
  const auto sources = finished(three_regions(), p).connectome;
  CHECK(sources.weights == std::vector<double>{0, 3, 0, 1, 0, 0, 2, 4, 0});
  CHECK(sources.lengths_mm == std::vector<double>{0, 30, 50, 10, 0, 60, 20, 40, 0});
  CHECK(history(targets, "rows") == "targets: kept as they are");
  CHECK(history(sources, "rows") == "sources: weights and lengths transposed, rows are targets now");
}

TEST_CASE("policy: self-loops are dropped or kept, and counted") {
  FileParams p;
  CHECK(history(finished(three_regions(), p).connectome, "self_loops") == "dropped 2 of 2");
  p.self_loops = SelfLoops::keep;
  const auto kept = finished(three_regions(), p).connectome;
  CHECK(kept.weight(0, 0) == 5);
  CHECK(kept.weight(2, 2) == 7);
  CHECK(history(kept, "self_loops") == "kept 2");
}

TEST_CASE("policy: transforms leave missing edges missing") {
  FileParams p;
  const auto with = [&](Transform t) {
    p.transform = t;
    return finished(three_regions(), p).connectome.weights;
  };
  CHECK(with(Transform::exp) ==
        std::vector<double>{0, std::exp(1.0), std::exp(2.0), std::exp(3.0), 0, std::exp(4.0), 0, 0, 0});
  CHECK(with(Transform::log1p)[1] == std::log1p(1.0));
  CHECK(with(Transform::tanh)[2] == std::tanh(2.0));
  CHECK(with(Transform::sqrt)[5] == 2.0);
  CHECK(with(Transform::binary) == std::vector<double>{0, 1, 1, 1, 0, 1, 0, 0, 0});
  p.transform = Transform::exp;
  CHECK(history(finished(three_regions(), p).connectome, "transform") == "exp: 6 weights, zeros kept as no edge");
}

TEST_CASE("policy: the strongest share of the pairs is kept, with all that tie") {
  RawConnectome raw = three_regions();  // off the diagonal: 1 2 3 4
  FileParams p;
  p.keep_strongest = 0.5;  // three of six pairs
  auto c = finished(raw, p).connectome;
  CHECK(c.weights == std::vector<double>{0, 0, 2, 3, 0, 4, 0, 0, 0});
  CHECK(history(c, "keep_strongest") == "0.5 of the pairs: dropped 1 of 4 weights");
  p.keep_strongest = 0;
  CHECK(finished(raw, p).connectome.weights == std::vector<double>(9, 0.0));
  raw.weights.values = {0, 2, 1, 2, 0, 3, 1, 3, 0};
  p.keep_strongest = 0.5;  // the third largest is tied with the fourth
  CHECK(finished(raw, p).connectome.weights == std::vector<double>{0, 2, 0, 2, 0, 3, 0, 3, 0});
  p.keep_strongest = 0.9;
  CHECK(finished(raw, p).connectome.weights == raw.weights.values);
}

TEST_CASE("policy: every way to normalise does what it says, after the self-loops are gone") {
  FileParams p;
  const auto with = [&](Normalise how) {
    p.normalise = how;
    return finished(three_regions(), p).connectome;
  };
  CHECK(with(Normalise::max).weights[5] == 1.0);
  CHECK(with(Normalise::max).weights[1] == 0.25);
  CHECK(history(with(Normalise::max), "normalise") == "max: divided by 4");
  CHECK_CLOSE(with(Normalise::mean_in_strength).weights[5], 4.0 / (10.0 / 3.0), 1e-15, 0);
  const auto rows = with(Normalise::in_strength);
  CHECK_CLOSE(rows.weights[1] + rows.weights[2], 1.0, 1e-15, 0);
  CHECK_CLOSE(rows.weights[3] + rows.weights[5], 1.0, 1e-15, 0);
  CHECK(has(history(rows, "normalise"), "1 row without input left at 0"));
  CHECK_CLOSE(with(Normalise::spectral_radius).weights[1], 1.0 / std::sqrt(3.0), 1e-12,
              0);  // the cycle 1 <-> 2: sqrt(1 * 3)
}

TEST_CASE("normalise: the spectral radius of a symmetric, a rotating, a reducible and an acyclic matrix") {
  CHECK_CLOSE(spectral_radius(std::vector<double>{2, 1, 1, 2}, 2), 3.0, 1e-14, 0);
  CHECK_CLOSE(spectral_radius(std::vector<double>{0, -2, 2, 0}, 2), 2.0, 1e-14, 0);  // eigenvalues +-2i
  CHECK_CLOSE(spectral_radius(std::vector<double>{1, 9, 0, 0.5}, 2), 1.0, 1e-14, 0);
  std::vector<double> chain(400, 0.0);
  for (size_t i = 1; i < 20; ++i) chain[i * 20 + i - 1] = 1;
  CHECK(spectral_radius(chain, 20) == 0.0);
  CHECK(has(error_of([&] { normalise(chain, 20, Normalise::spectral_radius); }), "without directed cycles"));
  std::vector<double> nothing(4, 0.0);
  CHECK(has(error_of([&] { normalise(nothing, 2, Normalise::max); }), "there is no edge"));
}

TEST_CASE("policy: negative weights are refused with their place, dropped, kept, or read as logarithms") {
  auto raw = three_regions();
  raw.weights.values[5] = -2;
  FileParams p;
  CHECK(has(refusal(raw, p), "w.csv: row 2 ('V1_R'), column 3 ('Pons'): the weight is -2; say negative = \"keep\""));
  p.negative = Negative::drop;
  CHECK(finished(raw, p).connectome.weights[5] == 0);
  CHECK(history(finished(raw, p).connectome, "negative") == "dropped 1");
  p.negative = Negative::keep;
  CHECK(finished(raw, p).connectome.weights[5] == -2);
  p.transform = Transform::binary;
  CHECK(finished(raw, p).connectome.weights[5] == -1);
  p.transform = Transform::sqrt;
  CHECK(has(refusal(raw, p), "the weight from 'Pons' to 'V1_R' is -2, whose sqrt is not a finite number"));
  p = {};
  p.transform = Transform::exp;
  CHECK(finished(raw, p).connectome.weights[5] == std::exp(-2.0));
  raw.weights.values[5] = 800;
  CHECK(has(refusal(raw, p), "is 800, whose exp is not a finite number"));
}

TEST_CASE("policy: what cannot be a connectome is refused with file, row and column") {
  auto raw = three_regions();
  raw.weights.values[7] = not_a_number;
  CHECK(has(refusal(raw), "w.csv: row 3 ('Pons'), column 2 ('V1_R'): the weight is nan"));
  raw = three_regions();
  raw.lengths_mm.values[1] = -1;
  CHECK(has(refusal(raw), "l.csv: row 1, column 2: the tract length is -1 mm"));
  raw = three_regions();
  raw.weights.columns = 2;
  raw.weights.values.resize(6);
  CHECK(has(refusal(raw), "w.csv: weights need a square matrix, this one has 3 rows and 2 columns"));
  raw = three_regions();
  raw.labels[2] = "V1_L";
  CHECK(has(refusal(raw), "two regions have the label 'V1_L' (rows 1 and 3)"));
  raw = three_regions();
  raw.labels.pop_back();
  CHECK(has(refusal(raw), "w.csv has 3 rows but there are 2 labels"));
  raw = three_regions();
  raw.labels[1] = "";
  CHECK(has(refusal(raw), "the label of region 2 is empty"));
  raw = three_regions();
  raw.lengths_mm.rows = raw.lengths_mm.columns = 2;
  raw.lengths_mm.values.resize(4);
  CHECK(has(refusal(raw), "l.csv has 2 rows, w.csv has 3"));
}

TEST_CASE("policy: hemispheres come from the labels and odd regions are reported") {
  auto raw = three_regions();
  raw.lengths_mm.values[1] = 0;
  const auto built = finished(raw, {});
  CHECK(built.connectome.attribute("hemisphere")->texts == std::vector<std::string>{"left", "right", "both"});
  CHECK(history(built.connectome, "hemisphere") == "from the labels: 1 left, 1 right, 1 both");
  CHECK(history(built.connectome, "result") == "3 regions, 4 edges, density 0.6667, 3 unequal pairs");
  CHECK(has(built.warnings, "1 region receives no input: 'Pons'"));
  CHECK(has(built.warnings, "1 edge has tract length 0"));
  raw.weights.values = {0, 1, 0, 1, 0, 0, 0, 0, 0};
  CHECK(has(finished(raw, {}).warnings, "1 region has no connection: 'Pons'"));
  CHECK(has(history(finished(raw, {}).connectome, "result"), "symmetric"));
}

TEST_CASE("region table: columns become attributes by label without regard to case") {
  const TempDir dir;
  const std::string path =
      dir.file("t.csv",
               "label,functional_group,tau_ms,note,x,y,z,hemisphere\n"
               "v1_r,sensory,12,,1,2,3,R\nPONS,,,deep,4,5,6,\nv1_l,sensory,11,a,7,8,9,L\nextra,other,5,,0,0,0,L\n");
  FileParams p;
  p.region_table = path;
  const auto built = finished(three_regions(), p);
  const auto& c = built.connectome;
  CHECK(c.attribute("tau_ms")->numbers[0] == 11);
  CHECK(c.attribute("tau_ms")->numbers[1] == 12);
  CHECK(std::isnan(c.attribute("tau_ms")->numbers[2]));
  CHECK(c.attribute("note")->texts == std::vector<std::string>{"a", "", "deep"});
  CHECK(c.attribute("group")->texts == std::vector<std::string>{"sensory", "sensory", ""});
  CHECK(c.attribute("hemisphere")->texts == std::vector<std::string>{"left", "right", "both"});
  CHECK(c.centres_mm == std::vector<double>{7, 8, 9, 1, 2, 3, 4, 5, 6});
  CHECK(history(c, "group") == "column functional_group of t.csv");
  CHECK(has(history(c, "region_table"), "t.csv: 3 of 3 regions"));
  CHECK(has(built.notes, "1 of its 4 rows describe no region"));
  CHECK(c.attribute("label") == nullptr);
}

TEST_CASE("region table: unmatched regions are refused by name, or kept with empty attributes") {
  const TempDir dir;
  const std::string path = dir.file("t.tsv", "label\ttau_ms\tgroup\nV1_L\t3\t1\nV1_R\t4\t2\n");
  FileParams p;
  p.region_table = path;
  CHECK(has(refusal(three_regions(), p), "region table t.tsv has no row for 1 of 3 regions: 'Pons'; add them"));
  p.region_table_unmatched = Unmatched::keep;
  const auto built = finished(three_regions(), p);
  CHECK(std::isnan(built.connectome.attribute("tau_ms")->numbers[2]));
  CHECK(built.connectome.attribute("group")->texts == std::vector<std::string>{"1", "2", ""});
  CHECK(has(built.warnings, "has no row for 'Pons'"));
}

TEST_CASE("region table: rows can be matched by number and the group column chosen") {
  const TempDir dir;
  const std::string path = dir.file("t.csv", "row,name,network,group\n2,c,Default,g\n0,a,Vis,h\n1,b,Vis,h\n,d,x,y\n");
  FileParams p;
  p.region_table = path;
  p.region_table_label = "row";
  p.region_table_match = TableMatch::row;
  p.group_column = "network";
  const auto c = finished(three_regions(), p).connectome;
  CHECK(c.attribute("name")->texts == std::vector<std::string>{"a", "b", "c"});
  CHECK(c.attribute("group")->texts == std::vector<std::string>{"Vis", "Vis", "Default"});
}

TEST_CASE("policy: lengths are those of the files, or straight lines between the centres on request") {
  FileParams p;
  CHECK(finished(three_regions(), p).connectome.lengths_mm == std::vector<double>{0, 10, 20, 30, 0, 40, 50, 60, 0});
  p.lengths_from = LengthsFrom::centres;
  CHECK(has(refusal(three_regions(), p), "lengths_from = \"centres\" needs the coordinates of all regions"));
  RawConnectome raw = three_regions();
  raw.centres_mm = {0, 0, 0, 3, 4, 0, 3, 4, 12};
  const auto c = finished(std::move(raw), p).connectome;
  CHECK(c.lengths_mm == std::vector<double>{0, 5, 13, 5, 0, 12, 13, 12, 0});
}

TEST_CASE("region table: keep_column leaves regions out before anything else is done to the weights") {
  const TempDir dir;
  const std::string path = dir.file("t.csv", "label,cortical,tau\nPons,0,9\nV1_R,1,2\nV1_L,1,3\n");
  FileParams p;
  p.region_table = path, p.keep_column = "Cortical", p.normalise = Normalise::max;
  RawConnectome raw = three_regions();
  raw.centres_mm = {1, 1, 1, 2, 2, 2, 3, 3, 3};
  raw.attributes = {{"area", {7, 8, 9}, {}}};
  const auto [c, notes, warnings] = finished(std::move(raw), p);
  CHECK(c.labels == std::vector<std::string>{"V1_L", "V1_R"});
  CHECK(c.weights == std::vector<double>{0, 1.0 / 3, 1, 0});  // 4, the largest weight, went with Pons
  CHECK(c.lengths_mm == std::vector<double>{0, 10, 30, 0});
  CHECK(c.centres_mm == std::vector<double>{1, 1, 1, 2, 2, 2});
  CHECK(c.attribute("area")->numbers == std::vector<double>{7, 8});
  CHECK(c.attribute("tau")->numbers == std::vector<double>{3, 2});
  CHECK(history(c, "keep_column") == "cortical: 2 of 3 regions");
  p.keep_column = "label";
  CHECK(has(refusal(three_regions(), p), "column 'label': 'V1_L' of 'V1_L' is not a number; keep_column needs 0 or 1"));
  p.keep_column = "cortex";
  CHECK(has(refusal(three_regions(), p), "has no column 'cortex' for keep_column; it has 'label', 'cortical', 'tau'"));
  p.region_table = "";
  CHECK(has(refusal(three_regions(), p),
            "keep_column = \"cortex\" needs a region table: give region_table or region_table_dataset"));
  const std::string none = dir.file("none.csv", "label,cortical\nPons,0\nV1_R,0\nV1_L,\n");
  p.region_table = none, p.keep_column = "cortical";
  CHECK(has(refusal(three_regions(), p), "keep_column = \"cortical\" leaves no region; choose another column"));
}

TEST_CASE("region table: a table that does not fit says why and what to set") {
  const TempDir dir;
  FileParams p;
  const auto with = [&](std::string_view text) {
    const std::string path = dir.file("t.csv", text);
    p.region_table = path;
    return refusal(three_regions(), p);
  };
  CHECK(has(with("name,tau\nV1_L,3\n"),
            "region table t.csv has no column 'label'; it has 'name', 'tau': set region_table_label"));
  CHECK(has(with("label,tau\nA,3\nB,4\n"),
            "describes none of the regions: column 'label' holds 'A', the first region is 'V1_L'"));
  CHECK(has(with("label,tau\nV1_L,3\nv1_l,4\n"), "describes 'v1_l' twice (rows 1 and 2)"));
  CHECK(has(with("label,tau,TAU\nV1_L,3,4\n"), "has the column 'TAU' twice"));
  CHECK(has(with("label,hemisphere\nV1_L,west\nV1_R,R\nPons,\n"), "hemisphere 'west' is not left, right or both"));
  CHECK(has(with("label,tau\n"), "needs a header line and at least one region"));
  p.region_table_dataset = "other.csv";
  CHECK(has(with("label,tau\nV1_L,3\n"), "'region_table_dataset' and 'region_table' are both given; leave one out"));
}

TEST_CASE("numbered labels are as wide as the largest number") {
  CHECK(numbered_labels(2) == std::vector<std::string>{"R001", "R002"});
  CHECK(numbered_labels(1000).back() == "R1000");
  CHECK(numbered_labels(1000).front() == "R0001");
}
