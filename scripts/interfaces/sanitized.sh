# The library itself built with the address sanitizer and the thread sanitizer, under the tests in C. Compiles
# the engine twice more, so it runs only where it is named: scripts/test_interfaces.sh sanitized

for sanitizer in address thread; do
  say "the library built with the $sanitizer sanitizer"
  if ! has clang; then
    skip "it needs Swift's clang"
    break
  fi
  built=$root/.build/sanitized-$sanitizer
  swift build -c release --scratch-path "$built" --sanitize "$sanitizer" --product TightlipABI 2>&1 |
    grep -E 'error|Build of'
  for name in functions threads; do
    clang -std=c11 -g -O1 -fsanitize="$sanitizer" -ISources/CTightlip "Tests/ABI/$name.c" -o "$work/$name.$sanitizer" \
      -L"$built/release" -lTightlipABI -Wl,-rpath,"$built/release" -pthread
  done
  bare "$work/functions.$sanitizer" "$pack" "$work"
  bare "$work/threads.$sanitizer" "$pack" "$work/requests.ndjson"
done
