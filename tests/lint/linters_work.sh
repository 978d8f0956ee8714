#!/usr/bin/env bash
# Shows that the three linters reject what they must: the files in tests/lint/bad. Usage: linters_work.sh SOURCE_DIR
# A linter that is not installed is left out; status 77 if none is.
set -euo pipefail
cd "$1/tests/lint/bad"
n=0
# expect NAME TEXT COMMAND...: the command must fail and its output must hold the text.
expect() {
  local name=$1 text=$2 output
  shift 2
  n=$((n + 1))
  if output=$("$@" 2>&1); then echo "$name accepted a bad file" && exit 1; fi
  if [[ $output != *"$text"* ]]; then echo "$name did not say '$text' but: $output" && exit 1; fi
}
if command -v clang-format >/dev/null; then
  expect clang-format "clang-format-violations" clang-format --dry-run -Werror format.cpp
fi
if command -v shellcheck >/dev/null; then
  expect shellcheck "SC2115" shellcheck script.txt
fi
if command -v clang-tidy >/dev/null; then
  for check in bugprone-use-after-move modernize-use-nullptr performance-unnecessary-value-param; do
    expect clang-tidy "$check" clang-tidy --quiet tidy.cpp -- -std=c++20
  done
fi
if ((n == 0)); then echo "skipped: no linter is installed" && exit 77; fi
echo "$n bad files rejected"
