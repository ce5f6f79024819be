#!/usr/bin/env python3
"""Writes disguised values by rule: generate.py [--seed N] [--per-kind N] > FILE.ndjson

Every kind is a function from a plain value to a disguised one. The values and frames are this file's own, and
invented: telephone numbers use the exchange 555. With one seed the output is always the same. Difficulty:
D1 Unicode's own tables undo it; D2 look-alikes, separators and hidden characters; D3 codes, ciphers and
misspellings; D4 two at once; N1 texts in other languages and odd but usual ones; N2 harmless text in disguise.
"""
import argparse
import base64
import html
import json
import random
import sys
import urllib.parse

VALUES = [
    ("SSN", ["512-38-4471", "448 91 2306", "219640857", "630-12-9984"],
     ["my SSN is {}", "social security number {} for the form", "SSN: {}", "ssn {} is on file"]),
    ("PHONE", ["(720) 555-0164", "503-555-0138", "+1 415 555 0172"],
     ["call me at {} tonight", "cell {}", "her phone number is {}", "reach the patient at {} please"]),
    ("DOB", ["04/27/1949", "1983-06-19", "March 3, 1976"],
     ["DOB {}", "date of birth: {}", "she was born on {}", "pt dob {} confirmed"]),
    ("MRN", ["70418836", "59302174"], ["MRN {}", "medical record number {} pulled", "chart MRN: {} for review"]),
    ("EMAIL", ["tomas.ferreira@example.net", "kim.okoye42@example.org"],
     ["email me at {} please", "her email is {}", "send the forms to {}"]),
    ("DRUG", ["gabapentin", "atorvastatin", "fluoxetine", "metoprolol", "methadone"],
     ["she takes {} every night", "refill {} please", "stop the {} today", "started {} last month"]),
    ("CONDITION", ["epilepsy", "lung cancer", "bipolar disorder", "leukemia", "psoriasis", "asthma"],
     ["diagnosed with {} in June", "history of {}", "treated for {} last year", "mother had {}"]),
    ("NAME", ["Mr. Samuel Ortega", "Mrs. Irene Kowalski", "Dr. Grace Nakamura"],
     ["seen by {} today", "labs for {} are back", "transport for {} please", "family of {} called"]),
]
BENIGN = [
    "the parking garage closes early", "please bring your umbrella", "coffee is in the kitchen",
    "the meeting room is upstairs", "thank you for the flowers", "snow is expected again",
    "the new chairs look great", "lights are off in the hall",
]
PLAIN = [
    "Die Praxis ist am Dienstag geschlossen", "Клиника закрыта в субботу", "Ιατρείο ανοιχτό το πρωί",
    "診療は午前９時からです", "عيادتنا مفتوحة صباحاً", "Naïve café menus from Zoë & Jürgen", "10–12 and 14–16, see page 3",
    "the hall is 30 m² and 4 km away", "use 1/2 cup, then 3/4 tsp", "order #4471-B ships Friday", "R.S.V.P. by noon, B.Y.O.B.",
    "https://example.com/a%20b?q=1&r=2", "if (a < b && c > d) return a[0];", "colors: #ff8800, #00aa44", "5 * 3 = 15; 8 | 4 = 12",
    "w o w, that was f u n", "ha ha ha ha!", "lol :) <3 <3", "bring I.D. please", "2 + 2 = 4, 3 + 3 = 6",
]

