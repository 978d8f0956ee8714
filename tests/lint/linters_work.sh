#!/usr/bin/env bash
# Shows that the three linters reject what they must: the files in tests/lint/bad. Usage: linters_work.sh SOURCE_DIR
# A linter that is not installed is left out; status 77 if none is.
set -euo pipefail
cd "$1/tests/lint/bad"
n=0
# expect "TEXT..." COMMAND...: the command must fail, and its output must hold each text.
expect() {
  local text texts output
  read -r -a texts <<<"$1"
  shift
  n=$((n + 1))
  if output=$("$@" 2>&1); then echo "$1 accepted a bad file" && exit 1; fi
  for text in "${texts[@]}"; do
    if [[ $output != *"$text"* ]]; then echo "$1 did not say '$text' but: $output" && exit 1; fi
  done
}
if command -v clang-format >/dev/null; then expect clang-format-violations clang-format --dry-run -Werror format.cpp; fi
if command -v shellcheck >/dev/null; then expect SC2115 shellcheck script.txt; fi
if command -v clang-tidy >/dev/null; then
  expect "bugprone-use-after-move modernize-use-nullptr performance-unnecessary-value-param" \
    clang-tidy --quiet tidy.cpp -- -std=c++20
fi
if ((n == 0)); then echo "skipped: no linter is installed" && exit 77; fi
echo "$n bad files rejected"
