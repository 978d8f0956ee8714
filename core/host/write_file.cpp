// Text files that are there whole or not at all, through the calls of the operating system, which say why they fail.
#include "host/write_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "host/failure.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const char* what, int error) {
  throw StorageFailure(
      fmt::format("{}: cannot be {}: {}", path.string(), what, std::generic_category().message(error)));
}

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags, const char* what)
      : number_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
    if (number_ < 0) fail(path, what, errno);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  operator int() const { return number_; }
  // Network file systems report a full disk only now.
  int close() { return ::close(std::exchange(number_, -1)); }

 private:
  int number_;
};

void write(const fs::path& file, std::string_view text, bool sync) {
  Descriptor out(file, O_WRONLY | O_CREAT | O_TRUNC, "written");
  while (!text.empty()) {
    const ssize_t n = ::write(out, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(file, "written", errno);
    text.remove_prefix(static_cast<size_t>(n));
  }
  if (sync && ::fsync(out) != 0) fail(file, "written", errno);
  if (out.close() != 0) fail(file, "written", errno);
}

}  // namespace

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == 0) return "host";
  return name.data();
}

fs::path unfinished_name(const fs::path& path) {
  return fmt::format("{}.{}.{}.tmp", path.string(), host_name(), ::getpid());
}

void write_file(const fs::path& file, std::string_view text) { write(file, text, false); }

void replace_file(const fs::path& file, std::string_view text) {
  const fs::path unfinished = unfinished_name(file);
  std::error_code ec;
  try {
    write(unfinished, text, true);
    fs::rename(unfinished, file, ec);
    if (ec) fail(file, "written", ec.value());
  } catch (const StorageFailure&) {
    fs::remove(unfinished, ec);
    throw;
  }
}

void sync_to_disk(const fs::path& path) {
  const Descriptor open(path, O_RDONLY, "read");
  // Some file systems cannot do this for folders.
  if (::fsync(open) != 0 && errno != EINVAL) fail(path, "written", errno);
}

std::string text_of_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void make_folder(const fs::path& folder) {
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec) fail(folder, "made", ec.value());
}

}  // namespace encephagen
