#!/usr/bin/env bash
# Validates every TOML file in configs/, experiments/ and docs/ against the schema that its first line names, with taplo and
# without network, and proves on tests/schemas/{good,bad} that the check can tell right from wrong.
# Then lets lsp.mjs try, on a schema as PROGRAM writes it today, what an editor offers.
# Usage: taplo.sh SOURCE_DIR BUILD_DIR PROGRAM. Status 77: skipped, the last line says why.
set -euo pipefail
source_dir=$1
web_dir=$2/web
program=$3

# In another file language than scenarios and experiments, read and checked by a reader of its own.
is_other_language() { [[ $1 == */configs/datasets.toml ]]; }

skip() { echo "skipped: $1" && exit 77; }

install_taplo() {
  command -v npm >/dev/null || skip "npm is not installed"
  mkdir -p "$web_dir"
  cmp -s "$source_dir/third_party/web/package-lock.json" "$web_dir/installed-lock.json" && return
  cp "$source_dir/third_party/web/package.json" "$source_dir/third_party/web/package-lock.json" "$web_dir"
  if ! (cd "$web_dir" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1) >"$web_dir/npm.log" 2>&1; then
    cat "$web_dir/npm.log"
    grep -qE 'code (ENOTFOUND|EAI_AGAIN|ECONN[A-Z]*|E?TIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|E5[0-9][0-9])' "$web_dir/npm.log" &&
      skip "the npm registry cannot be reached"
    echo "npm could not install third_party/web/package-lock.json" && exit 1
  fi
  cp "$web_dir/package-lock.json" "$web_dir/installed-lock.json"
}

# names_schema FILE: taplo passes a file without a directive in silence, so the directive is looked at first.
names_schema() {
  local file=$1 first schema
  IFS= read -r first <"$file" || true
  if [[ $first != '#:schema '* ]]; then
    echo "$file:1: the first line must name the schema: #:schema PATH/schemas/generated/scenario.schema.json"
    return 1
  fi
  schema=$(dirname "$file")/${first#'#:schema '}
  if [[ ! -f $schema ]]; then
    echo "$file:1: there is no schema $schema: write it with 'encephagen schema --all -o schemas/generated'"
    return 1
  fi
}

# satisfy_schema FILE...: one process for all of them, for starting it takes longer than the work.
satisfy_schema() {
  "$web_dir/node_modules/.bin/taplo" lint --no-auto-config --colors never "$@" >"$web_dir/taplo.log" 2>&1 && return
  grep -v ' INFO ' "$web_dir/taplo.log" || true
  return 1
}

install_taplo
failures=0

for file in "$source_dir"/tests/schemas/bad/*.toml; do
  if names_schema "$file" >/dev/null && satisfy_schema "$file" >/dev/null; then
    echo "FAILED: $file was accepted: $(grep -m 1 '^# ' "$file")" && failures=$((failures + 1))
  fi
done

files=("$source_dir/tests/schemas/good/minimal.toml")
while IFS= read -r -d '' file; do
  is_other_language "$file" || files+=("$file")
done < <(find "$source_dir/configs" "$source_dir/experiments" -name '*.toml' -print0 | sort -z)
if ((${#files[@]} == 1)); then echo "FAILED: no TOML file was found in $source_dir/configs and $source_dir/experiments" && failures=1; fi

named=()
for file in "${files[@]}"; do
  if names_schema "$file"; then named+=("$file"); else failures=$((failures + 1)); fi
done
((${#named[@]} == 0)) || satisfy_schema "${named[@]}" || failures=$((failures + 1))
HOME=/nowhere ENCEPHAGEN_PLUGIN_PATH="" "$program" schema --all -o "$web_dir/schemas" >/dev/null
node "$source_dir/tests/schemas/lsp.mjs" "$web_dir/node_modules" "$web_dir/schemas/scenario.schema.json" || failures=$((failures + 1))
echo "${#named[@]} files validated, $failures failures"
((failures == 0))
