# The C library: what it exports and needs, whether the header is clean, and the tests in C.

say "libtightlip.so.1: $(stat -c %s "$prefix/lib/libtightlip.so.1") bytes, needs" \
  "$(readelf -d "$prefix/lib/libtightlip.so.1" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | paste -sd' ')"
exported=$(nm -D --defined-only "$prefix/lib/libtightlip.so.1" | awk '$2 != "A" { print $3 }' | sort)
declared=$(sed -n 's/^.*\b\(tightlip_[a-z_]*\)(.*/\1/p' Sources/CTightlip/tightlip.h | sort -u)
diff <(printf '%s\n' "$exported") <(printf '%s@@TIGHTLIP_1\n' $declared) ||
  fail "the library does not export what the header declares, and nothing else"
if readelf -d "$prefix/lib/libtightlip.so.1" | grep NEEDED | grep -iE 'foundation|swift'; then
  fail "the library needs Foundation or Swift's runtime"
fi
if nm "$root/.build/install/release/libTightlipABI.so" 2>/dev/null | grep -q '10Foundation'; then
  fail "the library holds Foundation"
fi

compile() { # compile COMPILER FLAGS… -- NAME OUTPUT
  local compiler=$1 flags=()
  shift
  while [[ $1 != -- ]]; do flags+=("$1"); shift; done
  "$compiler" -std=c11 -pedantic -Wall -Wextra -Werror "${flags[@]}" "Tests/ABI/$2.c" -o "$work/$3" \
    $(pkg-config --cflags --libs tightlip) -pthread -Wl,-rpath,"$prefix/lib"
}

compilers=()
for compiler in gcc clang; do
  if has "$compiler"; then compilers+=("$compiler"); else skip "C tests with $compiler: it is not installed"; fi
done
for compiler in "${compilers[@]}"; do
  say "C tests with $compiler"
  for name in functions threads pipe; do compile "$compiler" -g -O1 -- "$name" "$name.$compiler"; done
  bare "$work/functions.$compiler" "$pack" "$work"
done
for compiler in g++ clang++; do
  if has "$compiler"; then
    "$compiler" -std=c++17 -pedantic -Wall -Wextra -Werror Tests/ABI/header.cpp -o "$work/header" \
      $(pkg-config --cflags --libs tightlip) -Wl,-rpath,"$prefix/lib"
    bare "$work/header"
  else
    skip "the header in C++ with $compiler: it is not installed"
  fi
done
if has gcc; then
  say "the C program of the documentation"
  sed -n '/^```c$/,/^```$/{/^```/!p}' Sources/Tightlip/Tightlip.docc/WhichWayToRunIt.md >"$work/page.c"
  gcc -std=c11 -Wall -Wextra -Werror "$work/page.c" -o "$work/page" $(pkg-config --cflags --libs tightlip) -Wl,-rpath,"$prefix/lib"
  [[ $(bare "$work/page") == "Your chart [RECORD_NUMBER] is ready" ]] || fail "it prints: $(bare "$work/page")"
  bare "$work/threads.gcc" "$pack" "$work/requests.ndjson"
  say "address and undefined-behaviour sanitizers"
  for name in functions threads; do
    compile gcc -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -- "$name" "$name.asan"
  done
  bare "$work/functions.asan" "$pack" "$work"
  bare "$work/threads.asan" "$pack" "$work/requests.ndjson"
  if has valgrind; then
    say "valgrind"
    bare valgrind -q --child-silent-after-fork=yes --leak-check=full --xml=yes --xml-file="$work/valgrind.xml" \
      "$work/functions.gcc" "$pack" "$work"
    python3 Tests/ABI/valgrind_report.py "$work/valgrind.xml"
  else
    skip "valgrind: it is not installed"
  fi
fi
