// What labels of regions say, in the conventions of published datasets.
#include "scenario/audit/region_names.hpp"

#include <doctest/doctest.h>

using namespace encephagen;

namespace {

std::vector<RegionName> names(std::vector<std::string> labels) {
  eg::Connectome c;
  c.labels = std::move(labels);
  return region_names(c);
}

}  // namespace

TEST_CASE("region names: side and name in the conventions of published datasets") {
  struct Expected {
    std::string label, other, base;
    Side side;
  };
  for (const auto& e :
       {Expected{"RM-TCpol_R", "RM-TCpol_L", "tcpol", Side::right}, Expected{"MM82a-G_L", "MM82a-G_R", "g", Side::left},
        Expected{"BG-Cd_L", "BG-Cd_R", "bg-cd", Side::left}, Expected{"rV1", "lV1", "v1", Side::right},
        Expected{"L_insula", "R_insula", "insula", Side::left},
        Expected{"Left-Caudate", "Right-Caudate", "caudate", Side::left},
        Expected{"ctx-rh-insula", "ctx-lh-insula", "insula", Side::right},
        Expected{"Lthal", "Rthal", "thal", Side::left},
        Expected{"Frontal_Sup_2_L", "Frontal_Sup_2_R", "frontal-sup-2", Side::left},
        Expected{"rPUL.L", "lPUL.L", "pul-l", Side::right},
        Expected{"7Networks_LH_Vis_1", "7Networks_RH_Vis_1", "vis-1", Side::left}}) {
    CAPTURE(e.label);
    const auto n = names({e.label, e.other});
    CHECK(n[0].base == e.base);
    CHECK(n[0].side == e.side);
    CHECK(n[1].base == e.base);
    CHECK(n[1].side != e.side);
    CHECK(n[0].key == n[1].key);
  }
}

TEST_CASE("region names: a first letter alone names no side unless its partner exists") {
  CHECK(names({"lingual", "rectus"})[0].side == Side::unknown);
  CHECK(names({"lingual", "rectus"})[0].base == "lingual");
  CHECK(names({"brain-stem"})[0].side == Side::unknown);
  CHECK(names({"Insula_L"})[0].side == Side::left);
}

TEST_CASE("region names: the attribute hemisphere is believed, and what the label says is kept beside it") {
  eg::Connectome c;
  c.labels = {"Insula_L", "Insula_R", "Vermis"};
  c.attributes = {{"hemisphere", {}, {"left", "left", "both"}}};
  const auto n = region_names(c);
  CHECK(n[1].side == Side::left);
  CHECK(n[1].label_side == Side::right);
  CHECK(n[2].side == Side::both);
  CHECK(n[2].label_side == Side::unknown);
}

TEST_CASE("region names: deep structures are told from cortex") {
  const auto n = names({"BG-Cd_L", "Putamen_L", "Laccumb", "Raccumb", "BG-Pa_R", "Left-Pallidum", "TM-F_L", "Lthal",
                        "Rthal", "Amygdala_L", "Hypothalamus_L", "Precentral_L", "BG-X_L"});
  const std::vector<Structure> expected = {
      Structure::striatum,   Structure::striatum, Structure::striatum,  Structure::striatum, Structure::pallidum,
      Structure::pallidum,   Structure::thalamus, Structure::thalamus,  Structure::thalamus, Structure::other_deep,
      Structure::other_deep, Structure::cortex,   Structure::other_deep};
  for (size_t i = 0; i < n.size(); ++i) {
    CAPTURE(n[i].base);
    CHECK(n[i].structure == expected[i]);
  }
}

TEST_CASE("region names: parcels numbered in a series match only within a series of the same length") {
  const auto coarse = names({"LH_Vis_1", "LH_Vis_2", "RH_Vis_1", "RH_Vis_2"});
  const auto fine = names({"LH_Vis_1", "LH_Vis_2", "LH_Vis_3"});
  CHECK(coarse[0].is_numbered);
  CHECK(coarse[0].key == coarse[2].key);
  CHECK(coarse[0].key != fine[0].key);
  CHECK_FALSE(names({"Frontal_Sup_2_L", "Frontal_Sup_2_R"})[0].is_numbered);
}
