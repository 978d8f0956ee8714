// The numbers of a report page: arrays packed into one block of bytes beside the JSON that refers to them.
#include "experiment/report_arrays.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>

namespace encephagen {

static_assert(std::endian::native == std::endian::little, "the page reads little endian");

template <class T>
std::string ArrayPack::add(const char* type, const std::vector<T>& values, const Shape& shape,
                           const std::string& more) {
  size_t n = 1;
  for (const size_t length : shape) n *= length;
  if (n != values.size()) throw std::logic_error("ArrayPack: the values do not fill the shape");
  bytes_.resize((bytes_.size() + 7) / 8 * 8);  // typed arrays begin at multiples of their size
  const size_t at = bytes_.size();
  bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  return fmt::format(R"({{"$":"{}","at":{},"shape":[{}]{}}})", type, at, fmt::join(shape, ","), more);
}

std::string ArrayPack::add_levels(std::span<const double> values, const Shape& shape) {
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (const double v : values)
    if (std::isfinite(v)) low = std::min(low, v), high = std::max(high, v);
  if (low > high) low = high = 0;
  std::vector<uint16_t> levels;
  levels.reserve(values.size());
  for (const double v : values) {
    const double t = high > low ? (v - low) / (high - low) : 0.0;
    levels.push_back(std::isfinite(v) ? static_cast<uint16_t>(std::lround(t * 65534)) : uint16_t{65535});
  }
  return add("u16", levels, shape, fmt::format(R"(,"low":{},"high":{})", low, high));
}

std::string ArrayPack::add_f32(std::span<const double> values, const Shape& shape) {
  std::vector<float> single;
  single.reserve(values.size());
  for (const double v : values) single.push_back(static_cast<float>(v));
  return add("f32", single, shape);
}
std::string ArrayPack::add_u32(std::span<const uint32_t> values, const Shape& shape) {
  return add("u32", std::vector(values.begin(), values.end()), shape);
}
std::string ArrayPack::add_u16(std::span<const uint16_t> values, const Shape& shape) {
  return add("u16", std::vector(values.begin(), values.end()), shape);
}
std::string ArrayPack::add_u8(std::span<const uint8_t> values, const Shape& shape) {
  return add("u8", std::vector(values.begin(), values.end()), shape);
}

std::string pack_document(std::string json, const ArrayPack& arrays) {
  json.resize((json.size() + 4 + 7) / 8 * 8 - 4, ' ');
  const auto length = static_cast<uint32_t>(json.size());
  std::string out(reinterpret_cast<const char*>(&length), sizeof length);
  return out + json + arrays.bytes();
}

std::string deflated(std::string_view bytes) {
  uLongf size = compressBound(bytes.size());
  std::string out(size, '\0');
  if (compress2(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size(),
                Z_BEST_COMPRESSION) != Z_OK)
    throw std::runtime_error("zlib cannot compress the data of the report");
  out.resize(size);
  return out;
}

std::string base64(std::string_view bytes) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto at = [&](size_t i) {
    return i < bytes.size() ? static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])) : 0;
  };
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const uint32_t v = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    out += digits[v >> 18], out += digits[(v >> 12) & 63];
    out += i + 1 < bytes.size() ? digits[(v >> 6) & 63] : '=';
    out += i + 2 < bytes.size() ? digits[v & 63] : '=';
  }
  return out;
}

}  // namespace encephagen
