// Reads numpy's npy format.
#include "npy.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>

#include "text.hpp"

namespace files {
namespace {

// The text after 'key': in the header, which is a Python dictionary of literals.
std::string_view entry(std::string_view header, std::string_view key, const std::string& file) {
  for (const char quote : {'\'', '"'}) {
    const size_t at = header.find(say(std::string(1, quote), key, std::string(1, quote)));
    if (at == std::string_view::npos) continue;
    const size_t colon = header.find(':', at);
    if (colon != std::string_view::npos) return trim(header.substr(colon + 1));
  }
  throw std::runtime_error(say(file, " is damaged: its npy header has no '", key, "'"));
}

template <class T>
double element(const char* at, bool swap) {
  char raw[sizeof(T)];
  std::memcpy(raw, at, sizeof(T));
  if (swap) std::reverse(raw, raw + sizeof(T));
  T value;
  std::memcpy(&value, raw, sizeof(T));
  return static_cast<double>(value);
}

using Reader = double (*)(const char*, bool);

Reader reader_of(std::string_view type) {
  if (type == "f8") return element<double>;
  if (type == "f4") return element<float>;
  if (type == "i8") return element<int64_t>;
  if (type == "i4") return element<int32_t>;
  if (type == "i2") return element<int16_t>;
  if (type == "i1") return element<int8_t>;
  if (type == "u8") return element<uint64_t>;
  if (type == "u4") return element<uint32_t>;
  if (type == "u2") return element<uint16_t>;
  if (type == "u1" || type == "b1") return element<uint8_t>;
  return nullptr;
}

}  // namespace

NpyArray read_npy(std::string_view bytes, const std::string& file) {
  const auto damaged = [&](std::string_view why) {
    return std::runtime_error(say(file, " is not a whole npy file: ", why));
  };
  if (!bytes.starts_with("\x93NUMPY") || bytes.size() < 12) throw damaged("it does not start like one");
  const auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<unsigned char>(bytes[i])); };
  const size_t major = byte(6);
  if (major < 1 || major > 3) throw damaged(say("version ", major, " is not known"));
  const size_t start = major == 1 ? 10 : 12;
  const size_t length = byte(8) | byte(9) << 8 | (major == 1 ? 0 : byte(10) << 16 | byte(11) << 24);
  if (bytes.size() < start + length) throw damaged("it ends within its header");
  const std::string_view header = bytes.substr(start, length);
  std::string_view data = bytes.substr(start + length);

  const std::string_view descr = entry(header, "descr", file);
  const std::string_view type = descr.size() > 4 ? descr.substr(1, 3) : std::string_view{};
  const Reader read = type.empty() || descr[4] != descr[0] ? nullptr : reader_of(type.substr(1));
  if (!read)
    throw std::runtime_error(say(file, " has elements of type ", descr.substr(0, descr.find_first_of(",}")),
                                 "; save it as float64: numpy.save(name, array.astype(float))"));
  const bool swap = type[0] == '>';
  const size_t width = static_cast<size_t>(type[2] - '0');
  const bool is_column_major = entry(header, "fortran_order", file).starts_with("True");

  NpyArray out;
  std::string_view shape = entry(header, "shape", file);
  shape = shape.substr(0, shape.find(')'));
  size_t total = 1;
  for (size_t i = shape.find_first_of("0123456789"); i != std::string_view::npos && i < shape.size();) {
    const size_t end = std::min(shape.find_first_not_of("0123456789", i), shape.size());
    const double extent = to_number(shape.substr(i, end - i)).value_or(0);
    if (extent < 1 || extent * static_cast<double>(total) > static_cast<double>(data.size()))
      throw damaged(say("its header says shape ", shape, "), its data are ", data.size(), " bytes"));
    out.shape.push_back(static_cast<size_t>(extent));
    total *= out.shape.back();
    i = shape.find_first_of("0123456789", end);
  }
  if (out.shape.empty() || out.shape.size() > 2)
    throw std::runtime_error(say(file, " has ", out.shape.size(), " dimensions where 1 or 2 are needed"));
  if (data.size() / width < total) throw damaged(say("it holds fewer than ", total, " numbers"));

  out.values.resize(total);
  const size_t columns = out.shape.back(), rows = total / std::max<size_t>(columns, 1);
  for (size_t k = 0; k < total; ++k) {
    const size_t to = is_column_major ? (k % rows) * columns + k / rows : k;
    out.values[to] = read(data.data() + k * width, swap);
  }
  return out;
}

}  // namespace files
