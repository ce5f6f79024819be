#!/usr/bin/env python3
"""Sends hostile lines to `tightlip filter`: each must get its own verdict, and the right one.

    wire.py --tightlip BINARY [--full]

The lines: those kept under Tests/Cases/fuzz, and beside the package, where there is a folder `shared/hostile`,
its wire lines, JSONTestSuite raw and in requests, UTF-8 stress tests and naughty strings. Each is sent by itself,
then all as one stream, in pieces of many sizes from 1 to 65,537 bytes and to several workers: the bytes that come
back are the same every time.
"""
import argparse
import base64
import json
import os
import socket
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SHARED = os.path.join(os.environ.get("TIGHTLIP_SHARED", os.path.join(os.path.dirname(ROOT), "shared")), "hostile")

LF = b"\n"
# The last four digits of the number in the wire lines that must not pass.
SECRET = "2936"

# What may become of a line: "error" (no request), "block", "read" (a verdict on its text), "any".


def kept():
    for target in ("request", "stream", "framing"):
        for number, row in enumerate(open(os.path.join(ROOT, f"Tests/Cases/fuzz/{target}.ndjson"))):
            data = base64.b64decode(json.loads(row)["base64"])
            # The first bytes tell the fuzz target what to do; they are no part of a line.
            yield f"{target}:{number + 1}", data[3 if target == "framing" else 1:], "any"


def rows(name):
    path = os.path.join(SHARED, name + ".ndjson")
    if os.path.exists(path):
        yield from map(json.loads, open(path))


def in_request(raw):
    """Bytes as the text of a request; what JSON wants escaped is."""
    text = b"".join(b"\\" + bytes([c]) if c in b'"\\' else b"\\u%04x" % c if c < 32 else bytes([c]) for c in raw)
    return b'{"id":"w","text":"' + text + b'"}'


def shared():
    meaning = {"block": "error", "block_or_replace": "error", "not_allow": "no-pass", "allow": "read", "find": "find", "policy": "any"}
    for row in rows("wire"):
        if row["raw_b64"]:
            yield row["id"], base64.b64decode(row["raw_b64"]), meaning[row["expect"]]
    for row in rows("nst_manifest"):
        # None of these texts is a request, valid JSON or not.
        raw = base64.b64decode(row["raw_b64"] or "")
        yield row["id"], raw, "any" if row["expect"] == "either" else "error"
    for row in rows("nst_wrapped"):
        yield row["id"], base64.b64decode(row["raw_b64"]), {"block": "error", "accept": "any", "either": "any"}[row["expect"]]
    for name in ("utf8-kuhn_lines.b64", "utf8-utf8tests_lines.b64"):
        for row in rows(name):
            raw = base64.b64decode(row["raw_b64"])
            yield row["id"], in_request(raw), ("any" if 0 in raw else "read") if row["valid_utf8"] else "invalid-utf8"
    for row in rows("blns"):
        yield row["id"], json.dumps({"id": "w", "text": row["text"]}).encode(), "any" if "\0" in row["text"] else "read"
        yield row["id"] + " raw", json.dumps({"id": "w", "text": row["text"]}, ensure_ascii=False).encode(), "any" if "\0" in row["text"] else "read"


def wrong(expected, verdicts):
    """What is wrong with the verdicts on a case, or None."""
    for verdict in verdicts:
        if verdict["action"] not in ("pass", "redact", "block"):
            return "no action"
        if "error" in verdict and verdict["action"] != "block":
            return "an error that does not block"
    if len(verdicts) != 1:
        return None if expected in ("any", "error") and all("error" in v for v in verdicts) or expected == "any" else f"{len(verdicts)} verdicts"
    verdict = verdicts[0]
    error = verdict.get("error", {}).get("code")
    if expected == "error" and error is None:
        return "was read"
    if expected == "invalid-utf8" and error != "request.invalid-utf8":
        return f"bad UTF-8: {error}"
    if expected in ("read", "find") and error is not None:
        return f"was not read: {error}"
    if expected == "find" and (verdict["action"] == "pass" or not verdict["findings"]):
        return "nothing was found"
    # Members that the protocol does not know are dropped: what stands in them does not leave.
    if expected == "no-pass" and verdict["action"] != "block" and SECRET in json.dumps(verdict):
        return "lets the number out"
    return None


class Filter:
    """The filter behind a socket that keeps the pieces apart: one read, one piece."""

    def __init__(self, binary, *arguments):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self.input = ours
        self.process = subprocess.Popen([binary, "filter", *arguments], stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        theirs.close()
        self.output = bytearray()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        while chunk := self.process.stdout.read1(1 << 18):
            self.output += chunk

    def send(self, data, size):
        view = memoryview(data)
        for start in range(0, len(data), size):
            self.input.send(view[start:start + size])

    def wait(self, lines, at=0):
        deadline = time.monotonic() + 600
        while self.output.count(b"\n", at) < lines:
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise SystemExit(f"verdicts are missing: {self.output.count(LF, at)} of {lines}")
            time.sleep(0.0002)
        return bytes(self.output[at:])

    def end(self):
        self.input.close()
        status = self.process.wait(600)
        self.thread.join()
        return status, self.process.stderr.read()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tightlip", default=os.path.join(ROOT, ".build/release/tightlip"))
    options.add_argument("--full", action="store_true")
    options = options.parse_args()
    binary = os.path.abspath(options.tightlip)
    cases = [*kept(), *shared()]
    problems = []

    # One by one.
    one = Filter(binary)
    for name, raw, expected in cases:
        at = len(one.output)
        one.send(raw + b"\n", 1 << 16)
        verdicts = one.wait(raw.count(b"\n") + 1, at)
        if verdicts.count(b"\n") != raw.count(b"\n") + 1:
            problems.append(f"{name}: verdicts and lines differ in number")
        # A line that ended with CR LF is answered with CR LF.
        if problem := wrong(expected, [json.loads(line) for line in verdicts.split(b"\n")[:-1]]):
            problems.append(f"{name}: {problem}")
    reference = bytes(one.output)
    if one.end() != (0, b""):
        problems.append("one by one: exit code or stderr")

    # As one stream.
    stream = b"".join(raw + b"\n" for _, raw, _ in cases)
    sizes = [1, 2, 3, 5, 7, 16, 61, 64, 255, 1000, 4095, 4096, 4097, 16384, 32768, 65535, 65536, 65537]
    if options.full:
        sizes = [*range(1, 513), *range(513, 4097, 29), *range(4097, 65538, 613), *sizes]
    workers = (1, 2, 3, 8)
    runs = 0
    for size in sorted(set(sizes)):
        jobs = workers[runs % len(workers)] if options.full or size > 60 else 1
        feed = Filter(binary, *(["--jobs", str(jobs)] if jobs > 1 else []))
        feed.send(stream, size)
        status, errors = feed.end()
        runs += 1
        if bytes(feed.output) != reference or status != 0 or errors:
            problems.append(f"pieces of {size} bytes, {jobs} workers: exit code {status}, {len(feed.output)} of {len(reference)} bytes")
    for jobs in workers:
        done = subprocess.run([binary, "filter", "--jobs", str(jobs)], input=stream, stdout=subprocess.PIPE)
        runs += 1
        if done.stdout != reference or done.returncode != 0:
            problems.append(f"{jobs} workers: another output")

    for problem in problems[:40]:
        print(problem)
    print(f"{len(cases)} cases, {reference.count(LF):,} lines, one by one and in {runs} streams: {len(problems)} problems")
    if not os.path.isdir(SHARED):
        print("the sets of others (JSONTestSuite, UTF-8, naughty strings) are not here: only the kept lines were sent")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
