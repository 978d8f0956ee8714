// Turns the [[claim]], [[decomposition]] and [[figure]] tables of TOML into what is judged.
#pragma once
#include <filesystem>
#include <vector>

#include "experiment/claim.hpp"
#include "experiment/expected.hpp"
#include "scenario/diagnostics.hpp"

namespace encephagen {

// `root` is an experiment that passed its check; `as_published` lists the arms flagged so; `seed` is the experiment's.
std::vector<ClaimSpec> load_claims(const Node& root, const std::vector<std::string>& as_published, uint64_t seed,
                                   Diagnostics& diagnostics);

std::vector<DecompositionSpec> load_decompositions(const Node& root, const std::vector<std::string>& as_published,
                                                   uint64_t seed, Diagnostics& diagnostics);

// Reads expected.toml; no figures if there is no such file.
std::vector<ExpectedFigure> load_expected(const std::filesystem::path& file, Diagnostics& diagnostics);

}  // namespace encephagen
