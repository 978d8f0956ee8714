// results.h5: what is written is read again, by us and by h5py; growth, equal bytes, atomic completion, error texts.
#include "engine/result_store.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <encephagen/sdk/testing.hpp>
#include <fstream>
#include <limits>
#include <sstream>
#include <thread>

namespace fs = std::filesystem;
using eg::testing::error_of;
using encephagen::ArrayData;
using encephagen::ResultReader;
using encephagen::ResultWriter;

// HDF5 keeps some of its memory when a file cannot be completed.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5"; }

namespace {

// A folder of its own, removed with everything in it.
struct Folder {
  fs::path path = fs::temp_directory_path() / fmt::format("encephagen_result_store_{}", ::getpid());
  Folder() {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
};

ArrayData numbers(std::vector<uint64_t> shape, std::vector<double> v, std::string doc = "") {
  return {"", std::move(doc), EG_F64, std::move(shape), std::move(v), {}, {}};
}
ArrayData integers(std::vector<int64_t> v) { return {"", "", EG_I64, {v.size()}, {}, std::move(v), {}}; }
ArrayData texts(std::vector<std::string> v) { return {"", "", EG_TEXT_ELEMENT, {v.size()}, {}, {}, std::move(v)}; }

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream s;
  s << in.rdbuf();
  return s.str();
}

// One of everything.
void write_example(const fs::path& file, ResultWriter::Compression compression = ResultWriter::Compression::none) {
  ResultWriter h5(file, compression);
  h5.append_signal("exc", std::vector<double>{1, 2}, std::vector<double>{10, 11, 12, 20, 21, 22}, 3);
  h5.append_spikes("exc_spikes", std::vector<double>{0.1, 0.1, 0.7}, std::vector<int64_t>{4, 9, 0});
  h5.append_signal("exc", std::vector<double>{3}, std::vector<double>{30, 31, 32}, 3);
  h5.append_spikes("exc_spikes", std::vector<double>{2.5}, std::vector<int64_t>{7});
  h5.finish_signal("exc", std::vector<int64_t>{5, 6, 7}, std::vector<int64_t>{0, 0, 1},
                   {{"unit", "mV"}, {"state", "v_mv"}});
  h5.finish_spikes("exc_spikes");
  h5.finish_signal("never", std::vector<int64_t>{1, 2}, std::vector<int64_t>{0, 0}, {});
  h5.finish_spikes("silent");
  h5.put("/connectome/region_label", texts({"V1_l", "hippocampus", "", "Größe µ"}));
  h5.put("/connectome/weights",
         numbers({2, 3}, {1, -0.0, 1e-310, 4, std::numeric_limits<double>::infinity(), 6}, "rows are targets"));
  h5.put("/analyzers/fc/order", integers({3, -9000000000000000000, 0}));
  h5.put("/analyzers/fc/empty", numbers({0, 4}, {}));
  h5.close();
}

}  // namespace

