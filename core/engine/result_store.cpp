// results.h5 through the C interface of HDF5.
#include "engine/result_store.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <functional>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <string_view>

#include "host/failure.hpp"

namespace encephagen {
namespace {

// HDF5 calls take turns, also where the library is built without threads. Its own printing of errors is switched off,
// which it keeps per thread.
class Turn {
 public:
  Turn() : lock_(mutex()) { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

 private:
  static std::recursive_mutex& mutex() {
    static std::recursive_mutex m;
    return m;
  }
  std::lock_guard<std::recursive_mutex> lock_;
};

// Why the last call failed: the words of the innermost function, or of the operating system if it has a share in it.
std::string reason() {
  std::string text;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned, const H5E_error2_t* e, void* to) -> herr_t {
        auto& out = *static_cast<std::string*>(to);
        if (out.empty() && e->desc) out = e->desc;
        return 0;
      },
      &text);
  const std::string_view mark = "error message = '";
  if (const auto at = text.find(mark); at != std::string::npos) {
    text = text.substr(at + mark.size());
    text = text.substr(0, text.find('\''));
  }
  return text.empty() ? "" : ": " + text;
}

[[noreturn]] void fail(const std::string& what) { throw StorageFailure(what + reason()); }

// Owns an identifier; `close` is the function that belongs to its kind.
class Handle {
 public:
  Handle() = default;
  Handle(hid_t id, herr_t (*close)(hid_t), const std::string& what) : id_(id), close_(close) {
    if (id_ < 0) fail(what);
  }
  Handle(Handle&& other) noexcept { swap(other); }
  Handle& operator=(Handle&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Handle() {
    if (id_ >= 0 && close_) close_(id_);
  }
  operator hid_t() const { return id_; }

 private:
  void swap(Handle& other) { std::swap(id_, other.id_), std::swap(close_, other.close_); }
  hid_t id_ = -1;
  herr_t (*close_)(hid_t) = nullptr;
};

void check(herr_t status, const std::string& what) {
  if (status < 0) fail(what);
}

Handle text_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "HDF5: no text type");
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}

// Groups on the way to an object are made.
Handle link_creation() {
  Handle p(H5Pcreate(H5P_LINK_CREATE), H5Pclose, "HDF5: no property list");
  H5Pset_create_intermediate_group(p, 1);
  return p;
}
// Locks of files fail on some network file systems, and only one process ever writes a result.
Handle file_access() {
  Handle p(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "HDF5: no property list");
  H5Pset_file_locking(p, 0, 1);
  return p;
}

template <class Shape>
uint64_t count_of(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), uint64_t{1}, std::multiplies<>());
}

void write_attribute(hid_t object, const std::string& name, hid_t file_type, hid_t memory_type, hid_t space,
                     const void* value) {
  const std::string what = "HDF5: cannot write attribute " + name;
  const Handle a(H5Acreate2(object, name.c_str(), file_type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, what);
  check(H5Awrite(a, memory_type, value), what);
}
void write_text_attribute(hid_t object, const std::string& name, const std::string& value) {
  const Handle type = text_type();
  const Handle scalar(H5Screate(H5S_SCALAR), H5Sclose, "HDF5: no data space");
  const char* p = value.c_str();
  write_attribute(object, name, type, type, scalar, &p);
}

}  // namespace

struct ResultWriter::Impl {
  struct Growing {
    Handle dataset;
    hsize_t rows = 0, columns = 0;  // columns 0: one-dimensional
  };
  std::filesystem::path file, temporary;
  Compression compression;
  Handle handle;
  std::map<std::string, Growing> growing;
  bool is_committed = false;

  std::string about(const std::string& path) const { return fmt::format("{}: cannot write {}", file.string(), path); }
  void require(bool is_right, const std::string& path, const std::string& reason) const {
    if (!is_right) throw std::runtime_error(about(path) + ": " + reason);
  }

  // No time stamps, so that equal data give equal files. Blocks of about 256 KiB along the first dimension where a
  // dataset grows or is compressed.
  Handle creation(std::span<const hsize_t> dims, bool is_growing, bool is_number) const {
    Handle p(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "HDF5: no property list");
    H5Pset_obj_track_times(p, 0);
    const bool is_compressed = compression == Compression::deflate && is_number && !dims.empty();
    const hsize_t in_row = dims.empty() ? 1 : std::max<hsize_t>(1, count_of(dims.subspan(1)));
    hsize_t rows = std::clamp<hsize_t>(32768 / in_row, 16, 32768);
    if (!is_growing) rows = dims.empty() ? 0 : std::min(rows, dims[0]);
    if ((is_growing || is_compressed) && rows > 0) {
      std::vector<hsize_t> block(dims.begin(), dims.end());
      for (auto& d : block) d = std::max<hsize_t>(1, d);
      block[0] = rows;
      check(H5Pset_chunk(p, static_cast<int>(block.size()), block.data()), "HDF5: no blocks");
      if (is_compressed) H5Pset_shuffle(p), check(H5Pset_deflate(p, 1), "HDF5: cannot compress");
    }
    return p;
  }

