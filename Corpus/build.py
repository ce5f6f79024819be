#!/usr/bin/env python3
"""Builds train.ndjson, dev.ndjson, test.ndjson and sample.ndjson from handwritten/*.txt.

    python3 Corpus/build.py            write the files
    python3 Corpus/build.py --check    say whether they are what would be written (exit 1 if not)
    python3 Corpus/build.py --counts   write nothing, print how many of what there are
    python3 Corpus/build.py --doubts   write nothing, list labels that the README's rules may not bear out

Complaints go to stderr as file:line: message, and end the run with exit code 1. A message's id holds
the hash of its text, so neither ids nor splits move when lines are added.
"""
import argparse
import collections
import hashlib
import itertools
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

TYPES = """PERSON DATE_TIME DATE_OF_BIRTH AGE PHONE_NUMBER FAX_NUMBER EMAIL_ADDRESS URL IP_ADDRESS MAC_ADDRESS
USERNAME STREET_ADDRESS LOCATION ZIP_CODE ORGANIZATION US_SSN US_ITIN US_PASSPORT US_DRIVER_LICENSE US_MBI US_NPI
MEDICAL_LICENSE CREDIT_CARD US_BANK_NUMBER IBAN_CODE MEDICAL_RECORD_NUMBER HEALTH_PLAN_ID ACCOUNT_NUMBER VEHICLE_ID
DEVICE_ID BIOMETRIC_ID OTHER_ID DIAGNOSIS DIAGNOSIS_CODE MEDICATION PROCEDURE LAB_RESULT""".split()
TOPICS = """TOPIC_TEST_RESULTS TOPIC_DIAGNOSIS TOPIC_MENTAL_HEALTH TOPIC_SUBSTANCE_USE TOPIC_REPRODUCTIVE_HEALTH
TOPIC_HIV_STI TOPIC_ABUSE TOPIC_CARD_DATA TOPIC_LEGAL_THREAT TOPIC_PROFANITY TOPIC_MARKETING TOPIC_PERSONAL_TALK
TOPIC_CRISIS""".split()
ACTIONS = ["pass", "redact", "block"]
DIRECTIONS = {"out": "outbound", "in": "inbound"}
SPLITS = {"train": range(0, 6), "dev": range(6, 8), "test": range(8, 10)}

# An outbound message with one of these is blocked, whatever else it holds.
BLOCKED_TOPICS = set(TOPICS) - {"TOPIC_CARD_DATA", "TOPIC_PERSONAL_TALK", "TOPIC_CRISIS"}
HEALTH = {"DIAGNOSIS", "DIAGNOSIS_CODE", "MEDICATION", "PROCEDURE", "LAB_RESULT"}
# Identifier numbers: outbound, they come out wherever they stand.
NUMBERS = {"US_SSN", "US_ITIN", "US_PASSPORT", "US_DRIVER_LICENSE", "US_MBI", "US_NPI", "MEDICAL_LICENSE", "CREDIT_CARD",
           "US_BANK_NUMBER", "IBAN_CODE", "MEDICAL_RECORD_NUMBER", "HEALTH_PLAN_ID", "ACCOUNT_NUMBER", "VEHICLE_ID",
           "DEVICE_ID", "BIOMETRIC_ID", "OTHER_ID", "DATE_OF_BIRTH", "AGE", "IP_ADDRESS", "MAC_ADDRESS", "USERNAME"}
# Those that may not stand beside health information. A prescription or specimen number is how one speaks of a drug or test.
DIRECT = NUMBERS - {"OTHER_ID", "AGE", "US_NPI", "MEDICAL_LICENSE", "DEVICE_ID", "VEHICLE_ID", "BIOMETRIC_ID"}
# What identifies a patient only where it is the patient's own.
CONTACTS = {"PHONE_NUMBER", "FAX_NUMBER", "EMAIL_ADDRESS", "STREET_ADDRESS", "ZIP_CODE"}
ADDRESSED = re.compile(r"\b(?:you|your|you're|you've|u|ur|yours|her|his|su|sus|tu|tus|usted)\b|\bmy patient\b", re.I)
SAMPLE_SIZE = 24


class Problem(Exception):
    """A line that cannot be a message; str() says why."""


def parse_markup(marked):
    """'Hi {PERSON:Dana}' -> ('Hi Dana', [('PERSON', 3, 7)]), offsets in UTF-8 bytes."""
    out, spans, size, i = [], [], 0, 0
    while i < len(marked):
        if marked[i] == "}":
            raise Problem(f"'}}' without '{{' near '{marked[max(0, i - 20):i + 1]}'")
        if marked[i] != "{":
            j = min((k for k in (marked.find("{", i), marked.find("}", i)) if k >= 0), default=len(marked))
            piece = marked[i:j].replace("\\n", "\n")
            out.append(piece)
            size += len(piece.encode())
            i = j
            continue
        end = marked.find("}", i)
        if end < 0:
            raise Problem(f"span without an end near '{marked[i:i + 30]}'")
        inner = marked[i + 1:end]
        if "{" in inner:
            raise Problem(f"span within a span near '{marked[i:end + 1]}'")
        kind, colon, covered = inner.partition(":")
        if not colon:
            raise Problem(f"'{{{inner}}}' has no type")
        if kind not in TYPES:
            raise Problem(f"unknown type '{kind}'")
        covered = covered.replace("\\n", "\n")
        if not covered.strip():
            raise Problem(f"empty span of {kind}")
        if covered != covered.strip():
            raise Problem(f"space at the edge of '{{{inner}}}'")
        length = len(covered.encode())
        spans.append((kind, size, size + length))
        out.append(covered)
        size += length
        i = end + 1
    return "".join(out), spans


