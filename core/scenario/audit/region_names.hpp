// What the label of a region says: its name without hemisphere and map, its side, and whether it is a deep structure.
#pragma once
#include <string>
#include <vector>

#include "encephagen/sdk/connectome.hpp"

namespace encephagen {

enum class Side { unknown, left, right, both };
// Cortex stands for everything that is not recognised as deep.
enum class Structure { cortex, striatum, pallidum, thalamus, other_deep };

struct RegionName {
  std::string base;  // lower case, words joined by '-': "tcpol" of RM-TCpol_R, "bg-cd" of BG-Cd_L, "thal" of Rthal
  // How regions of different datasets are matched: the same without '-', and for numbered parcels with the length of
  // their series, since vis-3 of 9 is another parcel than vis-3 of 31.
  std::string key;
  Side side = Side::unknown;        // the attribute "hemisphere" if there is one, else as labelled
  Side label_side = Side::unknown;  // what the label alone says
  Structure structure = Structure::cortex;
  bool is_numbered = false;  // one of several parcels of a name; its number says nothing about the other hemisphere
};

// One name per region. Sides are recognised in labels as a word (left, rh), as the letter l or r at either end if the
// label with the other letter exists (Insula_L with Insula_R, rV1 with lV1), or as that letter standing alone
// (Insula_L).
std::vector<RegionName> region_names(const eg::Connectome& c);

std::string_view side_text(Side side);

}  // namespace encephagen
