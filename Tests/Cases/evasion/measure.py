#!/usr/bin/env python3
"""Measures a tightlip binary against disguised values.

    measure.py --tightlip BINARY FILE.ndjson [--errors N] [--kinds] [--only D2,D3] [--held]
               [--min D1=100,D2=97,D3=90,D4=90]

A row is {id, class, difficulty, text, must_find, spans:[{type, value, start, end}]}, offsets in code points.
For each disguised value a plain control is made (the value in place of the disguise); only rows whose control
is found count. A row of D1 and D2 is found when a finding of a right type lies on the disguise; one of D3 and
D4 also when the place is flagged as encoded text. Coverage is the share of the disguise's code points that
findings cover. Rows of N1 to N3 hold nothing: N1 must not be blocked, and N2 must not be labelled PHI.
With --held, rows whose class hashes to the held-back part and the others are told apart.
"""
import argparse
import collections
import hashlib
import json
import subprocess
import sys
import unicodedata

TYPES = {
    "SSN": {"US_SSN", "US_ITIN"}, "PHONE": {"PHONE_NUMBER", "FAX_NUMBER"}, "DOB": {"DATE_OF_BIRTH"},
    "MRN": {"MEDICAL_RECORD_NUMBER"}, "EMAIL": {"EMAIL_ADDRESS"}, "DRUG": {"MEDICATION"},
    "CONDITION": {"DIAGNOSIS"}, "NAME": {"PERSON"},
}
ENCODED = {"ENCODED_TEXT"}


def held(kind):
    """Whether a class belongs to the part that is measured and not looked at."""
    return hashlib.sha256(kind.encode()).digest()[0] % 3 == 0


def run(binary, texts):
    lines = "".join(json.dumps({"id": str(i), "text": t}) + "\n" for i, t in enumerate(texts))
    done = subprocess.run([*binary.split(), "filter", "--offsets", "all", "--max-bytes", "4000000"],
                          input=lines.encode(), stdout=subprocess.PIPE, check=True)
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    if len(verdicts) != len(texts):
        sys.exit("verdicts are missing")
    return verdicts


def covered(verdict, start, end, types=None):
    points = set()
    for finding in verdict.get("findings", []):
        if finding["entity_type"].startswith("TOPIC_") or types and finding["entity_type"] not in types:
            continue
        first, last = finding["codepoint"]
        points.update(range(max(first, start), min(last, end)))
    return points


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("file")
    options.add_argument("--tightlip", required=True)
    options.add_argument("--errors", type=int, default=0)
    options.add_argument("--kinds", action="store_true")
    options.add_argument("--held", action="store_true")
    options.add_argument("--only", default="")
    options.add_argument("--min", default="")
    options = options.parse_args()
    rows = [json.loads(line) for line in open(options.file)]
    if options.only:
        rows = [r for r in rows if r["difficulty"] in options.only.split(",")]
    verdicts = run(options.tightlip, [r["text"] for r in rows])
    controls = {}
    for row in rows:
        for span in row["spans"]:
            plain = row["text"][:span["start"]] + span["value"] + row["text"][span["end"]:]
            controls[plain] = (span["start"], span["start"] + len(span["value"]), span["type"])
    found_plain = {}
    for (plain, (start, end, kind)), verdict in zip(controls.items(), run(options.tightlip, list(controls))):
        found_plain[plain] = bool(covered(verdict, start, end, TYPES[kind]))
    table = collections.defaultdict(lambda: [0, 0, 0, 0.0, 0, 0])
    kinds = collections.defaultdict(lambda: [0, 0])
    wrong = []
    for row, verdict in zip(rows, verdicts):
        level = row["difficulty"] + ("h" if options.held and held(row["class"]) else "")
        cell = table[level]
        if not row["spans"]:
            cell[0] += 1
            labelled = [f for f in verdict["findings"] if f["entity_type"] not in ENCODED]
            bad = verdict["action"] == "block" if row["difficulty"] != "N2" else bool(labelled)
            cell[1] += not bad
            if bad:
                wrong.append((row, verdict, "N"))
            continue
        for span in row["spans"]:
            start, end = span["start"], span["end"]
            plain = row["text"][:start] + span["value"] + row["text"][end:]
            if not found_plain[plain]:
                cell[5] += 1
                continue
            cell[0] += 1
            typed = covered(verdict, start, end, TYPES[span["type"]])
            flagged = covered(verdict, start, end, ENCODED)
            ok = bool(typed) or bool(flagged) and row["difficulty"] in ("D3", "D4")
            share = len(covered(verdict, start, end)) / (end - start)
            cell[1] += ok
            cell[2] += bool(typed)
            if ok:
                cell[3] += share
                cell[4] += share < (0.99 if row["difficulty"] == "D1" else 0.95)
            kinds[level, row["class"]][0] += 1
            kinds[level, row["class"]][1] += ok
            if not ok and not (options.held and held(row["class"])):
                wrong.append((row, verdict, span))
            elif ok and share < 0.95 and row["difficulty"] in ("D1", "D2") and not (options.held and held(row["class"])):
                wrong.append((row, verdict, span))
            if verdict["action"] == "redact" and ok:
                value = unicodedata.normalize("NFKC", span["value"]).lower()
                if value in verdict.get("text", "").lower():
                    wrong.append((row, verdict, "LEFT"))
    print(f"{'class':6} {'rows':>5} {'ok':>5} {'%':>6}  {'typed':>5}  {'coverage':>8} {'short':>5}  (control not found)")
    for level in sorted(table):
        total, ok, typed, share, short, missing = table[level]
        print(f"{level:6} {total:5} {ok:5} {100 * ok / max(total, 1):6.1f}  {typed:5}  "
              f"{100 * share / max(ok, 1):8.2f} {short:5}  ({missing})")
    if options.kinds:
        print("  ".join(f"{level}/{kind} {ok}/{total}" for (level, kind), (total, ok) in sorted(kinds.items()) if ok < total))
    shown = collections.Counter()
    for row, verdict, span in wrong:
        if shown[row["class"]] >= options.errors:
            continue
        shown[row["class"]] += 1
        findings = [(f["entity_type"], f["rule"], f["codepoint"]) for f in verdict["findings"]]
        place = (span["type"], span["start"], span["end"]) if isinstance(span, dict) else span
        print(row["difficulty"], row["class"], repr(row["text"])[:150], place, verdict["action"], findings)
    failed = False
    for limit in filter(None, options.min.split(",")):
        level, least = limit.split("=")
        total, ok = table[level][:2]
        if total == 0 or 100 * ok / total < float(least):
            print(f"{level}: below {least} %", file=sys.stderr)
            failed = True
    sys.exit(failed)


main()
