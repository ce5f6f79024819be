#!/usr/bin/env python3
"""Writes generated_talk.ndjson: messages of everyday talk made from the grammar in talk.txt. For learning only.

    python3 Corpus/generate_talk.py            write the file (--seed 20261122 --count 13000)
    python3 Corpus/generate_talk.py --check    say whether it is what would be written (exit 1 if not)

The same seed, count, grammar and name and place lists of the pack give the same bytes on every machine. Rows have
text and spans only: what action they deserve was never decided.
"""
import argparse
import hashlib
import json
import os
import random
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import generate  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
REFERENCE = re.compile(r"<([A-Za-z0-9.]+)>")
CHOICE = re.compile(r"\{([^{}:]*\|[^{}:]*)\}")
SPAN = re.compile(r"\{([A-Z_]+):([^{}]*)\}")
ARTICLE = re.compile(r"^(an?|the) ", re.I)
# Words before a symptom that stay outside its span, as in the hand-written messages: "has a {fever}", "I keep {falling}".
LEAD = re.compile(r"^(?:(?:has|have|had|having|is|am|are|was|might be|been|got|gets?|getting|keeps?|feels?|feeling|seems?|looks?|"
                  r"very|complaining of|an?|the|my|his|her) )+(?=\w)", re.I)
MONTHS = "january february march april may june july august september october november december".split()


def read_grammar():
    rules = {}
    with open(os.path.join(HERE, "talk.txt"), encoding="utf-8") as file:
        for line in file:
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            name, _, ways = line.partition("=")
            if not _:
                sys.exit(f"talk.txt: no rule: {line}")
            name = name.strip()
            whole = name.startswith("msg.")
            rules.setdefault(name, []).extend([ways.strip()] if whole else [way.strip() for way in re.split(r"(?:^|\s)\|(?=\s|$)", ways)])
    return rules


