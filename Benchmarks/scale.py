#!/usr/bin/env python3
"""How the cost of a message grows, what it allocates, and how much memory the program takes.

    scale.py [--tightlip BINARY] [--only lengths,lexicon,allocations,memory,instructions] [--json FILE]

lengths        texts of 100 B to 1 MB (the mixed workload, joined): nanoseconds a byte must stay the same.
lexicon        packs with 10,000, 100,000 and 1,000,000 invented terms more: nanoseconds a message must not grow with them.
allocations    calls of malloc for each message more: 20,000 messages against 10,000, 1,000 against 2,000 each of one kind.
memory         the highest resident memory with two workers, after 100,000, 300,000 and 1,000,000 messages.
instructions   valgrind's callgrind: instructions a message, 2,000 against one; the same on any day and whatever else the machine does.
               Compared with instructions.json, and exit code 1 where one is more than its threshold. --record writes the file anew.

Times are of the processor, the least of --rounds; start and reading of the pack are taken off by a run with one message.
"""
import argparse
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
PACK = os.path.join(ROOT, "Lexicons")
PARTS = ["lengths", "lexicon", "allocations", "memory", "instructions"]
THRESHOLDS = os.path.join(HERE, "instructions.json")


def lines_of(options, *arguments):
    done = subprocess.run([sys.executable, os.path.join(HERE, "workload.py"), *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return done.stdout.decode().splitlines()


def requests(texts):
    return "".join(json.dumps({"text": text}, ensure_ascii=False, separators=(",", ":")) + "\n" for text in texts).encode()


def run(options, data, *arguments, pack=PACK, prefix=(), environment=None, program=None):
    """Processor seconds, verdicts."""
    with tempfile.TemporaryFile() as source:
        source.write(data)
        source.seek(0)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([*prefix, program or options.tightlip, "filter", "--pack", pack, "--max-bytes", str(1 << 28), *arguments], stdin=source,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **(environment or {})})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"scale.py: tightlip ended with {done.returncode}: {done.stderr.decode()[-300:]}")
    if done.stdout.count(b"\n") != data.count(b"\n"):
        sys.exit(f"scale.py: {done.stdout.count(10)} verdicts for {data.count(10)} messages")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def seconds(options, data, pack=PACK):
    """The least of several rounds, with the start taken off; and the verdicts."""
    one = min(run(options, requests(["one"]), pack=pack, prefix=options.pin)[0] for _ in range(options.rounds))
    whole = [run(options, data, pack=pack, prefix=options.pin) for _ in range(options.rounds)]
    if any(verdicts != whole[0][1] for _, verdicts in whole):
        sys.exit("scale.py: two runs gave different verdicts")
    return max(1e-9, min(time for time, _ in whole) - one), whole[0][1]


