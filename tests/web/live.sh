#!/usr/bin/env bash
# Looks at a run that goes on, in headless Chromium, and acts on it. Usage: live.sh SOURCE_DIR BUILD_DIR
# Status 77: skipped, the last line says why.
set -euo pipefail
source_dir=$1
build_dir=$2
results=$build_dir/web_live_test

skip() { echo "skipped: $1" && exit 77; }

command -v node >/dev/null || skip "Node.js is not installed"
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
[[ -n $chromium ]] || skip "Chromium is not installed"
[[ -d $build_dir/web/node_modules/playwright-core ]] || skip "the npm packages of third_party/web were not to be had when the program was built"

rm -rf "$results"
mkdir -p "$results"
"$build_dir/bin/encephagen" run "$source_dir/tests/bench/networks/toy20_walker.toml" --set run.duration_ms=1e9 --quiet \
  --live --live-paused -o "$results/run" 2>"$results/address" &
run=$!
trap 'kill $run 2>/dev/null || true' EXIT
for _ in $(seq 100); do
  grep -q http "$results/address" && break
  sleep 0.1
done
node "$source_dir/tests/web/live_test.mjs" "$build_dir/web" "$chromium" "$(grep -o 'http[^ ]*' "$results/address")"
