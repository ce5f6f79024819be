#!/usr/bin/env python3
"""Gives `tightlip` patterns that are known to run away, each as the only rule of a pack, with the text that attacks it.

    patterns.py --tightlip BINARY FILE.ndjson [--list] [--limit N]

A row is {id, pattern, attack_expr}; the text is written as strings joined by + and repeated by *. Each pattern must
be refused, by the compiler or by `tightlip check` (wrong syntax, matches nothing, slow), or its text must be answered
in time that grows no faster than the text, or blocked as too much to look through. The exit code is 1 where one is
none of these. Processor time is measured, of the filter alone and with what a start takes taken off.
"""
import argparse
import ast
import collections
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile


def text(expression, times):
    """The text of an expression with its repetitions `times` as many; nothing but strings, numbers, + and * is read."""
    def value(node):
        if isinstance(node, ast.Expression):
            return value(node.body)
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, int)):
            return node.value
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return value(node.left) + value(node.right)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            left, right = value(node.left), value(node.right)
            return left * max(1, int(right * times)) if isinstance(right, int) else max(1, int(left * times)) * right
        raise ValueError("neither string, number, + nor *")
    return value(ast.parse(expression, mode="eval"))


def used(arguments, data):
    """Processor seconds of a run, its exit code and its output."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(arguments, input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.returncode, done.stdout


def judge(binary, row, folder):
    with open(os.path.join(folder, "pack.yaml"), "w") as file:
        file.write("name: one\nversion: 1.0\nterms: []\npatterns: [p.yaml]\n")
    rule = {"id": "one.rule", "entity": "OTHER_ID", "pattern": row["pattern"], "score": 0.9, "source": "test", "examples": ["[[a]]", "[[b]]"],
            "counterexamples": ["a", "b"]}
    with open(os.path.join(folder, "p.yaml"), "w") as file:
        json.dump({"patterns": [rule]}, file)
    took, status, output = used([binary, "check", "--format", "json", folder], b"")
    if status == 2:
        return "refused by the compiler", took
    codes = set(part.split('"')[0] for part in output.decode().split('"code":"')[1:]) | set(part.split('"')[0] for part in output.decode().split('"code" : "')[1:])
    for code in ("pattern-slow", "pattern-empty", "pattern-syntax"):
        if code in codes:
            return f"refused by check ({code})", took
    try:
        sizes = [text(row["attack_expr"], times) for times in (1, 4)]
    except (ValueError, SyntaxError, TypeError):
        return "no text", 0
    arguments = [binary, "filter", "--pack", folder, "--max-bytes", "40000000"]
    start, status, _ = used(arguments, b'{"text":"x"}\n')
    if status != 0:
        return "refused by the compiler", start
    times = []
    for size in sizes:
        seconds, status, output = used(arguments, json.dumps({"text": size}).encode() + b"\n")
        verdict = json.loads(output)
        if not verdict["complete"]:
            return "blocked", max(0, seconds - start)
        times.append(max(0.0, seconds - start))
    # What takes under 40 ms is too quick to be slow.
    if times[1] < 0.04 or times[1] <= 6 * times[0]:
        return "linear", times[1]
    return "SLOW", times[1]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("file")
    options.add_argument("--tightlip", required=True)
    options.add_argument("--limit", type=int, default=0)
    options.add_argument("--list", action="store_true")
    options = options.parse_args()
    rows = [json.loads(line) for line in open(options.file)]
    rows = rows[:options.limit or len(rows)]
    counts, slowest = collections.Counter(), collections.defaultdict(float)
    for row in rows:
        folder = tempfile.mkdtemp(prefix="tightlip-pattern-")
        try:
            result, seconds = judge(os.path.abspath(options.tightlip), row, folder)
        finally:
            shutil.rmtree(folder)
        counts[result] += 1
        slowest[result] = max(slowest[result], seconds)
        if result == "SLOW" or options.list:
            print(f"{row['id']}: {result} {seconds:.2f} s", flush=True)
    for result, count in counts.most_common():
        print(f"{count:5}  {result}, at most {1e3 * slowest[result]:.0f} ms")
    sys.exit(counts["SLOW"] > 0)


main()
