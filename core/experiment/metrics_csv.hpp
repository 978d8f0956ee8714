// metrics.csv, the tidy table of an experiment: one row per run, metric and group.
#pragma once
#include <string>
#include <string_view>

#include "experiment/run_table.hpp"

namespace encephagen {

// Columns: run, arm, replicate, repeat (where a replicate has several runs), the sweep keys in order of first
// appearance, metric, group, value, unit. Quoted as in RFC 4180, lines end with \n, numbers are the shortest that read
// back exactly, NaN is "nan", a sweep key that a run does not have is empty. The same table gives the same bytes. Graph
// ids, groups of regions and errors are not in it.
std::string write_metrics_csv(const RunTable& table);

// One field and one number as they stand in such a text.
std::string csv_field(std::string_view field);
std::string csv_number(double v);

// Reads such a text (\r\n is accepted). A run without rows below the highest run number comes back as failed. Throws
// std::runtime_error "NAME:LINE: what is wrong".
RunTable read_metrics_csv(std::string_view text, std::string_view name = "metrics.csv");

}  // namespace encephagen
