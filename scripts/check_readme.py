#!/usr/bin/env python3
"""Runs the commands of pages and compares what they print with what they show.

    scripts/check_readme.py [PAGE…]            say what differs; exit code 1 if anything does
    scripts/check_readme.py --update [PAGE…]   write what the commands print into the pages

Without a page, all that show commands are checked: those in PAGES.

Every ```sh block is one script, run by bash from the root of the repository; a ```text block right
after it is what it prints. Blocks of the guide (Lexicons/README.md) and of Records.md are run one after
the other in an empty folder of their own, in which Lexicons and Corpus stand too, and `tightlip` is the
program. What is new each time (times, hashes, fingerprints) counts as equal in Records.md. A block without one must only succeed. `<!-- exit N -->` before a block
says which exit code is meant, `<!-- not run: REASON -->` that it cannot be run here.

TIGHTLIP_BIN names the binary that stands in for .build/release/tightlip.
"""
import difflib
import os
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
GUIDE = os.path.join("Lexicons", "README.md")
RECORDS = "Sources/Tightlip/Tightlip.docc/Records.md"
PAGES = ["README.md", "Sources/Tightlip/Tightlip.docc/Policy.md", RECORDS, GUIDE]
APART = {GUIDE, RECORDS}
# Times, days and hours at the beginning of a line (rows of a report), hashes, and names of quarantine files.
VARIABLE = re.compile(
    r"\d{8}T\d{6}Z-[0-9a-f]{16}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|^\d{4}-\d\d-\d\d(?=  )|^\d\d:00(?= )"
    r"|\b(?=[0-9a-f]*\d)[0-9a-f]{8,64}\b", re.M)
RELEASE = ".build/release/tightlip"
SECONDS = 120
BLOCK = re.compile(
    r"(?P<marks>(?:^<!-- [^\n]* -->\n+)*)^```sh\n(?P<script>.*?)^```\n(?:\n*^```text\n(?P<shown>.*?)^```\n)?", re.M | re.S)
MARK = re.compile(r"<!-- (?:not run: (?P<reason>.+)|exit (?P<exit>\d+)) -->")


def run(script, binary, folder):
    """Exit code and everything printed."""
    if folder != ROOT:
        script = f'tightlip() {{ {shlex.quote(binary)} "$@"; }}\n' + script
    else:
        script = script.replace(RELEASE, shlex.quote(binary))
    environment = {**os.environ, "TIGHTLIP_BIN": binary, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
    environment.pop("TIGHTLIP_PACK", None)
    # A halt of this machine's own must not reach into the examples.
    environment["TIGHTLIP_HALT_FILE"] = os.path.join(ROOT, ".build", "no-halt")
    if folder != ROOT:
        environment["TIGHTLIP_PACK"] = "Lexicons"
    done = subprocess.run(["bash", "-c", script], cwd=folder, env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def main(arguments):
    updates = arguments[:1] == ["--update"]
    pages = arguments[1:] if updates else arguments
    if any(page.startswith("-") for page in pages):
        print(__doc__, file=sys.stderr)
        return 2
    binary = os.path.abspath(os.environ.get("TIGHTLIP_BIN") or os.path.join(ROOT, RELEASE))
    if not os.access(binary, os.X_OK):
        print(f"check_readme: {binary} is not there; run: make build", file=sys.stderr)
        return 2
    return max([check_page(page, binary, updates) for page in pages or PAGES])


def check_page(page, binary, updates):
    """Checks one page, in a folder of its own where it asks for that."""
    if page not in APART:
        return check(page, binary, ROOT, updates)
    with tempfile.TemporaryDirectory() as folder:
        for name in ["Lexicons", "Corpus"]:
            os.symlink(os.path.join(ROOT, name), os.path.join(folder, name))
        return check(page, binary, folder, updates)


def steady(page, text):
    """The text with what is new each time left out."""
    return VARIABLE.sub(lambda found: "·" * len(found[0]), text) if page == RECORDS else text


def check(page, binary, folder, updates):
    """Checks one page, named from the root; 1 where anything differs."""
    path = os.path.join(ROOT, page)
    with open(path, encoding="utf-8") as file:
        readme = file.read()
    passed, failed, skipped, replacements = 0, 0, 0, []
    for match in BLOCK.finditer(readme):
        line = readme.count("\n", 0, match.start("script")) + 1
        marks = list(MARK.finditer(match["marks"]))
        if any(mark["reason"] for mark in marks):
            skipped += 1
            continue
        expected_exit = next((int(mark["exit"]) for mark in marks if mark["exit"]), 0)
        problems = []
        try:
            code, printed = run(match["script"], binary, folder)
        except subprocess.TimeoutExpired:
            problems.append(f"took longer than {SECONDS} s")
        else:
            if code != expected_exit:
                problems.append(f"ended with exit code {code}, not {expected_exit}")
                if match["shown"] is None:
                    problems.append(printed)
            elif updates and match["shown"] is not None and steady(page, printed) != steady(page, match["shown"]):
                replacements.append((match.span("shown"), printed))
            shown = match["shown"]
            if shown is not None and steady(page, printed) != steady(page, shown) and not updates:
                problems += difflib.unified_diff(shown.splitlines(), printed.splitlines(), page, "printed",
                                                 lineterm="", n=1)
        if problems:
            failed += 1
            print(f"{page}:{line}: " + "\n    ".join(problems))
        else:
            passed += 1
    if updates:
        for (start, end), printed in reversed(replacements):
            readme = readme[:start] + printed + readme[end:]
        with open(path, "w", encoding="utf-8") as file:
            file.write(readme)
    # A README whose blocks this no longer recognizes must not count as checked.
    if readme.count("\n```sh\n") != passed + failed + skipped or passed + failed == 0:
        print("check_readme: there are ```sh blocks that were not recognized")
        failed += 1
    print(f"{page}: {passed} passed, {failed} failed, {skipped} not run")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