class Talk:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.rules = read_grammar()
        self.names = {
            "first": [t for t in terms("names_given.tsv", "GIVEN_NAME")],
            "last": [t for t in terms("names_surname.tsv", "SURNAME")],
            "city": [t for t in terms("places.tsv", "CITY")],
            "state": [t for t in terms("places.tsv", "STATE")],
        }
        self.messages = [(name, line) for name in self.rules if name.startswith("msg.") for line in self.rules[name]]

    def digits(self, count):
        return str(self.r.randrange(1, 10)) + "".join(str(self.r.randrange(10)) for _ in range(count - 1))

    def letters(self, count, upper=True):
        return "".join(self.r.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(count)) if upper else ""

    def code(self, kind):
        r, d, a = self.r, self.digits, self.letters
        shapes = [
            lambda: d(r.choice([6, 7, 7, 8, 8, 9])), lambda: a(1) + d(r.choice([5, 6, 7, 8])), lambda: a(2) + d(r.choice([5, 6, 7])),
            lambda: a(r.choice([1, 2, 3])) + "-" + d(r.choice([4, 5, 6, 7])), lambda: d(2) + "-" + d(r.choice([4, 5, 6])),
            lambda: d(3) + "-" + d(2) + "-" + a(1) + d(2), lambda: d(1) + "-" + d(2) + "-" + d(4), lambda: d(2) + "-" + d(3) + "-" + d(4),
            lambda: a(1) + "-" + d(4) + "/" + d(2), lambda: a(1) + d(4) + " " + d(4), lambda: d(3) + " " + d(3) + " " + d(r.choice([2, 3])),
            lambda: a(2) + "/" + d(4) + "-" + d(3), lambda: d(4) + a(1) + d(3), lambda: d(5) + "-" + a(1), lambda: a(3) + d(3) + a(1) + d(4),
            lambda: a(2) + "-" + d(2) + "-" + d(4) + "-" + d(1), lambda: d(6) + "/" + d(2), lambda: d(r.choice([5, 6])) + a(r.choice([1, 2])),
        ]
        plan = [
            lambda: a(3) + d(9), lambda: a(1) + d(9), lambda: a(3) + d(3) + a(1) + d(5), lambda: d(9) + d(r.choice([1, 2])).zfill(2), lambda: d(11),
            lambda: a(1) + "-" + d(2) + "-" + d(4) + "-" + d(1), lambda: d(3) + "-" + d(2) + "-" + a(1) + d(2), lambda: a(2) + d(8) + a(1),
            lambda: a(4) + d(6), lambda: d(4) + " " + d(4) + " " + d(2), lambda: a(2) + "-" + d(5), lambda: a(1) + d(4) + " " + d(5), lambda: d(5) + "-" + d(3),
        ]
        device = [lambda: a(2) + d(6) + a(1), lambda: a(3) + "-" + d(3) + "-" + d(3) + a(1), lambda: a(2) + " " + d(7) + " " + a(1), lambda: d(4) + a(2) + d(4)]
        other = [lambda: a(2) + str(r.randrange(10)) + a(1) + str(r.randrange(10)), lambda: a(2) + "-" + d(4), lambda: a(3) + " " + d(2) + "-" + d(4), lambda: a(1) + d(5)]
        model = [lambda: a(2) + "-" + d(3), lambda: a(2) + d(3), lambda: d(3) + a(1), lambda: a(1) + d(2) + a(1)]
        pools = {"record": shapes, "plan": shapes[:6] + plan * 2, "account": shapes + other, "device": shapes[:6] + device * 2,
                 "other": shapes[:9] + other * 2, "model": model}
        text = self.r.choice(pools[kind])()
        return text.lower() if self.r.random() < 0.35 else text

    def date_of_birth(self):
        r = self.r
        year, month, day = r.randrange(1926, 2026), r.randrange(1, 13), r.randrange(1, 29)
        name = MONTHS[month - 1].capitalize()
        return r.choice([
            f"{month}/{day}/{year}", f"{month:02}/{day:02}/{year}", f"{month}-{day}-{year % 100:02}", f"{month}/{day}/{year % 100:02}",
            f"{name} {day}, {year}", f"{name[:3]} {day} {year}", f"{day} {name} {year}", f"{year}-{month:02}-{day:02}", f"{month}.{day}.{year}"])

    def built_in(self, name):
        r = self.r
        if name in self.names:
            text = r.choice(self.names[name])
            return text if r.random() < 0.9 else self.built_in("word.name")
        if name == "full":
            return self.built_in("first") + " " + self.built_in("last")
        if name == "word.name":
            return "".join(r.choice(generate.SYLLABLES) for _ in range(r.choice([2, 2, 3]))).capitalize()
        if name.startswith("code."):
            return self.code(name[5:])
        if name == "n90":
            return str(r.choice([90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 101, 102]))
        if re.fullmatch(r"n[1-9]", name):
            return self.digits(int(name[1])) if name != "n1" else str(r.randrange(2, 10))
        if name == "day":
            return r.choice(generate.DAYS)
        if name == "month":
            return r.choice(MONTHS)
        if name == "time":
            return r.choice([f"{r.randrange(1, 13)}:{r.choice(['00', '15', '30', '45', '20', '10'])}", f"{r.randrange(1, 13)} {r.choice(['am', 'pm'])}",
                             f"{r.randrange(1, 13)}:{r.choice(['15', '30', '45'])}{r.choice(['am', 'pm', ' pm', 'p'])}"])
        if name == "phone":
            return f"{r.choice(generate.AREAS)}-555-01{r.randrange(10)}{r.randrange(10)}"
        if name == "dob":
            return self.date_of_birth()
        if name == "art":
            return "\x01"
        sys.exit(f"talk.txt: no rule <{name}>")

    def expand(self, text, depth=0):
        if depth > 12:
            sys.exit(f"talk.txt: a rule goes round in circles: {text}")

        def replace(match):
            name = match.group(1)
            return self.expand(self.r.choice(self.rules[name]), depth + 1) if name in self.rules else self.built_in(name)
        return REFERENCE.sub(replace, text)

    def message(self):
        """Pieces of text, each with a type or None."""
        _, line = self.r.choice(self.messages)
        line = CHOICE.sub(lambda m: self.r.choice(m.group(1).split("|")), line)
        # <art><thing> is a diagnosis with its article outside.
        line = re.sub(r"<art>(<[a-z0-9.]+>)", "\x02\\1\x03", line)
        line = self.expand(line)

        def marked(match):
            article = ARTICLE.match(match.group(1))
            lead = article.group(0) if article else ""
            return lead + "{DIAGNOSIS:" + match.group(1)[len(lead):] + "}"
        line = re.sub("\x02([^\x03]*)\x03", marked, line)
        line = re.sub(r" {2,}", " ", line).strip()
        line = re.sub(r" ([,.?!])", r"\1", line)
        pieces, position = [], 0
        for match in SPAN.finditer(line):
            pieces.append([line[position:match.start()], None])
            text = re.sub(r"^\W+|[\s,.;:]+$", "", match.group(2)) or match.group(2)
            lead = LEAD.match(text) if match.group(1) == "DIAGNOSIS" else None
            if lead:
                pieces[-1][0] += lead.group(0)
                text = text[lead.end():]
            pieces.append([text, match.group(1)])
            position = match.end()
        pieces.append([line[position:], None])
        return [piece for piece in pieces if piece[0]]

    def style(self, pieces):
        r = self.r
        if r.random() < 0.3:
            pieces = [[text.lower(), kind] for text, kind in pieces]
        elif pieces and pieces[0][0][:1].islower() and r.random() < 0.5:
            pieces[0][0] = pieces[0][0][:1].upper() + pieces[0][0][1:]
        if r.random() < 0.15:
            pieces = [[text if kind else re.sub(r"[,.!?']", "", text), kind] for text, kind in pieces]
        return [piece for piece in pieces if piece[0]]


def terms(name, entity):
    """Terms of a list of the pack that one would write as a name."""
    found = []
    with open(os.path.join(generate.TERMS, name), encoding="utf-8") as file:
        next(file)
        for line in file:
            fields = line.rstrip("\n").split("\t")
            if len(fields) > 2 and fields[1] == entity and "strong" not in fields[3] and 2 < len(fields[0]) < 16:
                found.append(generate.capitalized(fields[0]))
    return sorted(set(found))


def rows(seed, count):
    talk = Talk(seed)
    seen = set()
    while len(seen) < count:
        pieces = talk.style(talk.message())
        text = "".join(piece for piece, _ in pieces)
        if text in seen:
            continue
        seen.add(text)
        spans, position = [], 0
        for piece, kind in pieces:
            end = position + len(piece.encode())
            if kind:
                spans.append({"entity_type": kind, "utf8": [position, end]})
            position = end
        digest = hashlib.sha256(text.encode()).hexdigest()[:8]
        yield json.dumps({"id": f"talk-{digest}", "text": text, "direction": "inbound", "spans": spans}, ensure_ascii=False) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--count", type=int, default=13000)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    path = os.path.join(HERE, "generated_talk.ndjson")
    text = "".join(rows(options.seed, options.count))
    if options.check:
        with open(path, encoding="utf-8") as file:
            same = file.read() == text
        print("generated_talk.ndjson: " + ("as it should be" if same else "is not what talk.txt makes; run Corpus/generate_talk.py"))
        sys.exit(0 if same else 1)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main()
