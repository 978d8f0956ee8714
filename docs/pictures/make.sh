#!/usr/bin/env bash
# Makes the pictures of this folder from the reports of experiments: docs/pictures/make.sh [BUILD_DIR [RESULTS_DIR]]
# Needs the datasets (`encephagen data list`), Node.js, Chromium and a build with web libraries. Results that already lie in
# RESULTS_DIR are taken as they are; from nothing it takes about 10 minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=$(realpath "${1:-build/release}")
results=${2:-$build/pictures}
encephagen=$build/bin/encephagen
chromium=$(command -v chromium || command -v chromium-browser)
mkdir -p "$results"

# results_of NAME FILE OPTION...
results_of() {
  local name=$1 file=$2
  shift 2
  if [[ -f $results/$name/run.json ]]; then
    "$encephagen" report "$results/$name" >/dev/null
  else
    "$encephagen" run "$file" -o "$results/$name" --quiet "$@"
  fi
}

results_of 02_comprehensive experiments/02_comprehensive/experiment.toml
results_of 04_decomposition experiments/04_decomposition/experiment.toml --quick
results_of 05_spiking_hierarchy experiments/05_spiking_hierarchy/experiment.toml
results_of 05_run experiments/05_spiking_hierarchy/relabelled.toml --set run.duration_ms=2000 --set record.0.store=true
results_of 06_familiarity experiments/06_familiarity/experiment.toml --quick
results_of 07_embodied experiments/07_embodied/experiment.toml --quick
results_of 07_run experiments/07_embodied/scenario.toml --set record.1.poses=true \
  --set phase.before.episodes=2 --set phase.learn.episodes=6 --set phase.after.episodes=2
node docs/pictures/make.mjs "$build/web" "$chromium" "$results" docs/pictures
