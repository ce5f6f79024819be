# The library itself built with the address sanitizer, under the tests in C. Compiles the engine once more, so it
# runs only where it is named: scripts/test_interfaces.sh sanitized

say "the library built with the address sanitizer"
if has clang && [[ $(dirname "$(realpath "$(command -v clang)")") == "$(dirname "$(realpath "$(command -v swift)")")" ]]; then
  built=$root/.build/sanitized-address
  swift build -c release --scratch-path "$built" --sanitize address --product TightlipABI 2>&1 | grep -E 'error|Build of'
  for name in functions threads; do
    # The sanitizer's runtime must be the one Swift was built with.
    clang -std=c11 -g -O1 -fsanitize=address -ISources/CTightlip "Tests/ABI/$name.c" -o "$work/$name.address" \
      -L"$built/release" -lTightlipABI -Wl,-rpath,"$built/release" -pthread
  done
  bare "$work/functions.address" "$pack" "$work"
  bare "$work/threads.address" "$pack" "$work/requests.ndjson"
else
  skip "it needs the clang that comes with Swift"
fi
