#!/usr/bin/env python3
"""Compares the verdict structures that `view` printed with the pipe's NDJSON.

    compare_view.py VIEW NDJSON
"""

import json
import sys


def rounded(thousandths):
    """As verdicts print it: two decimals, half up, and never 0.00 above zero."""
    return 0 if thousandths == 0 else max(1, (thousandths + 5) // 10)


def wanted(verdict):
    text = "text:" + verdict["text"].encode().hex() if "text" in verdict else ""
    parts = [verdict["action"], str(int(verdict["complete"])), round(verdict["risk"] * 100), text]
    for f in verdict["findings"]:
        parts.append((f["entity_type"], *f["utf8"], round(f["score"] * 100), f["rule"], f.get("role", ""), f.get("hipaa", "")))
    parts += [f'{r["code"]}/{r["severity"]}/{r.get("entity_type", "")}' for r in verdict["reasons"]]
    rest = ""
    if "instead" in verdict:
        rest += f' instead:{verdict["instead"]["channel"]}:{verdict["instead"]["text"]}'
    if verdict.get("route") == "urgent":
        rest += " urgent"
    if "wouldBe" in verdict:
        rest += f' would-be:{verdict["wouldBe"]}'
    if "error" in verdict:
        rest += f' error:{verdict["error"]["code"]}:{verdict["error"]["message"]}'
    return parts, rest


def shown(line, parts, rest):
    if rest:
        if not line.endswith(rest):
            return None
        line = line[: -len(rest)]
    words = line.split(" ")
    found = [words[0], words[1], rounded(int(words[2])), words[3]]
    for word in words[4:]:
        pieces = word.split("/")
        if len(pieces) == 7:
            found.append((pieces[0], int(pieces[1]), int(pieces[2]), rounded(int(pieces[3])), *pieces[4:]))
        else:
            found.append(word)
    return found


def main():
    with open(sys.argv[1], encoding="utf-8", newline="\n") as file:
        views = file.read().split("\n")[:-1]
    with open(sys.argv[2], encoding="utf-8", newline="\n") as file:
        verdicts = file.read().split("\n")[:-1]
    if len(views) != len(verdicts):
        sys.exit(f"{len(views)} structures, {len(verdicts)} lines")
    for number, (view, line) in enumerate(zip(views, verdicts), 1):
        parts, rest = wanted(json.loads(line))
        if shown(view, parts, rest) != parts:
            sys.exit(f"message {number}: the structure says otherwise than the line")


if __name__ == "__main__":
    main()
