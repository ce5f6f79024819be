#!/usr/bin/env python3
"""Measures time against size for hostile classes of text, and refuses growth faster than the text.

    runaway.py --tightlip BINARY [--sizes 65536,262144,1048576] [--exponent 1.1] [--only CLASS] [--random N] [--seed S]

With --random so many units are made of what the pack's lists and patterns know, in place of the classes. Every class is a unit repeated to a size. The processor's time counts, from the line to its verdict. The
exponent is the slope of log time against log size; a class that takes under 0.15 s at the largest size is too
fast to be slow, and counts as 1.
"""
import argparse
import glob
import json
import math
import os
import random
import statistics
import subprocess
import sys
import threading

UNITS = {
    "letters": "a", "digits": "1", "spaces": " ", "words": "patient ", "unknown": "qzxwv ", "commas": ",,,", "newlines": "a\n",
    "ssn": "219-09-9998 ", "phones": "(303) 555-0148, ", "names": "Dana Whitfield ", "drugs": "metformin ", "owned-drugs": "your metformin ", "general": "did you know your diabetes ", "near-drugs": "metfrmin ",
    "addresses": "a@b.c ", "ats": "@", "dots": ".a", "hyphens": "-1", "brackets": "((((", "quotes": "'a", "dates": "1/2/3 ",
    "letters-apart": "a b ", "digits-apart": "1 2 ", "stars": "h*i*v*", "number-words": "one two ", "alphabet": "alfa bravo ",
    "entities": "&#65;", "entities-open": "&#65", "percent": "%41", "percent-nest": "%2525", "escapes": "\\u0041", "tags": "<b>x</b>",
    "tags-open": "<b", "comments": "<!--", "base64": "aGVsbG8gd29ybGQh", "base64-apart": "aGVsbG8gd29ybGQh ", "base32": "NBSWY3DPFQQHO33SNRSA", "hex": "6869", "hex-apart": "68 69 ",
    "binary": "01101000 ", "morse": ".- -... ", "utf7": "+AGgAaQ-", "mail": "=?utf-8?B?aGk=?= ", "mail-open": "=?u?B?", "base85": "D.Rg$DfT]/D? ",
    "drawn": "|\\/|3+|=()", "leet": "d1ab3t3s ", "leet-mail": "a1@b2.c0m ", "backspaces": "a\b", "terminal": "\x1b[8m", "controls": "a\x01",
    "override": "\u202ea", "override-closed": "\u202eab\u202c", "isolates": "\u2066a", "tag-text": "\U000e0041", "selectors": "\U000e0131",
    "zero-width": "\u200b\u200c", "bits": "a\u200b\u200c\u200b\u200c\u200b\u200c\u200b\u200c\u200b\u200c\u200b\u200c\u200b\u200c\u200b\u200c", "marks": "\u0301", "zalgo": "a\u0301\u0302\u0303\u0304", "pictures": "a😀", "family": "👨\u200d👩\u200d👧",
    "flags": "🇺🇸", "indicators": "🇦", "cyrillic": "да ", "mixed": "dіаbеtеs ", "wide": "ａｂ", "ideographs": "一二", "roman": "Ⅷ", "turned": "ɐqɔ ", "hangul": "각",
    "lines": "8624\n17953 ", "reversed": "nimroftem ", "reversed-numbers": "9998-90-912 ", "rot13": "zrgsbezva ", "filler": "mxxexxtxxfxxoxxrxxmxxixxn ",
    "equals": "password=", "equals-short": "=a", "equals-capitals": "AB=", "words-of-code": "START=MIDDLEEND", "numbers-of-signs": "21 22 ", "bits-of-sign": "00100001 ", "stops-apart": ". ",
    "masked": "****1234 ", "slashes": "/1/2", "pipes": "|a", "url": "http://a.b/%20", "json": "{\"a\":[", "plus": "+1 ",
}


# What lists do not hold: values, and what stands between words.
VALUES = [
    "219-09-9998", "(303) 555-0148", "4/2/1961", "a1c 7.2", "12", "mrn 00418823", "a@b.com", "http://a.b", "$5", "10:30", "12 elm street", "85701",
    "my", "your", "her", "dr", "call", "lives at", "the", "of", "and", "@", ":", "-", ",", ".", "\n", "(", '"', "&", "o'", "x", "b", "de", "jr",
]


