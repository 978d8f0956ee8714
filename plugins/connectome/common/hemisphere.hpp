// Which hemisphere a region lies in, from the way its label is written.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace connectomes {

// One of "left", "right", "both" for every label; empty if no label says left or right. Conventions, in this order:
//   every label starts with a small l or r and a capital, and exists for both: lPUL.L with rPUL.L, rA1 with lA1
//   a word of the label is left, right, lh or rh:  Left-Caudate, ctx-lh-insula, 7Networks_LH_Vis_1, Thalamus_right
//   its first or last word is l or r:              Insula_L, L_insula, r_insula, PreCG.R
//   its first or last letter is l or r and the same label with the other letter exists: Lthal with Rthal, V1l with V1r
//   every label starts with the same small l or r and a capital: rV1, rV2 (a set of one hemisphere)
// Words are separated by anything that is neither letter nor digit. A label that says neither or both is "both".
std::vector<std::string> hemispheres_of(std::span<const std::string> labels);

// "left", "right" or "both" for what a table may hold (L, left, lh, R, right, rh, B, both, bilateral, midline, ...);
// empty if it is none of them.
std::string hemisphere_word(std::string_view cell);

}  // namespace connectomes