TEST_CASE("result store: everything written is read again") {
  const Folder folder;
  for (const auto compression : {ResultWriter::Compression::none, ResultWriter::Compression::deflate}) {
    write_example(folder.path / "results.h5", compression);
    const ResultReader h5(folder.path / "results.h5");
    CHECK(h5.list("/") == std::vector<std::string>{"analyzers", "connectome", "recordings", "spikes"});
    CHECK(h5.list("/recordings/exc") == std::vector<std::string>{"data", "time_ms", "unit", "unit_region"});
    CHECK(h5.list("/no/such/group").empty());
    CHECK(h5.has("/connectome/weights"));
    CHECK(!h5.has("/connectome/lengths_mm"));
    CHECK(!h5.has("/no/such/thing"));

    const auto data = h5.read("/recordings/exc/data");
    CHECK(data.name == "data");
    CHECK(data.shape == std::vector<uint64_t>{3, 3});
    CHECK(data.numbers == std::vector<double>{10, 11, 12, 20, 21, 22, 30, 31, 32});
    CHECK(h5.read("/recordings/exc/time_ms").numbers == std::vector<double>{1, 2, 3});
    CHECK(h5.read("/recordings/exc/unit").integers == std::vector<int64_t>{5, 6, 7});
    CHECK(h5.read("/recordings/exc/unit_region").integers == std::vector<int64_t>{0, 0, 1});
    CHECK(h5.attribute("/recordings/exc/data", "unit") == "mV");
    CHECK(h5.attribute("/recordings/exc/data", "state") == "v_mv");
    CHECK(h5.attribute("/recordings/exc/data", "no such") == "");
    CHECK(h5.shape("/recordings/never/data") == std::vector<uint64_t>{0, 2});

    CHECK(h5.read("/spikes/exc_spikes/timestamps").numbers == std::vector<double>{0.1, 0.1, 0.7, 2.5});
    CHECK(h5.read("/spikes/exc_spikes/node_ids").integers == std::vector<int64_t>{4, 9, 0, 7});
    CHECK(h5.attribute("/spikes/exc_spikes/timestamps", "units") == "ms");
    CHECK(h5.shape("/spikes/silent/timestamps") == std::vector<uint64_t>{0});

    CHECK(h5.read("/connectome/region_label").texts == std::vector<std::string>{"V1_l", "hippocampus", "", "Größe µ"});
    const auto weights = h5.read("/connectome/weights");
    CHECK(weights.doc == "rows are targets");
    CHECK(weights.shape == std::vector<uint64_t>{2, 3});
    CHECK(weights.numbers == std::vector<double>{1, -0.0, 1e-310, 4, std::numeric_limits<double>::infinity(), 6});
    CHECK(std::signbit(weights.numbers[1]));
    CHECK(h5.read("/analyzers/fc/order").integers == std::vector<int64_t>{3, -9000000000000000000, 0});
    CHECK(h5.shape("/analyzers/fc/empty") == std::vector<uint64_t>{0, 4});
  }
}

TEST_CASE("result store: h5py finds the SONATA layout") {
  if (std::system("/usr/bin/python3 -c 'import h5py' > /dev/null 2>&1") != 0) {
    MESSAGE("skipped: /usr/bin/python3 has no h5py");
    return;
  }
  const Folder folder;
  write_example(folder.path / "results.h5");
  const fs::path script = folder.path / "check.py", said = folder.path / "said.txt";
  std::ofstream(script) << R"(
import h5py, numpy, sys
f = h5py.File(sys.argv[1], 'r')
assert f.attrs['magic'] == 0x0A7A and f.attrs['magic'].dtype == numpy.uint32
assert list(f.attrs['version']) == [0, 1] and f.attrs['version'].dtype == numpy.uint32
s = f['spikes/exc_spikes']
assert s['timestamps'].dtype == numpy.float64 and s['timestamps'].attrs['units'] == 'ms'
assert list(s['timestamps']) == [0.1, 0.1, 0.7, 2.5]
assert s['node_ids'].dtype == numpy.uint64 and list(s['node_ids']) == [4, 9, 0, 7]
names = h5py.check_enum_dtype(s.attrs.get_id('sorting').dtype)
assert names == {'none': 0, 'by_id': 1, 'by_time': 2}, names
assert s.attrs['sorting'] == 2
r = f['recordings/exc/data']
assert r.shape == (3, 3) and r.maxshape == (None, 3) and r.attrs['unit'] == 'mV' and r[2, 1] == 31
label = f['connectome/region_label']
assert h5py.check_string_dtype(label.dtype).encoding == 'utf-8'
assert label.asstr()[3] == 'Gr\u00f6\u00dfe \u00b5'
assert f['connectome/weights'].attrs['description'] == 'rows are targets'
assert f['analyzers/fc/order'].dtype == numpy.int64
)";
  const std::string command = fmt::format("/usr/bin/python3 '{}' '{}' > '{}' 2>&1", script.string(),
                                          (folder.path / "results.h5").string(), said.string());
  CHECK_MESSAGE(std::system(command.c_str()) == 0, bytes_of(said));
}

