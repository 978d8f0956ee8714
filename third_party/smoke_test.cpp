// Shows that every library we depend on works in the way we rely on it; the case names are the list of their pitfalls.
#define TOML_HEADER_ONLY 0
#define TOML_SHARED_LIB 1
#define BOOST_DLL_USE_STD_FS
#include <bzlib.h>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <hdf5.h>
#include <matio.h>
#include <openssl/evp.h>
#include <png.h>
#include <toml++/toml.h>
#include <zip.h>
#include <zlib.h>

#include <Eigen/Dense>
#include <array>
#include <bit>
#include <boost/dll/shared_library.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/program_options.hpp>
#include <charconv>
#include <clocale>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>
#ifdef ENCEPHAGEN_HAS_MUJOCO
#include <mujoco/mujoco.h>
#endif

namespace {

namespace fs = std::filesystem;

// An empty folder of its own, gone when the case ends.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (fs::temp_directory_path() / "encephagen_smoke_XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder could be made");
    path_ = pattern;
  }
  ~ScratchFolder() { fs::remove_all(path_); }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

// ---- toml++ ----------------------------------------------------------------------------------------

TEST_CASE("toml++: a node reached by reference knows its file, line and column, and so does its key") {
  const toml::table root = toml::parse(std::string_view("\n[run]\n  seed = 42\n"), std::string_view("a.toml"));
  const toml::table& run = *root["run"].as_table();
  const toml::node& seed = *run.get("seed");
  CHECK(seed.source().begin.line == 3);
  CHECK(seed.source().begin.column == 10);
  REQUIRE(seed.source().path);
  CHECK(*seed.source().path == "a.toml");
  for (const auto& [key, value] : run) CHECK(key.source().begin.column == 3);
}

TEST_CASE("toml++: a copied table has lost every position, and its path is a null pointer") {
  const toml::table root = toml::parse(std::string_view("\n[run]\nseed = 42\n"), std::string_view("a.toml"));
  const toml::table copy = *root["run"].as_table();
  CHECK(copy.source().begin.line == 0);
  CHECK(copy.get("seed")->source().begin.line == 0);
  CHECK_FALSE(copy.get("seed")->source().path);
}

TEST_CASE("toml++: value() converts between types where value_exact() refuses") {
  const toml::table root = toml::parse(std::string_view("number = 2.0\ninteger = 7\n"));
  CHECK(root["number"].value<int64_t>() == 2);
  CHECK(root["integer"].value<bool>() == true);
  CHECK_FALSE(root["number"].value_exact<int64_t>());
  CHECK_FALSE(root["integer"].value_exact<bool>());
}

TEST_CASE("toml++: a syntax error carries its line") {
  try {
    const auto ignored = toml::parse(std::string_view("a = 1\nb = = 2\n"), std::string_view("broken.toml"));
    FAIL("parsed: " << ignored.size());
  } catch (const toml::parse_error& e) {
    CHECK(e.source().begin.line == 2);
    CHECK_FALSE(e.description().empty());
  }
}

// ---- Boost -----------------------------------------------------------------------------------------

TEST_CASE("Boost.DLL: the throwing overload carries the loader's reason, the error_code overload hides it") {
  const ScratchFolder folder;
  const fs::path file = folder / "not_a_library.so";
  std::ofstream(file) << "this is text, and long enough to hold an ELF header if it were one: " << std::string(64, '.');
  std::string thrown;
  try {
    const boost::dll::shared_library library(file, boost::dll::load_mode::rtld_now);
  } catch (const std::exception& e) {
    thrown = e.what();
  }
  CHECK(contains(thrown, "invalid ELF header"));

  boost::dll::fs::error_code code;
  const boost::dll::shared_library library(file, code, boost::dll::load_mode::rtld_now);
  REQUIRE(code);
  CHECK_FALSE(contains(code.message(), "ELF"));
}

