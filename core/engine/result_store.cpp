// results.h5 through the C interface of HDF5.
#include "engine/result_store.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <mutex>
#include <stdexcept>

namespace encephagen {
namespace {

// Debian's HDF5 is built thread-safe, but every call takes one global lock anyway; ours also keeps error texts together.
std::recursive_mutex& library_lock() {
  static std::recursive_mutex m;
  return m;
}

// Owns an identifier; `close` is the function that belongs to its kind.
class Handle {
 public:
  Handle() = default;
  Handle(hid_t id, herr_t (*close)(hid_t), const std::string& what) : id_(id), close_(close) {
    if (id_ < 0) throw std::runtime_error(what);
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
  if (status < 0) throw std::runtime_error(what);
}

Handle text_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "HDF5: no text type");
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}

// Groups on the way to a dataset are made; nothing carries a time stamp, so equal data give equal files.
Handle link_creation() {
  Handle p(H5Pcreate(H5P_LINK_CREATE), H5Pclose, "HDF5: no property list");
  H5Pset_create_intermediate_group(p, 1);
  return p;
}
Handle dataset_creation() {
  Handle p(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "HDF5: no property list");
  H5Pset_obj_track_times(p, 0);
  return p;
}

void write_text_attribute(hid_t object, const std::string& name, const std::string& value) {
  const Handle type = text_type();
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose, "HDF5: no data space");
  const Handle a(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, "HDF5: cannot make attribute " + name);
  const char* p = value.c_str();
  check(H5Awrite(a, type, &p), "HDF5: cannot write attribute " + name);
}

}  // namespace

struct ResultWriter::Impl {
  std::filesystem::path file, temporary;
  Handle handle;
  struct Growing {
    Handle dataset;
    hsize_t rows = 0, columns = 0;  // columns 0: one-dimensional
  };
  std::map<std::string, Growing> growing;

  std::string about(const std::string& path) const { return fmt::format("{}: cannot write {}", file.string(), path); }

  Growing& open_growing(const std::string& path, hid_t type, hsize_t columns) {
    auto at = growing.find(path);
    if (at != growing.end()) return at->second;
    const int rank = columns ? 2 : 1;
    const hsize_t now[2] = {0, columns}, most[2] = {H5S_UNLIMITED, columns};
    // Chunks of about 256 KiB along time.
    const hsize_t chunk[2] = {std::clamp<hsize_t>(32768 / std::max<hsize_t>(1, columns), 16, 32768), std::max<hsize_t>(1, columns)};
    const Handle space(H5Screate_simple(rank, now, most), H5Sclose, about(path));
    const Handle creation = dataset_creation();
    H5Pset_chunk(creation, rank, chunk);
    Handle dataset(H5Dcreate2(handle, path.c_str(), type, space, link_creation(), creation, H5P_DEFAULT), H5Dclose, about(path));
    return growing.emplace(path, Growing{std::move(dataset), 0, columns}).first->second;
  }

  void append(const std::string& path, hid_t file_type, hid_t memory_type, const void* data, hsize_t rows, hsize_t columns) {
    auto& g = open_growing(path, file_type, columns);
    if (rows == 0) return;
    const int rank = columns ? 2 : 1;
    const hsize_t total[2] = {g.rows + rows, columns}, start[2] = {g.rows, 0}, count[2] = {rows, columns};
    check(H5Dset_extent(g.dataset, total), about(path));
    const Handle space(H5Dget_space(g.dataset), H5Sclose, about(path));
    check(H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nullptr, count, nullptr), about(path));
    const Handle memory(H5Screate_simple(rank, count, nullptr), H5Sclose, about(path));
    check(H5Dwrite(g.dataset, memory_type, memory, space, H5P_DEFAULT, data), about(path) + ": is the disk full?");
    g.rows += rows;
  }

  void put(const std::string& path, hid_t file_type, hid_t memory_type, const std::vector<uint64_t>& shape, const void* data, const std::string& doc) {
    std::vector<hsize_t> dims(shape.begin(), shape.end());
    const Handle space(H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr), H5Sclose, about(path));
    const Handle d(H5Dcreate2(handle, path.c_str(), file_type, space, link_creation(), dataset_creation(), H5P_DEFAULT), H5Dclose, about(path));
    uint64_t n = 1;
    for (const auto s : shape) n *= s;
    if (n > 0) check(H5Dwrite(d, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), about(path) + ": is the disk full?");
    if (!doc.empty()) write_text_attribute(d, "description", doc);
  }
};

