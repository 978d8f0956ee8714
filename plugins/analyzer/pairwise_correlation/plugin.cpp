// The library of core.pairwise_correlation.
#include "model.hpp"

EG_PLUGIN_LIBRARY(eg::analyzer<analysis::PairwiseCorrelation>)