def random_units(count, seed):
    """Units of one to five terms of the pack, each from a list chosen at random, and values."""
    rng = random.Random(seed)
    folder = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "Lexicons")
    terms = {}
    for path in sorted(glob.glob(f"{folder}/context/*.tsv") + glob.glob(f"{folder}/terms/*.tsv") + glob.glob(f"{folder}/topics/*.tsv")):
        for row in open(path, encoding="utf-8").read().split("\n")[1:]:
            if row.count("\t") > 0:
                terms.setdefault(row.split("\t")[1], []).append(row.split("\t")[0])
    kinds = sorted(terms)
    units = {}
    for _ in range(count):
        parts = [rng.choice(VALUES) if rng.random() < 0.4 else rng.choice(terms[rng.choice(kinds)]) for _ in range(rng.choice([1, 2, 2, 3, 3, 4, 5]))]
        unit = rng.choice([" ", " ", " ", "", " - ", ", ", "\n"]).join(parts) + rng.choice([" ", " ", "\n", ". ", ", "])
        units[repr(unit)] = unit
    return units


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tightlip", required=True)
    options.add_argument("--sizes", default="65536,262144,1048576")
    options.add_argument("--exponent", type=float, default=1.1)
    options.add_argument("--worst", type=float, default=5.0)
    options.add_argument("--only", default="")
    options.add_argument("--random", type=int, default=0)
    options.add_argument("--seed", type=int, default=1)
    options = options.parse_args()
    sizes = [int(s) for s in options.sizes.split(",")]

    def used(process):
        # Nanoseconds on a processor, so that other programs on the machine do not count.
        total = 0
        for task in os.listdir(f"/proc/{process.pid}/task"):
            total += int(open(f"/proc/{process.pid}/task/{task}/schedstat").read().split()[0])
        return total / 1e9

    # One process for all: a pack is compiled once, as a gateway has it.
    process = subprocess.Popen([options.tightlip, "filter", "--max-bytes", "40000000"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def answer(line):
        writer = threading.Thread(target=lambda: (process.stdin.write(line), process.stdin.flush()))
        writer.start()
        verdict = process.stdout.readline()
        writer.join()
        if not verdict or json.loads(verdict)["action"] not in ("pass", "redact", "block"):
            sys.exit(f"no verdict: {verdict[:200]}")

    def run(text):
        line = (json.dumps({"text": text}, ensure_ascii=False) + "\n").encode()
        best = math.inf
        for _ in range(2):
            start = used(process)
            answer(line)
            best = min(best, used(process) - start)
        return best

    answer(b'{"text":"x"}\n')
    failed = False
    rates = {}
    for name, unit in (random_units(options.random, options.seed) if options.random else UNITS).items():
        if options.only and name not in options.only.split(","):
            continue
        times = [run((unit * (size // len(unit.encode()) + 1))) for size in sizes]
        points = [(math.log(s), math.log(max(t, 1e-4))) for s, t in zip(sizes, times)]
        mean_x, mean_y = (statistics.mean(p[i] for p in points) for i in (0, 1))
        slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, y in points)
        if times[-1] < 0.15:
            slope = min(slope, 1.0)
        rates[name] = times[-1] * 1e3 / (sizes[-1] / 1e6)
        bad = slope > options.exponent
        failed |= bad
        if options.random and not bad:
            continue
        print(f"{name:18} {' '.join(f'{1e3 * t:9.1f}' for t in times)} ms  exponent {slope:5.2f} {'<<<' if bad else ''}", flush=True)
    if len(rates) > 5:
        median = statistics.median(rates.values())
        worst = max(rates, key=rates.get)
        print(f"median {median:.1f} ms/MB, worst {worst} {rates[worst]:.1f} ms/MB, {rates[worst] / median:.1f} times")
        failed |= not options.random and rates[worst] > options.worst * median
    process.stdin.close()
    sys.exit(failed or process.wait() != 0)


if __name__ == "__main__":
    main()