ResultWriter::ResultWriter(std::filesystem::path file) : impl_(std::make_unique<Impl>()) {
  const std::lock_guard lock(library_lock());
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  impl_->file = std::move(file);
  impl_->temporary = impl_->file.string() + ".tmp";
  impl_->handle = Handle(H5Fcreate(impl_->temporary.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose,
                         fmt::format("{}: cannot be created: is there such a folder, and may it be written?", impl_->temporary.string()));
  const uint32_t magic = 0x0A7A, version[2] = {0, 1};
  const hsize_t two = 2;
  const Handle scalar(H5Screate(H5S_SCALAR), H5Sclose, "HDF5: no data space"), pair(H5Screate_simple(1, &two, nullptr), H5Sclose, "HDF5: no data space");
  const Handle m(H5Acreate2(impl_->handle, "magic", H5T_STD_U32LE, scalar, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, "HDF5: cannot make attribute");
  const Handle v(H5Acreate2(impl_->handle, "version", H5T_STD_U32LE, pair, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, "HDF5: cannot make attribute");
  H5Awrite(m, H5T_NATIVE_UINT32, &magic);
  H5Awrite(v, H5T_NATIVE_UINT32, version);
}

ResultWriter::~ResultWriter() {
  const std::lock_guard lock(library_lock());
  const bool open = impl_->handle >= 0;
  const auto temporary = impl_->temporary;
  impl_.reset();
  std::error_code ec;
  if (open) std::filesystem::remove(temporary, ec);
}

void ResultWriter::append_signal(const std::string& name, std::span<const double> time_ms, std::span<const double> rows, size_t n_units) {
  const std::lock_guard lock(library_lock());
  const std::string base = "/recordings/" + name;
  impl_->append(base + "/data", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, rows.data(), time_ms.size(), n_units);
  impl_->append(base + "/time_ms", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, time_ms.data(), time_ms.size(), 0);
}

void ResultWriter::finish_signal(const std::string& name, std::span<const int64_t> unit, std::span<const int64_t> unit_region, const Attributes& attributes) {
  const std::lock_guard lock(library_lock());
  append_signal(name, {}, {}, unit.size());
  const std::string base = "/recordings/" + name;
  impl_->put(base + "/unit", H5T_STD_I64LE, H5T_NATIVE_INT64, {unit.size()}, unit.data(), "number of the unit within its population");
  impl_->put(base + "/unit_region", H5T_STD_I64LE, H5T_NATIVE_INT64, {unit_region.size()}, unit_region.data(), "row of the region in /connectome");
  for (const auto& [key, value] : attributes) write_text_attribute(impl_->growing.at(base + "/data").dataset, key, value);
}

void ResultWriter::append_spikes(const std::string& population, std::span<const double> time_ms, std::span<const int64_t> unit) {
  const std::lock_guard lock(library_lock());
  const std::string base = "/spikes/" + population;
  impl_->append(base + "/timestamps", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, time_ms.data(), time_ms.size(), 0);
  impl_->append(base + "/node_ids", H5T_STD_U64LE, H5T_NATIVE_INT64, unit.data(), unit.size(), 0);
}

void ResultWriter::finish_spikes(const std::string& population) {
  const std::lock_guard lock(library_lock());
  append_spikes(population, {}, {});
  const std::string base = "/spikes/" + population;
  write_text_attribute(impl_->growing.at(base + "/timestamps").dataset, "units", "ms");
  const Handle group(H5Gopen2(impl_->handle, base.c_str(), H5P_DEFAULT), H5Gclose, impl_->about(base));
  // SONATA: an enumeration none, by_id, by_time.
  const Handle type(H5Tenum_create(H5T_STD_U8LE), H5Tclose, impl_->about(base));
  uint8_t value = 0;
  for (const char* name : {"none", "by_id", "by_time"}) H5Tenum_insert(type, name, &value), ++value;
  const Handle scalar(H5Screate(H5S_SCALAR), H5Sclose, impl_->about(base));
  const Handle a(H5Acreate2(group, "sorting", type, scalar, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, impl_->about(base));
  value = 2;
  check(H5Awrite(a, type, &value), impl_->about(base));
}

void ResultWriter::put(const std::string& path, const ArrayData& a) {
  const std::lock_guard lock(library_lock());
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
  const std::lock_guard lock(library_lock());
  check(H5Lcreate_external(relative_file.c_str(), "/", impl_->handle, path.c_str(), link_creation(), H5P_DEFAULT), impl_->about(path));
}

void ResultWriter::close() {
  const std::lock_guard lock(library_lock());
  impl_->growing.clear();
  check(H5Fflush(impl_->handle, H5F_SCOPE_GLOBAL), fmt::format("{}: cannot be completed: is the disk full?", impl_->file.string()));
  impl_->handle = Handle();
  std::filesystem::rename(impl_->temporary, impl_->file);
}

struct ResultReader::Impl {
  std::filesystem::path file;
  Handle handle;
};

ResultReader::ResultReader(const std::filesystem::path& file) : impl_(std::make_unique<Impl>()) {
  const std::lock_guard lock(library_lock());
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  impl_->file = file;
  impl_->handle = Handle(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, fmt::format("{}: is no readable HDF5 file", file.string()));
}
ResultReader::~ResultReader() {
  const std::lock_guard lock(library_lock());
  impl_.reset();
}

bool ResultReader::has(const std::string& path) const {
  const std::lock_guard lock(library_lock());
  for (size_t at = 1; at != std::string::npos && at <= path.size();) {  // every group on the way must exist
    const auto slash = path.find('/', at);
    const std::string part = path.substr(0, slash);
    if (H5Lexists(impl_->handle, part.c_str(), H5P_DEFAULT) <= 0) return false;
    at = slash == std::string::npos ? slash : slash + 1;
  }
  return true;
}

std::vector<std::string> ResultReader::list(const std::string& group) const {
  const std::lock_guard lock(library_lock());
  std::vector<std::string> out;
  if (group != "/" && !has(group)) return out;
  const Handle g(H5Gopen2(impl_->handle, group.c_str(), H5P_DEFAULT), H5Gclose, fmt::format("{}: no group {}", impl_->file.string(), group));
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
  const std::lock_guard lock(library_lock());
  const std::string what = fmt::format("{}: cannot read {}", impl_->file.string(), path);
  const Handle d(H5Dopen2(impl_->handle, path.c_str(), H5P_DEFAULT), H5Dclose, what);
  const Handle space(H5Dget_space(d), H5Sclose, what);
  const Handle type(H5Dget_type(d), H5Tclose, what);
  std::vector<hsize_t> dims(static_cast<size_t>(H5Sget_simple_extent_ndims(space)));
  H5Sget_simple_extent_dims(space, dims.data(), nullptr);
  ArrayData a{path.substr(path.rfind('/') + 1), attribute(path, "description"), EG_F64, {dims.begin(), dims.end()}, {}, {}, {}};
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

std::string ResultReader::attribute(const std::string& path, const std::string& name) const {
  const std::lock_guard lock(library_lock());
  const Handle object(H5Oopen(impl_->handle, path.c_str(), H5P_DEFAULT), H5Oclose, fmt::format("{}: no {}", impl_->file.string(), path));
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
