#!/usr/bin/env bash
# Fuzzes the engine with libFuzzer under the address sanitizer.
#
#   scripts/fuzz.sh [SECONDS] [TARGET…]   so many seconds in all (600), shared by the targets (all of Tests/Fuzz)
#
# Begins from Tests/Cases/fuzz and from what earlier runs kept in .build/fuzz-corpus. A find is minimized and
# added to Tests/Cases/fuzz, where `make test` replays it; the exit code is then 1. KEEP=100 adds the smallest
# set of inputs that reaches everything reached so far, too, up to so many of them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds="${1:-600}"
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(framing request folding validators packs patterns automata places policy redaction gates stream)

# The flags are given here, since a manifest with unsafe flags could be no dependency. gold stops at the two
# definitions of main, which Swift's and libFuzzer's libraries each bring; lld takes the program's own.
TIGHTLIP_FUZZ=1 swift build -c release --scratch-path .build/fuzz --product tightlip-fuzz \
  -Xswiftc -sanitize=fuzzer,address -Xswiftc -use-ld=lld -Xcc -fsanitize=address -Xcxx -fsanitize=address

fuzz="$PWD/.build/fuzz/release/tightlip-fuzz"
corpus=.build/fuzz-corpus
finds=.build/fuzz-finds
mkdir -p "$finds"
python3 Tests/Fuzz/seeds.py unpack "$corpus"

# The crash backtracer would start a debugger of its own for each find.
export SWIFT_BACKTRACE=enable=no
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1
each=$((seconds / ${#targets[@]}))
[ "$each" -gt 0 ] || each=1
failed=0
printf '%-12s %12s %10s %8s %8s  %s\n' target executions per-second inputs cpu-s result
for target in "${targets[@]}"; do
  export TIGHTLIP_FUZZ_TARGET=$target
  log="$finds/$target.log"
  status=0
  TIMEFORMAT='%U %S'
  { time "$fuzz" "$corpus/$target" -max_total_time="$each" -max_len=4096 -timeout=300 -rss_limit_mb=3000 \
    -print_final_stats=1 -artifact_prefix="$finds/$target-" >"$log" 2>&1 || status=$?; } 2>"$finds/$target.time"
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  speed=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
  result=ok
  if [ "$status" -ne 0 ]; then
    failed=1
    result="FOUND $(grep -m1 -oE 'Fatal error: .*|ERROR: .*' "$log" || echo "exit code $status")"
    artifact=$(sed -n 's/^artifact_prefix=.*Test unit written to //p' "$log" | tail -1)
    if [ -n "$artifact" ]; then
      "$fuzz" -minimize_crash=1 -max_total_time=20 -exact_artifact_path="$artifact.min" "$artifact" >/dev/null 2>&1 || true
      [ -s "$artifact.min" ] || cp "$artifact" "$artifact.min"
      python3 Tests/Fuzz/seeds.py add find "$target" "$artifact.min"
    fi
  elif [ -n "${KEEP:-}" ]; then
    rm -rf "$corpus/$target.least"
    mkdir "$corpus/$target.least"
    "$fuzz" -merge=1 "$corpus/$target.least" "$corpus/$target" >/dev/null 2>&1
    find "$corpus/$target.least" -type f -size -3k -print0 | sort -z | head -z -n "$KEEP" | \
      xargs -0 -r python3 Tests/Fuzz/seeds.py add corpus "$target"
  fi
  printf '%-12s %12s %10s %8s %8s  %s\n' "$target" "${runs:--}" "${speed:--}" \
    "$(find "$corpus/$target" -type f | wc -l)" "$(awk '{print int($1 + $2)}' "$finds/$target.time")" "$result"
done
exit "$failed"
