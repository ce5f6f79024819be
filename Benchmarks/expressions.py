"""The pack's patterns and terms, in the form that engines without lookaround take."""
import glob
import os
import re

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
PACK = os.path.join(HERE, "..", "Lexicons")
OPENINGS = ("(?<=", "(?<!", "(?=", "(?!")


def group_end(pattern, start):
    """The place behind the bracket that closes the group at `start`."""
    depth, index, in_class = 0, start, False
    while index < len(pattern):
        character = pattern[index]
        if character == "\\":
            index += 2
            continue
        if in_class:
            in_class = character != "]" or pattern[index - 1] == "["
        elif character == "[":
            in_class = True
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                return index + 1
        index += 1
    raise ValueError("brackets do not match")


def without_lookaround(pattern):
    """The pattern with its assertions taken off; where one forbids or asks for the edge of a word, \\b stands. It matches more than the
    pattern does, in about the same places. Atomic groups and possessive repeats become plain ones."""
    if pattern.startswith("(?x)"):
        # Written over several lines: spaces and comments mean nothing there.
        pattern = re.sub(r"\\ ", r"\\x20", pattern[4:])
        pattern = re.sub(r"(\[[^\]]*\])|(?<!\\)#[^\n]*|\s+", lambda match: match.group(1) or "", pattern)
    out, index, in_class = [], 0, False
    while index < len(pattern):
        character = pattern[index]
        if character == "\\":
            out.append(pattern[index:index + 2])
            index += 2
            continue
        if in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
        elif character == "(":
            opening = next((text for text in OPENINGS if pattern.startswith(text, index)), None)
            if opening:
                end = group_end(pattern, index)
                body = pattern[index + len(opening):end - 1]
                if opening in ("(?<!", "(?!") and re.match(r"\[?\\w|\[\^?[^\]]*\\w", body):
                    out.append(r"\b")
                index = end
                continue
            if pattern.startswith("(?>", index):
                out.append("(?:")
                index += 3
                continue
        elif character == "+" and out and out[-1][-1:] in ("+", "*", "?", "}") and not "".join(out[-2:]).endswith("\\+"):
            index += 1
            continue
        out.append(character)
        index += 1
    return "".join(out)


def patterns():
    """Every pattern once, in the order of the files."""
    found = {}
    for file in sorted(glob.glob(os.path.join(PACK, "patterns", "*.yaml"))):
        with open(file, encoding="utf-8") as text:
            for rule in yaml.safe_load(text)["patterns"]:
                found.setdefault(without_lookaround(rule["pattern"]))
    # What matches nothing would match everywhere; what calls itself or looks back at what it matched none of the engines takes.
    return [pattern for pattern in found if "(?&" not in pattern and "(?P>" not in pattern and not re.search(r"\\[1-9]", pattern)
            and not re.fullmatch(r"(?:\\b)*", pattern)]


def terms():
    """Every term of pack.yaml's tables once, as written."""
    found = {}
    with open(os.path.join(PACK, "pack.yaml"), encoding="utf-8") as file:
        tables = yaml.safe_load(file)["terms"]
    for table in tables:
        with open(os.path.join(PACK, table), encoding="utf-8") as file:
            next(file)
            for line in file:
                found.setdefault(line.split("\t")[0].lower())
    return [term for term in found if term.strip()]
