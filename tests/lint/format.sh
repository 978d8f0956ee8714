#!/usr/bin/env bash
# Checks that every tracked C and C++ file is formatted as .clang-format says. Usage: format.sh SOURCE_DIR
# Status 77: skipped, the last line says why. To mend what it finds: git ls-files '*.[ch]' '*.[ch]pp' | xargs clang-format -i
set -euo pipefail
cd "$1"
# Of other versions the taste differs: without the one we use there is nothing to check.
clang_format=$(command -v clang-format-14 || command -v clang-format) || { echo "skipped: clang-format is not installed" && exit 77; }
[[ $("$clang_format" --version) == *"version 14."* ]] || { echo "skipped: clang-format 14 is needed, this is $("$clang_format" --version)" && exit 77; }
git rev-parse --is-inside-work-tree >/dev/null 2>&1 || { echo "skipped: not a git checkout" && exit 77; }

mapfile -d '' -t files < <(git ls-files -z --deduplicate -- '*.c' '*.h' '*.cpp' '*.hpp' ':!tests/lint/bad/*')
if ((${#files[@]} == 0)); then echo "git knows no C or C++ file here" && exit 1; fi
# One process for all files: starting a hundred of them takes longer than the formatting.
mapfile -t unformatted < <(printf '%s\0' "${files[@]}" | xargs -0 "$clang_format" --dry-run -Werror 2>&1 |
  sed -n 's/^\([^:]*\):[0-9]*:[0-9]*: error: .*clang-format-violations.*/\1/p' | sort -u)
((${#unformatted[@]} == 0)) || printf 'not formatted: %s\n' "${unformatted[@]}"
echo "${#files[@]} files checked, ${#unformatted[@]} not formatted"
if ((${#unformatted[@]} > 0)); then echo "run: clang-format -i ${unformatted[*]@Q}" && exit 1; fi
