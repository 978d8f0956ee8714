// SHA-256 of files and bytes: how datasets and plugin files are identified. The only place that knows OpenSSL.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace encephagen {

// A digest that is fed piece by piece. Throws std::runtime_error if the library cannot provide SHA-256.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::string_view bytes);
  // 64 lower-case hexadecimal digits. Ends the digest: call once, add nothing afterwards.
  std::string hex();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

std::string sha256_of_bytes(std::string_view bytes);

// Reads the file in pieces, so its size does not matter. Throws std::runtime_error naming the file if it cannot be
// read.
std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace encephagen