MATH = {c: chr(0x1D400 + i) for i, c in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
MATH |= {c: chr(0x1D41A + i) for i, c in enumerate("abcdefghijklmnopqrstuvwxyz")}
MATH |= {str(i): chr(0x1D7CE + i) for i in range(10)}
CYRILLIC = dict(zip("aceopxyABCEHKMOPTXis", "асеорхуАВСЕНКМОРТХіѕ"))
GREEK = dict(zip("oavxptuknie", "οανχρτυκηιε"))
LEET = dict(zip("aeiost", "431057"))
SYMBOLS = dict(zip("aseit", "@$3!+"))
FLIP = dict(zip("abcdefghijklmnopqrstuvwxyz.", "ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz˙"))
DIGITS = "zero one two three four five six seven eight nine".split()
ESPANOL = "cero uno dos tres cuatro cinco seis siete ocho nueve".split()
NATO = dict((w[0], w) for w in ("alfa bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november "
                                "oscar papa quebec romeo sierra tango uniform victor whiskey xray yankee zulu").split())
MORSE = dict(zip("abcdefghijklmnopqrstuvwxyz0123456789", (
    ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.. "
    "----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----.").split()))


def alnum(value):
    return "".join(c for c in value if c.isalnum())


def mapped(table):
    return lambda v, r: "".join(table.get(c, c) for c in v)


def between(sign, only_alnum=False):
    function = lambda v, r: sign.join(alnum(v) if only_alnum else v)
    if only_alnum:  # Without its signs an address of mail is none.
        function.kinds = {"SSN", "PHONE", "DOB", "MRN", "DRUG", "CONDITION", "NAME"}
    return function


def inside(sign):
    def broken(value, r):
        place = max(2, len(value) // 2)
        while not (value[place - 1].isalnum() and value[place].isalnum()):
            place += 1
        return value[:place] + sign + value[place:]
    return broken


def nd(zero):
    return lambda v, r: "".join(chr(zero + int(c)) if c.isdigit() else c for c in v)


def each(code):
    return lambda v, r: "".join(code(c) for c in v)


def encoded(code):
    return lambda v, r: code(v)


def bits(zero, one):
    return lambda v, r: "ok" + "".join(one if b == "1" else zero for c in v.encode() for b in f"{c:08b}")


def then(first, second):
    function = lambda v, r: second(first(v, r), r)
    if hasattr(second, "kinds"):
        function.kinds = second.kinds
    return function


def only(kinds, function):
    function.kinds = kinds
    return function


WIDE = lambda v, r: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in v)
NUMBERS = {"SSN", "PHONE", "MRN"}
WORDS = {"DRUG", "CONDITION"}
KINDS = {
    "D1": {
        "wide": WIDE, "math": mapped(MATH), "bengali": nd(0x9E6), "thai": nd(0xE50), "nko": nd(0x7C0),
        "circled": mapped({str(i): "⓪①②③④⑤⑥⑦⑧⑨"[i] for i in range(10)}),
        "zwsp": between("\u200b"), "joiner": between("\u2060"), "shy": between("\u00ad"), "filler": between("\u3164"),
        "cgj": between("\u034f"), "isolate": inside("\u2069\u2066"), "strike": each(lambda c: c + "\u0336" if c.isalnum() else c),
        "dots": each(lambda c: c + "\u0323\u0307" if c.isalnum() else c), "endash": mapped({"-": "–"}), "nbsp": mapped({" ": "\u00a0"}),
        "alternate": lambda v, r: "".join(c.upper() if i % 2 else c.lower() for i, c in enumerate(v)),
    },
    "D2": {
        "cyrillic": mapped(CYRILLIC), "greek": mapped(GREEK), "circles": mapped({str(i): "⓿❶❷❸❹❺❻❼❽❾"[i] for i in range(10)}),
        "squares": each(lambda c: chr(0x1F170 + ord(c.upper()) - 65) if c.isalpha() else c),
        "indicators": only(WORDS, each(lambda c: chr(0x1F1E6 + ord(c.upper()) - 65) if c.isalpha() else c)),
        "leet": only(WORDS, mapped(LEET)), "symbols": only(WORDS, mapped(SYMBOLS)),
        "colon": between(":", True), "semicolon": between(";", True), "plus": between("+", True), "hash": between("#", True),
        "guillemet": between("»", True), "star": between("*", True), "ring": between("∘", True), "braces": between("}{", True),
        "spaces": between(" ", True), "dash-spaces": between(" - ", True), "tabs": between("\t", True), "underscore": between("_", True),
        "slashes": between("\\", True), "dots-between": between(".", True), "stars": between("★"), "cats": between("🐱"), "thumbs": between("👍🏽"),
        "flags": between("🇨🇦"), "bell": between("\x07"), "unit": between("\x1f"), "private": between("\uf123"), "blank": between("\u2800"),
        "line": inside("\n"), "line-cr": inside("\r\n"), "line-hyphen": inside("-\n"), "line-quote": inside("\n> "), "form-feed": inside("\x0c"),
        "paragraph": inside("\u2029"), "override": lambda v, r: "\u202e" + v[::-1] + "\u202c",
        "tags": lambda v, r: "🏴" + "".join(chr(0xE0000 + ord(c)) for c in v) + "\U000e007f",
        "ideographs": only(NUMBERS, mapped({str(i): "〇一二三四五六七八九"[i] for i in range(10)})),
        "roman": only({"SSN"}, mapped({str(i): " ⅠⅡⅢⅣⅤⅥⅦⅧⅨ"[i] for i in range(1, 10)})),
        "grouped-tilde": only(NUMBERS, lambda v, r: "~".join(v.replace("(", "").replace(")", "").replace("-", " ").split())),
        "grouped-comma": only({"SSN", "PHONE"}, lambda v, r: ",".join(v.strip("+").replace("(", "").replace(")", "").replace("-", " ").split())),
        "brackets": only({"EMAIL"}, lambda v, r: v.replace("@", "(at)").replace(".", "(dot)")),
        "double-space": only({"PHONE", "NAME"}, lambda v, r: v.replace(" ", "  ")),
    },
    "D3": {
        "entities": each(lambda c: f"&#{ord(c)};"), "entities-hex": each(lambda c: f"&#x{ord(c):X};"), "entities-loose": each(lambda c: f"&#{ord(c):06d}"),
        "percent": each(lambda c: f"%{ord(c):02X}"), "percent-twice": each(lambda c: f"%25{ord(c):02X}"), "unicode": each(lambda c: f"\\u{ord(c):04x}"),
        "braced": each(lambda c: f"\\u{{{ord(c):x}}}"), "hex-escape": each(lambda c: f"\\x{ord(c):02x}"), "octal": each(lambda c: f"\\{ord(c):03o}"),
        "quoted": each(lambda c: f"={ord(c):02X}"), "soft-break": inside("=\n"), "italic": each(lambda c: f"<i>{c}</i>"), "comment": between("<!--x-->"),
        "named-shy": between("&shy;"), "base64": encoded(lambda v: base64.b64encode(v.encode()).decode()),
        "base64url": encoded(lambda v: base64.urlsafe_b64encode(v.encode()).decode().rstrip("=")),
        "base32": encoded(lambda v: base64.b32encode(v.encode()).decode()), "base85": encoded(lambda v: base64.a85encode(v.encode()).decode()),
        "base64-wide": encoded(lambda v: base64.b64encode(v.encode("utf-16-le")).decode()),
        "hex": encoded(lambda v: v.encode().hex()), "hex-spaced": encoded(lambda v: v.encode().hex(" ")), "codes": encoded(lambda v: " ".join(str(ord(c)) for c in v)),
        "binary": encoded(lambda v: " ".join(f"{ord(c):08b}" for c in v)), "utf7": encoded(lambda v: "+" + base64.b64encode(v.encode("utf-16-be")).decode().rstrip("=") + "-"),
        "mail-b": encoded(lambda v: "=?UTF-8?B?" + base64.b64encode(v.encode()).decode() + "?="), "mail-q": encoded(lambda v: "=?UTF-8?Q?" + "".join(f"={ord(c):02X}" for c in v) + "?="),
        "backspace": each(lambda c: "z\b" + c), "terminal": between("\x1b[0m"), "zero-width-bits": bits("\u200c", "\u200d"), "invisible-bits": bits("\u2061", "\u2063"),
        "selectors": lambda v, r: "😀" + "".join(chr(0xE0100 + b - 16) for b in v.encode()),
        "digits-en": only(NUMBERS, lambda v, r: " ".join(DIGITS[int(c)] for c in v if c.isdigit())),
        "digits-es": only(NUMBERS, lambda v, r: " ".join(ESPANOL[int(c)] for c in v if c.isdigit())),
        "digits-hyphen": only(NUMBERS, lambda v, r: "-".join(DIGITS[int(c)] for c in v if c.isdigit())),
        "nato": only(WORDS, lambda v, r: " ".join(NATO[c] for c in v.lower() if c.isalpha())),
        "morse": only(WORDS | {"MRN"}, lambda v, r: " ".join(MORSE[c] for c in alnum(v).lower())),
        "rot13": only(WORDS, lambda v, r: v.translate(str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm"))),
        "turned": only(WORDS | {"NAME"}, lambda v, r: "".join(FLIP.get(c, c) for c in v.lower())[::-1]),
        "reversed": only(WORDS | {"EMAIL", "DOB"}, lambda v, r: v[::-1]),
        "filler": only(WORDS, lambda v, r: " ".join("zz".join(w) for w in v.split())),
        "doubled": only({"DRUG"}, lambda v, r: v[:2] + v[2] * 2 + v[3:5] + v[5] * 2 + v[6:]),
        "vowels-out": only({"DRUG"}, lambda v, r: v[0] + "".join(c for c in v[1:] if c not in "aeiou")),
    },
    "D4": {
        "wide+entities": then(WIDE, each(lambda c: f"&#{ord(c)};")), "percent+base64": then(each(lambda c: f"%{ord(c):02X}"), encoded(lambda v: base64.b64encode(v.encode()).decode())),
        "cyrillic+spaces": then(mapped(CYRILLIC), between(" ", True)), "circled+stars": then(mapped({str(i): "⓪①②③④⑤⑥⑦⑧⑨"[i] for i in range(10)}), between("*", True)),
        "zwsp+cats": then(between("\u200b"), between("🐱")), "tags+base64": lambda v, r: base64.b64encode("".join(chr(0xE0000 + ord(c)) for c in v).encode()).decode(),
        "base64+reversed": lambda v, r: base64.b64encode(v.encode()).decode()[::-1], "override+joiner": lambda v, r: "\u202e" + "\u2060".join(v[::-1]) + "\u202c",
        "leet+shy": only(WORDS, then(mapped(LEET), between("\u00ad"))), "math+strike": then(mapped(MATH), each(lambda c: c + "\u0336" if c.isalnum() else c)),
        "hex+percent": then(encoded(lambda v: v.encode().hex()), each(lambda c: f"%{ord(c):02X}")), "thai+line": only(NUMBERS, then(nd(0xE50), inside("\n"))),
    },
}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=20261122)
    options.add_argument("--per-kind", type=int, default=12)
    options = options.parse_args()
    rng = random.Random(options.seed)
    number = 0

    def write(difficulty, kind, text, spans, must):
        nonlocal number
        number += 1
        print(json.dumps({"id": f"g-{number:05}", "class": kind, "difficulty": difficulty, "text": text, "must_find": must, "spans": spans}))

    for difficulty, kinds in KINDS.items():
        for kind, function in kinds.items():
            pool = [(t, v, f) for t, values, frames in VALUES if t in getattr(function, "kinds", {t}) for v in values for f in frames]
            rng.shuffle(pool)
            count = 0
            for entity, value, frame in pool:
                disguised = function(value, rng)
                if disguised == value or count == options.per_kind:
                    continue
                count += 1
                start = frame.index("{}")
                write(difficulty, kind, frame.replace("{}", disguised),
                      [{"type": entity, "value": value, "start": start, "end": start + len(disguised)}], [entity])
    for text in PLAIN:
        write("N1", "plain", text, [], [])
    for kind in ("zwsp", "wide", "strike", "math"):
        for text in BENIGN[:4]:
            write("N2", kind, KINDS["D1"][kind](text, rng), [], [])
    for kind in ("spaces", "cyrillic", "cats", "leet"):
        for text in BENIGN[4:]:
            write("N2", kind, KINDS["D2"][kind](text, rng), [], [])
    for kind in ("base64", "entities", "percent", "hex"):
        for text in BENIGN[2:6]:
            write("N2", kind, KINDS["D3"][kind](text, rng), [], [])


if __name__ == "__main__":
    sys.exit(main())
