# The library itself built with the address sanitizer and with the thread sanitizer, under the tests in C; and the
# program built with the thread sanitizer, with several workers. Compiles the engine twice more, so it runs only where
# it is named: scripts/test_interfaces.sh sanitized

# Translated patterns are machine code that no sanitizer sees into; everything else is compiled with it.
sanitized_library() {
  local kind=$1 built=$root/.build/sanitized-$1 flags=()
  say "the library built with the $kind sanitizer"
  swift build -c release --scratch-path "$built" --sanitize "$kind" --product TightlipABI 2>&1 | grep -E 'error|Build of'
  # Clang's runtime of the thread sanitizer knows of Dispatch, and asks for it.
  if [[ $kind == thread ]]; then
    flags=(-L"$runtime" -ldispatch -lBlocksRuntime -Wl,-rpath,"$runtime")
  fi
  for name in functions threads; do
    # The sanitizer's runtime must be the one Swift was built with.
    clang -std=c11 -g -O1 "-fsanitize=$kind" -ISources/CTightlip "Tests/ABI/$name.c" -o "$work/$name.$kind" \
      -L"$built/release" -lTightlipABI -Wl,-rpath,"$built/release" "${flags[@]}" -pthread
  done
  bare "$work/functions.$kind" "$pack" "$work"
  bare "$work/threads.$kind" "$pack" "$work/requests.ndjson"
}

# Workers answer parts of every batch at the same time, also while the pack is read anew and put in force. What they
# answer must be what one answers, and the sanitizer must see no race: it would end the program with 66.
sanitized_workers() {
  local built=$root/.build/sanitized-thread
  say "four workers and reloads under the thread sanitizer"
  swift build -c release --scratch-path "$built" --sanitize thread --product tightlip 2>&1 | grep -E 'error|Build of'
  bare "$prefix/bin/tightlip" filter --pack "$pack" <"$work/requests.ndjson" >"$work/one.out"
  mkfifo "$work/input"
  env -i PATH=/usr/bin:/bin HOME="$work" "$built/release/tightlip" filter --pack "$pack" --jobs 4 \
    <"$work/input" >"$work/four.out" 2>"$work/four.err" &
  local pid=$! turn
  {
    # Told to read the pack anew before each batch; so slow a program has it in force some batches later.
    for turn in 1 2 3 4; do
      cat "$work/requests.ndjson"
      # Before the first answer it is starting, and a hangup would end it.
      until [[ -s $work/four.out ]] || ! kill -0 "$pid"; do sleep 0.2; done
      kill -HUP "$pid"
      sleep 5
    done
  } >"$work/input"
  wait "$pid" || { turn=$?; head -60 "$work/four.err" >&2; fail "the thread sanitizer, or an error: exit code $turn"; }
  for turn in 1 2 3 4; do cat "$work/one.out"; done | cmp - "$work/four.out" || fail "four workers answer differently"
  grep -q 'refused' "$work/four.err" && fail "a reload was refused"
  return 0
}

if has clang && [[ $(dirname "$(realpath "$(command -v clang)")") == "$(dirname "$(realpath "$(command -v swift)")")" ]]; then
  runtime=$(dirname "$(dirname "$(realpath "$(command -v swift)")")")/lib/swift/linux
  sanitized_library address
  sanitized_library thread
  sanitized_workers
else
  skip "it needs the clang that comes with Swift"
fi
