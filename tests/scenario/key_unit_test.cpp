#include "scenario/key_unit.hpp"

#include <doctest/doctest.h>

using encephagen::unit_of_key;

TEST_CASE("units of keys: the longest suffix counts, and a key without one has none") {
  CHECK(unit_of_key("tau_m_ms") == "ms");
  CHECK(unit_of_key("drive_mv_per_ms") == "mV/ms");
  CHECK(unit_of_key("gravity_m_per_s2") == "m/s²");
  CHECK(unit_of_key("turn_hz_per_rad_per_s") == "Hz s/rad");
  CHECK(unit_of_key("velocity_m_per_s") == "m/s");
  CHECK(unit_of_key("alive_per_s") == "1/s");
  CHECK(unit_of_key("max_torque_nm") == "N m");
  CHECK(unit_of_key("lambda_mm") == "mm");
  for (const char* none : {"seed", "n", "ms", "_ms", "n_regions", "w_max", "items", "rhythms"})
    CHECK(unit_of_key(none).empty());
}
