// How loud a sound is in bands of frequency, as time goes by.
#pragma once
#include <cstddef>
#include <vector>

#include "wav.hpp"

namespace core {

struct BandSettings {
  size_t n_bands = 64;
  double low_hz = 80, high_hz = 8000;  // bands between them are equally wide in log frequency
  double window_ms = 25;               // shortest window
  double resolution_factor = 2;        // a band's window times its width is at least this ...
  double longest_window_ms = 500;      // ... unless that takes a longer one than this
  double hop_ms = 5;                   // from one window to the next
};

class Cochleagram {
 public:
  // Throws std::invalid_argument when the sound cannot hold the highest band (sampled too slowly), or when the sound is
  // shorter than a sample.
  Cochleagram(const Sound& sound, const BandSettings& settings);

  size_t n_bands() const { return settings_.n_bands; }
  // Edges of the bands: band b is from edge b to edge b + 1.
  double edge_hz(size_t b) const;
  // Length of the window of a band.
  double window_ms(size_t b) const;
  // Root of the mean power of the sound within the band, over the window that ends at `t_ms` (which lies in the sound's
  // own time; the sound is silent outside). A sine of amplitude A that lies within the band gives A / sqrt(2).
  double rms(double t_ms, size_t band) const {
    if (t_ms < 0) return 0;
    const auto frame = static_cast<size_t>(t_ms / settings_.hop_ms);
    return frame < n_frames_ ? rms_[frame * settings_.n_bands + band] : 0;
  }

 private:
  BandSettings settings_;
  size_t n_frames_ = 0;
  std::vector<float> rms_;  // [frame][band]
};

}  // namespace core