def lengths(options):
    texts = [json.loads(line)["text"] for line in lines_of(options, "--count", "40000")]
    rows = []
    for size in (100, 1_000, 10_000, 100_000, 1_000_000):
        total = 4_000_000 if size < 1_000_000 else 8_000_000
        made, place = [], 0
        for _ in range(max(4, total // size)):
            text = ""
            while len(text.encode()) < size:
                text = f"{text} {texts[place % len(texts)]}" if text else texts[place % len(texts)]
                place += 1
            made.append(text.encode()[:size].decode("utf-8", "ignore"))
        time, verdicts = seconds(options, requests(made))
        length = sum(len(text.encode()) for text in made)
        incomplete = verdicts.count(b'"complete":false')
        rows.append({"bytes": size, "messages": len(made), "nanosecondsPerByte": time * 1e9 / length, "incomplete": incomplete,
                     "findingsPerKilobyte": verdicts.count(b'"rule":') / length * 1000})
        print(f"| {size:,} | {len(made):,} | {rows[-1]['nanosecondsPerByte']:.1f} | {rows[-1]['findingsPerKilobyte']:.2f} | {incomplete} |", flush=True)
    return rows


def invented(count, seed):
    """Words that nobody uses: terms that are looked for and hardly ever found."""
    r = random.Random(seed)
    syllables = [a + b for a in "bcdfghjklmnprstvwz" for b in "aeiou"]
    words = set()
    while len(words) < count:
        words.add("".join(syllables[int(r.random() * len(syllables))] for _ in range(4 + int(r.random() * 3))))
    return sorted(words)


def lexicon(options):
    data = "\n".join(lines_of(options, "--count", "20000")) + "\n"
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for count in (0, 10_000, 100_000, 1_000_000):
            pack = os.path.join(folder, str(count))
            shutil.copytree(PACK, pack, ignore=shutil.ignore_patterns("build"))
            if count:
                with open(os.path.join(pack, "terms", "invented.tsv"), "w", encoding="utf-8") as file:
                    file.write("term\tentity\tweight\tflags\tcode\tsource\tnote\n")
                    for word in invented(count, 1):
                        file.write(f"{word}\tDIAGNOSIS\t0.9\t\t\tinvented\t\n")
                path = os.path.join(pack, "pack.yaml")
                with open(path, encoding="utf-8") as file:
                    text = file.read()
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text.replace("terms:\n", "terms:\n  - terms/invented.tsv\n", 1))
            time, verdicts = seconds(options, data.encode(), pack=pack)
            rows.append({"moreTerms": count, "nanosecondsPerMessage": time * 1e9 / 20_000, "findings": verdicts.count(b'"rule":')})
            print(f"| {count:,} | {rows[-1]['nanosecondsPerMessage']:,.0f} | {rows[-1]['findings']:,} |", flush=True)
            shutil.rmtree(pack)
    return rows


def counter(folder):
    library = os.path.join(folder, "allocations.so")
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", os.path.join(HERE, "engines", "allocations.c"), "-o", library], check=True)
    return library


def allocations(options):
    """Kinds of messages, and for each the allocations that a message more costs."""
    mixed = [json.loads(line)["text"] for line in lines_of(options, "--count", "20000")]
    nothing = [json.loads(line)["text"] for line in lines_of(options, "--count", "20000", "--phi", "0", "--non-ascii", "0")]
    kinds = {"mixed": mixed, "nothing in them": nothing, "Unicode": [text for text in mixed if not text.isascii()] * 20,
             "one reminder": ["Hi Dana, your appointment with Dr. Haddad is Tuesday 3/14 at 2:30 pm. Reply C to confirm."] * 20000,
             "one that is blocked": ["Dana Whitfield, SSN 219-09-9998, has diabetes"] * 20000,
             "one in disguise": ["h e r  s s n  i s  2 1 9 - 0 9 - 9 9 9 8  and she has d.i.a.b.e.t.e.s"] * 20000}
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        library = counter(folder)
        report = os.path.join(folder, "count")

        def count(texts):
            run(options, requests(texts), environment={"LD_PRELOAD": library, "TIGHTLIP_ALLOCATIONS": report})
            with open(report) as file:
                return int(file.read().split()[1])
        for kind, texts in kinds.items():
            half = min(10_000, len(texts) // 2)
            # Twice the same messages: what the first half made grow is there for the second.
            rows.append({"kind": kind, "messages": half, "perMessage": (count(texts[:half] * 2) - count(texts[:half])) / half})
            print(f"| {kind} | {half:,} | {rows[-1]['perMessage']:.3f} |", flush=True)
    return rows


def memory(options):
    texts = lines_of(options, "--count", "100000")
    data = ("\n".join(texts) + "\n").encode()
    rows = []
    for times in (1, 3, 10):
        with subprocess.Popen([options.tightlip, "filter", "--pack", PACK, "--jobs", "2"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
            for _ in range(times):
                process.stdin.write(data)
            process.stdin.close()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"scale.py: tightlip ended with {process.returncode}")
        rows.append({"messages": times * 100_000, "peakMegabytes": usage.ru_maxrss / 1024})
        print(f"| {times * 100_000:,} | {rows[-1]['peakMegabytes']:.0f} |", flush=True)
    return rows


def instructions(options):
    if not shutil.which("valgrind"):
        sys.exit("scale.py: valgrind is not installed")
    kinds = {"mixed": [], "nothing": ["--phi", "0", "--non-ascii", "0"]}
    thresholds = {}
    if os.path.exists(THRESHOLDS):
        with open(THRESHOLDS) as file:
            thresholds = json.load(file)
    rows, worse = [], []
    with tempfile.TemporaryDirectory() as folder:
        # Valgrind 3.19 does not understand the debug information that Swift writes, and gives up.
        program = os.path.join(folder, "tightlip")
        subprocess.run(["strip", "--strip-debug", "-o", program, options.tightlip], check=True)

        def count(lines):
            out = os.path.join(folder, "callgrind")
            run(options, ("\n".join(lines) + "\n").encode(), prefix=["valgrind", "--tool=callgrind", "-q", f"--callgrind-out-file={out}"], program=program)
            with open(out) as file:
                return int(re.search(r"^(?:summary|totals): (\d+)", file.read(), re.M).group(1))
        start = count(['{"text":"one"}'])
        for kind, arguments in kinds.items():
            lines = lines_of(options, "--count", "2000", *arguments)
            found = (count(lines) - start) / 2000
            limit = thresholds.get(kind)
            rows.append({"kind": kind, "perMessage": found, "threshold": limit})
            if limit and found > limit:
                worse.append(kind)
            print(f"| {kind} | {found:,.0f} | {f'{limit:,}' if limit else 'none'} |", flush=True)
    if options.record:
        with open(THRESHOLDS, "w") as file:
            # A twentieth of room: another compiler or library is no fault of ours.
            json.dump({row["kind"]: round(row["perMessage"] * 1.05) for row in rows}, file, indent=1)
            file.write("\n")
    elif worse:
        print(f"\nMore instructions than allowed: {', '.join(worse)}")
        options.failed = True
    return rows


HEADERS = {
    "lengths": "| bytes a message | messages | ns a byte | findings a kB | not complete |\n|--:|--:|--:|--:|--:|",
    "lexicon": "| terms more | ns a message | findings |\n|--:|--:|--:|",
    "allocations": "| messages | how many | allocations a message |\n|---|--:|--:|",
    "memory": "| messages, two workers | most memory, MB |\n|--:|--:|",
    "instructions": "| messages | instructions a message | threshold |\n|---|--:|--:|",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tightlip", default=os.path.join(ROOT, ".build", "release", "tightlip"))
    parser.add_argument("--only", type=lambda text: text.split(","), default=PARTS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--core", type=int, default=1)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--json")
    options = parser.parse_args()
    if set(options.only) - set(PARTS):
        parser.error("--only takes " + ", ".join(PARTS))
    options.pin = ["taskset", "-c", str(options.core)] if shutil.which("taskset") else []
    options.failed = False
    results = {}
    for part in options.only:
        print(f"\n{part}\n\n{HEADERS[part]}", flush=True)
        results[part] = globals()[part](options)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(results, file, indent=1)
    sys.exit(1 if options.failed else 0)


if __name__ == "__main__":
    main()
