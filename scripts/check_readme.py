#!/usr/bin/env python3
"""Runs the commands of pages and compares what they print with what they show.

    scripts/check_readme.py [PAGE…]            say what differs; exit code 1 if anything does
    scripts/check_readme.py --update [PAGE…]   write what the commands print into the pages

Without a page, all that show commands are checked: README.md and those in PAGES.

Every ```sh block is one script, run by bash from the root of the repository; a ```text block right
after it is what it prints. A block without one must only succeed. `<!-- exit N -->` before a block
says which exit code is meant, `<!-- not run: REASON -->` that it cannot be run here.

TIGHTLIP_BIN names the binary that stands in for .build/release/tightlip.
"""
import difflib
import os
import re
import shlex
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PAGES = ["README.md", "Sources/Tightlip/Tightlip.docc/Policy.md"]
RELEASE = ".build/release/tightlip"
SECONDS = 120
BLOCK = re.compile(
    r"(?P<marks>(?:^<!-- [^\n]* -->\n+)*)^```sh\n(?P<script>.*?)^```\n(?:\n*^```text\n(?P<shown>.*?)^```\n)?", re.M | re.S)
MARK = re.compile(r"<!-- (?:not run: (?P<reason>.+)|exit (?P<exit>\d+)) -->")


def run(script, binary):
    """Exit code and everything printed."""
    environment = {**os.environ, "TIGHTLIP_BIN": binary, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
    environment.pop("TIGHTLIP_PACK", None)
    # A halt of this machine's own must not reach into the examples.
    environment["TIGHTLIP_HALT_FILE"] = os.path.join(ROOT, ".build", "no-halt")
    done = subprocess.run(["bash", "-c", script.replace(RELEASE, shlex.quote(binary))], cwd=ROOT, env=environment,
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
    return max(check(page, binary, updates) for page in pages or PAGES)


def check(page, binary, updates):
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
            code, printed = run(match["script"], binary)
        except subprocess.TimeoutExpired:
            problems.append(f"took longer than {SECONDS} s")
        else:
            if code != expected_exit:
                problems.append(f"ended with exit code {code}, not {expected_exit}")
                if match["shown"] is None:
                    problems.append(printed)
            elif updates and match["shown"] is not None:
                replacements.append((match.span("shown"), printed))
            if match["shown"] is not None and printed != match["shown"] and not updates:
                problems += difflib.unified_diff(match["shown"].splitlines(), printed.splitlines(), page, "printed",
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
