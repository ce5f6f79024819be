#!/usr/bin/env python3
"""Measures how long single messages take, hostile and ordinary ones, and refuses a slow tail.

    latency.py --tightlip BINARY [--limit 5.0] [--rounds 12] [--bytes 160,1024,4096]

Each class of runaway.py as a text of each size, and texts of the corpus, joined up to each size; one line at a time,
the next only when the verdict is there. The processor's time of the filter counts, so that other programs on the
machine do not: a gateway waits as long and for its pipe. Of each half the 99.9th percentile must keep the limit in
milliseconds, and so must every class by the median of its rounds.
"""
import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time

import runaway

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def ordinary(sizes, count):
    """Texts of the corpus, alone and joined up to a size."""
    texts = [json.loads(line)["text"] for line in open(os.path.join(ROOT, "Corpus/train.ndjson"), encoding="utf-8")]
    rng = random.Random(4)
    result = []
    while len(result) < count:
        size = rng.choice(sizes)
        text = rng.choice(texts)
        while len(text.encode()) < size and rng.random() < 0.9:
            text += " " + rng.choice(texts)
        while len(text.encode()) > size:
            text = text[: len(text) * 9 // 10]
        result.append(("ordinary", text))
    return result


def hostile(sizes):
    for name, unit in runaway.UNITS.items():
        for size in sizes:
            yield f"{name} {size}", unit * max(1, size // len(unit.encode()))


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tightlip", required=True)
    options.add_argument("--limit", type=float, default=5.0)
    options.add_argument("--rounds", type=int, default=12)
    options.add_argument("--bytes", default="160,1024,4096")
    options = options.parse_args()
    sizes = [int(s) for s in options.bytes.split(",")]

    process = subprocess.Popen([options.tightlip, "filter"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    tasks = f"/proc/{process.pid}/task"

    def used():
        return sum(int(open(f"{tasks}/{task}/schedstat").read().split()[0]) for task in os.listdir(tasks)) / 1e6

    def judge(text):
        line = (json.dumps({"text": text}, ensure_ascii=False) + "\n").encode()
        before, start = used(), time.monotonic()
        process.stdin.write(line)
        process.stdin.flush()
        verdict = process.stdout.readline()
        waited, spent = (time.monotonic() - start) * 1e3, used() - before
        if not verdict or json.loads(verdict)["action"] not in ("pass", "redact", "block"):
            sys.exit(f"no verdict: {verdict[:200]}")
        return spent, waited

    judge("the pack is read before the first verdict")
    # A pattern is translated when it is first needed: the first messages pay for that, and are told apart.
    texts = {"hostile": list(hostile(sizes)), "ordinary": ordinary(sizes, 400 * options.rounds)}
    cold = max((judge(text)[0], name) for kind in texts for name, text in texts[kind])
    print(f"while patterns are translated: {cold[0]:.2f} ms at most ({cold[1]})")
    failed = False
    for kind, items in texts.items():
        spent, waited, classes = [], [], {}
        for _ in range(options.rounds if kind == "hostile" else 1):
            for name, text in items:
                one, other = judge(text)
                spent.append(one)
                waited.append(other)
                classes.setdefault(name, []).append(one)
        tail = quantile(spent, 0.999)
        failed |= tail > options.limit
        print(f"{kind:9} {len(spent):6} messages  p50 {quantile(spent, 0.5):6.2f}  p99 {quantile(spent, 0.99):6.2f}  p99.9 {tail:6.2f}"
              f"  most {max(spent):6.2f} ms of processor time; waited p99.9 {quantile(waited, 0.999):6.2f} ms")
        if kind == "hostile":
            slow = sorted(((statistics.median(values), name) for name, values in classes.items()), reverse=True)
            failed |= slow[0][0] > options.limit
            print("slowest classes: " + ", ".join(f"{name} {value:.2f} ms" for value, name in slow[:6]))
    process.stdin.close()
    sys.exit(failed or process.wait() != 0)


if __name__ == "__main__":
    main()
