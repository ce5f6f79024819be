#!/usr/bin/env bash
# Holds the engine, which asks PCRE2 only where its automata say that a pattern may match, against the plain way, on
# which PCRE2 looks for every pattern in the whole text. Every verdict must be the same.
#
#   scripts/differential.sh [TEXTS] [JOBS] [SEED]     ten million short random texts, two jobs, from seed 1
#
# Each quarter of a million has a seed of its own, counted from SEED on; the same seed makes the same texts. See
# Tests/Fuzz/Checks/RandomTexts.swift.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

texts="${1:-10000000}"
jobs="${2:-2}"
seed="${3:-1}"
part=$((texts < 250000 ? texts : 250000))
[[ -n ${TIGHTLIP_SKIP_BUILD:-} ]] || swift build -c release --build-tests 2>&1 | grep -E 'error|warning: |Build' || true
export TIGHTLIP_RANDOM_TEXTS=$part SWIFT_BACKTRACE=enable=no
export PROGRAM="${TIGHTLIP_TESTS:-.build/release/tightlipPackageTests.xctest}"

one() {
  local said
  if said=$(TIGHTLIP_SEED=$1 "$PROGRAM" --testing-library swift-testing --filter 'gates change no verdict on random texts' 2>&1); then
    echo "seed $1: $TIGHTLIP_RANDOM_TEXTS texts, no difference"
  else
    printf 'seed %s: FAILED\n%s\n' "$1" "$said"
    return 255
  fi
}
export -f one

parts=$(((texts + part - 1) / part))
seq "$seed" $((seed + parts - 1)) | xargs -P "$jobs" -I{} bash -c 'one {}'
echo "$((parts * part)) texts from seed $seed on: no difference"