def parse_line(line):
    """One line of a handwritten file -> dict without id. Raises Problem."""
    fields = line.split(" | ", 4)
    if len(fields) != 5:
        raise Problem(f"{len(fields)} fields instead of 5 (action | direction | voice | topics | text)")
    action, direction, voice, topics, marked = (field.strip() for field in fields)
    note = ""
    cut = re.search(r"\s+##(?:\s+|$)", marked)
    if cut:
        marked, note = marked[:cut.start()], marked[cut.end():].strip()
    if action not in ACTIONS:
        raise Problem(f"unknown action '{action}'")
    if direction not in DIRECTIONS:
        raise Problem(f"unknown direction '{direction}'")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", voice):
        raise Problem(f"voice '{voice}' is not one lower-case word")
    if direction == "in" and action != "pass":
        raise Problem(f"inbound message with action '{action}' (inbound always passes)")
    topics = [] if topics == "-" else [topic.strip() for topic in topics.split(",")]
    for topic in topics:
        if topic not in TOPICS:
            raise Problem(f"unknown topic '{topic}'")
    if len(set(topics)) != len(topics):
        raise Problem("the same topic twice")
    text, spans = parse_markup(marked)
    if not text.strip():
        raise Problem("no text")
    return {"text": text, "direction": DIRECTIONS[direction], "voice": voice, "spans": spans, "topics": topics,
            "action": action, "note": note}


def to_record(identifier, message):
    """The NDJSON object of the README's schema, members in its order."""
    record = {"id": identifier, "text": message["text"], "direction": message["direction"], "voice": message["voice"],
              "spans": [{"entity_type": kind, "utf8": [start, end]} for kind, start, end in message["spans"]]}
    if message["topics"]:
        record["topics"] = message["topics"]
    record["action"] = message["action"]
    if message.get("note"):
        record["note"] = message["note"]
    return record


