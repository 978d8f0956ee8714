#!/usr/bin/env bash
# From a fresh checkout to a running program: installs what is missing, builds, and runs the tests or the demo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
readonly root=$PWD
readonly build_dir=$root/build/release

usage() {
  cat <<'TEXT'
Usage: ./bootstrap.sh demo | test | build | site

  demo    builds the program and runs experiments 01 and 02; the reports are in results/demo
  test    builds everything and runs the tests (those labelled science or slow take long and are left out)
  build   builds everything into build/release and stops
  site    builds the documentation into build/site; the program is not needed

Packages that are missing are installed with apt from third_party/apt.txt, through sudo if need be; where none is missing,
no privilege is asked for. Nothing is ever asked on the terminal. The exit status is that of the step that failed.
TEXT
}

say() { printf '==> %s\n' "$*"; }
fail() { printf 'bootstrap.sh: %s\n' "$*" >&2 && exit 1; }

# ---- packages --------------------------------------------------------------------------------------------------------

is_installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

# missing_packages SECTION...: what these sections of third_party/apt.txt list and this machine lacks, one a line.
missing_packages() {
  local line section="" package condition
  while IFS= read -r line || [[ -n $line ]]; do
    line=${line%%#*}
    read -r package condition <<<"$line" || true
    case $package in
      "") continue ;;
      \[*\]) section=${package//[\[\]]/} && continue ;;
    esac
    [[ " $* " == *" $section "* ]] || continue
    if [[ $condition == command:* ]]; then
      command -v "${condition#command:}" >/dev/null || echo "$package"
    else
      is_installed "$package" || echo "$package"
    fi
  done <third_party/apt.txt
}

install_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "This is no Debian system: make sure that what third_party/README.md lists is installed."
    return
  fi
  local missing apt=(apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300)
  mapfile -t missing < <(missing_packages "$@")
  if ((${#missing[@]} == 0)); then
    say "All packages of third_party/apt.txt ($*) are there."
    return
  fi
  say "Installing ${#missing[@]} packages: ${missing[*]}"
  if ((EUID == 0)); then
    apt=(env DEBIAN_FRONTEND=noninteractive "${apt[@]}")
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    apt=(sudo -n env DEBIAN_FRONTEND=noninteractive "${apt[@]}")
  else
    fail "packages are missing and sudo needs a password here. Run this first: sudo apt-get install --no-install-recommends ${missing[*]}"
  fi
  # The lists of a fresh machine are empty or old; where they know all the packages, they are good enough.
  local known=true package
  for package in "${missing[@]}"; do apt-cache show --no-all-versions "$package" >/dev/null 2>&1 || known=false; done
  if ! $known || ! "${apt[@]}" install --no-install-recommends "${missing[@]}"; then
    say "Updating the package lists."
    "${apt[@]}" update
    "${apt[@]}" install --no-install-recommends "${missing[@]}"
  fi
}

# ---- build -----------------------------------------------------------------------------------------------------------

# build WITH_TESTS: ON or OFF.
build() {
  say "Configuring build/release (tests: $1)."
  cmake --preset release -D ENCEPHAGEN_TESTS="$1" --log-level=NOTICE
  say "Building."
  cmake --build --preset release
}

# ---- demo ------------------------------------------------------------------------------------------------------------

# demo_experiment NUMBER: runs experiments/NUMBER_*/experiment.toml into results/demo/NUMBER.
demo_experiment() {
  local files=(experiments/"$1"_*/experiment.toml)
  [[ -f ${files[0]} ]] || fail "there is no experiments/$1_*/experiment.toml"
  say "Running ${files[0]}."
  "$build_dir/bin/encephagen" run "${files[0]}" -o "results/demo/$1"
}

demo() {
  rm -rf results/demo
  mkdir -p results/demo
  demo_experiment 01
  demo_experiment 02
  # Provenance says which runs had to do without the published dataset.
  if grep -rqsE '"synthetic_fallback": *true' results/demo --include='*.json'; then
    cat <<'TEXT'

********************************************************************************************************
  NO DATASET WAS FOUND: the demo ran on a synthetic connectome (core.spatial), not on the brain's.
  Its figures show that the program works and say nothing about the published results.
  To get the data: build/release/bin/encephagen data fetch tvb96, or let ENCEPHAGEN_DATA name the folder
  that holds it; then run ./bootstrap.sh demo again.
********************************************************************************************************
TEXT
  fi
  local report
  say "The reports, one page each, to be opened in a browser:"
  for report in "$root"/results/demo/*/report.html; do
    [[ -f $report ]] || fail "the runs ended well but left no report.html in results/demo"
    printf '      %s\n' "$report"
  done
}

# ---- tests -----------------------------------------------------------------------------------------------------------

# Reads CTest's JUnit file: names what was skipped and why, what failed, and ends with 'N passed, N failed, N skipped'.
summarise_tests() {
  awk '
    function attribute(name,   rest) {
      if (!match($0, " " name "=\"[^\"]*\"")) return ""
      rest = substr($0, RSTART, RLENGTH)
      sub("^ " name "=\"", "", rest); sub("\"$", "", rest)
      return rest
    }
    function decoded(text) {
      gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&apos;/, "\047", text); gsub(/&amp;/, "\\&", text)
      return text
    }
    /^\t<testcase / { name = attribute("name"); status = attribute("status"); cause = ""; reason = "" }
    /^\t\t<skipped / { cause = attribute("message") }
    status == "notrun" && reason == "" && match($0, /(skipped|MESSAGE): /) { reason = substr($0, RSTART + RLENGTH); sub(/<\/system-out>$/, "", reason) }
    /^\t<\/testcase>/ {
      if (status == "run") passed++
      else if (status == "disabled") skipped[++n_skipped] = name ": switched off"
      else if (status == "notrun" && cause ~ /^SKIP_/) skipped[++n_skipped] = name ": " (reason == "" ? "no reason given" : decoded(reason))
      else failed[++n_failed] = name (status == "notrun" ? ": " decoded(cause) : "")
    }
    END {
      for (i = 1; i <= n_skipped; i++) print "skipped: " skipped[i]
      for (i = 1; i <= n_failed; i++) print "failed: " failed[i]
      printf "%d passed, %d failed, %d skipped\n", passed, n_failed, n_skipped
    }' "$1"
}

run_tests() {
  say "Running the tests."
  local status=0 record=$build_dir/tests.xml
  rm -f "$record"
  ctest --preset release --no-tests=error --output-junit "$record" || status=$?
  [[ -f $record ]] || fail "ctest wrote no record of the tests"
  printf '\n'
  summarise_tests "$record"
  return "$status"
}

# ---- the command -----------------------------------------------------------------------------------------------------

case "${1-}" in
  -h | --help | help) usage && exit 0 ;;
  demo | test | build | site) (($# == 1)) || { usage >&2 && exit 2; } ;;
  *) usage >&2 && exit 2 ;;
esac

case $1 in
  demo)
    install_packages runtime build
    build OFF
    demo
    ;;
  test)
    install_packages runtime build test site
    build ON
    run_tests
    ;;
  build)
    install_packages runtime build test site
    build ON
    say "Built: $build_dir/bin/encephagen"
    ;;
  site)
    install_packages site
    mkdir -p build
    /usr/bin/python3 docs/site/build.py . build/site
    ;;
esac