  Growing& open_growing(const std::string& path, hid_t type, hsize_t columns) {
    if (const auto at = growing.find(path); at != growing.end()) return at->second;
    const hsize_t now[2] = {0, columns}, most[2] = {H5S_UNLIMITED, columns};
    const int rank = columns ? 2 : 1;
    const Handle space(H5Screate_simple(rank, now, most), H5Sclose, about(path));
    Handle dataset(H5Dcreate2(handle, path.c_str(), type, space, link_creation(),
                              creation({now, static_cast<size_t>(rank)}, true, true), H5P_DEFAULT),
                   H5Dclose, about(path));
    return growing.emplace(path, Growing{std::move(dataset), 0, columns}).first->second;
  }

  void append(const std::string& path, hid_t file_type, hid_t memory_type, const void* data, hsize_t rows,
              hsize_t columns) {
    require(handle >= 0, path, "the file has been closed");
    auto& g = open_growing(path, file_type, columns);
    require(g.columns == columns, path, fmt::format("rows of {} numbers follow rows of {}", columns, g.columns));
    if (rows == 0) return;
    const int rank = columns ? 2 : 1;
    const hsize_t total[2] = {g.rows + rows, columns}, start[2] = {g.rows, 0}, count[2] = {rows, columns};
    check(H5Dset_extent(g.dataset, total), about(path));
    const Handle space(H5Dget_space(g.dataset), H5Sclose, about(path));
    check(H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nullptr, count, nullptr), about(path));
    const Handle memory(H5Screate_simple(rank, count, nullptr), H5Sclose, about(path));
    check(H5Dwrite(g.dataset, memory_type, memory, space, H5P_DEFAULT, data), about(path));
    g.rows += rows;
  }

  void put(const std::string& path, hid_t file_type, hid_t memory_type, std::span<const uint64_t> shape,
           const void* data, const std::string& doc) {
    require(handle >= 0, path, "the file has been closed");
    const std::vector<hsize_t> dims(shape.begin(), shape.end());
    const Handle space(H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr), H5Sclose, about(path));
    const bool is_number = H5Tget_class(file_type) != H5T_STRING;
    const Handle d(H5Dcreate2(handle, path.c_str(), file_type, space, link_creation(), creation(dims, false, is_number),
                              H5P_DEFAULT),
                   H5Dclose, about(path));
    if (count_of(shape) > 0) check(H5Dwrite(d, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), about(path));
    if (!doc.empty()) write_text_attribute(d, "description", doc);
  }
};

ResultWriter::ResultWriter(std::filesystem::path file, Compression compression) {
  if (file.empty()) return;
  const Turn turn;
  impl_ = std::make_unique<Impl>();
  impl_->file = std::move(file);
  impl_->temporary = impl_->file.string() + ".tmp";
  impl_->compression = compression;
  impl_->handle = Handle(H5Fcreate(impl_->temporary.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, file_access()), H5Fclose,
                         fmt::format("{}: cannot be created", impl_->temporary.string()));
  const uint32_t magic = 0x0A7A, version[2] = {0, 1};
  const hsize_t two = 2;
  const Handle scalar(H5Screate(H5S_SCALAR), H5Sclose, "HDF5: no data space");
  const Handle pair(H5Screate_simple(1, &two, nullptr), H5Sclose, "HDF5: no data space");
  write_attribute(impl_->handle, "magic", H5T_STD_U32LE, H5T_NATIVE_UINT32, scalar, &magic);
  write_attribute(impl_->handle, "version", H5T_STD_U32LE, H5T_NATIVE_UINT32, pair, version);
}

ResultWriter::~ResultWriter() {
  if (!impl_) return;
  const Turn turn;
  const std::filesystem::path unfinished = impl_->is_committed ? "" : impl_->temporary;
  impl_.reset();
  std::error_code ec;
  if (!unfinished.empty()) std::filesystem::remove(unfinished, ec);
}

