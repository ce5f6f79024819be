#!/usr/bin/env python3
"""Measures tightlip beside raw engines and other detectors: the same messages, one run, taking turns, pinned to one core.

    run.py [--tightlip BINARY] [--rounds 5] [--messages 100000] [--core 1] [--only NAME,NAME] [--peers] [--json FILE]

tightlip is measured as a program: NDJSON in, NDJSON out, with all that starting takes taken off (a run with one message in the same
round). The engines scan texts in memory, compile nothing while measured, and write nothing: what they would be part of comes on top.
Of every pattern they get what can be said without lookaround (expressions.py), of the lexicon every term, whole word or not.
Times are of the processor, not of the clock on the wall. Every row's count of matches must be the same in every round.
Debian's packages: libhyperscan-dev (or libvectorscan-dev), libre2-dev, ripgrep, librust-aho-corasick-dev and cargo, g++, python3-yaml;
what is missing is left out, with a word. --peers adds phi-scrub and presidio-analyzer, installed as in peers/.
"""
import argparse
import collections
import datetime
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "peers"))
import expressions  # noqa: E402

Row = collections.namedtuple("Row", "name note measure messages")


class Wrong(Exception):
    pass


def processor_seconds(command, pin, **files):
    """Processor time that a command takes, its own and the kernel's for it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(pin + command, **files)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise Wrong(f"{command[0]} ended with {done.returncode}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class Program:
    """tightlip filter over a file of requests."""

    def __init__(self, options, requests, messages, work, *arguments):
        self.options, self.requests, self.messages = options, requests, messages
        self.command = [options.tightlip, "filter", "--pack", os.path.join(ROOT, "Lexicons"), *arguments]
        self.one = os.path.join(work, "one.ndjson")
        self.answers = os.path.join(work, "answers.ndjson")
        with open(self.one, "w", encoding="utf-8") as file:
            file.write('{"text":"one"}\n')

    def run(self):
        with open(self.one, "rb") as source:
            start = processor_seconds(self.command, self.options.pin, stdin=source, stdout=subprocess.DEVNULL)
        with open(self.requests, "rb") as source, open(self.answers, "wb") as target:
            whole = processor_seconds(self.command, self.options.pin, stdin=source, stdout=target)
        with open(self.answers, "rb") as file:
            answers = file.read()
        if answers.count(b"\n") != self.messages:
            raise Wrong(f"{answers.count(10)} verdicts for {self.messages} messages")
        return whole - start, answers.count(b'"rule":')


class Server:
    """An engine that scans when it is told to."""

    def __init__(self, command, pin, environment=None):
        self.process = subprocess.Popen(pin + command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        ready = self.process.stdout.readline().split()
        if not ready or ready[0] != "ready":
            raise Wrong(f"{os.path.basename(command[0])} did not start")
        self.loaded = ready[1:]

    def run(self):
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if len(answer) != 2:
            raise Wrong("ended before it answered")
        return int(answer[0]) / 1e9, int(answer[1])

    def end(self):
        self.process.stdin.close()
        self.process.wait()


class Ripgrep:
    """ripgrep counts the lines with a match. Compiling is taken off by a run over one line."""

    def __init__(self, options, texts, work, *arguments):
        self.options, self.texts = options, texts
        self.command = ["rg", "--no-config", "-j1", "-i", "-c", "--dfa-size-limit", "1G", "--regex-size-limit", "1G", *arguments]
        self.one = os.path.join(work, "one.txt")
        with open(self.one, "w", encoding="utf-8") as file:
            file.write("call 303-555-0142 about the diabetes\n")

    def run(self):
        start = processor_seconds(self.command + [self.one], self.options.pin, stdout=subprocess.DEVNULL)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(self.options.pin + self.command + [self.texts], stdout=subprocess.PIPE, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode > 1:
            raise Wrong(f"rg ended with {done.returncode}")
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime - start, int(done.stdout or 0)


def compile_engine(name, libraries, work):
    source = os.path.join(HERE, "engines", f"{name}.cpp")
    target = os.path.join(work, name)
    done = subprocess.run(["g++", "-O3", "-march=native", "-std=c++17", source, "-o", target, *libraries], capture_output=True, text=True)
    if done.returncode:
        raise Wrong("cannot be built: " + (done.stderr.splitlines() or ["g++ failed"])[0])
    return target


def compile_rust(work):
    registry = "/usr/share/cargo/registry"
    if not shutil.which("cargo") or not os.path.isdir(registry):
        raise Wrong("cannot be built: cargo or librust-aho-corasick-dev is missing")
    folder = os.path.join(work, "aho-corasick")
    shutil.copytree(os.path.join(HERE, "engines", "aho-corasick"), folder, dirs_exist_ok=True)
    os.makedirs(os.path.join(folder, ".cargo"), exist_ok=True)
    with open(os.path.join(folder, ".cargo", "config.toml"), "w") as file:
        file.write(f'[source.crates-io]\nreplace-with = "debian"\n[source.debian]\ndirectory = "{registry}"\n')
    done = subprocess.run(["cargo", "build", "--release", "--offline", "-q"], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise Wrong("cannot be built: " + (done.stderr.strip().splitlines() or ["cargo failed"])[0])
    return os.path.join(folder, "target", "release", "aho-corasick-texts")


def environment(peer):
    import run as peers_run  # peers/run.py
    return peers_run.environment(peer, os.path.join(os.path.expanduser("~"), ".cache", "tightlip-peers"))


def head(source, target, count):
    written = 0
    with open(source, "rb") as lines, open(target, "wb") as out:
        for line in lines:
            if written == count:
                break
            out.write(line)
            written += 1
    return written


def prepare(options):
    """Writes what is measured with; the rows to measure, and what could not be had."""
    work = options.work
    os.makedirs(work, exist_ok=True)
    workload = [sys.executable, os.path.join(HERE, "workload.py"), "--count", str(options.messages)]
    files = {}
    for name, more in {"mixed": [], "nothing": ["--phi", "0", "--non-ascii", "0"]}.items():
        files[name] = os.path.join(work, f"{name}-{options.messages}.ndjson")
        if not os.path.exists(files[name]):
            subprocess.run(workload + more + ["--output", files[name]], check=True)
    texts = os.path.join(work, "texts.txt")
    with open(files["mixed"], encoding="utf-8") as source, open(texts, "w", encoding="utf-8") as target:
        for line in source:
            target.write(json.loads(line)["text"].replace("\n", " ") + "\n")
    written, terms = os.path.join(work, "expressions.txt"), os.path.join(work, "terms.txt")
    with open(written, "w", encoding="utf-8") as file:
        file.write("".join(f"{pattern}\n" for pattern in expressions.patterns()))
    with open(terms, "w", encoding="utf-8") as file:
        file.write("".join(f"{term}\n" for term in expressions.terms()))
    few = os.path.join(work, "few.txt")
    head(texts, few, options.few)

    none, count = "/dev/null", options.messages
    rows, missing = [], []

    def add(name, note, make, messages=count):
        if options.only and name.split(",")[0] not in options.only:
            return
        try:
            engine = make()
            loaded = getattr(engine, "loaded", None)
            rows.append(Row(name, note.format(*(loaded or ["", ""])), engine, messages))
            print(f"{name}: ready", file=sys.stderr)
        except (Wrong, OSError) as problem:
            missing.append(f"{name}: {problem}")
            print(missing[-1], file=sys.stderr)

    add("tightlip, mixed", "NDJSON to NDJSON, everything", lambda: Program(options, files["mixed"], count, work))
    add("tightlip, nothing in them", "NDJSON to NDJSON, everything", lambda: Program(options, files["nothing"], count, work))
    add("Hyperscan, patterns", "texts in memory; {0} patterns, ends only",
        lambda: Server([compile_engine("hyperscan", ["-lhs"], work), texts, written, none], options.pin))
    add("Hyperscan, patterns and terms", "texts in memory; {0} patterns, {1} terms, ends only",
        lambda: Server([compile_engine("hyperscan", ["-lhs"], work), texts, written, terms], options.pin))
    add("RE2::Set, patterns", "texts in memory; {0} patterns, no places",
        lambda: Server([compile_engine("re2", ["-lre2"], work), texts, written, none], options.pin))
    add("Rust aho-corasick, terms", "texts in memory; {1} terms",
        lambda: Server([compile_rust(work), texts, none, terms], options.pin))
    if shutil.which("rg"):
        taken = os.path.join(work, "expressions-rg.txt")
        used = [pattern for pattern in expressions.patterns() if subprocess.run(["rg", "--no-config", "-q", "-e", pattern, none], stderr=subprocess.DEVNULL).returncode < 2]
        with open(taken, "w", encoding="utf-8") as file:
            file.write("".join(f"{pattern}\n" for pattern in used))
        add("ripgrep, patterns", f"a file; {len(used)} patterns, lines with a match", lambda: Ripgrep(options, texts, work, "-f", taken))
        # Not its terms: with 231,000 it took 3 GB and did not answer in minutes.
    else:
        missing.append("ripgrep: is not installed")
    if options.peers:
        for peer, source, messages in (("phi-scrub", texts, count), ("presidio", few, options.few)):
            def start(peer=peer, source=source):
                python, why = environment(peer)
                if not python:
                    raise Wrong(why)
                return Server([python, os.path.join(HERE, "engines", "peer.py"), peer, source], options.pin)
            add(peer, "texts in memory, from Python", start, min(messages, count))
    return rows, missing


def figure(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tightlip", default=os.path.join(ROOT, ".build", "release", "tightlip"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--few", type=int, default=300, help="how many of them presidio gets in a round")
    parser.add_argument("--core", type=int, default=1)
    parser.add_argument("--only", type=lambda text: text.split(","), help="names as in the table, up to the comma")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--work", default=os.path.join(os.path.expanduser("~"), ".cache", "tightlip-benchmarks"))
    parser.add_argument("--json", help="write all figures to this file")
    options = parser.parse_args()
    options.pin = ["taskset", "-c", str(options.core)] if shutil.which("taskset") else []
    rows, missing = prepare(options)
    times = {row.name: [] for row in rows}
    matches = {}
    load = os.getloadavg()[0]
    for number in range(options.rounds):
        for row in rows:
            try:
                seconds, count = row.measure.run()
            except Wrong as problem:
                sys.exit(f"run.py: {row.name}: {problem}")
            if matches.setdefault(row.name, count) != count:
                sys.exit(f"run.py: {row.name}: {count} matches, and {matches[row.name]} in the first round")
            times[row.name].append(row.messages / max(seconds, 1e-9))
            print(f"round {number + 1}: {row.name}: {times[row.name][-1]:,.0f} messages/s", file=sys.stderr)
    for row in rows:
        if isinstance(row.measure, Server):
            row.measure.end()

    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    print(f"{datetime.date.today()}, {model}, {os.cpu_count()} cores, load {load:.1f} when it began; {options.messages:,} messages, {options.rounds} rounds, "
          f"one core.\n")
    ours = statistics.median(times[rows[0].name]) if rows and rows[0].name == "tightlip, mixed" else None
    print("| what | on what | messages/s, median | least | most | µs a message | matches | tightlip, mixed, is so many times as fast |")
    print("|---|---|--:|--:|--:|--:|--:|--:|")
    for row in rows:
        rates = times[row.name]
        median = statistics.median(rates)
        ratio = figure(ours / median) if ours else ""
        print(f"| {row.name} | {row.note} | {median:,.0f} | {min(rates):,.0f} | {max(rates):,.0f} | {1e6 / median:,.2f} | {matches[row.name]:,} | {ratio} |")
    for reason in missing:
        print(f"\nNot measured: {reason}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"load": load, "machine": model, "messages": options.messages, "matches": matches, "messagesPerSecond": times, "missing": missing}, file, indent=1)


if __name__ == "__main__":
    main()
