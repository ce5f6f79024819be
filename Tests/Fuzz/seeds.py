#!/usr/bin/env python3
"""Writes the seeds among Tests/Cases/fuzz/*.ndjson again, and leaves what the fuzzer kept and found alone.

    seeds.py                   writes the seeds
    seeds.py unpack FOLDER     writes every input as a file, FOLDER/<target>/<number>, for the fuzzer
    seeds.py add KIND TARGET FILE...   adds files as rows of a kind ("corpus" or "find")
"""
import base64
import glob
import hashlib
import json
import os
import random
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CASES = os.path.join(ROOT, "Tests/Cases/fuzz")
TARGETS = ["framing", "request", "folding", "validators", "packs", "patterns", "automata", "places", "policy", "redaction", "gates", "stream"]


def read(path, size=None):
    with open(os.path.join(ROOT, path), "rb") as file:
        return file.read(size)


def lines(path, count):
    return b"".join(read(path).splitlines(True)[:count])


def texts(path, count):
    rows = read(path).splitlines()
    return [json.loads(row)["text"].encode() for row in rows[:: max(1, len(rows) // count)]]


REQUESTS = [
    b'{"text":"hello"}', b'{"id":"m-1","text":"SSN 219-09-9998"}', b'{"id":17,"text":"a\\u00e9\\ud83d\\ude42\\n"}',
    b'{"text":"a","direction":"inbound","thread":"t-5","sentAt":"2026-11-22T14:03:00Z","purpose":"appointment-reminder"}',
    b'{"id":null,"text":"x","sender":{"id":"rn-4","role":"nurse"},"channel":{"kind":"sms","encrypted":false,"deviceEncrypted":true}}',
    b'{"text":"x","recipient":{"id":"p-88","timeZone":"America/Denver","known":{"names":["Dana Whitfield"],"dateOfBirth":"1961-04-02","identifiers":["00418823"]}}}',
    b'{"body":{"text":"nested \\"quoted\\""},"n":[1,-2.5e3,true,null,{}]}', b'{"messages":[{"text":"first"},{"text":"second"}]}',
    b'{"a/b":"slash","text":""}', b'{"text":"a","text":"b"}', b'{"te\\u0078t":"escaped member"}', b'{"text":"\\ud800"}', b'{"text":"a\\u0000b"}',
    b'{"text":7}', b"[1]", b"", b"{}", b'\xef\xbb\xbf{"text":"a"}', b'{"text":"\xff"}', b'{"text":"hel', b'{"text":"a"} x', b"[" * 40, b'{"text":"a",}',
    b'{"id":{"a":[1,2]},"text":"a"}', b'{"text":"a","consent":{"given":true}}', b'{"text":"x","tightlip":1}', b'{"text" : "spaces" , "n" : 1e400}',
]


def seeds():
    rng = random.Random(6)
    result = {target: [] for target in TARGETS}
    corpus = texts("Corpus/train.ndjson", 120)
    disguised = texts("Tests/Cases/evasion/generated.ndjson", 120)
    stream = b"\n".join(REQUESTS)
    result["framing"] = [bytes([n, rng.randrange(256), n]) + s for n, s in enumerate([b"", b"\n", b"\r\n", b"a\r", b"\r\r\n\n", b"a\nb\r\n" * 9, b"x" * 80 + b"\n" + b"y" * 69 + b"\r\n", b"\0\n\xff\r", b"x" * 70 + b"\r"])]
    result["request"] = [bytes([flags]) + r for r in REQUESTS for flags in ((0, 4, 5) if b"body" in r else (2, 6) if b"messages" in r else (0, 4, 12))]
    result["stream"] = [bytes([flags]) + stream for flags in range(8)] + [b"\0" + json.dumps({"text": t.decode()}).encode() for t in corpus[:20] + disguised[:20]]
    result["folding"] = disguised + ["Ⓓana ２１９", "e\u0301" * 9, "👩‍⚕️🇺🇸", "\u202e8999\u202c", "&#50;1&#57;", "MjE5LTA5LTk5OTg=", "=32=31=39", "\\x32\\u0031", "two one nine", "ﷺ"]
    result["folding"] = [t if isinstance(t, bytes) else t.encode() for t in result["folding"]]
    values = [row.split(b"\t")[1] for row in read("Tests/Cases/identifier_vectors.tsv").splitlines()[1:] if b"\t" in row]
    result["validators"] = values[:: max(1, len(values) // 150)]
    files = [
        "Lexicons/terms/drug_classes.tsv", None, None, None, "Lexicons/patterns/codes.yaml", "Lexicons/pack.yaml", None, None, None, None, None, None,
    ]
    for kind, path in enumerate(files):
        if path:
            result["packs"].append(bytes([kind]) + lines(path, 14))
    written = [
        (1, "term\tname\tentity\towner\treason\texpires\nterm\tdiabetes\tDIAGNOSIS\tme\twhy\t2027-01-31\n"),
        (6, "overlay: own\nowner: me\nterms:\n  - a.tsv\nwaivers: [w.tsv]\n"),
        (9, "recognizers:\n  - name: x\n    supported_entity: ZIP\n    patterns:\n      - name: zip\n        regex: '\\d{5}'\n        score: 0.1\n    context: [zip]\n"),
    ]
    result["packs"] += [bytes([kind]) + text.encode() for kind, text in written]
    for kind, pattern in [(7, "Lexicons/intents/*"), (8, "Lexicons/**/word_classes*"), (10, "Lexicons/timing/*window*"), (11, "Lexicons/timing/*zone*"), (4, "Lexicons/patterns/*.yaml"), (0, "Lexicons/topics/*.tsv"), (0, "Lexicons/context/*.tsv")]:
        for path in sorted(glob.glob(os.path.join(ROOT, pattern), recursive=True))[:4]:
            if os.path.isfile(path):
                result["packs"].append(bytes([kind]) + lines(os.path.relpath(path, ROOT), 10)[:1500])
    for path in sorted(glob.glob(os.path.join(ROOT, "Lexicons/patterns/*.yaml"))):
        text = read(os.path.relpath(path, ROOT)).decode()
        rules = re.findall(r"pattern: '(.*)'\n(?:.*\n){0,12}?\s+examples: \[\"(.*?)\"", text)
        for source, example in rules[:: max(1, len(rules) // 14)]:
            if len(source) <= 200:
                result["patterns"].append((source.replace("''", "'") + "\n" + example.replace("[[", "").replace("]]", "")).encode())
    # Bytes that choose: how many patterns and states, each pattern, and behind them the text.
    result["automata"] = [bytes([number % 16]) + random.Random(number).randbytes(20 + 4 * (number % 30)) for number in range(120)]
    # What examples the pack gives is looked at by every pattern.
    examples = [e for path in sorted(glob.glob(os.path.join(ROOT, "Lexicons/*/*.yaml"))) for line in read(os.path.relpath(path, ROOT)).decode().splitlines()
                if re.match(r"\s+(counter)?examples: \[", line) for e in re.findall(r'"((?:[^"\\\\]|\\\\.)*)"', line)]
    result["places"] = [e.replace("[[", "").replace("]]", "").lower().encode() for e in examples[:: max(1, len(examples) // 250)]] + disguised[:30]
    for path in sorted(glob.glob(os.path.join(ROOT, "Lexicons/policies/*.yaml")) + glob.glob(os.path.join(ROOT, "Tests/Cases/policy/*.yaml")))[:12]:
        result["policy"].append(read(os.path.relpath(path, ROOT), 3000))
    result["policy"] += [b"policy: own\nhalt: true\n", b"policy: a\nexpires: 2027-01-01\nentities:\n  PERSON: redact\n", b"a: &a [*a]\n", b"policy: x\n---\npolicy: y\n", b"? [a, b]\n: !!int 7\n"]
    for number, text in enumerate(corpus[:24]):
        n = number % 4
        parts = b"".join(bytes([rng.randrange(40), rng.randrange(max(1, len(text))), rng.randrange(12), rng.randrange(7)]) for _ in range(n))
        result["redaction"].append(bytes([n]) + parts + text)
    result["gates"] = [bytes([number % 8]) + text for number, text in enumerate(corpus + disguised[:60])] + [b"\x08Ana O'Neil\nDana Whitfield, chart 00418823, 4/2/61"]
    return result


def load(target):
    path = os.path.join(CASES, target + ".ndjson")
    return [json.loads(row) for row in open(path)] if os.path.exists(path) else []


def save(target, rows):
    with open(os.path.join(CASES, target + ".ndjson"), "w") as file:
        for row in rows:
            file.write(json.dumps(row) + "\n")


def row(kind, data):
    return {"kind": kind, "base64": base64.b64encode(data).decode()}


def main(arguments):
    if arguments[:1] == ["unpack"]:
        for target in TARGETS:
            folder = os.path.join(arguments[1], target)
            os.makedirs(folder, exist_ok=True)
            for item in load(target):
                data = base64.b64decode(item["base64"])
                with open(os.path.join(folder, hashlib.sha1(data).hexdigest()), "wb") as file:
                    file.write(data)
    elif arguments[:1] == ["add"]:
        kind, target, files = arguments[1], arguments[2], arguments[3:]
        rows = load(target)
        known = {item["base64"] for item in rows}
        for path in sorted(files):
            item = row(kind, open(path, "rb").read())
            if item["base64"] not in known:
                known.add(item["base64"])
                rows.append(item)
        save(target, rows)
    else:
        os.makedirs(CASES, exist_ok=True)
        for target, inputs in seeds().items():
            save(target, [row("seed", data) for data in dict.fromkeys(inputs)] + [item for item in load(target) if item["kind"] != "seed"])


if __name__ == "__main__":
    main(sys.argv[1:])