void ResultWriter::append_signal(const std::string& name, std::span<const double> time_ms, std::span<const double> rows,
                                 size_t n_units) {
  if (!impl_) return;
  const Turn turn;
  const std::string base = "/recordings/" + name;
  impl_->require(rows.size() == time_ms.size() * n_units, base,
                 fmt::format("{} numbers are no {} rows of {}", rows.size(), time_ms.size(), n_units));
  impl_->append(base + "/data", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, rows.data(), time_ms.size(), n_units);
  impl_->append(base + "/time_ms", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, time_ms.data(), time_ms.size(), 0);
}

void ResultWriter::finish_signal(const std::string& name, std::span<const int64_t> unit,
                                 std::span<const int64_t> unit_region, const Attributes& attributes) {
  if (!impl_) return;
  const Turn turn;
  append_signal(name, {}, {}, unit.size());
  const std::string base = "/recordings/" + name;
  const auto put = [&](const char* array, std::span<const int64_t> values, const char* doc) {
    const uint64_t shape[] = {values.size()};
    impl_->put(base + array, H5T_STD_I64LE, H5T_NATIVE_INT64, shape, values.data(), doc);
  };
  put("/unit", unit, "number of the unit within its population");
  put("/unit_region", unit_region, "row of the region in /connectome");
  for (const auto& [key, value] : attributes)
    write_text_attribute(impl_->growing.at(base + "/data").dataset, key, value);
}

void ResultWriter::append_spikes(const std::string& population, std::span<const double> time_ms,
                                 std::span<const int64_t> unit) {
  if (!impl_) return;
  const Turn turn;
  const std::string base = "/spikes/" + population;
  impl_->require(time_ms.size() == unit.size(), base,
                 fmt::format("{} times do not fit {} units", time_ms.size(), unit.size()));
  impl_->append(base + "/timestamps", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, time_ms.data(), time_ms.size(), 0);
  impl_->append(base + "/node_ids", H5T_STD_U64LE, H5T_NATIVE_INT64, unit.data(), unit.size(), 0);
}

void ResultWriter::finish_spikes(const std::string& population) {
  if (!impl_) return;
  const Turn turn;
  append_spikes(population, {}, {});
  const std::string base = "/spikes/" + population;
  write_text_attribute(impl_->growing.at(base + "/timestamps").dataset, "units", "ms");
  const Handle group(H5Gopen2(impl_->handle, base.c_str(), H5P_DEFAULT), H5Gclose, impl_->about(base));
  // SONATA: an enumeration none, by_id, by_time.
  const Handle type(H5Tenum_create(H5T_STD_U8LE), H5Tclose, impl_->about(base));
  uint8_t value = 0;
  for (const char* name : {"none", "by_id", "by_time"}) H5Tenum_insert(type, name, &value), ++value;
  const Handle scalar(H5Screate(H5S_SCALAR), H5Sclose, impl_->about(base));
  value = 2;
  write_attribute(group, "sorting", type, type, scalar, &value);
}

void ResultWriter::put(const std::string& path, const ArrayData& a) {
  if (!impl_) return;
  const Turn turn;
  const size_t n = a.element == EG_F64 ? a.numbers.size() : a.element == EG_I64 ? a.integers.size() : a.texts.size();
  impl_->require(n == count_of(a.shape), path, fmt::format("{} values do not fit its shape", n));
  if (a.element == EG_F64) {
    impl_->put(path, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, a.shape, a.numbers.data(), a.doc);
  } else if (a.element == EG_I64) {
    impl_->put(path, H5T_STD_I64LE, H5T_NATIVE_INT64, a.shape, a.integers.data(), a.doc);
  } else {
    std::vector<const char*> p;
    for (const auto& s : a.texts) p.push_back(s.c_str());
    const Handle type = text_type();
    impl_->put(path, type, type, a.shape, p.data(), a.doc);
  }
}

void ResultWriter::link(const std::string& path, const std::string& relative_file) {
  if (!impl_) return;
  const Turn turn;
  check(H5Lcreate_external(relative_file.c_str(), "/", impl_->handle, path.c_str(), link_creation(), H5P_DEFAULT),
        impl_->about(path));
}

void ResultWriter::close() {
  if (!impl_ || impl_->is_committed) return;
  const Turn turn;
  // Before the datasets are closed, too: nobody hears of what fails in closing them.
  const auto flush = [&] {
    check(H5Fflush(impl_->handle, H5F_SCOPE_GLOBAL), fmt::format("{}: cannot be completed", impl_->file.string()));
  };
  flush();
  impl_->growing.clear();
  flush();
  impl_->handle = Handle();
  std::filesystem::rename(impl_->temporary, impl_->file);
  impl_->is_committed = true;
}

