#!/usr/bin/env bash
# A build without npm, or without network, makes a plainer page and says so; where libraries are a must it
# fails. Usage: without_npm.sh SOURCE_DIR BUILD_DIR
set -euo pipefail
source_dir=$1
scratch=$2/web_test_without_npm
rm -rf "$scratch"
mkdir -p "$scratch"
failures=0
fail() { echo "FAILED: $1" && failures=$((failures + 1)); }

# bundle NAME WEB FOLDER: the status of the bundling into $scratch/NAME, with the registry at a port where nobody listens.
bundle() {
  npm_config_registry=http://127.0.0.1:9/ npm_config_cache=$scratch/cache cmake -DOUTPUT="$scratch/$1/page.js" -DFOLDER="$3" \
    -DLOCK="$source_dir/third_party/web" -DPACKAGES="$scratch/$1/web" -DWEB="$2" -P "$source_dir/core/cmake/WebBundle.cmake" \
    >"$scratch/$1.log" 2>&1
}
modules=$source_dir/core/experiment/report_page

bundle off OFF "$modules" || fail "WEB=OFF does not build"
grep -q 'whyMissing = "ENCEPHAGEN_WEB is OFF"' "$scratch/off/page.js" || fail "the page does not know why its libraries are missing"

if command -v npm >/dev/null && command -v node >/dev/null; then
  bundle away AUTO "$modules" || fail "without a registry it does not build"
  grep -q 'built without its web libraries, since the npm registry cannot be reached' "$scratch/away.log" || fail "the build does not say that the registry is away"
  ! grep -qE "$scratch|${scratch//\//_}" "$scratch/away/page.js" || fail "the page tells where it was built"
  ! bundle must ON "$modules" || fail "WEB=ON builds without its libraries"
  tr '\n' ' ' <"$scratch/must.log" | tr -s ' ' | grep -q 'ENCEPHAGEN_WEB=ON), and the npm registry cannot be reached' || fail "WEB=ON does not say what is missing"
  node --check "$scratch/off/page.js" || fail "the plain script is not JavaScript"
fi

# Modules keep to the forms that PlainBundle.cmake can join; what esbuild alone understands must not slip in.
cp -r "$modules" "$scratch/modules"
echo 'import * as chart from "./chart.js";' >>"$scratch/modules/dom.js"
! bundle forms OFF "$scratch/modules" || fail "a form of import that is not understood passes"
tr '\n' ' ' <"$scratch/forms.log" | tr -s ' ' | grep -q "dom.js: 'import \* as chart" || fail "it is not said which line is not understood"
echo "$failures failures"
((failures == 0))
