// Sounds from WAV files: the chunks "fmt " and "data" of a RIFF file (IBM & Microsoft 1991; little-endian throughout).
#include "wav.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

namespace core {
namespace {

enum Format : uint64_t { kPcm = 1, kFloat = 3, kExtensible = 0xFFFE };

[[noreturn]] void refuse(const std::string& file, const std::string& why) {
  throw std::runtime_error(file + ": " + why);
}

uint64_t number(std::string_view bytes, size_t at, size_t size) {
  uint64_t out = 0;
  for (size_t k = size; k-- > 0;) out = out << 8 | static_cast<unsigned char>(bytes[at + k]);
  return out;
}

struct Layout {
  uint64_t format, n_channels, rate_hz, bytes;  // bytes of one sample
};

Layout layout_of(const std::string& file, std::string_view chunk) {
  if (chunk.size() < 16) refuse(file, "the chunk 'fmt ' is too short");
  Layout l{number(chunk, 0, 2), number(chunk, 2, 2), number(chunk, 4, 4), 0};
  const uint64_t bits = number(chunk, 14, 2);
  // The true format leads the extension's identifier.
  if (l.format == kExtensible && chunk.size() >= 40) l.format = number(chunk, 24, 2);
  if (l.format != kPcm && l.format != kFloat)
    refuse(file, "is encoded in format " + std::to_string(l.format) + "; PCM (1) and floating point (3) can be read");
  const bool is_known =
      l.format == kPcm ? bits == 8 || bits == 16 || bits == 24 || bits == 32 : bits == 32 || bits == 64;
  if (!is_known)
    refuse(file, "has samples of " + std::to_string(bits) +
                     " bits; PCM of 8, 16, 24, 32 and floating point of 32, 64 can be read");
  if (l.n_channels == 0) refuse(file, "has no channels");
  if (l.rate_hz == 0) refuse(file, "has a sampling rate of 0 Hz");
  l.bytes = bits / 8;
  return l;
}

double sample(std::string_view data, size_t at, const Layout& l) {
  const uint64_t raw = number(data, at, l.bytes);
  if (l.format == kFloat) {
    double wide;
    float single;
    const auto low = static_cast<uint32_t>(raw);
    std::memcpy(&wide, &raw, sizeof wide);
    std::memcpy(&single, &low, sizeof single);
    return l.bytes == 8 ? wide : static_cast<double>(single);
  }
  if (l.bytes == 1) return (static_cast<double>(raw) - 128) / 128;  // 8 bits have an offset instead of a sign
  const uint64_t sign = uint64_t{1} << (8 * l.bytes - 1);
  return static_cast<double>(static_cast<int64_t>(raw ^ sign) - static_cast<int64_t>(sign)) / static_cast<double>(sign);
}

}  // namespace

Sound read_wav(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) refuse(file, "cannot be read");
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const std::string_view all = bytes;
  if (all.size() < 12 || !all.starts_with("RIFF") || all.substr(8, 4) != "WAVE")
    refuse(file, all.empty() ? "is empty" : "is no WAV file: it does not begin with RIFF and WAVE");
  Layout layout{};
  for (size_t at = 12; at + 8 <= all.size();) {
    const auto name = all.substr(at, 4);
    const uint64_t size = number(all, at + 4, 4);
    const auto chunk = all.substr(at + 8, size);
    const bool is_needed = name == "fmt " || name == "data";
    if (is_needed && chunk.size() < size)
      refuse(file, "the file ends in the middle of the chunk '" + std::string(name) + "': it holds " +
                       std::to_string(chunk.size()) + " of " + std::to_string(size) + " bytes");
    if (name == "fmt ") layout = layout_of(file, chunk);
    if (name == "data") {
      if (layout.bytes == 0) refuse(file, "the chunk 'data' comes before the chunk 'fmt '");
      const size_t frame = layout.bytes * layout.n_channels, n = chunk.size() / frame;
      if (n == 0) refuse(file, "holds no samples");
      Sound out{static_cast<double>(layout.rate_hz), {}};
      out.samples.reserve(n);
      for (size_t k = 0; k < n; ++k) {
        double sum = 0;
        for (size_t c = 0; c < layout.n_channels; ++c) sum += sample(chunk, k * frame + c * layout.bytes, layout);
        if (!std::isfinite(sum)) refuse(file, "sample " + std::to_string(k) + " is not a finite number");
        out.samples.push_back(sum / static_cast<double>(layout.n_channels));
      }
      return out;
    }
    at += 8 + size + size % 2;  // chunks are padded to even lengths
  }
  refuse(file, "has no chunk 'data'");
}

}  // namespace core
