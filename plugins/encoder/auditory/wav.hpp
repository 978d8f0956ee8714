// Sounds from WAV files.
#pragma once
#include <string>
#include <vector>

namespace core {

struct Sound {
  double rate_hz = 0;           // samples per second
  std::vector<double> samples;  // full scale is 1; the mean of all channels
};

// Reads RIFF/WAVE: PCM of 8, 16, 24 or 32 bits, floating point of 32 or 64 bits, any number of channels and any
// sampling rate, plain or WAVE_FORMAT_EXTENSIBLE. Throws std::runtime_error naming the file and the reason.
Sound read_wav(const std::string& file);

}  // namespace core
