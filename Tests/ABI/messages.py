#!/usr/bin/env python3
"""Writes requests for the comparison of interfaces: the corpus, envelopes of every kind, and lines that cannot
be read; always the same.

    messages.py COUNT CORPUS… > requests.ndjson
"""

import json
import random
import sys

HOSTILE = [
    b"", b" ", b"{", b"[]", b"null", b'"text"', b"{}", b'{"text":1}', b'{"text":null}', b'{"text":"a","text":"b"}',
    b'{"text":"a","te\\u0078t":"b"}', b'{"text":"caf\xe9"}', b'{"text":"\xed\xa0\x80"}', b'{"text":"\\ud83d"}',
    b'{"text":"a\\u0000b"}', b'{"text":"a\x00b"}', b'\xef\xbb\xbf{"text":"ok"}', b'{"text":"ok"} x', b'{"text":"ok",}',
    b'{"text":"' + b"a" * (1 << 20) + b'"}', b'{"id":{"a":1},"text":"ok"}', b'{"id":[1],"text":"ok"}',
    b'{"id":1e400,"text":"ok"}', b'{"text":"ok","x":' + b"[" * 70 + b"]" * 70 + b"}", b'{"text":"ok"}\r',
    b'{"text":"ok","direction":"sideways"}', b'{"text":"ok","sentAt":"yesterday"}', b'{"text":"ok\\',
]
ODD = ["", "é", "👩‍⚕️ Dana", "２１９－０９－９９９８", "D\u0430na has diabetes", "SSN\u200b 219-09-9998", "\u202eHIV", "a\u0301" * 200,
       "日本語のメッセージ", "line\nbreak\ttab \"quoted\" back\\slash", "\u2028\u2029\x7f", "219-09-9998 " * 40]


def envelope(generator, text, number):
    request = {"text": text}
    chance = generator.random
    if chance() < 0.6:
        request["id"] = generator.choice([number, str(number), None, True, -0.5, "é\"\\\n"])
    if chance() < 0.3:
        request["direction"] = generator.choice(["inbound", "outbound"])
    if chance() < 0.2:
        request["channel"] = {"kind": "sms", "encrypted": chance() < 0.5, "deviceEncrypted": chance() < 0.5}
    if chance() < 0.2:
        request["recipient"] = generator.choice([
            {"known": {"names": ["Dana Whitfield"], "dateOfBirth": "1961-04-02", "identifiers": ["00418823"]}},
            {"consent": {"status": "revoked"}}, {"id": "p-88", "timeZone": "America/Denver"}])
    if chance() < 0.1:
        request["sentAt"] = "2026-11-22T14:03:00Z"
    items = list(request.items())
    generator.shuffle(items)
    return json.dumps(dict(items), ensure_ascii=chance() < 0.5).encode()


def main():
    count = int(sys.argv[1])
    texts = []
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            texts += [json.loads(line)["text"] for line in file]
    generator = random.Random(20261122)
    lines = [line + b"\n" for line in HOSTILE * 3]
    lines += [envelope(generator, text, -1) + b"\n" for text in ODD * 5]
    number = 0
    while len(lines) < count:
        ending = b"\r\n" if generator.random() < 0.05 else b"\n"
        lines.append(envelope(generator, texts[number % len(texts)], number) + ending)
        number += 1
    lines = lines[:count]
    generator.shuffle(lines)
    sys.stdout.buffer.write(b"".join(lines))


if __name__ == "__main__":
    main()
