// What a finished connectome looks like, in one line, and what is odd about it.
#pragma once
#include "encephagen/sdk/connectome.hpp"

namespace connectomes {

// Edges, density, symmetry and isolated regions of a finished connectome: the last line of its history, and what is odd
// goes to `log` as warnings.
void summarise(eg::Connectome& c, eg::Sink& log);

}  // namespace connectomes
