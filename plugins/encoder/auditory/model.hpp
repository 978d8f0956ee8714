// Plays a sound: units of a band of frequencies spike the more, the louder the band is; see auditory.md.
#pragma once
#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>

#include "../common/chance_port.hpp"
#include "../common/numbered_units.hpp"
#include "cochleagram.hpp"

namespace core {

struct Auditory {
  static constexpr eg::Info info{"core.auditory", "1.0.0",
                                 "a sound as spikes, at rates by loudness in bands of frequency"};

  enum class Loudness { amplitude, decibel };
  struct Params {
    std::string_view file;
    double tone_hz = 1000, amplitude = 1, tone_ms = 500, weight = 1, min_hz = 0, max_hz = 100, low_hz = 80,
           high_hz = 8000, window_ms = 25, resolution_factor = 2, hop_ms = 5, reference_amplitude_ratio = 1,
           range_db = 60, onset_ms = 0, period_ms = 0, unit = -1, n_units = 0;
    int64_t n_bands = 64;
    Loudness loudness = Loudness::amplitude;
    static constexpr auto fields = eg::list(
        eg::file_param("file", &Params::file, "a WAV file"),
        eg::param("tone_hz", &Params::tone_hz, eg::range(0, 100000), "without a file: frequency of a tone"),
        eg::param("amplitude", &Params::amplitude, eg::range(0, 1000),
                  "without a file: amplitude of the tone, 1 being the full scale of files"),
        eg::param("tone_ms", &Params::tone_ms, eg::range(1, 10000), "without a file: length of the tone"),
        eg::param("weight", &Params::weight, eg::range(-1e6, 1e6), "what one spike adds to the port"),
        eg::param("min_hz", &Params::min_hz, eg::range(0, 1e4), "rate in silence"),
        eg::param("max_hz", &Params::max_hz, eg::range(0, 1e4), "rate at the reference, and above"),
        eg::param("n_bands", &Params::n_bands, eg::range(1, 1024), "bands, equally wide in log frequency"),
        eg::param("low_hz", &Params::low_hz, eg::range(1, 100000), "lower edge of the lowest band"),
        eg::param("high_hz", &Params::high_hz, eg::range(1, 100000), "upper edge of the highest band"),
        eg::param("window_ms", &Params::window_ms, eg::range(1, 1000), "shortest window"),
        eg::param("resolution_factor", &Params::resolution_factor, eg::range(0, 10),
                  "windows of narrow bands are longer: width of the band times window, at least; 0: all are window_ms"),
        eg::param("hop_ms", &Params::hop_ms, eg::range(1, 1000), "from one window to the next"),
        eg::param("loudness", &Params::loudness, eg::choices("amplitude", "decibel"),
                  "what rates are proportional to: the amplitude in a band, or its level above the lowest heard"),
        eg::param("reference_amplitude_ratio", &Params::reference_amplitude_ratio, eg::range(1e-6, 1000),
                  "amplitude of the sine that drives its band at max_hz; 1 is full scale"),
        eg::param("range_db", &Params::range_db, eg::range(1, 200),
                  "loudness = decibel: the lowest level that is heard lies so far below the reference"),
        eg::param("onset_ms", &Params::onset_ms, eg::range(0, 1e9), "when the sound begins"),
        eg::param("period_ms", &Params::period_ms, eg::range(0, 1e9),
                  "from one beginning to the next, cutting off what is left; 0: it is played once"),
        unit_param<Params>(), n_units_param<Params>());
  } p;
  enum PerUnitParam { kUnit, kNUnits };

  enum State { kPsc, kBand };
  static constexpr auto state =
      eg::list(chance_port::spikes,
               eg::Column{"band_index", "the band of the unit, from low to high", 0, 1023, EG_STATE_SET_BY_INIT});
  static constexpr auto outputs =
      eg::list(eg::Output{"psc", kPsc, "what the spike of this step adds", EG_ACCEPTS_SPIKES});
  enum Random { kChance };
  static constexpr auto random = eg::list(chance_port::chance);

  explicit Auditory(const Params& params) : p(params), heard_(sound(checked(p)), bands(p)) {}

  void init(eg::EncoderBlock& b) const {
    chance_port::check_rate("max_hz", p.max_hz, b.dt_ms());
    for (size_t i = 0; i < b.size(); ++i) {
      const auto unit = static_cast<size_t>(std::max(0.0, b.param(kUnit)[i])),
                 n = static_cast<size_t>(b.param(kNUnits)[i]);
      if (unit >= n)
        throw std::invalid_argument("unit = " + std::to_string(unit) +
                                    ", but there are n_units = " + std::to_string(n));
      if (n < heard_.n_bands())
        throw std::invalid_argument("the encoder feeds " + std::to_string(n) + " units, fewer than n_bands = " +
                                    std::to_string(heard_.n_bands()) + ": some bands would be heard by nobody");
      b.state(kBand)[i] = static_cast<double>(unit * heard_.n_bands() / n);
      b.state(kPsc)[i] = 0;
    }
  }

  // A step is what is heard in its middle.
  void step(eg::EncoderBlock& b) const {
    double t_ms = b.t_ms() + 0.5 * b.dt_ms() - p.onset_ms;
    if (t_ms >= 0 && p.period_ms > 0) t_ms = std::fmod(t_ms, p.period_ms);
    for (size_t i = 0; i < b.size(); ++i) {
      const double rate_hz = rate(heard_.rms(t_ms, static_cast<size_t>(b.state(kBand)[i])));
      b.state(kPsc)[i] = b.random(kChance)[i] < rate_hz * b.dt_ms() * 1e-3 ? p.weight : 0;
    }
  }

  const Cochleagram& heard() const { return heard_; }
  // Rate of a unit whose band has this root mean square.
  double rate(double rms) const {
    // The reference is a sine.
    const double x = rms * std::numbers::sqrt2 / p.reference_amplitude_ratio;
    double share = x;
    if (p.loudness == Loudness::decibel) share = x > 0 ? 1 + 20 * std::log10(x) / p.range_db : 0;
    return p.min_hz + std::clamp(share, 0.0, 1.0) * (p.max_hz - p.min_hz);
  }

 private:
  static const Params& checked(const Params& p) {
    if (p.high_hz <= p.low_hz) throw std::invalid_argument("high_hz must be above low_hz");
    if (p.max_hz < p.min_hz) throw std::invalid_argument("max_hz is below min_hz");
    return p;
  }
  static BandSettings bands(const Params& p) {
    BandSettings out;
    out.n_bands = static_cast<size_t>(p.n_bands);
    out.low_hz = p.low_hz, out.high_hz = p.high_hz, out.window_ms = p.window_ms, out.hop_ms = p.hop_ms;
    out.resolution_factor = p.resolution_factor;
    return out;
  }
  static Sound sound(const Params& p) {
    if (!p.file.empty()) return read_wav(std::string(p.file));
    // Sampled well above what its frequency and the bands need.
    Sound tone{std::max(16000.0, 2.5 * std::max(p.high_hz, p.tone_hz)), {}};
    tone.samples.resize(std::max<size_t>(1, static_cast<size_t>(1e-3 * p.tone_ms * tone.rate_hz)));
    for (size_t k = 0; k < tone.samples.size(); ++k)
      tone.samples[k] =
          p.amplitude * std::sin(2 * std::numbers::pi * p.tone_hz * static_cast<double>(k) / tone.rate_hz);
    return tone;
  }

  Cochleagram heard_;
};

}  // namespace core
