// What `encephagen data list`, `verify` and `fetch` print. Answers go to `out`; each returns the exit status.
#pragma once
#include <iosfwd>
#include <string>
#include <vector>

#include "scenario/datasets.hpp"

namespace encephagen {

// Datasets by their short ids, with what is here; `all_files` adds every file a manifest names.
int run_data_list(const Datasets& datasets, std::ostream& out, bool json, bool all_files = false);

// Everything known if `ids` is empty. Missing files are no fault unless they were asked for by id. 0 if nothing is
// wrong, else 5.
int run_data_verify(const Datasets& datasets, const std::vector<std::string>& ids, std::ostream& out, bool json);

// Downloads what is missing. `log` gets one line for each file that is started. 0 if the main file of every id is here
// afterwards, else 5. Throws Failure when a download fails.
int run_data_fetch(const Datasets& datasets, const std::vector<std::string>& ids, std::ostream& out, std::ostream& log,
                   bool json);

}  // namespace encephagen
