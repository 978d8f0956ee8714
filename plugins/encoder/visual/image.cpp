// Grey images; the only file that includes libpng.
#include "image.hpp"

#include <png.h>

#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace core {
namespace {

constexpr size_t kMaxPixels = 100'000'000;

[[noreturn]] void refuse(const std::string& file, const std::string& why) {
  throw std::runtime_error(file + ": " + why);
}

// What libpng calls back into. Errors are kept as text and leave by longjmp, as libpng is C.
struct PngReader {
  const std::string* bytes;
  size_t at = 0;
  char error[256] = "";
  png_structp png = nullptr;
  png_infop info = nullptr;
  ~PngReader() { png_destroy_read_struct(&png, &info, nullptr); }
};

void read_bytes(png_structp png, png_bytep to, size_t n) {
  auto& r = *static_cast<PngReader*>(png_get_io_ptr(png));
  if (n > r.bytes->size() - r.at) png_error(png, "the file ends in the middle of the image");
  std::memcpy(to, r.bytes->data() + r.at, n);
  r.at += n;
}
void keep_error(png_structp png, png_const_charp text) {
  auto& r = *static_cast<PngReader*>(png_get_error_ptr(png));
  std::strncpy(r.error, text, sizeof r.error - 1);
  longjmp(png_jmpbuf(png), 1);
}
void ignore_warning(png_structp, png_const_charp) {}

// Header and transformations to 16 bits of grey with alpha or of RGB with alpha. No object with a destructor may live
// here, and none of the values is used after a jump. Returns whether it worked.
bool read_png_header(PngReader& r) {
  if (setjmp(png_jmpbuf(r.png))) return false;
  png_set_read_fn(r.png, &r, read_bytes);
  png_read_info(r.png, r.info);
  png_set_expand_16(r.png);  // palettes and few bits, too
  png_set_tRNS_to_alpha(r.png);
  png_set_add_alpha(r.png, 0xffff, PNG_FILLER_AFTER);
  (void)png_set_interlace_handling(r.png);
  png_read_update_info(r.png, r.info);
  return true;
}
bool read_png_rows(PngReader& r, png_bytepp rows) {
  if (setjmp(png_jmpbuf(r.png))) return false;
  png_read_image(r.png, rows);
  png_read_end(r.png, nullptr);
  return true;
}

Image read_png(const std::string& file, const std::string& bytes) {
  PngReader r{&bytes};
  r.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &r, keep_error, ignore_warning);
  r.info = r.png ? png_create_info_struct(r.png) : nullptr;
  if (!r.info) refuse(file, "libpng gives no memory to read it");
  if (!read_png_header(r)) refuse(file, std::string("is no whole PNG image: ") + r.error);
  const size_t width = png_get_image_width(r.png, r.info), height = png_get_image_height(r.png, r.info),
               channels = png_get_channels(r.png, r.info), row_bytes = png_get_rowbytes(r.png, r.info);
  if (width * height > kMaxPixels) refuse(file, "has more than 100 million pixels");
  std::vector<uint8_t> data(row_bytes * height);
  std::vector<png_bytep> rows;
  for (size_t y = 0; y < height; ++y) rows.push_back(&data[y * row_bytes]);
  if (!read_png_rows(r, rows.data())) refuse(file, std::string("is no whole PNG image: ") + r.error);
  std::vector<double> out;
  out.reserve(width * height);
  for (size_t y = 0; y < height; ++y)
    for (size_t x = 0; x < width; ++x) {
      const uint8_t* pixel = rows[y] + 2 * channels * x;
      const auto value = [&](size_t c) { return (pixel[2 * c] * 256 + pixel[2 * c + 1]) / 65535.0; };
      const double grey = channels >= 3 ? 0.2126 * value(0) + 0.7152 * value(1) + 0.0722 * value(2) : value(0);
      out.push_back(std::min(1.0, grey * value(channels - 1)));
    }
  return {width, height, out};
}

