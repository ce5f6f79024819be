#!/usr/bin/env python3
"""Counts in how many benign messages each word and each pair of words stands.

Benign are the outbound messages of the corpus's train split that should pass as they are; names,
places and dates that are annotated in them are left out, so that the table says what everyday
language does and tells of nobody. Written for `tightlip check`, which names terms that would be found
in messages nothing is wrong with.

    python3 Lexicons/build/benign.py        # writes Lexicons/benign.tsv
"""

import collections
import json
import pathlib
import re
import unicodedata

ROOT = pathlib.Path(__file__).resolve().parents[2]
LEAST = 2  # words that stand in one message only say little


def words(text: str) -> list[str]:
    """Words as the filter splits them, near enough: letters and digits, apostrophes left out."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    folded = "".join(c for c in folded if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", folded.replace("'", "").replace("\u2019", ""))


def main() -> None:
    counts: collections.Counter[str] = collections.Counter()
    total = 0
    for line in (ROOT / "Corpus/train.ndjson").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["action"] != "pass" or row["direction"] != "outbound":
            continue
        total += 1
        text = row["text"].encode()
        pieces, position = [], 0
        for span in sorted(row["spans"], key=lambda s: s["utf8"]):
            start, end = span["utf8"]
            pieces.append(text[position:start])
            position = max(position, end)
        pieces.append(text[position:])
        seen = set()
        for piece in pieces:
            found = words(piece.decode(errors="ignore"))
            seen.update(found)
            seen.update(" ".join(pair) for pair in zip(found, found[1:]))
        counts.update(seen)
    rows = sorted((word, count) for word, count in counts.items() if count >= LEAST)
    out = ROOT / "Lexicons/benign.tsv"
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.write("words\tmessages\n")
        file.write(f"*\t{total}\n")
        for word, count in rows:
            file.write(f"{word}\t{count}\n")
    print(f"{out.relative_to(ROOT)}: {len(rows)} words and pairs of {total} messages")


if __name__ == "__main__":
    main()
