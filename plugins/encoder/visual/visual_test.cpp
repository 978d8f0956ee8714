// Tests of core.visual: reading of images, who sees what, and the spikes that come of it.
#include <doctest/doctest.h>
#include <png.h>

#include <cmath>
#include <encephagen/sdk/random.hpp>
#include <map>
#include <numeric>

#include "../common/test_files.hpp"
#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::Image;
using core::Visual;
using core::testing::Folder;
using core::testing::WithText;
using encephagen::testing::UnitHarness;

namespace {

std::string png_of(uint32_t width, uint32_t height, uint32_t format, const std::vector<uint8_t>& pixels) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = width, image.height = height, image.format = format;
  png_alloc_size_t size = 0;
  REQUIRE(png_image_write_get_memory_size(image, size, 0, pixels.data(), 0, nullptr));
  std::string out(size, '\0');
  REQUIRE(png_image_write_to_memory(&image, out.data(), &size, 0, pixels.data(), 0, nullptr));
  out.resize(size);
  return out;
}

double pixel(const Image& image, size_t x, size_t y) {
  const auto left = static_cast<double>(x), top = static_cast<double>(y);
  return image.mean(left, top, left + 1, top + 1);
}
void same(const Image& image, size_t width, size_t height, const std::vector<double>& pixels) {
  REQUIRE(image.width() == width);
  REQUIRE(image.height() == height);
  for (size_t k = 0; k < pixels.size(); ++k) CHECK_CLOSE(pixel(image, k % width, k / width), pixels[k], 0, 1e-12);
}

std::string refusal(const std::string& file) {
  try {
    core::read_image(file);
  } catch (const std::runtime_error& e) {
    const std::string text = e.what();
    CHECK(text.starts_with(file + ": "));
    return text.substr(std::min(text.size(), file.size() + 2));
  }
  return "accepted";
}

void number(UnitHarness& h, size_t n) {
  std::vector<double> unit(n);
  std::iota(unit.begin(), unit.end(), 0.0);
  h.set("unit", unit);
  h.set("n_units", static_cast<double>(n));
}

// The rates of n units that look at a file, as parts of max_hz = 1.
std::vector<double> seen(const std::string& file, size_t n, double n_columns = 0, double n_rows = 0) {
  const WithText plugin(eg::encoder<Visual>, "file", file);
  UnitHarness h(plugin.plugin, n, 0.1);
  number(h, n);
  h.set("max_hz", 1);
  h.set("n_columns", n_columns), h.set("n_rows", n_rows);
  h.init();
  return h.state("rate_shown_hz");
}

}  // namespace

TEST_CASE("visual: PGM and PNG of all depths give the pixels that were written") {
  const Folder folder("encephagen_visual");
  same(core::read_image(folder.write("a.pgm", "P2\n# comment\n3 2 # another\n10\n0 1 2\n5 9 10\n")), 3, 2,
       {0, 0.1, 0.2, 0.5, 0.9, 1});
  same(core::read_image(folder.write("b.pgm", std::string("P5 2 1 255\n") + char(51) + char(255))), 2, 1, {0.2, 1});
  same(core::read_image(
           folder.write("c.pgm", std::string("P5\n1 2\n1000\n") + char(1) + char(244) + char(0) + char(10))),
       1, 2, {0.5, 0.01});
  same(core::read_image(folder.write("d.png", png_of(3, 1, PNG_FORMAT_GRAY, {0, 51, 255}))), 3, 1, {0, 0.2, 1});
  same(core::read_image(folder.write("e.png", png_of(2, 2, PNG_FORMAT_RGBA,
                                                     {255, 0, 0, 255, 0, 255, 0, 255,  //
                                                      0, 0, 255, 255, 255, 255, 255, 51}))),
       2, 2, {0.2126, 0.7152, 0.0722, 0.2});
  // 16 bits are kept, not rounded to 8: 1/65535 is told from 0. The bytes are those of an image made by hand.
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = 2, image.height = 1, image.format = PNG_FORMAT_LINEAR_Y;
  const uint16_t deep[] = {1, 30000};
  png_alloc_size_t size = 100000;
  std::string bytes(size, '\0');
  REQUIRE(png_image_write_to_memory(&image, bytes.data(), &size, 0, deep, 0, nullptr));
  bytes.resize(size);
  same(core::read_image(folder.write("f.png", bytes)), 2, 1, {1 / 65535.0, 30000 / 65535.0});
}