TEST_CASE("result store: equal data give equal bytes, whenever they are written") {
  const Folder folder;
  for (const auto compression : {ResultWriter::Compression::none, ResultWriter::Compression::deflate}) {
    write_example(folder.path / "a.h5", compression);
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // HDF5's time stamps count seconds
    write_example(folder.path / "b.h5", compression);
    CHECK(bytes_of(folder.path / "a.h5").size() > 2000);
    CHECK(bytes_of(folder.path / "a.h5") == bytes_of(folder.path / "b.h5"));
  }
}

TEST_CASE("result store: long recordings grow block by block and come back whole") {
  const Folder folder;
  const size_t n_units = 7, n_rows = 20000;
  uintmax_t size[2];
  for (const auto compression : {ResultWriter::Compression::none, ResultWriter::Compression::deflate}) {
    const fs::path file = folder.path / "results.h5";
    {
      ResultWriter h5(file, compression);
      size_t row = 0;
      for (size_t block = 1; row < n_rows; block = block * 3 % 1009) {  // blocks of many lengths
        std::vector<double> time_ms, rows;
        for (size_t k = 0; k < block && row < n_rows; ++k, ++row) {
          time_ms.push_back(0.5 * static_cast<double>(row));
          for (size_t u = 0; u < n_units; ++u) rows.push_back(static_cast<double>(row * n_units + u));
        }
        h5.append_signal("v", time_ms, rows, n_units);
      }
      h5.close();
    }
    size[compression == ResultWriter::Compression::deflate] = fs::file_size(file);
    const ResultReader h5(file);
    const auto data = h5.read("/recordings/v/data");
    CHECK(data.shape == std::vector<uint64_t>{n_rows, n_units});
    bool is_equal = data.numbers.size() == n_rows * n_units;
    for (size_t k = 0; is_equal && k < data.numbers.size(); ++k) is_equal = data.numbers[k] == static_cast<double>(k);
    CHECK(is_equal);
    CHECK(h5.read("/recordings/v/time_ms").numbers.back() == 0.5 * (n_rows - 1));
  }
  CHECK(size[0] < n_rows * (n_units + 1) * 8 + 400000);  // at most one block too many per dataset
  CHECK(size[1] < size[0] / 3);
}

TEST_CASE("result store: a file appears under its name only when it is complete") {
  const Folder folder;
  const fs::path file = folder.path / "results.h5", unfinished = folder.path / "results.h5.tmp";
  {
    ResultWriter h5(file);
    h5.put("/a", numbers({1}, {1}));
    CHECK(fs::exists(unfinished));
    CHECK(!fs::exists(file));
  }
  CHECK(fs::is_empty(folder.path));  // given up: nothing stays behind
  {
    ResultWriter h5(file);
    h5.put("/a", numbers({1}, {1}));
    h5.close();
    h5.close();  // does nothing
    CHECK(fs::exists(file));
    CHECK(!fs::exists(unfinished));
  }
  CHECK(ResultReader(file).read("/a").numbers == std::vector<double>{1});
  {
    ResultWriter h5(file);  // a second result that is given up leaves the first alone
    h5.put("/a", numbers({1}, {2}));
  }
  CHECK(ResultReader(file).read("/a").numbers == std::vector<double>{1});
}

TEST_CASE("result store: links lead into other files") {
  const Folder folder;
  fs::create_directories(folder.path / "runs" / "00000");
  write_example(folder.path / "runs" / "00000" / "results.h5");
  {
    ResultWriter h5(folder.path / "results.h5");
    h5.link("/runs/00000", "runs/00000/results.h5");
    h5.close();
  }
  const ResultReader h5(folder.path / "results.h5");
  CHECK(h5.list("/runs") == std::vector<std::string>{"00000"});
  CHECK(h5.read("/runs/00000/recordings/exc/time_ms").numbers == std::vector<double>{1, 2, 3});
}

