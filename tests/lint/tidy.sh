#!/usr/bin/env bash
# Runs clang-tidy with .clang-tidy over the sources in the compilation database that git tracks.
# Usage: tidy.sh SOURCE_DIR BUILD_DIR [PATH_PREFIX...]. Status 77: skipped, the last line says why.
set -euo pipefail
source_dir=$1 build_dir=$2
shift 2
prefixes=("$@")
cd "$source_dir"
clang_tidy=$(command -v clang-tidy-14 || command -v clang-tidy) || { echo "skipped: clang-tidy is not installed" && exit 77; }
[[ $("$clang_tidy" --version) == *"version 14."* ]] || { echo "skipped: clang-tidy 14 is needed" && exit 77; }
git rev-parse --is-inside-work-tree >/dev/null 2>&1 || { echo "skipped: not a git checkout" && exit 77; }

((${#prefixes[@]} > 0)) || prefixes=(core plugins tests third_party)
mapfile -d '' -t files < <(git ls-files -z -- "${prefixes[@]/%//*.cpp}")
database=$build_dir/compile_commands.json
known=()
for file in "${files[@]}"; do
  if grep -qF "/$file\"" "$database"; then known+=("$file"); fi
done
if ((${#known[@]} == 0)); then echo "no file under ${prefixes[*]} is in $database" && exit 1; fi
echo "${#known[@]} files"
printf '%s\0' "${known[@]}" | xargs -0 -P "$(nproc)" -n 1 "$clang_tidy" -p "$build_dir" --quiet --warnings-as-errors='*' \
  --extra-arg=-Wno-unknown-warning-option  # the database may be GCC's