TEST_CASE("visual: broken files are refused with name and reason") {
  const Folder folder("encephagen_visual_broken");
  CHECK(refusal(folder.path("none.png")) == "cannot be read");
  CHECK(refusal(folder.write("empty.png", "")) == "is empty");
  CHECK(refusal(folder.write("text.png", "hello")) == "is no image that can be read: PNG and PGM (P2, P5) can");
  const auto png = png_of(16, 16, PNG_FORMAT_GRAY, std::vector<uint8_t>(256, 99));
  CHECK(refusal(folder.write("cut.png", png.substr(0, png.size() / 2))) ==
        "is no whole PNG image: the file ends in the middle of the image");
  CHECK(refusal(folder.write("head.png", png.substr(0, 12))) ==
        "is no whole PNG image: the file ends in the middle of the image");
  auto flipped = png;
  flipped[20] = static_cast<char>(flipped[20] ^ 1);  // the width
  CHECK(refusal(folder.write("flip.png", flipped)).starts_with("is no whole PNG image: IHDR: CRC error"));
  CHECK(refusal(folder.write("cut.pgm", "P5 4 4 255\nabcde")) ==
        "the file ends in the middle of the image: it holds 5 of 16 pixels");
  CHECK(refusal(folder.write("cut2.pgm", "P2 2 2 255\n1 2 3")) == "the file ends before pixel 3 of 4");
  CHECK(refusal(folder.write("size.pgm", "P5 0 4 255\n")) ==
        "has a size of 0 x 4; from one to 100 million pixels can be used");
  CHECK(refusal(folder.write("huge.pgm", "P5 99999 99999 255\n")) ==
        "has a size of 99999 x 99999; from one to 100 million pixels can be used");
  CHECK(refusal(folder.write("word.pgm", "P2 two 4 255\n")) ==
        "is no PGM image: no number where the width should stand");
  CHECK(refusal(folder.write("white.pgm", "P2 1 1 70000\n1")) == "the brightest value is 70000, not 1 to 65535");
  CHECK(refusal(folder.write("over.pgm", "P2 2 1 10\n1 11")) == "pixel 1 is 11, above the brightest value 10");
}

TEST_CASE("visual: units share the pixels evenly; with few units, cells average areas and no pixel is lost") {
  const Folder folder("encephagen_visual_units");
  std::string text = "P2 6 4 23\n";
  for (int k = 0; k < 24; ++k) text += std::to_string(k) + " ";
  const auto file = folder.write("ramp.pgm", text);
  const auto brightness = [](size_t k) { return static_cast<double>(k) / 23; };
  const auto all = seen(file, 24);
  for (size_t k = 0; k < 24; ++k) CHECK_CLOSE(all[k], brightness(k), 0, 1e-12);
  // 61 units: two or three for each of 24 pixels, in order.
  const auto many = seen(file, 61);
  CHECK(std::ranges::is_sorted(many));
  std::map<long, int> count;
  for (const double x : many) ++count[std::lround(x * 23)];
  CHECK(count.size() == 24);
  for (const auto& [k, n] : count) CHECK((n == 2 || n == 3));
  // 6 units: 3 columns of 2 rows, 4 pixels each.
  const auto few = seen(file, 6);
  for (size_t c = 0; c < 6; ++c) {
    const size_t first = c / 3 * 12 + c % 3 * 2;
    CHECK_CLOSE(few[c], (brightness(first) + brightness(first + 1) + brightness(first + 6) + brightness(first + 7)) / 4,
                0, 1e-12);
  }
  // Edges inside pixels: 4 columns of 1.5 pixels, 3 rows of 4/3.
  const auto cut = seen(file, 12, 4, 3);
  CHECK_CLOSE(cut[0], ((brightness(0) + brightness(1) / 2) + (brightness(6) + brightness(7) / 2) / 3) / 2, 0, 1e-12);
  for (const auto& [n, columns, rows] : {std::tuple{6, 0, 0}, {12, 4, 3}, {5, 5, 1}, {1, 0, 0}}) {
    const auto cells = seen(file, static_cast<size_t>(n), columns, rows);
    CHECK_CLOSE(std::accumulate(cells.begin(), cells.end(), 0.0) / n, 0.5, 0, 1e-12);
  }
  std::string why;
  try {
    (void)seen(file, 11, 4, 3);
  } catch (const std::runtime_error& e) {
    why = e.what();
  }
  CHECK(why ==
        "a grid of n_columns = 4 and n_rows = 3 has more cells than the encoder feeds units (11): some would be seen "
        "by nobody");
}

TEST_CASE("visual: spikes come at the rate of the brightness, while the image is shown") {
  const Folder folder("encephagen_visual_rates");
  const WithText plugin(eg::encoder<Visual>, "file", folder.write("three.pgm", "P2 3 1 4\n0 1 4\n"));
  const size_t n = 300;
  UnitHarness h(plugin.plugin, n, 0.5);
  number(h, n);
  h.set("weight", 4), h.set("min_hz", 20), h.set("max_hz", 100), h.set("onset_ms", 500), h.set("duration_ms", 1000);
  h.init();
  const double rates[] = {20, 40, 100};
  for (size_t u = 0; u < n; ++u) CHECK_CLOSE(h.state("rate_shown_hz")[u], rates[u / 100], 1e-14, 0);
  eg::Random random(3);
  double before[3]{}, during[3]{}, after[3]{};
  for (size_t k = 0; k < 4000; ++k) {
    for (double& x : h.random("chance")) x = random.uniform();
    h.step(64);
    auto& to = k < 1000 ? before : k < 3000 ? during : after;
    for (size_t u = 0; u < n; ++u) to[u / 100] += h.state("psc")[u] / 4;
  }
  for (size_t g = 0; g < 3; ++g) {
    CHECK_CLOSE(before[g], 1000, 0, 5 * std::sqrt(1000));
    CHECK_CLOSE(after[g], 1000, 0, 5 * std::sqrt(1000));
    CHECK_CLOSE(during[g], 100 * rates[g], 0, 5 * std::sqrt(100 * rates[g]));
  }
  UnitHarness fast(eg::encoder<Visual>, 1, 1.0);
  number(fast, 1);
  fast.set("max_hz", 1200);
  CHECK_THROWS_WITH(
      fast.init(),
      "max_hz = 1200.000000 is more than one spike per step of 1.000000 ms: lower it or make dt_ms smaller");
}