TEST_CASE(
    "Boost.DLL: only rtld_now refuses a library with an undefined symbol; the default would die at the first call") {
  const fs::path file = ENCEPHAGEN_UNRESOLVED_LIBRARY;
  CHECK(boost::dll::shared_library(file).is_loaded());
  std::string thrown;
  try {
    const boost::dll::shared_library library(file, boost::dll::load_mode::rtld_now);
  } catch (const std::exception& e) {
    thrown = e.what();
  }
  CHECK(contains(thrown, "encephagen_symbol_that_nobody_defines"));
}

TEST_CASE("Boost.DLL: a data symbol is read by its type, nothing of the library has run") {
  const boost::dll::shared_library library(fs::path(ENCEPHAGEN_UNRESOLVED_LIBRARY));
  CHECK(library.has("encephagen_smoke_number"));
  CHECK(library.get<const int>("encephagen_smoke_number") == 96);
  CHECK_FALSE(library.has("no_such_symbol"));
}

TEST_CASE("Boost.Program_options: prefixes are options too unless guessing is switched off") {
  namespace po = boost::program_options;
  po::options_description options;
  options.add_options()("dry-run", "")("seed", po::value<uint64_t>());
  const auto parse = [&](const std::vector<std::string>& arguments, int style) {
    po::variables_map found;
    po::store(po::command_line_parser(arguments).options(options).style(style).run(), found);
    return found;
  };
  const int exact = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  CHECK(parse({"--dry"}, po::command_line_style::unix_style).count("dry-run") == 1);
  CHECK_THROWS_AS(parse({"--dry"}, exact), po::unknown_option);
  CHECK(parse({"--dry-run"}, exact).count("dry-run") == 1);
}

TEST_CASE("Boost.Program_options: a negative number for an unsigned option wraps round without a word") {
  namespace po = boost::program_options;
  po::options_description options;
  options.add_options()("seed", po::value<uint64_t>())("signed", po::value<int64_t>());
  po::variables_map found;
  po::store(po::command_line_parser(std::vector<std::string>{"--seed=-1", "--signed=-1"}).options(options).run(),
            found);
  CHECK(found["seed"].as<uint64_t>() == std::numeric_limits<uint64_t>::max());
  CHECK(found["signed"].as<int64_t>() == -1);
}

TEST_CASE("Boost.Math: the normal quantile and its inverse agree with the tables") {
  const boost::math::normal standard;
  CHECK(std::abs(boost::math::quantile(standard, 0.975) - 1.959963984540054) < 1e-14);
  CHECK(std::abs(boost::math::cdf(standard, 1.959963984540054) - 0.975) < 1e-15);
}

// ---- Eigen and fmt ---------------------------------------------------------------------------------

TEST_CASE("Eigen: a map works on our memory in place, row-major only because we say so") {
  std::array<double, 6> ours{1, 2, 3, 4, 5, 6};
  using RowMajor = Eigen::Matrix<double, 2, 3, Eigen::RowMajor>;
  Eigen::Map<RowMajor> rows(ours.data());
  const Eigen::Map<Eigen::Matrix<double, 2, 3>> columns(ours.data());
  CHECK(rows(0, 1) == 2);
  CHECK(columns(0, 1) == 3);
  rows *= 2;
  CHECK(ours[5] == 12);
}

TEST_CASE("Eigen: the symmetric solver returns ascending eigenvalues") {
  Eigen::Matrix2d m;
  m << 2, 1, 1, 2;
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d> solver(m);
  CHECK(std::abs(solver.eigenvalues()(0) - 1) < 1e-14);
  CHECK(std::abs(solver.eigenvalues()(1) - 3) < 1e-14);
}

TEST_CASE("fmt: {} prints the shortest text that reads back as the same number") {
  CHECK(fmt::format("{}", 0.1) == "0.1");
  CHECK(fmt::format("{}", 5000.0) == "5000");
  for (const double value : {1.0 / 3.0, 6.02214076e23, 5e-324, std::nextafter(1.0, 2.0), -1.7976931348623157e308}) {
    const std::string text = fmt::format("{}", value);
    double back = 0;
    std::from_chars(text.data(), text.data() + text.size(), back);
    CHECK(back == value);
  }
}

