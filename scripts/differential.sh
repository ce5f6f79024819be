#!/usr/bin/env bash
# Holds the engine, which asks PCRE2 only where its automata say that a pattern may match, against the plain way, on
# which PCRE2 looks for every pattern in the whole text. Every verdict must be the same.
#
#   scripts/differential.sh [TEXTS] [JOBS] [SEED]     ten million short random texts, two jobs, from seed 1
#
# Each job has a seed of its own, beginning with SEED; the same seeds make the same texts. See Tests/Fuzz/Checks/RandomTexts.swift.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

texts="${1:-10000000}"
jobs="${2:-2}"
seed="${3:-1}"
swift build -c release --build-tests 2>&1 | grep -E 'error|warning: |Build' || true
pids=()
for ((job = 0; job < jobs; job++)); do
  TIGHTLIP_RANDOM_TEXTS=$((texts / jobs)) TIGHTLIP_SEED=$((seed + job)) SWIFT_BACKTRACE=enable=no \
    .build/release/tightlipPackageTests.xctest --testing-library swift-testing \
    --filter 'gates change no verdict on random texts' &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid"; done
echo "$texts texts in $jobs jobs from seed $seed: no difference"
