#!/usr/bin/env python3
"""Writes messages to measure speed with, as requests of the line protocol (NDJSON) or as plain lines.

    workload.py --output mixed.ndjson                              400,000 messages, 25 % with PHI, 5 % non-ASCII
    workload.py --phi 0 --non-ascii 0 --output nothing.ndjson      messages with nothing in them
    workload.py --mean 600 --count 50000 --lines --output long.txt

A message is one or more sentences of the train split, of the frames (frames.txt) and of the grammar of talk (talk.txt), with values made
anew for every one. One "with PHI" holds one sentence in which something is annotated, a date or a first name too, and sentences in which
nothing is; one without holds only such. Lengths are spread as those of texts are, around the mean (log-normal). No text comes twice.
The same seed, settings, corpus and lists give the same bytes on every machine. What was written is told on standard error.
"""
import argparse
import json
import math
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.path.join(HERE, "..", "Corpus")
sys.path.insert(0, CORPUS)
import generate  # noqa: E402
import generate_talk  # noqa: E402

# How far lengths spread: with this the longest in a hundred is about three times as long as the median.
SPREAD = 0.45
# Of a hundred sentences with something in them, so many come from the frames; the rest from the grammar of talk.
FROM_FRAMES = 0.8


class Sentences:
    """Sentences with something annotated in them, and sentences without."""

    def __init__(self, seed, wanted):
        self.marked = []
        # By where they come from: each source is drawn from equally often, however many sentences it has.
        self.plain = {"train": [], "frames": [], "talk": []}
        with open(os.path.join(CORPUS, "train.ndjson"), encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                self.add("train", row["text"], row["spans"] or row.get("topics"))
        self.from_frames(seed, int(wanted * FROM_FRAMES))
        self.from_talk(seed, wanted)
        self.marked = sorted(set(self.marked))
        self.plain = [sorted(set(texts)) for texts in self.plain.values()]
        self.plain_ascii = [[text for text in texts if text.isascii()] for texts in self.plain]

    def add(self, source, text, something):
        (self.marked if something else self.plain[source]).append(text.strip())

    def draw_plain(self, r, is_ascii):
        return r.one(r.one(self.plain_ascii if is_ascii else self.plain))

    def overshoot(self):
        """How far a text goes on average beyond the length at which it may end, when it ends with a whole sentence."""
        sizes = [[len(text.encode()) + 1 for text in texts] for texts in self.plain_ascii]
        mean = sum(sum(group) / len(group) for group in sizes)
        return sum(sum(size * size for size in group) / len(group) for group in sizes) / mean / 2

    def from_frames(self, seed, wanted):
        slots = generate.Slots()
        slots.spanish = False
        frames = [frame for key, group in sorted(generate.read_frames(slots).items()) for frame in group]
        weights = {"en": 1 - generate.SPANISH, "es": generate.SPANISH}
        decks = {language: [frame for frame in frames if frame.language == language] for language in weights}
        for number in range(wanted):
            r = generate.Random(f"{seed}-frame-{number}")
            deck = decks["es" if r.chance(weights["es"]) else "en"]
            frame = r.one(deck)
            parts = [(kind, role, text.replace("\\n", "\n")) for kind, role, text in frame.expand(slots, r)]
            topics, _ = generate.decide(frame, parts)
            text, spans = generate.assemble(generate.disturb(generate.dress(frame, parts, slots, r), r))
            self.add("frames", text, spans or topics)

    def from_talk(self, seed, wanted):
        talk = generate_talk.Talk(seed)
        for _ in range(wanted):
            pieces = talk.style(talk.message())
            something = any(kind for _, kind in pieces)
            # Most talk tells of symptoms; of those no more are kept than the share says.
            if something and talk.r.random() > 1 - FROM_FRAMES:
                continue
            self.add("talk", "".join(text for text, _ in pieces), something)


def typographic(text, r):
    """The same text as a telephone's keyboard writes it."""
    changed = text.replace("'", "\u2019").replace("...", "\u2026").replace(" - ", " \u2013 ")
    return changed if changed != text else f"{text} {r.one(generate.EMOJI_LIST)}"


def ascii_only(text):
    """Accents away; what else is not ASCII makes the sentence unfit."""
    plain = text.translate(ACCENTS)
    return plain if plain.isascii() else None


ACCENTS = str.maketrans({"á": "a", "é": "e", "í": "i", "ó": "o", "ú": "u", "ü": "u", "ñ": "n", "Á": "A", "É": "E", "Í": "I", "Ó": "O", "Ú": "U",
                         "Ñ": "N", "¿": "", "¡": "", "’": "'", "“": '"', "”": '"', "…": "...", "–": "-", "—": "-"})


def normal(r):
    """One draw of a standard normal distribution (Box and Muller), from random() alone."""
    return math.sqrt(-2 * math.log(1 - r.random())) * math.cos(2 * math.pi * r.random())


def shuffled(count, share, r):
    """So many yes and no, the share of them yes, in random order."""
    flags = bytearray(b"\1" * round(count * share) + b"\0" * (count - round(count * share)))
    for i in range(count - 1, 0, -1):
        j = r.below(i + 1)
        flags[i], flags[j] = flags[j], flags[i]
    return flags


def messages(options):
    sentences = Sentences(options.seed, max(20_000, int(options.count * max(options.phi, 0.05) * 1.3)))
    overshoot = sentences.overshoot()
    r = generate.Random(f"{options.seed}-messages")
    centre = math.log(options.mean) - SPREAD * SPREAD / 2
    seen = set()
    # Counted, not drawn: the shares come out as asked for; shuffled, so that no order can be learned.
    with_phi = shuffled(options.count, options.phi, r)
    with_high = shuffled(options.count, options.non_ascii, r)
    for number in range(options.count):
        has_phi, is_ascii = with_phi[number], not with_high[number]
        for _ in range(1000):
            length = math.exp(centre + SPREAD * normal(r))
            parts, size = [], 0
            if has_phi:
                text = r.one(sentences.marked)
                if is_ascii:
                    text = ascii_only(text)
                    if not text:
                        continue
                parts, size = [text], len(text.encode()) + 1
            place = r.below(3)
            while not parts or size + overshoot < length:
                text = sentences.draw_plain(r, is_ascii)
                parts.insert(0, text) if has_phi and place == 0 and len(parts) == 1 else parts.append(text)
                size += len(text.encode()) + 1
            text = " ".join(parts)
            if not is_ascii and text.isascii():
                text = typographic(text, r)
            if text not in seen:
                break
        else:
            sys.exit("workload.py: the corpus cannot give that many different messages of that length; ask for longer or fewer ones")
        seen.add(text)
        yield text, has_phi


def share(text):
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("a share is from 0 to 1")
    return value


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--count", type=int, default=400_000)
    parser.add_argument("--phi", type=share, default=0.25, help="share of messages with something annotated in them")
    parser.add_argument("--non-ascii", type=share, default=0.05, help="share of messages that are not pure ASCII")
    parser.add_argument("--mean", type=float, default=130, help="mean length of a text in UTF-8 bytes")
    parser.add_argument("--lines", action="store_true", help="plain text, a line each; line breaks become spaces")
    parser.add_argument("--output", default="-", help="a file; - for standard output")
    options = parser.parse_args()
    if options.count < 1 or options.mean < 1:
        parser.error("--count and --mean are above 0")
    count = size = phi = high = 0
    words = set()
    out = sys.stdout.buffer if options.output == "-" else open(options.output + ".new", "wb")
    for text, has_phi in messages(options):
        count += 1
        size += len(text.encode())
        phi += has_phi
        high += not text.isascii()
        words.update(text.split())
        if options.lines:
            out.write(text.replace("\n", " ").encode() + b"\n")
        else:
            out.write(json.dumps({"id": f"w-{count}", "text": text}, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    if options.output != "-":
        out.close()
        os.replace(options.output + ".new", options.output)
    print(f"{count} messages, no text twice, {len(words)} different words; mean {size / count:.1f} bytes; {100 * phi / count:.1f} % with PHI; "
          f"{100 * high / count:.1f} % not ASCII", file=sys.stderr)


if __name__ == "__main__":
    main()