TEST_CASE("fmt: a format string known only at run time must be marked, and a wrong one throws") {
  CHECK(fmt::format(fmt::runtime("{} mV"), 3) == "3 mV");
  CHECK_THROWS_AS((void)fmt::format(fmt::runtime("{:d}"), "text"), fmt::format_error);
}

// ---- data formats ----------------------------------------------------------------------------------

TEST_CASE("HDF5: what is written is read back bit for bit, attribute included") {
  const ScratchFolder folder;
  const std::string file_name = (folder / "a.h5").string();
  const std::array<double, 6> written{0.1, -0.0, 5e-324, 1e308, 3, 1.0 / 3.0};
  const std::array<hsize_t, 2> shape{2, 3};
  {
    const hid_t file = H5Fcreate(file_name.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t space = H5Screate_simple(2, shape.data(), nullptr);
    const hid_t set = H5Dcreate2(file, "rate_hz", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t scalar = H5Screate(H5S_SCALAR);
    const hid_t magic = H5Acreate2(file, "magic", H5T_STD_U32LE, scalar, H5P_DEFAULT, H5P_DEFAULT);
    const uint32_t sonata = 0x0A7A;
    CHECK(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, written.data()) >= 0);
    CHECK(H5Awrite(magic, H5T_NATIVE_UINT32, &sonata) >= 0);
    H5Aclose(magic), H5Sclose(scalar), H5Dclose(set), H5Sclose(space);
    CHECK(H5Fclose(file) >= 0);
  }
  std::array<double, 6> read{};
  uint32_t number = 0;
  const hid_t file = H5Fopen(file_name.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t set = H5Dopen2(file, "rate_hz", H5P_DEFAULT);
  const hid_t magic = H5Aopen(file, "magic", H5P_DEFAULT);
  CHECK(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, read.data()) >= 0);
  CHECK(H5Aread(magic, H5T_NATIVE_UINT32, &number) >= 0);
  H5Aclose(magic), H5Dclose(set), H5Fclose(file);
  using Bits = std::array<uint64_t, 6>;
  CHECK(std::bit_cast<Bits>(read) == std::bit_cast<Bits>(written));
  CHECK(number == 0x0A7A);
}

TEST_CASE("HDF5: a failing call prints a stack to standard error unless the automatic printer is taken off") {
  H5E_auto2_t printer = nullptr;
  void* data = nullptr;
  H5Eget_auto2(H5E_DEFAULT, &printer, &data);
  CHECK((printer != nullptr));  // doctest cannot print a pointer to a function
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  CHECK(H5Fopen("/nowhere/at/all.h5", H5F_ACC_RDONLY, H5P_DEFAULT) < 0);
  CHECK(H5Eget_num(H5E_DEFAULT) > 0);  // the reasons are still there to be asked for
  H5Eset_auto2(H5E_DEFAULT, printer, data);
}

TEST_CASE("HDF5: the library is the one its headers describe") {
  unsigned major = 0, minor = 0, release = 0;
  REQUIRE(H5get_libversion(&major, &minor, &release) >= 0);
  CHECK(major == H5_VERS_MAJOR);
  CHECK(minor == H5_VERS_MINOR);
}

TEST_CASE("libzip: a member in a folder is found by its path and read whole") {
  const ScratchFolder folder;
  const std::string file_name = (folder / "set.zip").string();
  const std::string text = "0 1\n1 0\n";
  {
    zip_t* archive = zip_open(file_name.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    REQUIRE(archive != nullptr);
    zip_source_t* source = zip_source_buffer(archive, text.data(), text.size(), 0);
    CHECK(zip_file_add(archive, "nested/weights.txt", source, ZIP_FL_ENC_UTF_8) >= 0);
    CHECK(zip_close(archive) == 0);
  }
  int error = 0;
  zip_t* archive = zip_open(file_name.c_str(), ZIP_RDONLY, &error);
  REQUIRE(archive != nullptr);
  CHECK(zip_name_locate(archive, "weights.txt", 0) < 0);  // the folder is part of the name ...
  const zip_int64_t index = zip_name_locate(archive, "weights.txt", ZIP_FL_NODIR);  // ... unless told otherwise
  REQUIRE(index >= 0);
  zip_stat_t about;
  REQUIRE(zip_stat_index(archive, static_cast<zip_uint64_t>(index), 0, &about) == 0);
  std::string read(about.size, '\0');
  zip_file_t* member = zip_fopen_index(archive, static_cast<zip_uint64_t>(index), 0);
  CHECK(zip_fread(member, read.data(), read.size()) == static_cast<zip_int64_t>(text.size()));
  zip_fclose(member);
  zip_discard(archive);
  CHECK(read == text);
}

TEST_CASE("libbz2: a buffer survives, and a truncated one is an error and not a short text") {
  std::string text = "weights of a bzip2 member inside a zip";
  std::string packed(256, '\0'), unpacked(256, '\0');
  auto n_packed = static_cast<unsigned>(packed.size());
  REQUIRE(BZ2_bzBuffToBuffCompress(packed.data(), &n_packed, text.data(), static_cast<unsigned>(text.size()), 9, 0,
                                   0) == BZ_OK);
  auto n = static_cast<unsigned>(unpacked.size());
  REQUIRE(BZ2_bzBuffToBuffDecompress(unpacked.data(), &n, packed.data(), n_packed, 0, 0) == BZ_OK);
  CHECK(unpacked.substr(0, n) == text);
  n = static_cast<unsigned>(unpacked.size());
  CHECK(BZ2_bzBuffToBuffDecompress(unpacked.data(), &n, packed.data(), n_packed - 4, 0, 0) == BZ_UNEXPECTED_EOF);
}

TEST_CASE("libmatio: a matrix comes back with its shape, column by column") {
  const ScratchFolder folder;
  const std::string file_name = (folder / "sc.mat").string();
  std::array<size_t, 2> shape{2, 3};
  std::array<double, 6> columns{11, 21, 12, 22, 13, 23};  // element (r, c) is 10 r + c
  {
    mat_t* file = Mat_CreateVer(file_name.c_str(), nullptr, MAT_FT_MAT5);
    REQUIRE(file != nullptr);
    matvar_t* variable =
        Mat_VarCreate("weights", MAT_C_DOUBLE, MAT_T_DOUBLE, 2, shape.data(), columns.data(), MAT_F_DONT_COPY_DATA);
    CHECK(Mat_VarWrite(file, variable, MAT_COMPRESSION_NONE) == 0);
    Mat_VarFree(variable);
    Mat_Close(file);
  }
  mat_t* file = Mat_Open(file_name.c_str(), MAT_ACC_RDONLY);
  REQUIRE(file != nullptr);
  matvar_t* variable = Mat_VarRead(file, "weights");
  REQUIRE(variable != nullptr);
  REQUIRE(variable->rank == 2);
  CHECK(variable->dims[0] == 2);
  CHECK(variable->dims[1] == 3);
  const auto* read = static_cast<const double*>(variable->data);
  CHECK(read[0 + 2 * 2] == 13);  // row 0, column 2
  CHECK(Mat_VarRead(file, "absent") == nullptr);
  Mat_VarFree(variable);
  Mat_Close(file);
}

TEST_CASE("OpenSSL: SHA-256 of 'abc' is the one of FIPS 180-2") {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned n = 0;
  REQUIRE(EVP_Digest("abc", 3, digest.data(), &n, EVP_sha256(), nullptr) == 1);
  REQUIRE(n == 32);
  std::string text;
  for (unsigned i = 0; i < n; ++i) text += fmt::format("{:02x}", digest[i]);
  CHECK(text == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("nlohmann_json: ordered_json keeps the order of insertion, numbers round-trip, NaN becomes null") {
  nlohmann::ordered_json object;
  object["z"] = 1.0 / 3.0;
  object["a"] = std::numeric_limits<double>::quiet_NaN();
  const std::string text = object.dump();
  CHECK(text == R"({"z":0.3333333333333333,"a":null})");
  CHECK(nlohmann::ordered_json::parse(text)["z"].get<double>() == 1.0 / 3.0);
  const auto parse = [](const char* json) { return nlohmann::ordered_json::parse(json); };
  CHECK_THROWS_AS(parse("{\"a\": }"), nlohmann::ordered_json::parse_error);
}

// ---- doctest ---------------------------------------------------------------------------------------

TEST_CASE("doctest: Approx calls small numbers equal whatever they are, so we compare with explicit tolerances") {
  CHECK(1e-12 == doctest::Approx(2e-12));
  CHECK(std::abs(1e-12 - 2e-12) > 1e-15);
}

// ---- MuJoCo ----------------------------------------------------------------------------------------

#ifdef ENCEPHAGEN_HAS_MUJOCO
namespace {

thread_local std::string last_warning;

// MuJoCo's own handlers write MUJOCO_LOG.TXT into the working folder, and the one for errors waits for the Enter key.
class Handlers {
 public:
  Handlers() {
    mju_user_warning = [](const char* text) { last_warning = text; };
    mju_user_error = [](const char* text) { throw std::runtime_error(text); };
  }
  ~Handlers() { mju_user_warning = nullptr, mju_user_error = nullptr; }
  Handlers(const Handlers&) = delete;
  Handlers& operator=(const Handlers&) = delete;
};

using Model = std::unique_ptr<mjModel, decltype(&mj_deleteModel)>;
using Data = std::unique_ptr<mjData, decltype(&mj_deleteData)>;

// RK4 is exact for a constant acceleration; the default Euler integrator is off by dt / t.
constexpr std::string_view kFallingBall = R"(<mujoco>
  <compiler autolimits="true"/>
  <option timestep="0.001" gravity="0 0 -9.81" integrator="RK4"/>
  <worldbody><body pos="0 0 10"><freejoint/><geom size="0.1" mass="1"/></body></worldbody>
</mujoco>)";

Model load(std::string_view mjcf, std::string& error) {
  const auto vfs = std::make_unique<mjVFS>();  // 2 MB in version 2: never on a stack
  mj_defaultVFS(vfs.get());
#if mjVERSION_HEADER < 3001002
  mj_makeEmptyFileVFS(vfs.get(), "model.xml", static_cast<int>(mjcf.size()));
  std::memcpy(vfs->filedata[mj_findFileVFS(vfs.get(), "model.xml")], mjcf.data(), mjcf.size());
#else
  mj_addBufferVFS(vfs.get(), "model.xml", mjcf.data(), static_cast<int>(mjcf.size()));
#endif
  std::array<char, 1000> text{};
  Model model(mj_loadXML("model.xml", vfs.get(), text.data(), static_cast<int>(text.size())), mj_deleteModel);
  mj_deleteVFS(vfs.get());
  error = text.data();
  return model;
}

}  // namespace

TEST_CASE("MuJoCo: a ball falls by g t^2 / 2") {
  const Handlers handlers;
  std::string error;
  const Model model = load(kFallingBall, error);
  REQUIRE_MESSAGE(model, error);
  const Data data(mj_makeData(model.get()), mj_deleteData);
  for (int step = 0; step < 100; ++step) mj_step(model.get(), data.get());
  CHECK(std::abs(data->time - 0.1) < 1e-12);
  CHECK(std::abs((10.0 - data->qpos[2]) - 9.81 * 0.1 * 0.1 / 2) < 1e-12);
}

TEST_CASE("MuJoCo: a bad model is an error text with a line, not the end of the process") {
  const Handlers handlers;
  std::string error;
  CHECK_FALSE(load("<mujoco>\n<worldbody>\n<body><geom size=\"-1\"/></body></worldbody></mujoco>", error));
  CHECK(contains(error, "line = 3"));
}

TEST_CASE(
    "MuJoCo: NaN resets the world in silence; only the warning counter tells, and our handler keeps the log file "
    "away") {
  fs::remove("MUJOCO_LOG.TXT");
  const Handlers handlers;
  std::string error;
  const Model model = load(kFallingBall, error);
  const Data data(mj_makeData(model.get()), mj_deleteData);
  for (int step = 0; step < 50; ++step) mj_step(model.get(), data.get());
  data->qpos[2] = std::numeric_limits<double>::quiet_NaN();
  last_warning.clear();
  mj_step(model.get(), data.get());
  CHECK(data->time < 0.002);
  CHECK(data->warning[mjWARN_BADQPOS].number == 1);
  CHECK_FALSE(last_warning.empty());
  CHECK_FALSE(fs::exists("MUJOCO_LOG.TXT"));
}

TEST_CASE("MuJoCo: an engine error leaves as an exception through the C frames") {
  const Handlers handlers;
  std::string error;
  const Model model = load(kFallingBall, error);
  const Data data(mj_makeData(model.get()), mj_deleteData);
  CHECK_THROWS_AS(mj_stackAlloc(data.get(), std::numeric_limits<int>::max()), std::runtime_error);
}

TEST_CASE("MuJoCo: position, velocity, time and the solver's warm start restore a world bit for bit") {
  const Handlers handlers;
  std::string error;
  const Model model = load(R"(<mujoco>
    <option timestep="0.005"/>
    <worldbody><geom type="plane" size="5 5 1"/>
      <body pos="0 0 0.3" euler="10 20 0"><freejoint/><geom type="box" size="0.1 0.2 0.05" mass="1"/></body></worldbody>
  </mujoco>)",
                           error);
  REQUIRE_MESSAGE(model, error);
  const Data data(mj_makeData(model.get()), mj_deleteData);
  const auto steps = [&](int n) {
    while (n-- > 0) mj_step(model.get(), data.get());
  };
  const auto snapshot = [&] {
    std::vector<double> all(data->qpos, data->qpos + model->nq);
    all.insert(all.end(), data->qvel, data->qvel + model->nv);
    all.insert(all.end(), data->qacc_warmstart, data->qacc_warmstart + model->nv);
    all.push_back(data->time);
    return all;
  };
  steps(60);
  REQUIRE(data->ncon > 0);
  const auto middle = snapshot();
  steps(60);
  const auto expected = snapshot();
  mj_resetData(model.get(), data.get());
  const auto nq = static_cast<size_t>(model->nq), nv = static_cast<size_t>(model->nv);
  std::memcpy(data->qpos, middle.data(), nq * sizeof(double));
  std::memcpy(data->qvel, middle.data() + nq, nv * sizeof(double));
  std::memcpy(data->qacc_warmstart, middle.data() + nq + nv, nv * sizeof(double));
  data->time = middle.back();
  steps(60);
  CHECK(snapshot() == expected);
}

TEST_CASE("MuJoCo: the library is the one its header describes") { CHECK(mj_version() == mjVERSION_HEADER); }
#endif

TEST_CASE("libpng: an image survives, and a truncated one is an error and not a part of it") {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = image.height = 4, image.format = PNG_FORMAT_GRAY;
  std::vector<uint8_t> pixels(16, 7), read(16);
  std::string bytes(1000, '\0');
  png_alloc_size_t size = bytes.size();
  REQUIRE(png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels.data(), 0, nullptr) != 0);
  const auto read_back = [&](size_t n) {
    png_image in{};
    in.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_memory(&in, bytes.data(), n) == 0) return false;
    in.format = PNG_FORMAT_GRAY;
    return png_image_finish_read(&in, nullptr, read.data(), 0, nullptr) != 0;
  };
  CHECK(read_back(size));
  CHECK(read == pixels);
  CHECK_FALSE(read_back(size / 2));
}

TEST_CASE(
    "zlib: compress2 writes the format with a header (78), which browsers call deflate; what is cut off is an error") {
  const std::string text(5000, 'e');
  uLongf size = compressBound(text.size());
  std::vector<Bytef> packed(size), unpacked(text.size());
  REQUIRE(compress2(packed.data(), &size, reinterpret_cast<const Bytef*>(text.data()), text.size(),
                    Z_BEST_COMPRESSION) == Z_OK);
  CHECK(packed[0] == 0x78);
  CHECK(size < 100);
  uLongf length = unpacked.size();
  CHECK(uncompress(unpacked.data(), &length, packed.data(), size) == Z_OK);
  CHECK(length == text.size());
  length = unpacked.size();
  CHECK(uncompress(unpacked.data(), &length, packed.data(), size - 5) != Z_OK);
}
