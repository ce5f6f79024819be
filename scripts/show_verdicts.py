#!/usr/bin/env python3
"""Shows requests and the verdicts on them side by side, 80 columns wide.

    show_verdicts.py BINARY REQUESTS.ndjson

Colour only on a terminal, and not where NO_COLOR is set. The output holds the messages: it is for a
person at a terminal, not for a log.
"""
import collections
import json
import os
import subprocess
import sys
import unicodedata

WIDTH = 80
LABEL_WIDTH = 11
ACTIONS = {"pass": "1;32", "redact": "1;33", "block": "1;31"}
IS_COLORED = sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def paint(text, code):
    return f"\033[{code}m{text}\033[0m" if IS_COLORED else text


def safe(text):
    """Control characters would let a message drive the terminal."""
    return "".join(" " if c == "\n" else "\ufffd" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c
                   for c in text)


def columns(text):
    """How many columns a terminal gives a text."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wrap(text, width):
    """Lines of at most `width` columns; a word longer than a line is cut."""
    lines, line = [], ""
    for word in text.split(" "):
        if line and columns(line) + 1 + columns(word) > width:
            lines.append(line)
            line = ""
        elif line:
            line += " "
        for character in word:
            if columns(line) + columns(character) > width:
                lines.append(line)
                line = ""
            line += character
    return lines + [line]


def field(label, text, code="0"):
    """A label, and beside it a text in as many lines as it takes."""
    lines = wrap(text, WIDTH - LABEL_WIDTH)
    for number, line in enumerate(lines):
        head = paint(f"{label if number == 0 else '':<{LABEL_WIDTH}}", "2")
        print(head + (paint(line, code) if code != "0" else line))


def in_words(entity):
    """TOPIC_TEST_RESULTS -> test results, US_SSN -> SSN."""
    words = entity.removeprefix("TOPIC_").removeprefix("US_").split("_")
    capitals = {"SSN", "ITIN", "NPI", "MBI", "HIV", "STI", "URL", "IP", "MAC", "IBAN", "ID", "ZIP"}
    return " ".join(word if word in capitals else word.lower() for word in words)


def reasons_in_words(verdict):
    """(severity, sentence) for each reason, those alike in one."""
    subjects = {}
    for reason in verdict["reasons"]:
        key = (reason["severity"], reason["message"])
        subjects.setdefault(key, [])
        if "entity_type" in reason:
            subjects[key].append(in_words(reason["entity_type"]))
    sentences = [(severity, message + (f" ({', '.join(names)})" if names else ""))
                 for (severity, message), names in subjects.items()]
    if "error" in verdict:
        sentences.append(("block", verdict["error"]["message"]))
    return sentences


def show(request, verdict):
    action = verdict["action"]
    badge = f"{action.upper():<{LABEL_WIDTH - 1}}"
    if IS_COLORED:
        badge = paint(f" {action.upper():<{LABEL_WIDTH - 2}}", ACTIONS[action] + ";7")
    incomplete = "" if verdict["complete"] else ", not looked through completely"
    who = "a patient writes" if request.get("direction") == "inbound" else "the practice writes"
    print(f"{badge} {who}, risk {verdict['risk']:.2f}{incomplete}")
    field("message", safe(request["text"]) if isinstance(request.get("text"), str) else "(no readable text)")
    if action == "redact":
        field("leaves", safe(verdict["text"]), "33")
    elif action == "pass":
        field("leaves", "as it is" if verdict["text"] == request.get("text") else safe(verdict["text"]))
    else:
        field("leaves", "nothing")
        if instead := verdict.get("instead"):
            field("instead", f"by {instead['channel']}: {safe(instead.get('text', ''))}", "36")
    sentences = reasons_in_words(verdict)
    # What blocks is worth saying; what would have been taken out besides is not.
    strongest = [text for severity, text in sentences if severity == sentences[0][0]]
    first = "mind" if action == "pass" else "because"
    for number, text in enumerate(strongest):
        field(first if number == 0 else "and", text)
    if verdict.get("route") == "urgent":
        field("route", "urgent: a person should read this at once", "1;31")
    if would := verdict.get("wouldBe"):
        field("would be", would)
    print()


def parse(line):
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return request if isinstance(request, dict) else {}


def main():
    binary, file = sys.argv[1:]
    try:
        with open(file, "rb") as stream:
            requests = stream.read()
    except OSError as error:
        print(f"demo: {file}: {error.strerror}", file=sys.stderr)
        return 2
    run = subprocess.run([binary, "filter"], input=requests, stdout=subprocess.PIPE)
    if run.returncode != 0:
        return run.returncode
    lines = requests.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    verdicts = [json.loads(line) for line in run.stdout.splitlines()]
    if len(lines) != len(verdicts):
        print(f"demo: {len(lines)} requests, but {len(verdicts)} verdicts", file=sys.stderr)
        return 1
    for line, verdict in zip(lines, verdicts):
        show(parse(line), verdict)
    counts = collections.Counter(verdict["action"] for verdict in verdicts)
    parts = ", ".join(paint(f"{counts[action]} {action}", code) for action, code in ACTIONS.items())
    print(f"{len(verdicts)} message{'' if len(verdicts) == 1 else 's'}: {parts}")
    return 0


if __name__ == "__main__":
    try:
        # A pipe's encoding follows the locale; messages are UTF-8 wherever they are shown.
        sys.stdout.reconfigure(encoding="utf-8")
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    sys.exit(status)
