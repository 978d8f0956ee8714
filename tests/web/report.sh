#!/usr/bin/env bash
# Makes three small results and looks at their reports in headless Chromium. Usage: report.sh SOURCE_DIR BUILD_DIR
# Status 77: skipped, the last line says why.
set -euo pipefail
source_dir=$1
build_dir=$2
here=$source_dir/tests/web
results=$build_dir/web_test

skip() { echo "skipped: $1" && exit 77; }

command -v node >/dev/null || skip "Node.js is not installed"
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
[[ -n $chromium ]] || skip "Chromium is not installed"
[[ -d $build_dir/web/node_modules/playwright-core ]] || skip "the npm packages of third_party/web were not to be had when the program was built"
grep -q 'WebGLRenderer' "$build_dir/core/report_page/page.js" || skip "the report page was built without its web libraries"

rm -rf "$results"
mkdir -p "$results"
encephagen=$build_dir/bin/encephagen
"$encephagen" run "$here/nulls.toml" -o "$results/nulls" --quiet
"$encephagen" run "$here/walker.toml" -o "$results/walker" --quiet
"$encephagen" run "$here/learning.toml" -o "$results/learning" --quiet \
  --set phase.learn.episodes=10 --set phase.test.episodes=2 --set analyzer.0.params.window_trials=2

cmake -DOUTPUT="$results/plain.js" -DFOLDER="$source_dir/core/experiment/report_page" -DREASON="npm is away for this test" \
  -P "$source_dir/core/cmake/PlainBundle.cmake"
node "$here/report_test.mjs" "$build_dir/web" "$chromium" "$results" "$results/plain.js" "$results/shots"
