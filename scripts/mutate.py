#!/usr/bin/env python3
"""Turns round every condition on the way to a verdict, one at a time, and looks whether a test notices.

    mutate.py [--files GLOB,GLOB] [--at FILE:LINE,FILE:LINE] [--limit N] [--jobs N] [--quick] [--built]

All changed conditions are built into one program: each compares itself with the environment variable
TIGHTLIP_MUTANT and is turned round where that names it. So there is one build, in a package of the engine alone
(engine_package.py) under .build/mutants, and one run of the tests for each mutant. A mutant is killed when a test
fails, traps or takes too long; those that live are listed with file and line. Beside it tells how much of the files
the tests run; .build/mutants/coverage.txt shows where they do not.
"""
import argparse
import concurrent.futures
import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time

import engine_package

ROOT = engine_package.ROOT
FOLDER = os.path.join(ROOT, ".build/mutants")
PROGRAM = os.path.join(FOLDER, ".build/release/tightlipPackageTests.xctest")
# Framing, parsing and verdict, and the tests that should notice: the quick ones of the module, then all.
FILES = {
    "Sources/TightlipCoding/LineFramer.swift": "TightlipCodingTests|FuzzReplay",
    "Sources/TightlipCoding/FramedLine+Buffer.swift": "TightlipCodingTests|FuzzReplay",
    "Sources/TightlipCoding/RequestReader.swift": "TightlipCodingTests|FuzzReplay",
    "Sources/TightlipCoding/RequestReader+Envelope.swift": "TightlipCodingTests",
    "Sources/TightlipCoding/JSONScanner.swift": "TightlipCodingTests|FuzzReplay",
    "Sources/TightlipCoding/MemberCheck.swift": "TightlipCodingTests",
    "Sources/Tightlip/Scanner.swift": "ScannerTests|StepBudgetTests|VerdictPathTests|PolicyTests|ShippedPackTests",
    "Sources/Tightlip/RequestScanner.swift": "ScannerTests|VerdictPathTests|AsyncAdapterTests|FuzzReplay",
    "Sources/TightlipPolicy/PolicyJudge.swift": "PolicyTests|VerdictPathTests|PolicyCaseTests|ScannerTests",
    "Sources/TightlipPolicy/PolicyJudge+Envelope.swift": "PolicyTests|PolicyCaseTests|LocalTimeTests",
    "Sources/TightlipRisk/RiskModel.swift": "ScannerTests|PolicyTests|ShippedPackTests",
    "Sources/TightlipRedaction/Redactor.swift": "TightlipRedactionTests",
}
# Conditions that change nothing anybody can see when they are turned round: file, condition, why.
EQUIVALENT = os.path.join(ROOT, "Tests/Cases/equivalent-mutants.tsv")
HELPER = """
// Added by scripts/mutate.py.
private let mutantNumber: Int = unsafe atol(getenv("TIGHTLIP_MUTANT")!)
@inline(__always) private func isMutant(_ number: Int) -> Bool { mutantNumber == number }
"""
STATEMENT = re.compile(r"^(\s*(?:\} else )?(?:if|guard|while) )(.*?)( else \{.*| \{.*| else)$")
RETURN = re.compile(r"^(\s*return )([^?{]*(?:==|!=|<=|>=| < | > |&&|\|\|)[^?{]*)$")


def clauses(text):
    """The parts of a condition between commas of its own, or None where brackets do not close on this line."""
    parts, depth, start, quoted = [], 0, 0, False
    for index, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        if quoted:
            continue
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth < 0:
                return None
        elif character == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    parts.append(text[start:])
    return parts if depth == 0 and not quoted else None


def mutate(text, first):
    """The source with its conditions turned round on demand, and where each stands."""
    lines, places = text.split("\n"), []
    for number, line in enumerate(lines):
        if line.lstrip().startswith("//"):
            continue
        match = STATEMENT.match(line)
        tail = match.group(3) if match else ""
        body = match.group(2) if match else None
        if not match and (match := RETURN.match(line)):
            body, tail = match.group(2), ""
        if body is None or (parts := clauses(body)) is None:
            continue
        changed = []
        for part in parts:
            plain = part.strip()
            if re.match(r"(let|var|case|#)\b|#", plain) or re.search(r"\b(try|await)\b|\$0", plain) or not plain:
                changed.append(plain)
                continue
            changed.append(f"isMutant({first + len(places)}) != ({plain})")
            places.append((number + 1, plain))
        lines[number] = match.group(1) + ", ".join(changed) + tail
    return "\n".join(lines) + HELPER, places


def build():
    return subprocess.run(
        ["swift", "build", "-c", "release", "--build-tests", "--enable-code-coverage", "--package-path", FOLDER], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)


def run(number, suites, limit, profile="/dev/null"):
    """Whether the tests pass; the first that fails ends the run."""
    environment = {**os.environ, "TIGHTLIP_MUTANT": str(number), "SWIFT_BACKTRACE": "enable=no", "LLVM_PROFILE_FILE": profile}
    environment.setdefault("TIGHTLIP_SHARED", os.path.join(os.path.dirname(ROOT), "shared"))
    if profile == "/dev/null":
        # Enough to notice, and a tenth of the time.
        environment["TIGHTLIP_RANDOM_TEXTS"] = "500"
    # The test program itself: `swift test` would take longer to start it than most of its tests.
    arguments = [PROGRAM, "--testing-library", "swift-testing"]
    if suites:
        arguments += ["--filter", suites]
    if SKIPPED:
        arguments += ["--skip", SKIPPED]
    process = subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    timer = threading.Timer(limit, process.kill)
    timer.start()
    try:
        for line in process.stdout:
            if b"recorded an issue" in line:
                process.kill()
        return process.wait() == 0
    finally:
        timer.cancel()


