#!/usr/bin/env python3
"""Lets the Nth allocation, read, write or sync of `tightlip filter` fail, N = 1, 2, 3 … until it is done before.

    calls.py --tightlip BINARY [--full]

Each once with one failure and once with failures from the Nth on; with and without audit log and quarantine. A
failure ends in all verdicts and exit code 0, or a prefix of them and another exit code; where the log cannot be
written, or there is no memory to read a line in, blocks may stand for verdicts, never anything else. No message text is in stderr, and the log verifies or
says what it lacks. The first N are tried one by one, without --full six of them, and the later ones in growing
steps.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

import json

from faults import CANARY, Failure, check, messages

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


PACK = {
    "pack.yaml": "name: small\nversion: 1.0\nterms: [terms.tsv]\npatterns: [patterns.yaml]\n",
    "terms.tsv": "term\tentity\tweight\tflags\tcode\tsource\tnote\ndiabetes\tDIAGNOSIS\t0.95\t\t\ttest\t\na1c\tLAB_TEST\t0.95\t\t\ttest\t\n"
                 "whitfield\tSURNAME\t0.9\t\t\ttest\t\n",
    "patterns.yaml": "patterns:\n  - id: number.ssn\n    entity: US_SSN\n    pattern: '\\d{3}-\\d{2}-\\d{4}'\n    score: 0.9\n    validator: ssn\n"
                     "    examples: [\"[[219-09-9999]]\", \"ssn [[219-09-9998]]\"]\n    counterexamples: [\"a\", \"b\"]\n",
}


class Calls:
    def __init__(self, binary, full):
        self.binary, self.full = binary, full
        self.folder = tempfile.mkdtemp(prefix="tightlip-calls-")
        self.shim = os.path.join(self.folder, "failing_calls.so")
        compiler = next((c for c in (os.environ.get("CC"), "cc", "clang", "gcc") if c and shutil.which(c)), None)
        if compiler is None:
            sys.exit("skipped: no C compiler")
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", self.shim, os.path.join(HERE, "failing_calls.c")], check=True)
        # A small pack: what fails is the program, not the lists, and thousands of starts take their time.
        self.pack = os.path.join(self.folder, "pack")
        os.mkdir(self.pack)
        for name, text in PACK.items():
            with open(os.path.join(self.pack, name), "w") as file:
                file.write(text)
        self.input = messages(60)
        self.office = os.path.join(self.folder, "office")
        self.plain = self.run([], None)[1]
        self.recorded = None

    def records(self):
        """A fresh audit log and quarantine, and the options for them."""
        shutil.rmtree(self.office, ignore_errors=True)
        os.makedirs(os.path.join(self.office, "kept"))
        if not os.path.exists(os.path.join(self.folder, "audit.key")):
            for arguments in (["--kind", "audit", "audit.key"], ["officer"]):
                subprocess.run([self.binary, "keys", "generate", *arguments], cwd=self.folder, check=True, stdout=subprocess.DEVNULL)
        return ["--audit", f"{self.office}/log", "--audit-key-file", f"{self.folder}/audit.key",
                "--quarantine", f"{self.office}/kept", "--quarantine-key", f"{self.folder}/officer.pub"]

    def run(self, arguments, fail, start=False):
        """Exit code, output, stderr, and whether a call was let fail."""
        reading, writing = os.pipe()
        environment = dict(os.environ)
        if fail:
            environment.update(LD_PRELOAD=self.shim, TIGHTLIP_FAIL=fail, TIGHTLIP_FAIL_FD=str(writing))
            if start:
                environment["TIGHTLIP_FAIL_FROM"] = "start"
        process = subprocess.Popen([self.binary, "filter", "--pack", self.pack, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=environment, pass_fds=(writing,))
        os.close(writing)
        output, errors = process.communicate(self.input, timeout=120)
        was_hit = os.read(reading, 1) != b""
        os.close(reading)
        return process.returncode, output, errors, was_hit

    def judge(self, where, expected, status, output, errors, may_block):
        check(CANARY.encode() not in errors, f"{where}: the secret stands in stderr")
        whole = output[:output.rfind(b"\n") + 1]
        if not may_block:
            check(expected.startswith(output), f"{where}: a verdict differs")
        else:
            for line, wanted in zip(whole.splitlines(), expected.splitlines()):
                check(line == wanted or json.loads(line)["action"] == "block", f"{where}: a verdict differs")
        check(whole.count(b"\n") <= expected.count(b"\n"), f"{where}: too many verdicts")
        check(status != 0 or output.count(b"\n") == expected.count(b"\n"), f"{where}: exit code 0, verdicts are missing")

    def loop(self, function, recorded=False, start=False):
        cases = 0
        for lasting in ("", "+"):
            number, misses = 1, 0
            while misses < 1 and number < 2_000_000:
                arguments = self.records() if recorded else []
                where = f"{function}:{number}{lasting}{' recorded' if recorded else ''}{' from the start' if start else ''}"
                if recorded and self.recorded is None:
                    self.recorded = self.run(arguments, None)[1]
                    arguments = self.records()
                status, output, errors, was_hit = self.run(arguments, f"{function}:{number}{lasting}", start)
                self.judge(where, self.recorded if recorded else self.plain, status, output, errors, recorded or function == "malloc")
                if recorded and os.path.exists(f"{self.office}/log"):
                    self.verify(where, output)
                cases += 1
                misses += 0 if was_hit else 1
                # The first hundred each; further on steps that grow, since programs allocate very often.
                number += max(1, number // (40 if self.full else 3)) if number > (100 if self.full else 6) else 1
        return cases

    def verify(self, where, output):
        """Every verdict that lets something out has its record, and the records hang together."""
        done = subprocess.run([self.binary, "audit", "verify", f"{self.office}/log", "--audit-key-file", f"{self.folder}/audit.key"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        check(done.returncode in (0, 1), f"{where}: audit verify ends with {done.returncode}: {done.stderr.decode()[:200]}")
        left = sum(json.loads(line)["action"] != "block" for line in output[:output.rfind(b"\n") + 1].splitlines())
        with open(f"{self.office}/log", "rb") as file:
            log = file.read()
        check(CANARY.encode() not in log, f"{where}: the secret stands in the log")
        records = log.count(b"\n")
        check(records >= left, f"{where}: {left} messages left, {records} lines in the log")

    def all(self):
        failed = False
        for function in ("malloc", "read", "write", "sync"):
            for recorded, start in ((False, False), (True, False), (False, True)):
                if function == "sync" and not recorded:
                    continue
                name = f"{function}{', recorded' if recorded else ''}{', from the start' if start else ''}"
                try:
                    print(f"{name:28} ok       {self.loop(function, recorded, start)} cases", flush=True)
                except (Failure, subprocess.TimeoutExpired) as failure:
                    failed = True
                    print(f"{name:28} FAILED   {failure}", flush=True)
        return failed


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tightlip", default=os.path.join(ROOT, ".build/release/tightlip"))
    options.add_argument("--full", action="store_true")
    options = options.parse_args()
    calls = Calls(os.path.abspath(options.tightlip), options.full)
    try:
        failed = calls.all()
    finally:
        shutil.rmtree(calls.folder, ignore_errors=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
