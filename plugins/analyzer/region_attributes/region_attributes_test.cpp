// core.region_attributes: attributes come back as metrics, text stays out, and a connectome without any is told so.
#include <doctest/doctest.h>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using analysis::RegionAttributes;

TEST_CASE("region_attributes: numbers per region, their means per group and for the whole") {
  auto made = FakeRecording::of_regions({{0, 1}, {0, 1}, {0, 1}}, 1, {"a", "a", "b"});
  made.more_numbers["attribute.t1w"] = {1.0, 3.0, analysis::undetermined};
  made.more_texts["attribute.note"] = {"x", "y", "z"};
  CapturedSink kept;
  auto sink = kept.sink();
  RegionAttributes(RegionAttributes::Params{}).analyze(made.recording(), sink);
  CHECK(kept.value("t1w", "region:R1") == 3);
  CHECK(std::isnan(kept.value("t1w", "region:R2")));
  CHECK(kept.value("t1w", "a") == 2);
  CHECK(kept.value("t1w") == 2);
  CHECK_FALSE(kept.has("note"));
  CHECK(kept.value("n_attributes") == 1);
  CHECK(kept.warnings.empty());
}

TEST_CASE("region_attributes: none, and one of the wrong length") {
  auto made = FakeRecording::of_regions({{0, 1}, {0, 1}}, 1);
  CapturedSink kept;
  auto sink = kept.sink();
  RegionAttributes(RegionAttributes::Params{}).analyze(made.recording(), sink);
  REQUIRE(kept.warnings.size() == 1);
  CHECK(kept.warnings[0].starts_with("the connectome has no attribute with numbers"));
  made.more_numbers["attribute.short"] = {1.0};
  CHECK_THROWS_WITH(RegionAttributes(RegionAttributes::Params{}).analyze(made.recording(), sink),
                    "attribute 'short' has 1 values for 2 regions");
}