# Tests that are not run, for a tree in the middle of a change.
SKIPPED = os.environ.get("TIGHTLIP_MUTANTS_SKIP")


def tool(name):
    """A tool of the compiler's own; another LLVM's may not read what it writes."""
    own = os.path.join(os.path.dirname(os.path.realpath(shutil.which("swift"))), name)
    return own if os.path.exists(own) else name


def coverage(profile):
    """What of the files' code the tests run: regions, which is what Swift counts branches by, and lines."""
    merged = profile + ".merged"
    subprocess.run([tool("llvm-profdata"), "merge", "-sparse", profile, "-o", merged], check=True)
    files = [os.path.join(FOLDER, path) for path in FILES]
    done = subprocess.run(
        [tool("llvm-cov"), "export", "-summary-only", PROGRAM, "-instr-profile", merged, *files], stdout=subprocess.PIPE, check=True)
    data = json.loads(done.stdout)["data"][0]
    for file in data["files"]:
        summary = file["summary"]
        print(f"{file['filename'].split('/Sources/')[-1]:50} regions {summary['regions']['covered']:4} of {summary['regions']['count']:4}  "
              f"{summary['regions']['percent']:5.1f} %  lines {summary['lines']['percent']:5.1f} %")
    total = data["totals"]["regions"]
    print(f"{'all':50} regions {total['covered']:4} of {total['count']:4}  {total['percent']:5.1f} %", flush=True)
    shown = subprocess.run([tool("llvm-cov"), "show", PROGRAM, "-instr-profile", merged, "-show-regions", *files], stdout=subprocess.PIPE, text=True)
    with open(os.path.join(FOLDER, "coverage.txt"), "w") as report:
        report.write(shown.stdout)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--files", default="*", help="only these of the files below, by pattern")
    options.add_argument("--at", default="", help="only those of these lines, such as Scanner.swift:102")
    options.add_argument("--limit", type=int, default=0, help="so many mutants, spread evenly; 0: all")
    options.add_argument("--quick", action="store_true", help="run the tests of the module only")
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--built", action="store_true", help="take what was built last, from the same sources")
    options = options.parse_args()

    if not options.built:
        engine_package.write(FOLDER, copied=["Sources"])
    mutants = []
    for path, suites in FILES.items():
        if not any(fnmatch.fnmatch(path, f"*{pattern}*") for pattern in options.files.split(",")):
            continue
        text = open(os.path.join(ROOT, path)).read()
        changed, places = mutate(text, len(mutants))
        changed = "import Glibc\n" + changed if not re.search(r"^(internal |private )?import Glibc", text, re.M) else changed
        if not options.built:
            with open(os.path.join(FOLDER, path), "w") as file:
                file.write(changed)
        mutants += [(path, line, condition, suites) for line, condition in places]
    print(f"{len(mutants)} mutants in {len(set(m[0] for m in mutants))} files; building", flush=True)
    if not options.built and (done := build()).returncode != 0:
        print("\n".join(line for line in done.stdout.split("\n") if "error" in line)[:4000])
        sys.exit(2)
    suites = "|".join(sorted({part for m in mutants for part in m[3].split("|")}))
    start = time.monotonic()
    profile = os.path.join(FOLDER, "coverage.profraw")
    if not run(-1, None, 1800, profile):
        sys.exit("the tests fail without any mutant: run `swift test` first")
    coverage(profile)
    limits = {None: 4 * (time.monotonic() - start) + 20}
    for suites in sorted({m[3] for m in mutants}):
        start = time.monotonic()
        if not run(-1, suites, 600):
            sys.exit(f"{suites}: the tests fail without any mutant")
        # A mutant may loop for ever; twice, since as many run at a time as there are jobs.
        limits[suites] = 2 * options.jobs * (time.monotonic() - start) + 5
        print(f"{time.monotonic() - start:5.1f} s  {suites}", flush=True)

    chosen = range(len(mutants)) if not options.limit else sorted({i * len(mutants) // options.limit for i in range(options.limit)})
    if options.at:
        wanted = set(options.at.split(","))
        chosen = [i for i, mutant in enumerate(mutants) if f"{os.path.basename(mutant[0])}:{mutant[1]}" in wanted]
    alive, explained = [], []
    equivalent = {tuple(line.rstrip("\n").split("\t")[:2]): line.rstrip("\n").split("\t")[2] for line in open(EQUIVALENT) if line.count("\t") == 2}

    def judge(number):
        suites = mutants[number][3]
        lives = run(number, suites, limits[suites]) and (options.quick or run(number, None, limits[None]))
        return number, lives

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for count, (number, lives) in enumerate(pool.map(judge, chosen), 1):
            path, line, condition, _ = mutants[number]
            if lives and (path, condition) in equivalent:
                explained.append(number)
                print(f"equivalent: {path}:{line}: {condition}: {equivalent[path, condition]}", flush=True)
            elif lives:
                alive.append(number)
                print(f"alive: {path}:{line}: {condition}", flush=True)
            if count % 25 == 0:
                print(f"{count} of {len(chosen)}: {len(alive)} alive", flush=True)
    count = len(chosen) - len(explained)
    killed = count - len(alive)
    print(f"{killed} of {count} mutants killed: {100 * killed / max(1, count):.1f} %; {len(explained)} more change nothing (Tests/Cases/equivalent-mutants.tsv)")
    sys.exit(0 if killed * 100 >= 95 * count else 1)


if __name__ == "__main__":
    main()
