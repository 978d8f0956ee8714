// The unit that stands at the end of a key.
#include "scenario/key_unit.hpp"

#include <utility>

namespace encephagen {

std::string_view unit_of_key(std::string_view key) {
  // What ends in another unit stands before it.
  static constexpr std::pair<std::string_view, std::string_view> units[]{
      {"_hz_per_rad_per_s", "Hz s/rad"},
      {"_mv_per_ms", "mV/ms"},
      {"_hz_per_rad", "Hz/rad"},
      {"_hz_per_m", "Hz/m"},
      {"_rad_per_s", "rad/s"},
      {"_m_per_s2", "m/s²"},
      {"_m_per_s", "m/s"},
      {"_per_rad_s", "1/(rad s)"},
      {"_per_ms", "1/ms"},
      {"_per_s", "1/s"},
      {"_per_m", "1/m"},
      {"_nm_s", "N m s"},
      {"_ms", "ms"},
      {"_mv", "mV"},
      {"_hz", "Hz"},
      {"_pa", "pA"},
      {"_pf", "pF"},
      {"_ns", "nS"},
      {"_mm", "mm"},
      {"_m", "m"},
      {"_rad", "rad"},
      {"_deg", "°"},
      {"_nm", "N m"},
      {"_n", "N"},
      {"_kg", "kg"},
      {"_db", "dB"},
  };
  for (const auto& [suffix, unit] : units)
    if (key.size() > suffix.size() && key.ends_with(suffix)) return unit;
  return "";
}

}  // namespace encephagen
