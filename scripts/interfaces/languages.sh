# The worked examples in other languages: one message, and a stream that answers line by line.

# check_example NAME PROGRAM
check_example() {
  local name=$1 program=$2 wanted got
  got=$(bare "$program" "Your chart 00418823 is ready")
  [[ $got == "redact: Your chart [RECORD_NUMBER] is ready" ]] || fail "$name says of one message: $got"
  got=$(bare "$program" "Hi Dana, your A1c came back at 9.1")
  [[ $got == "block: a person and health information"* ]] || fail "$name says of a blocked message: $got"
  bare "$prefix/bin/tightlip" filter <"$work/requests.ndjson" >"$work/wanted"
  bare "$program" <"$work/requests.ndjson" | cmp - "$work/wanted" || fail "$name answers another stream than the pipe"
  # At once: the answer to a line comes before the next line is written.
  coproc EXAMPLE { bare "$program"; }
  local out=${EXAMPLE[1]} in=${EXAMPLE[0]} child=$EXAMPLE_PID
  for wanted in '"id":1,"action":"pass"' '"id":2,"action":"pass"'; do
    printf '{"id":%s,"text":"ok"}\n' "${wanted:5:1}" >&"$out"
    read -r -t 20 got <&"$in" && [[ $got == *"$wanted"* ]] || fail "$name does not answer a line at once"
  done
  exec {out}>&-
  wait "$child"
  echo "$name: one message and a stream are well"
}

say "examples in other languages"
if has g++; then
  g++ -std=c++17 -O2 -Wall -Wextra -Werror Examples/cpp/gateway.cpp -o "$work/gateway-cpp" \
    $(pkg-config --cflags --libs tightlip) -Wl,-rpath,"$prefix/lib"
  check_example C++ "$work/gateway-cpp"
else
  skip "the example in C++: g++ is not installed"
fi
if has cargo; then
  RUSTFLAGS="-D warnings -A dead_code -C link-arg=-Wl,-rpath,$prefix/lib" cargo build -q --release --offline \
    --manifest-path Examples/rust/Cargo.toml --target-dir "$work/rust"
  check_example Rust "$work/rust/release/gateway"
else
  skip "the example in Rust: cargo is not installed"
fi
