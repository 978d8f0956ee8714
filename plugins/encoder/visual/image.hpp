// Grey images from PNG and PGM files, and the mean brightness of any part of them.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace core {

class Image {
 public:
  Image() = default;
  // `brightness` in [0, 1], row by row from the top, `width * height` values.
  Image(size_t width, size_t height, const std::vector<double>& brightness);

  size_t width() const { return width_; }
  size_t height() const { return height_; }
  // Mean over the rectangle from (left, top) to (right, bottom), in pixels, whole or not; pixels count by the area that
  // lies inside. Needs left < right <= width and top < bottom <= height.
  double mean(double left, double top, double right, double bottom) const;

 private:
  double sum_to(double x, double y) const;
  size_t width_ = 0, height_ = 0;
  std::vector<double> sum_;  // [(height + 1) * (width + 1)]: over all pixels above and to the left
};

// Reads a PNG of any kind or a PGM (P2 or P5, 8 or 16 bits). Colours become their luma (ITU-R BT.709: 0.2126 R + 0.7152
// G + 0.0722 B of the values as they stand in the file), transparency shows black. Throws std::runtime_error naming the
// file and the reason.
Image read_image(const std::string& file);

}  // namespace core