TEST_CASE("result store: several threads may write") {
  const Folder folder;
  {
    ResultWriter h5(folder.path / "results.h5");
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        const std::string name = "s" + std::to_string(t);
        for (int k = 0; k < 200; ++k) h5.append_spikes(name, std::vector<double>(3, k), std::vector<int64_t>{t, t, t});
        h5.finish_spikes(name);
      });
    for (auto& t : threads) t.join();
    h5.close();
  }
  const ResultReader h5(folder.path / "results.h5");
  for (int t = 0; t < 4; ++t)
    CHECK(h5.read(fmt::format("/spikes/s{}/node_ids", t)).integers == std::vector<int64_t>(600, t));
}

TEST_CASE("result store: errors name the file, the object and the reason") {
  const Folder folder;
  const std::string file = (folder.path / "results.h5").string();
  CHECK(error_of([&] { ResultWriter h5(folder.path / "no" / "results.h5"); }) ==
        (folder.path / "no" / "results.h5.tmp").string() + ": cannot be created: No such file or directory");
  ResultWriter h5(file);
  h5.put("/a/b", numbers({1}, {1}));
  CHECK(error_of([&] { h5.put("/a/b", numbers({1}, {1})); }) == file + ": cannot write /a/b: name already exists");
  CHECK(error_of([&] { h5.put("/a/b/c", numbers({1}, {1})); }).starts_with(file + ": cannot write /a/b/c: "));
  CHECK(error_of([&] {
          h5.put("/c", numbers({2, 2}, {1}));
        }) == file + ": cannot write /c: 1 values do not fit its shape");
  CHECK(error_of([&] {
          h5.append_signal("v", std::vector<double>{1, 2}, std::vector<double>{1, 2, 3}, 2);
        }) == file + ": cannot write /recordings/v: 3 numbers are no 2 rows of 2");
  h5.append_signal("v", std::vector<double>{1}, std::vector<double>{1, 2}, 2);
  CHECK(error_of([&] {
          h5.append_signal("v", std::vector<double>{1}, std::vector<double>{1, 2, 3}, 3);
        }) == file + ": cannot write /recordings/v/data: rows of 3 numbers follow rows of 2");
  CHECK(error_of([&] { h5.append_spikes("p", std::vector<double>{1}, std::vector<int64_t>{}); }) ==
        file + ": cannot write /spikes/p: 1 times do not fit 0 units");
  h5.close();
  CHECK(error_of([&] { h5.put("/z", numbers({1}, {1})); }) == file + ": cannot write /z: the file has been closed");

  CHECK(error_of([&] { ResultReader missing(folder.path / "none.h5"); }) ==
        (folder.path / "none.h5").string() + ": cannot be read as HDF5: No such file or directory");
  std::ofstream(folder.path / "text.h5") << "no HDF5 at all";
  CHECK(error_of([&] { ResultReader text(folder.path / "text.h5"); }) ==
        (folder.path / "text.h5").string() + ": cannot be read as HDF5: file signature not found");
  const ResultReader reader(file);
  CHECK(error_of([&] { (void)reader.read("/none"); }).starts_with(file + ": cannot read /none: "));
}

TEST_CASE("result store: a full disk is an error, not a short file") {
  if (!fs::exists("/dev/full")) {
    MESSAGE("skipped: no /dev/full");
    return;
  }
  const Folder folder;
  fs::create_symlink("/dev/full", folder.path / "results.h5.tmp");
  const auto text = error_of([&] {
    ResultWriter h5(folder.path / "results.h5");
    h5.put("/a", numbers({1000000}, std::vector<double>(1000000, 1)));
    h5.close();
  });
  CHECK_MESSAGE(text.find("No space left on device") != std::string::npos, text);
  CHECK(!fs::exists(folder.path / "results.h5"));
}
