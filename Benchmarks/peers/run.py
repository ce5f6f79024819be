#!/usr/bin/env python3
"""Judges other detectors beside tightlip, on the same messages.

    run.py [--tightlip BINARY] [--part learning|checking|all] [--work DIR] [--only PEER,PEER] CORPUS...

Installs each detector from PyPI into a virtual environment of its own (requirements/PEER.txt, versions pinned), runs it (detect.py), and
has `tightlip eval` judge what it found: each detector on the types it claims (`annotated` in labels/PEER.yaml), and tightlip on the same
types beside it. A detector that cannot be installed or run is named in the table with the reason. Prints Markdown.
"""
import argparse
import datetime
import json
import os
import platform
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PEERS = ["presidio", "philter-lite", "phileas-redact", "datafog", "scrubadub", "phi-scrub", "presidio-rs"]


def environment(peer, work):
    """The Python of the peer's environment, or (None, why not)."""
    folder = os.path.join(work, "environments", peer)
    python = os.path.join(folder, "bin", "python")
    if not os.path.exists(os.path.join(folder, "installed")):
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        done = subprocess.run([python, "-m", "pip", "install", "-q", "-r", os.path.join(HERE, "requirements", f"{peer}.txt")],
                              capture_output=True, text=True)
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            return None, "cannot be installed: " + (lines[-1][7:] if lines else "pip failed")
        open(os.path.join(folder, "installed"), "w").close()
    return python, ""


def version(peer):
    with open(os.path.join(HERE, "requirements", f"{peer}.txt")) as file:
        return file.readline().strip().split("==")[1]


def claims(peer):
    """The types a peer claims."""
    with open(os.path.join(HERE, "labels", f"{peer}.yaml")) as file:
        return ",".join(re.search(r"^annotated: \[(.*?)\]", file.read(), re.M | re.S).group(1).replace("\n", " ").split()).replace(",,", ",")


def tells_types_apart(peer):
    """Whether a wrong finding of the peer is of some type; without that there is no precision by type."""
    with open(os.path.join(HERE, "labels", f"{peer}.yaml")) as file:
        return not re.search(r"^  PHI:", file.read(), re.M)


def evaluate(options, corpus, *more):
    done = subprocess.run([options.tightlip, "eval", corpus, "--part", part(options, corpus), "--format", "json",
                           "--label-folder", os.path.join(ROOT, "Corpus", "labels"), *more],
                          capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"run.py: tightlip eval: {done.stderr}")
    return json.loads(done.stdout)


def part(options, corpus):
    """Our own corpora have splits, and no parts."""
    return "all" if os.path.abspath(corpus).startswith(os.path.join(ROOT, "Corpus")) else options.part


def percent(estimate, interval=False):
    if estimate.get("value") is None:
        return "–"
    text = f"{100 * estimate['value']:.1f}"
    if interval and "low" in estimate:
        text += f" ({100 * estimate['low']:.1f}–{100 * estimate['high']:.1f})"
    return text


def run_peer(peer, python, corpus, options):
    """Runs a detector over a corpus; the file it wrote and what it said, or (None, why not)."""
    name = os.path.splitext(os.path.basename(corpus))[0]
    found = os.path.join(options.work, f"{name}.{peer}.ndjson")
    done = subprocess.run([python, os.path.join(HERE, "detect.py"), peer, corpus, found], capture_output=True, text=True)
    if done.returncode:
        return None, "cannot be run: " + (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    return found, json.loads(done.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+")
    parser.add_argument("--tightlip", default=os.path.join(ROOT, ".build", "release", "tightlip"))
    parser.add_argument("--part", choices=["learning", "checking", "all"], default="learning")
    parser.add_argument("--work", default=os.path.join(os.path.expanduser("~"), ".cache", "tightlip-peers"))
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    os.makedirs(options.work, exist_ok=True)
    peers = [peer for peer in PEERS if not options.only or peer in options.only.split(",")]
    pythons = {}
    for peer in peers:
        pythons[peer] = environment(peer, options.work)
        print(f"{peer}: {pythons[peer][1] or 'installed'}", file=sys.stderr)

    processor = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    print(f"{datetime.date.today()}, {processor}, {os.cpu_count()} cores, Python {platform.python_version()}.\n")
    by_type = []
    for corpus in options.corpora:
        name = os.path.splitext(os.path.basename(corpus))[0]
        whole = evaluate(options, corpus)["corpora"][0]
        where = "" if whole["part"] == "all" else f", {whole['part']} part"
        print(f"### {name}{where}: {whole['messages']:,} messages, {whole['withPHI']:,} with PHI\n")
        print("All types of the corpus: "
              f"tightlip leak {percent(whole['leak'], True)}, over {percent(whole['over'], True)}, "
              f"F2 {percent(whole['all']['levels']['covered']['f2'], True)}.\n")
        print("| detector | spans of its types | leak | ours | over | ours | recall | ours | precision | ours | F2 | ours | leak, all types |"
              " ms a message |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
        for peer in peers:
            python, why = pythons[peer]
            found, said = run_peer(peer, python, corpus, options) if python else (None, why)
            if not found:
                print(f"| {peer} {version(peer)} | {said} |" + " |" * 12)
                continue
            judged = ["--predictions", found, "--prediction-labels", os.path.join(HERE, "labels", f"{peer}.yaml")]
            types = ["--types", claims(peer)]
            theirs = evaluate(options, corpus, *judged, *types)["corpora"][0]
            ours = evaluate(options, corpus, *types)["corpora"][0]
            everything = evaluate(options, corpus, *judged, "--bootstrap", "0")["corpora"][0]
            cells = [f"{peer} {version(peer)}" + (f" ({said['errors']} errors)" if said["errors"] else ""),
                     f"{theirs['all']['levels']['covered']['gold']:,}"]
            for pick in (lambda c: c["leak"], lambda c: c["over"], lambda c: c["all"]["levels"]["covered"]["recall"],
                         lambda c: c["all"]["levels"]["covered"]["precision"], lambda c: c["all"]["levels"]["covered"]["f2"]):
                cells += [percent(pick(theirs)), percent(pick(ours))]
            cells += [percent(everything["leak"]), f"{1000 * said['seconds'] / max(1, said['texts']):.2f}"]
            print("| " + " | ".join(cells) + " |")
            mine = {row["name"]: row for row in ours["rows"]}
            for row in theirs["rows"] if tells_types_apart(peer) else []:
                level = row["levels"]["covered"]
                if level["gold"] and row["name"] in mine:
                    other = mine[row["name"]]["levels"]["covered"]
                    by_type.append((name, row["name"], level["gold"], peer, level["f2"]["value"], other["f2"]))
        print()
    print("### F2 by type (spans at least half covered), the best peer that claims the type and tells types apart beside ours\n")
    print("| corpus | type | spans | best peer | its F2 | ours | 95 % |\n|---|---|--:|---|--:|--:|--:|")
    best = {}
    for name, kind, gold, peer, value, ours in by_type:
        if (name, kind) not in best or value > best[name, kind][2]:
            best[name, kind] = (gold, peer, value, ours)
    for (name, kind), (gold, peer, value, ours) in best.items():
        interval = f"{100 * ours['low']:.1f}–{100 * ours['high']:.1f}" if "low" in ours else ""
        print(f"| {name} | {kind} | {gold} | {peer} | {100 * value:.1f} | {percent(ours)} | {interval} |")


if __name__ == "__main__":
    main()
