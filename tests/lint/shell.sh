#!/usr/bin/env bash
# Runs ShellCheck over every tracked shell script. Usage: shell.sh SOURCE_DIR. Status 77: skipped, the last line says why.
set -euo pipefail
cd "$1"
command -v shellcheck >/dev/null || { echo "skipped: shellcheck is not installed" && exit 77; }
git rev-parse --is-inside-work-tree >/dev/null 2>&1 || { echo "skipped: not a git checkout" && exit 77; }
mapfile -d '' -t files < <(git grep -lzIE '^#!.*\b(ba)?sh$' -- ':!tests/lint/bad/*')
if ((${#files[@]} == 0)); then echo "git knows no shell script here" && exit 1; fi
shellcheck "${files[@]}"
echo "${#files[@]} scripts checked"