// Numbers of a PGM's header and of P2, with comments from # to the end of the line.
class PgmText {
 public:
  PgmText(const std::string& file, const std::string& bytes) : file_(file), bytes_(bytes) {}
  // `what` for the message when there is none.
  size_t number(const std::string& what) {
    while (at_ < bytes_.size() && (is_blank(bytes_[at_]) || bytes_[at_] == '#')) {
      if (bytes_[at_] == '#')
        while (at_ < bytes_.size() && bytes_[at_] != '\n') ++at_;
      else
        ++at_;
    }
    if (at_ == bytes_.size()) refuse(file_, "the file ends before " + what);
    size_t out = 0, digits = 0;
    for (; at_ < bytes_.size() && bytes_[at_] >= '0' && bytes_[at_] <= '9' && digits < 10; ++at_, ++digits)
      out = 10 * out + static_cast<size_t>(bytes_[at_] - '0');
    if (digits == 0) refuse(file_, "is no PGM image: no number where " + what + " should stand");
    return out;
  }
  size_t at() const { return at_; }

 private:
  static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
  const std::string& file_;
  const std::string& bytes_;
  size_t at_ = 2;  // behind P2 or P5
};

Image read_pgm(const std::string& file, const std::string& bytes) {
  PgmText text(file, bytes);
  const size_t width = text.number("the width"), height = text.number("the height"),
               white = text.number("the brightest value");
  if (width == 0 || height == 0 || width > kMaxPixels || width * height > kMaxPixels)
    refuse(file, "has a size of " + std::to_string(width) + " x " + std::to_string(height) +
                     "; from one to 100 million pixels can be used");
  if (white == 0 || white > 65535) refuse(file, "the brightest value is " + std::to_string(white) + ", not 1 to 65535");
  std::vector<double> out;
  const size_t n = width * height;
  const auto add = [&](size_t value) {
    if (value > white)
      refuse(file, "pixel " + std::to_string(out.size()) + " is " + std::to_string(value) +
                       ", above the brightest value " + std::to_string(white));
    out.push_back(static_cast<double>(value) / static_cast<double>(white));
  };
  if (bytes[1] == '2') {
    while (out.size() < n) add(text.number("pixel " + std::to_string(out.size()) + " of " + std::to_string(n)));
    return {width, height, out};
  }
  const size_t depth = white > 255 ? 2 : 1, first = text.at() + 1;
  const size_t held = bytes.size() > first ? (bytes.size() - first) / depth : 0;
  if (held < n)
    refuse(file, "the file ends in the middle of the image: it holds " + std::to_string(held) + " of " +
                     std::to_string(n) + " pixels");
  const auto byte = [&](size_t k) { return static_cast<size_t>(static_cast<unsigned char>(bytes[first + k])); };
  out.reserve(n);
  for (size_t k = 0; k < n; ++k) add(depth == 1 ? byte(k) : 256 * byte(2 * k) + byte(2 * k + 1));
  return {width, height, out};
}

}  // namespace

Image::Image(size_t width, size_t height, const std::vector<double>& brightness)
    : width_(width), height_(height), sum_((width + 1) * (height + 1), 0.0) {
  for (size_t y = 0; y < height; ++y) {
    double row = 0;
    for (size_t x = 0; x < width; ++x) {
      row += brightness[y * width + x];
      sum_[(y + 1) * (width + 1) + x + 1] = sum_[y * (width + 1) + x + 1] + row;
    }
  }
}

// The sum over the rectangle from the upper left corner to (x, y) is bilinear within a pixel, since pixels are even.
double Image::sum_to(double x, double y) const {
  const auto ix = std::min(static_cast<size_t>(x), width_ - 1), iy = std::min(static_cast<size_t>(y), height_ - 1);
  const double fx = std::min(1.0, x - static_cast<double>(ix)), fy = std::min(1.0, y - static_cast<double>(iy));
  const double* upper = &sum_[iy * (width_ + 1) + ix];
  const double* lower = upper + width_ + 1;
  return (1 - fy) * ((1 - fx) * upper[0] + fx * upper[1]) + fy * ((1 - fx) * lower[0] + fx * lower[1]);
}

double Image::mean(double left, double top, double right, double bottom) const {
  const double sum = sum_to(right, bottom) - sum_to(left, bottom) - sum_to(right, top) + sum_to(left, top);
  // Sums of large images are rounded.
  return std::clamp(sum / ((right - left) * (bottom - top)), 0.0, 1.0);
}

Image read_image(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) refuse(file, "cannot be read");
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return read_png(file, bytes);
  if (bytes.starts_with("P2") || bytes.starts_with("P5")) return read_pgm(file, bytes);
  refuse(file, bytes.empty() ? "is empty" : "is no image that can be read: PNG and PGM (P2, P5) can");
}

}  // namespace core
