// Bytes from files, zip files and folders.
#include "archive.hpp"

#include <bzlib.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <numeric>
#include <stdexcept>

#include "text.hpp"

namespace files {
namespace {

namespace fs = std::filesystem;

constexpr size_t max_bytes = size_t{1} << 31;  // of one file after decompression: a guard against archive bombs

bool is_hidden(std::string_view name) {
  for (size_t start = 0; start < name.size();) {
    const size_t end = std::min(name.find('/', start), name.size());
    const std::string_view part = name.substr(start, end - start);
    if (part == "__MACOSX" || part.starts_with('.')) return true;
    start = end + 1;
  }
  return false;
}

std::shared_ptr<zip> open_zip(const fs::path& path) {
  int code = 0;
  zip_t* opened = zip_open(path.c_str(), ZIP_RDONLY, &code);
  if (!opened) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    throw std::runtime_error(say("cannot open ", path.string(), " as a zip file: ", reason));
  }
  return {opened, [](zip_t* z) { zip_discard(z); }};
}

std::string read_member(zip_t* z, const std::string& raw_name, const std::string& where) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(nullptr, zip_fclose);
  if (zip_stat(z, raw_name.c_str(), ZIP_FL_ENC_GUESS, &stat) == 0)
    file.reset(zip_fopen(z, raw_name.c_str(), ZIP_FL_ENC_GUESS));
  if (!file) throw std::runtime_error(say("cannot read ", where, ": ", zip_strerror(z)));
  std::string out;
  std::array<char, 1 << 16> buffer{};
  for (;;) {
    const zip_int64_t got = zip_fread(file.get(), buffer.data(), buffer.size());
    if (got < 0) throw std::runtime_error(say("cannot read ", where, ": ", zip_file_strerror(file.get())));
    if (got == 0) return out;
    out.append(buffer.data(), static_cast<size_t>(got));
    if (out.size() > max_bytes) throw std::runtime_error(say(where, " is larger than 2 GiB"));
  }
}

std::string read_plain(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in || fs::is_directory(path)) throw std::runtime_error(say("cannot read ", path.string()));
  std::string out{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in.bad()) throw std::runtime_error(say("cannot read ", path.string(), " to its end"));
  return out;
}

bool is_bz2(std::string_view name) { return lower(name).ends_with(".bz2"); }

}  // namespace

std::string decompress_bz2(std::string_view bytes, const std::string& name) {
  std::string out;
  std::array<char, 1 << 16> buffer{};
  std::string input(bytes);  // the library's interface is not const
  size_t used = 0;
  do {
    bz_stream stream{};
    if (BZ2_bzDecompressInit(&stream, 0, 0) != BZ_OK) throw std::runtime_error("bz2 could not be started");
    const std::unique_ptr<bz_stream, int (*)(bz_stream*)> end(&stream, BZ2_bzDecompressEnd);
    stream.next_in = input.data() + used;
    stream.avail_in = static_cast<unsigned>(std::min(input.size() - used, max_bytes));
    for (int status = BZ_OK; status != BZ_STREAM_END;) {
      stream.next_out = buffer.data();
      stream.avail_out = static_cast<unsigned>(buffer.size());
      status = BZ2_bzDecompress(&stream);
      const size_t got = buffer.size() - stream.avail_out;
      out.append(buffer.data(), got);
      const bool is_cut = status == BZ_OK && got == 0 && stream.avail_in == 0;
      if ((status != BZ_OK && status != BZ_STREAM_END) || is_cut)
        throw std::runtime_error(say(name, " is not a complete bz2 file; fetch it again"));
      if (out.size() > max_bytes) throw std::runtime_error(say(name, " is larger than 2 GiB"));
    }
    used = input.size() - stream.avail_in;
  } while (used < input.size());
  return out;
}

std::string read_file(const fs::path& path) {
  std::string bytes = read_plain(path);
  return is_bz2(path.string()) ? decompress_bz2(bytes, path.filename().string()) : bytes;
}

FileSet::FileSet(const fs::path& zip_or_folder) : path_(zip_or_folder) {
  std::vector<std::string> found;
  if (fs::is_directory(path_)) {
    using Walk = fs::recursive_directory_iterator;
    for (auto at = Walk(path_, fs::directory_options::skip_permission_denied); at != Walk(); ++at) {
      if (at.depth() == 2)
        at.disable_recursion_pending();  // a folder above everything was given: do not search the disk
      if (at->is_regular_file()) found.push_back(fs::relative(at->path(), path_).generic_string());
    }
  } else if (!fs::exists(path_)) {
    throw std::runtime_error(say("there is no file or folder ", path_.string()));
  } else {
    zip_ = open_zip(path_);
    const zip_int64_t n = zip_get_num_entries(zip_.get(), 0);
    for (zip_int64_t i = 0; i < n; ++i) {
      const char* name = zip_get_name(zip_.get(), static_cast<zip_uint64_t>(i), ZIP_FL_ENC_GUESS);
      if (name) found.emplace_back(name);
    }
  }
  std::ranges::sort(found);
  for (const auto& raw : found) {
    std::string name = raw;
    std::ranges::replace(name, '\\', '/');  // some archivers on Windows
    if (name.starts_with("./")) name.erase(0, 2);
    if (name.ends_with('/') || is_hidden(name)) continue;
    names_.push_back(name);
    raw_names_.push_back(raw);
  }
}

std::string FileSet::where(const std::string& name) const {
  const std::string folder = path_.has_filename() ? path_.filename().string() : path_.parent_path().filename().string();
  return say(name, " in ", folder);
}

std::string FileSet::read(const std::string& name) const {
  const auto at = std::ranges::find(names_, name);
  if (at == names_.end()) throw std::runtime_error(say("there is no ", where(name)));
  const std::string& raw = raw_names_[static_cast<size_t>(at - names_.begin())];
  std::string bytes = zip_ ? read_member(zip_.get(), raw, where(name)) : read_plain(path_ / raw);
  return is_bz2(name) ? decompress_bz2(bytes, where(name)) : bytes;
}

}  // namespace files
