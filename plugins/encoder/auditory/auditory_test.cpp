// Tests of core.auditory: reading of sounds, levels of bands, and the spikes that come of them.
#include <doctest/doctest.h>

#include <cmath>
#include <encephagen/sdk/random.hpp>
#include <numbers>
#include <numeric>

#include "../common/test_files.hpp"
#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::Auditory;
using core::BandSettings;
using core::Cochleagram;
using core::Sound;
using core::testing::Folder;
using core::testing::little_endian;
using core::testing::WithText;
using encephagen::testing::UnitHarness;

namespace {

std::string wav(uint16_t format, uint16_t channels, uint32_t rate_hz, uint16_t bits, const std::string& data,
                const std::string& between = "") {
  const auto frame = static_cast<uint16_t>(channels * bits / 8);
  const std::string body = "WAVEfmt " + little_endian(uint32_t{16}) + little_endian(format) + little_endian(channels) +
                           little_endian(rate_hz) + little_endian(rate_hz * frame) + little_endian(frame) +
                           little_endian(bits) + between + "data" + little_endian(static_cast<uint32_t>(data.size())) +
                           data;
  return "RIFF" + little_endian(static_cast<uint32_t>(body.size())) + body;
}

std::string refusal(const std::string& file) {
  try {
    core::read_wav(file);
  } catch (const std::runtime_error& e) {
    const std::string text = e.what();
    CHECK(text.starts_with(file + ": "));
    return text.substr(std::min(text.size(), file.size() + 2));
  }
  return "accepted";
}

Sound sine(double hz, double amplitude, double length_ms, double rate_hz = 16000) {
  Sound out{rate_hz, std::vector<double>(static_cast<size_t>(1e-3 * length_ms * rate_hz))};
  for (size_t k = 0; k < out.samples.size(); ++k)
    out.samples[k] = amplitude * std::sin(2 * std::numbers::pi * hz * static_cast<double>(k) / rate_hz);
  return out;
}
Sound noise(double length_ms) {
  eg::Random random(5);
  Sound out{20000, std::vector<double>(static_cast<size_t>(20 * length_ms))};
  for (double& x : out.samples) x = 0.1 * random.normal();
  return out;
}

void number(UnitHarness& h, size_t n) {
  std::vector<double> unit(n);
  std::iota(unit.begin(), unit.end(), 0.0);
  h.set("unit", unit);
  h.set("n_units", static_cast<double>(n));
}

std::string refusal(UnitHarness& h) {
  try {
    h.init();
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("auditory: WAV files of all sample formats give the samples that were written") {
  const Folder folder("encephagen_wav");
  const auto samples = [&](const std::string& bytes) { return core::read_wav(folder.write("a.wav", bytes)).samples; };
  CHECK(samples(wav(1, 1, 8000, 8, std::string("\x80\x00\xC0", 3))) == std::vector<double>{0, -1, 0.5});
  CHECK(samples(wav(1, 1, 8000, 16, std::string("\x00\x80\x00\x40\x01\x00", 6))) ==
        std::vector<double>{-1, 0.5, 1 / 32768.0});
  CHECK(samples(wav(1, 1, 8000, 24, std::string("\x00\x00\x80\x00\x00\x40", 6))) == std::vector<double>{-1, 0.5});
  CHECK(samples(wav(1, 1, 8000, 32, little_endian(int32_t{-1} - 0x7fffffff) + little_endian(int32_t{0x20000000}))) ==
        std::vector<double>{-1, 0.25});
  CHECK(samples(wav(3, 1, 8000, 32, little_endian(0.75f) + little_endian(-2.0f))) == std::vector<double>{0.75, -2});
  CHECK(samples(wav(3, 1, 8000, 64, little_endian(0.1))) == std::vector<double>{0.1});
  // Stereo is averaged; other chunks, of odd length and padded, are passed over; the sampling rate is kept.
  const auto stereo =
      core::read_wav(folder.write("s.wav", wav(1, 2, 44100, 16, std::string("\x00\x40\x00\x80\x00\x20\x00\x20", 8),
                                               "LIST" + little_endian(uint32_t{3}) + std::string("abc\0", 4))));
  CHECK(stereo.rate_hz == 44100);
  CHECK(stereo.samples == std::vector<double>{-0.25, 0.25});
  // WAVE_FORMAT_EXTENSIBLE: the format stands in the extension.
  const std::string extension =
      little_endian(uint16_t{22}) + std::string(6, '\0') + little_endian(uint16_t{3}) + std::string(14, '\0');
  auto extensible = wav(0xFFFE, 1, 8000, 32, little_endian(0.5f));
  extensible.insert(36, extension);
  extensible.replace(16, 4, little_endian(uint32_t{40}));
  CHECK(samples(extensible) == std::vector<double>{0.5});
}

TEST_CASE("auditory: broken sounds are refused with name and reason") {
  const Folder folder("encephagen_wav_broken");
  const auto of = [&](const std::string& bytes) { return refusal(folder.write("b.wav", bytes)); };
  const auto good = wav(1, 1, 8000, 16, std::string(100, '\1'));
  CHECK(refusal(folder.path("none.wav")) == "cannot be read");
  CHECK(of("") == "is empty");
  CHECK(of("an mp3, maybe") == "is no WAV file: it does not begin with RIFF and WAVE");
  CHECK(of(good.substr(0, 80)) == "the file ends in the middle of the chunk 'data': it holds 36 of 100 bytes");
  CHECK(of(good.substr(0, 30)) == "the file ends in the middle of the chunk 'fmt ': it holds 10 of 16 bytes");
  CHECK(of(good.substr(0, 36)) == "has no chunk 'data'");
  CHECK(of(wav(85, 1, 8000, 16, "ab")) == "is encoded in format 85; PCM (1) and floating point (3) can be read");
  CHECK(of(wav(1, 1, 8000, 12, "ab")) ==
        "has samples of 12 bits; PCM of 8, 16, 24, 32 and floating point of 32, 64 can be read");
  CHECK(of(wav(1, 0, 8000, 16, "ab")) == "has no channels");
  CHECK(of(wav(1, 1, 0, 16, "ab")) == "has a sampling rate of 0 Hz");
  CHECK(of(wav(1, 2, 8000, 16, "ab")) == "holds no samples");
  CHECK(of(wav(3, 1, 8000, 32, little_endian(std::nanf("")))) == "sample 0 is not a finite number");
  const WithText slow(eg::encoder<Auditory>, "file", folder.write("slow.wav", good));
  UnitHarness h(slow.plugin, 64, 0.1);
  number(h, 64);
  CHECK(refusal(h).starts_with("the sound is sampled at 8000.000000 Hz and holds nothing above half of that"));
}

TEST_CASE("auditory: bands share the power of a sound, and a sine gives its own") {
  const auto sound = noise(3000);
  BandSettings settings;
  settings.low_hz = 1, settings.high_hz = 10000, settings.n_bands = 50, settings.resolution_factor = 0;
  const Cochleagram heard(sound, settings);
  double power = 0, n = 0;
  for (double t = 100; t < 2900; t += 5, ++n)
    for (size_t b = 0; b < 50; ++b) power += std::pow(heard.rms(t, b), 2);
  CHECK_CLOSE(power / n, 0.01, 0.03, 0);  // white noise of variance 0.01; 56000 samples
  // A tone far from the edges of one wide band.
  settings.n_bands = 1, settings.low_hz = 200;
  const Cochleagram tone(sine(1234, 0.3, 1000), [&] {
    auto s = settings;
    s.high_hz = 8000;
    return s;
  }());
  for (const double t : {100.0, 500.0, 900.0}) CHECK_CLOSE(tone.rms(t, 0), 0.3 / std::sqrt(2.0), 1e-3, 0);
  CHECK(tone.rms(-1, 0) == 0);
  CHECK(tone.rms(1e6, 0) == 0);
}

TEST_CASE("auditory: a tone drives its band most and hardly any but the neighbours; no band is empty") {
  const BandSettings settings;
  for (size_t band = 0; band < 64; band += 3) {
    const Cochleagram probe(sine(100, 0, 1), settings);
    const double centre = std::sqrt(probe.edge_hz(band) * probe.edge_hz(band + 1));
    const Cochleagram heard(sine(centre, 1, 1000), settings);
    CAPTURE(band);
    double total = 0, near = 0;
    size_t loudest = 0;
    for (size_t b = 0; b < 64; ++b) {
      const double power = std::pow(heard.rms(900, b), 2);
      total += power;
      if (b + 1 >= band && b <= band + 1) near += power;
      if (heard.rms(900, b) > heard.rms(900, loudest)) loudest = b;
    }
    CHECK(loudest == band);
    // Windows of neighbours may differ, and so what they catch of the tone's foot; band 0 has no lower neighbour.
    CHECK(near > 0.9 * 0.5);
    CHECK(near < 1.05 * 0.5);
    CHECK(total - near < 0.003 * 0.5);
  }
  const auto sound = noise(1500);
  for (const double resolution : {0.0, 2.0}) {
    BandSettings s = settings;
    s.resolution_factor = resolution;
    const Cochleagram heard(sound, s);
    for (size_t b = 0; b < 64; ++b) {
      double power = 0;
      for (int k = 0; k < 180; ++k) power += std::pow(heard.rms(550 + 5 * k, b), 2) / 180;
      // White noise of variance 0.01 up to 10 kHz, over 0.9 s.
      const double width = heard.edge_hz(b + 1) - heard.edge_hz(b), expected = 0.01 * width / 10000;
      CAPTURE(b);
      CHECK_CLOSE(power, expected, 5 / std::sqrt(0.9 * (resolution == 0 ? std::max(width, 40.0) : width)), 0);
    }
  }
  CHECK(Cochleagram(sine(100, 1, 10), settings).window_ms(0) == 400);
  CHECK(Cochleagram(sine(100, 1, 10), settings).window_ms(63) == 25);
}

TEST_CASE("auditory: rates follow loudness against a fixed reference, in amplitude or in decibels") {
  Auditory::Params p;
  p.min_hz = 10, p.max_hz = 110, p.tone_ms = 1;
  const double half = 0.5 / std::numbers::sqrt2;  // a sine of amplitude 1/2
  CHECK_CLOSE(Auditory(p).rate(half), 60, 1e-12, 0);
  CHECK(Auditory(p).rate(3) == 110);
  CHECK(Auditory(p).rate(0) == 10);
  p.reference_amplitude_ratio = 2;
  CHECK_CLOSE(Auditory(p).rate(half), 35, 1e-12, 0);
  p.loudness = Auditory::Loudness::decibel;
  p.range_db = 40;
  CHECK_CLOSE(Auditory(p).rate(half), 10 + 100 * (1 - 20 * std::log10(4) / 40), 1e-12, 0);
  CHECK(Auditory(p).rate(1e-4) == 10);
  CHECK(Auditory(p).rate(0) == 10);
}

TEST_CASE("auditory: a tone makes the units of its band spike at the rate of its amplitude, while it sounds") {
  const size_t n = 640;
  UnitHarness h(eg::encoder<Auditory>, n, 0.5);
  number(h, n);
  // The middle of band 50, wide enough for the whole of the tone.
  const double edge = 80 * std::pow(100.0, 50 / 64.0), centre = edge * std::pow(100.0, 0.5 / 64);
  h.set("tone_hz", centre);
  h.set("amplitude", 0.6), h.set("tone_ms", 300), h.set("period_ms", 1000), h.set("onset_ms", 200);
  h.set("weight", -3);
  h.init();
  for (size_t u = 0; u < n; ++u) CHECK(h.state("band_index")[u] == static_cast<double>(u / 10));
  eg::Random random(11);
  std::vector<double> steady(64, 0.0), silent(64, 0.0);
  for (size_t k = 0; k < 8400; ++k) {
    for (double& x : h.random("chance")) x = random.uniform();
    h.step(100);
    const double t = 0.5 * (static_cast<double>(k) + 0.5) - 200, in = std::fmod(t, 1000);
    auto* to = t > 0 && in > 30 && in < 295 ? &steady : t < 0 || in > 710 ? &silent : nullptr;
    if (to)
      for (size_t u = 0; u < n; ++u) (*to)[u / 10] += h.state("psc")[u] / -3;
  }
  const double expected = 0.6 * 100 * 10 * 4 * 0.265;  // amplitude, max_hz, units, presentations, seconds
  CHECK_CLOSE(steady[50], expected, 0, 5 * std::sqrt(expected) + 0.03 * expected);
  CHECK(steady[49] < 0.5 * steady[50]);
  CHECK(steady[51] < 0.5 * steady[50]);
  // The longest window, 400 ms, has let go of the tone by then.
  double others = 0, silence = 0;
  for (size_t b = 0; b < 64; ++b) {
    if (b < 49 || b > 51) others += steady[b];
    silence += silent[b];
  }
  CHECK(others < 0.05 * steady[50]);
  CHECK(silence == 0);
}

TEST_CASE("auditory: refuses what some band would be lost by") {
  UnitHarness few(eg::encoder<Auditory>, 63, 0.1);
  number(few, 63);
  CHECK(refusal(few) == "the encoder feeds 63 units, fewer than n_bands = 64: some bands would be heard by nobody");
  UnitHarness edges(eg::encoder<Auditory>, 64, 0.1);
  number(edges, 64);
  edges.set("high_hz", 80);
  CHECK(refusal(edges) == "high_hz must be above low_hz");
}
