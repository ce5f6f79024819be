#!/usr/bin/env bash
# Shows what the filter makes of requests, for people:
#
#     scripts/demo.sh [FILE]      FILE holds requests (NDJSON), - is standard input;
#                                 without it, the sample of the corpus
#
# TIGHTLIP_BIN names another binary than the release build.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
binary=${TIGHTLIP_BIN:-$root/.build/release/tightlip}
file=${1:-$root/Corpus/sample.ndjson}
[[ $file == - ]] && file=/dev/stdin

if [[ ! -x $binary ]]; then
  echo "demo: $binary is not there; run: make build" >&2
  exit 2
fi
if ! command -v python3 >/dev/null; then
  echo "demo: python3 is not there, so these are the bare verdicts" >&2
  exec "$binary" filter <"$file"
fi
exec python3 "$root/scripts/show_verdicts.py" "$binary" "$file"
