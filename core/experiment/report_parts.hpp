// What a report page shows, part by part, as JSON text; the arrays go into the pack. report_page/README.md describes
// the whole document.
#pragma once
#include <filesystem>
#include <string>

#include "engine/result_store.hpp"
#include "experiment/report_arrays.hpp"
#include "experiment/run_table.hpp"

namespace encephagen {

// How finely one run is drawn: the whole page has a size to keep to.
struct ReportDetail {
  size_t columns = 2000, rows = 1200;  // of a raster, in pixels
  size_t raw_spikes = 150000;          // up to so many are kept one by one
  size_t pose_bytes = 2000000;
};

// One run: connectome, matrices, recorded signals, spikes, spectra, bodies. "" if the file holds nothing to draw.
std::string report_of_run(const ResultReader& file, const std::string& name, const std::string& arm,
                          const ReportDetail& detail, ArrayPack& arrays);
// [ {name, scene, poses, ...} ]: bodies of the same file.
std::string report_of_bodies(const ResultReader& file, const ReportDetail& detail, ArrayPack& arrays);
// [ {analyzer, name, episodes, values} ]: what analyzers tell episode by episode or trial by trial.
std::string report_of_curves(const ResultReader& file, ArrayPack& arrays);

// {"cells": ..., "labels": ..., "regions": ...}: the numbers of metrics.csv by arm, sweep point, metric and group, and
// the means of single regions.
std::string report_of_metrics(const RunTable& table, ArrayPack& arrays);

// "key = value, key = value": what a run is named by besides its arm.
std::string sweep_point_text(const RunInfo& run);

}  // namespace encephagen