struct ResultReader::Impl {
  std::filesystem::path file;
  Handle handle;
};

ResultReader::ResultReader(const std::filesystem::path& file) : impl_(std::make_unique<Impl>()) {
  const Turn turn;
  impl_->file = file;
  impl_->handle = Handle(H5Fopen(file.c_str(), H5F_ACC_RDONLY, file_access()), H5Fclose,
                         fmt::format("{}: cannot be read as HDF5", file.string()));
}
ResultReader::~ResultReader() {
  const Turn turn;
  impl_.reset();
}

bool ResultReader::has(const std::string& path) const {
  const Turn turn;
  for (size_t at = 1; at != std::string::npos && at <= path.size();) {  // every group on the way must exist
    const auto slash = path.find('/', at);
    const std::string part = path.substr(0, slash);
    if (H5Lexists(impl_->handle, part.c_str(), H5P_DEFAULT) <= 0) return false;
    at = slash == std::string::npos ? slash : slash + 1;
  }
  return true;
}

std::vector<std::string> ResultReader::list(const std::string& group) const {
  const Turn turn;
  std::vector<std::string> out;
  if (group != "/" && !has(group)) return out;
  const Handle g(H5Gopen2(impl_->handle, group.c_str(), H5P_DEFAULT), H5Gclose,
                 fmt::format("{}: no group {}", impl_->file.string(), group));
  H5Literate(
      g, H5_INDEX_NAME, H5_ITER_INC, nullptr,
      [](hid_t, const char* name, const H5L_info_t*, void* to) -> herr_t {
        static_cast<std::vector<std::string>*>(to)->emplace_back(name);
        return 0;
      },
      &out);
  return out;
}

ArrayData ResultReader::read(const std::string& path) const {
  const Turn turn;
  const std::string what = fmt::format("{}: cannot read {}", impl_->file.string(), path);
  const Handle d(H5Dopen2(impl_->handle, path.c_str(), H5P_DEFAULT), H5Dclose, what);
  const Handle space(H5Dget_space(d), H5Sclose, what);
  const Handle type(H5Dget_type(d), H5Tclose, what);
  ArrayData a{path.substr(path.rfind('/') + 1), attribute(path, "description"), EG_F64, shape(path), {}, {}, {}};
  const auto n = static_cast<size_t>(H5Sget_simple_extent_npoints(space));
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
      a.element = EG_I64;
      a.integers.resize(n);
      if (n) check(H5Dread(d, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, a.integers.data()), what);
      break;
    case H5T_STRING: {
      a.element = EG_TEXT_ELEMENT;
      std::vector<char*> p(n);
      const Handle memory = text_type();
      if (n) check(H5Dread(d, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, p.data()), what);
      for (const char* s : p) a.texts.emplace_back(s ? s : "");
      if (n) H5Dvlen_reclaim(memory, space, H5P_DEFAULT, p.data());
      break;
    }
    default:
      a.numbers.resize(n);
      if (n) check(H5Dread(d, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, a.numbers.data()), what);
  }
  return a;
}

std::vector<uint64_t> ResultReader::shape(const std::string& path) const {
  const Turn turn;
  const std::string what = fmt::format("{}: cannot read {}", impl_->file.string(), path);
  const Handle d(H5Dopen2(impl_->handle, path.c_str(), H5P_DEFAULT), H5Dclose, what);
  const Handle space(H5Dget_space(d), H5Sclose, what);
  std::vector<hsize_t> dims(static_cast<size_t>(H5Sget_simple_extent_ndims(space)));
  H5Sget_simple_extent_dims(space, dims.data(), nullptr);
  return {dims.begin(), dims.end()};
}

std::string ResultReader::attribute(const std::string& path, const std::string& name) const {
  const Turn turn;
  const Handle object(H5Oopen(impl_->handle, path.c_str(), H5P_DEFAULT), H5Oclose,
                      fmt::format("{}: no {}", impl_->file.string(), path));
  if (H5Aexists(object, name.c_str()) <= 0) return "";
  const Handle a(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, name);
  const Handle memory = text_type();
  char* p = nullptr;
  if (H5Aread(a, memory, &p) < 0) return "";
  std::string out = p ? p : "";
  H5free_memory(p);
  return out;
}

}  // namespace encephagen