def to_ndjson(records):
    return "".join(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n" for record in records)


def text_hash(text):
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def split_of(identifier):
    place = hashlib.sha256(identifier.encode()).digest()[0] % 10
    return next(name for name, places in SPLITS.items() if place in places)


def decide(direction, topics, items):
    """The action by the README's rules. `items` are (type, role, covered text). Roles: 'patient' (relatives too),
    'provider', 'office', 'general' (said to nobody). Exact where roles are known (generate.py), else a guess."""
    if direction == "inbound":
        return "pass"
    if BLOCKED_TOPICS & set(topics):
        return "block"
    health = {kind for kind, role, _ in items if kind in HEALTH and role != "general"}
    any_health = {kind for kind, _, _ in items if kind in HEALTH}
    names = [(role, covered) for kind, role, covered in items if kind == "PERSON"]
    patients = [covered for role, covered in names if role == "patient"]
    contacts = sum(kind in CONTACTS and role == "patient" for kind, role, _ in items)
    if "LAB_RESULT" in any_health or health & {"DIAGNOSIS", "DIAGNOSIS_CODE"}:
        return "block"
    if any_health and (patients or contacts or any(kind in DIRECT for kind, _, _ in items)):
        return "block"
    if names and any(kind == "DATE_OF_BIRTH" for kind, _, _ in items):
        return "block"
    taken_out = contacts + sum(kind in NUMBERS or kind == "MEDICATION" or kind == "PROCEDURE" and role != "general"
                               for kind, role, _ in items)
    taken_out += sum(len(re.split(r"[\s,]+", name)) > 1 for name in patients)
    if taken_out >= 4:
        return "block"
    return "redact" if taken_out else "pass"


def sources(folder):
    return sorted(name for name in os.listdir(folder) if name.endswith(".txt"))


def load(folder):
    """All handwritten messages, as (place, id, message), and the complaints about the rest."""
    messages, problems, seen, ids = [], [], {}, {}
    for name in sources(folder):
        stem = name[:-4]
        with open(os.path.join(folder, name), "rb") as file:
            lines = file.read().split(b"\n")
        for number, raw in enumerate(lines, 1):
            place = f"Corpus/handwritten/{name}:{number}"
            try:
                line = raw.decode("utf-8").rstrip("\r")
                if not line.strip() or line.startswith("#"):
                    continue
                message = parse_line(line)
                text = message["text"]
                if text in seen:
                    raise Problem(f"the same text as {seen[text]}")
                seen[text] = place
                identifier = f"hw-{stem}-{text_hash(text)}"
                if identifier in ids:
                    raise Problem(f"the same id as {ids[identifier]}; change a word")
                ids[identifier] = place
                messages.append((place, identifier, message))
            except UnicodeDecodeError as error:
                problems.append(f"{place}: not UTF-8: {error.reason} at byte {error.start}")
            except Problem as problem:
                problems.append(f"{place}: {problem}")
    return messages, problems


def choose_sample(messages):
    """Requests for `make demo`: from train, a third of each action, as many voices, files, types and topics
    as can be had. Greedy, by hash, so a new line changes little."""
    train = sorted((m for m in messages if split_of(m[1]) == "train" and 30 <= len(m[2]["text"]) <= 110
                    and "\n" not in m[2]["text"]), key=lambda m: hashlib.sha256(m[1].encode()).digest())
    chosen, seen = [], collections.Counter()

    def traits(entry):
        message = entry[2]
        return ({kind for kind, _, _ in message["spans"]} | set(message["topics"])
                | {message["voice"], entry[1].split("-")[1]})

    wanted = [("block", "outbound", 8), ("redact", "outbound", 8), ("pass", "outbound", 6), ("pass", "inbound", 2)]
    for action, direction, count in wanted:
        pool = [m for m in train if m[2]["action"] == action and m[2]["direction"] == direction
                and not {"TOPIC_PROFANITY", "TOPIC_ABUSE", "TOPIC_CRISIS"} & set(m[2]["topics"])]
        for _ in range(min(count, len(pool))):
            best = max(pool, key=lambda m: sum(1 / (1 + 3 * seen[t]) for t in sorted(traits(m))) / (4 + len(traits(m)))
                       * (2 if any(kind == "PERSON" for kind, _, _ in m[2]["spans"]) else 1))
            pool.remove(best)
            seen.update(traits(best))
            chosen.append(best)
    chosen.sort(key=lambda m: hashlib.sha256(m[1].encode()).digest())
    requests = []
    for _, identifier, message in chosen[:SAMPLE_SIZE]:
        requests.append({"id": identifier, "text": message["text"], "direction": message["direction"]})
    return requests


def build(messages):
    """File name -> content."""
    files = {f"{split}.ndjson": [] for split in SPLITS}
    for _, identifier, message in messages:
        files[f"{split_of(identifier)}.ndjson"].append(to_record(identifier, message))
    files["sample.ndjson"] = choose_sample(messages)
    return {name: to_ndjson(records) for name, records in files.items()}


def print_counts(messages):
    splits = collections.Counter(split_of(identifier) for _, identifier, _ in messages)
    actions = collections.Counter((m["direction"], m["action"]) for _, _, m in messages)
    print(f"{len(messages)} messages:", ", ".join(f"{splits[name]} {name}" for name in SPLITS))
    for (direction, action), count in sorted(actions.items()):
        print(f"  {direction:9} {action:7} {count:6}")
    table = collections.defaultdict(collections.Counter)
    for _, identifier, message in messages:
        for kind, _, _ in message["spans"]:
            table[kind][split_of(identifier)] += 1
        for topic in message["topics"]:
            table[topic][split_of(identifier)] += 1
    print(f"{'type':28}" + "".join(f"{name:>8}" for name in SPLITS))
    for kind in TYPES + TOPICS:
        print(f"{kind:28}" + "".join(f"{table[kind][name]:8}" for name in SPLITS))


def print_doubts(messages):
    """Whose name or number it is, the markup does not say; so a label is doubted only if no reading bears it out."""
    titled = re.compile(r"\b(?:dr|doc|doctor|dra|nurse|np|pa|rn|provider|dentist|therapist)\.?\s*$", re.I)
    for place, _, message in messages:
        raw = message["text"].encode()
        spans = [(kind, raw[:start].decode(), raw[start:end].decode()) for kind, start, end in message["spans"]]
        guesses = []
        for name, contact in itertools.product(["patient", "provider"], ["patient", "office"]):
            for health in [""] if ADDRESSED.search(message["text"]) else ["", "general"]:
                items = [(kind, "provider" if kind == "PERSON" and titled.search(before) else name if kind == "PERSON"
                          else contact if kind in CONTACTS else health, covered) for kind, before, covered in spans]
                guesses.append(decide(message["direction"], message["topics"], items))
        if message["action"] not in guesses:
            print(f"{place}: {message['action']}, the rules say {guesses[0]}: {message['text']!r}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--counts", action="store_true")
    parser.add_argument("--doubts", action="store_true")
    options = parser.parse_args()
    messages, problems = load(os.path.join(HERE, "handwritten"))
    for problem in problems:
        print(problem, file=sys.stderr)
    if options.counts:
        print_counts(messages)
    elif options.doubts:
        print_doubts(messages)
    elif problems:
        print(f"{len(problems)} problems; nothing written", file=sys.stderr)
    else:
        for name, content in build(messages).items():
            path = os.path.join(HERE, name)
            if not options.check:
                with open(path, "wb") as file:
                    file.write(content.encode())
            elif not os.path.exists(path) or open(path, "rb").read() != content.encode():
                problems.append(f"Corpus/{name} is not what handwritten/ gives; run python3 Corpus/build.py")
                print(problems[-1], file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
