# The same 10,000 messages through the pipe, Swift, C and Python: the same bytes. Then, in the same run,
# how fast each of them is.

say "the same 10,000 messages everywhere"
python3 Tests/ABI/messages.py 10000 Corpus/train.ndjson Corpus/dev.ndjson Corpus/generated.ndjson >"$work/messages"
[[ $(wc -l <"$work/messages") == 10000 ]] || fail "there are not 10,000 messages"
bare "$prefix/bin/tightlip" filter <"$work/messages" >"$work/wanted"
[[ $(wc -l <"$work/wanted") == 10000 ]] || fail "there are not 10,000 verdicts"
echo "pipe: $(grep -c '"action":"pass"' "$work/wanted") pass, $(grep -c '"action":"redact"' "$work/wanted") redact," \
  "$(grep -c '"action":"block"' "$work/wanted") block, $(grep -c '"error":' "$work/wanted") of them unreadable"

same() { # same NAME: standard input against the pipe's answers
  cmp - "$work/wanted" || fail "$1 answers otherwise than the pipe"
  echo "$1: the same bytes"
}

swift build -c release --scratch-path .build/install --disable-local-rpath --static-swift-stdlib \
  -Xswiftc -static-stdlib -Xswiftc -use-ld=lld --product tightlip-example 2>&1 | grep -E 'error|warning: ' || true
example=$root/.build/install/release/tightlip-example
bare "$example" "$pack" <"$work/messages" | same Swift

speed() { printf '%-48s %10.0f %10.0f\n' "$@"; }
if has gcc; then
  for name in pipe view; do
    gcc -std=c11 -O2 "Tests/ABI/$name.c" -o "$work/$name" $(pkg-config --cflags --libs tightlip) -Wl,-rpath,"$prefix/lib"
  done
  bare "$work/pipe" ndjson "$work/messages" | same "C, tightlip_scan_ndjson"
  bare "$work/view" "$work/messages" "$pack" >"$work/views"
  python3 Tests/ABI/compare_view.py "$work/views" "$work/wanted" || fail "C: structures and lines differ"
  echo "C, tightlip_scan_request: the same verdicts"
else
  skip "C among the interfaces compared: gcc is not installed"
fi

if has python3 && python3 -c 'import venv, ensurepip' 2>/dev/null; then
  if [[ ! -x $work/venv/bin/python ]]; then
    wheel=$(python3 scripts/build_wheel.py)
    python3 -m venv --system-site-packages "$work/venv"
    "$work/venv/bin/pip" install -q --no-index --no-deps --disable-pip-version-check "$wheel"
  fi
  for threads in 1 4; do
    bare "$work/venv/bin/python" -c "
import sys, tightlip
with tightlip.Filter() as filter:
    sys.stdout.buffer.write(filter.scan_batch(sys.stdin.buffer.read(), threads=$threads).ndjson)" \
      <"$work/messages" | same "Python, threads=$threads"
  done
else
  skip "Python among the interfaces compared: python3 with venv is not installed"
fi

# Long enough that starting up hardly counts; the corpus alone, as nobody sends a mebibyte.
if [[ -n ${TIGHTLIP_MEASURE:-} ]]; then
  say "messages a second, one worker unless it says otherwise, the same messages in one run ($(nproc) cores)"
  printf '%-48s %10s %10s\n' "" "by clock" "of one core"
  for _ in 1 2 3 4 5 6 7 8; do cat Corpus/train.ndjson Corpus/generated.ndjson; done >"$work/many"
  count=$(wc -l <"$work/many")
  TIMEFORMAT='%R %U %S'
  # timed NAME COMMAND…: less the time of a run with no message, which is what starting takes
  timed() {
    local name=$1 start run
    shift
    start=$({ time bare "$@" </dev/null >/dev/null; } 2>&1)
    run=$({ time bare "$@" <"$work/many" >/dev/null; } 2>&1)
    speed "$name" $(echo "$start $run" | awk -v count="$count" '{ print count / ($4 - $1), count / ($5 + $6 - $2 - $3) }')
  }
  timed "pipe: tightlip filter" "$prefix/bin/tightlip" filter
  timed "Swift: RequestScanner, line by line" "$example" "$pack"
  if has gcc; then
    speed "C: tightlip_scan_ndjson" $(bare "$work/pipe" ndjson "$work/many" "" 1)
    speed "C: tightlip_scan_request, one by one" $(bare "$work/pipe" one "$work/many" "" 1)
  fi
  if [[ -x $work/venv/bin/python ]]; then
    bare "$work/venv/bin/python" - "$work/many" <<'PYTHON'
import json, sys, time, tightlip

data = open(sys.argv[1], "rb").read()
texts = [json.loads(line)["text"] for line in data.splitlines()]


def measure(name, call):
    clock, processor = time.perf_counter(), time.process_time()
    call()
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    print(f"{name:<48} {len(texts) / clock:10.0f} {len(texts) / processor:10.0f}")


with tightlip.Filter() as filter:
    filter.scan_batch(data[: 1 << 20])
    measure("Python: scan_batch of NDJSON bytes", lambda: filter.scan_batch(data))
    measure("Python: scan_batch of NDJSON bytes, threads=2", lambda: filter.scan_batch(data, threads=2))
    measure("Python: scan_batch of a list of texts", lambda: filter.scan_batch(texts))
    measure("Python: the same, and every action", lambda: filter.scan_batch(texts).actions())
    measure("Python: the same, and every verdict read", lambda: list(filter.scan_batch(texts)))
    measure("Python: scan, one by one", lambda: [filter.scan(text) for text in texts])
PYTHON
  fi
  timed "pipe: tightlip filter, again" "$prefix/bin/tightlip" filter
fi
