#!/usr/bin/env python3
"""Measures a tightlip binary against this corpus and, where they are at hand, against corpora of others.

    measure.py --tightlip BINARY [--split dev]                      our messages (train, dev, test, generated; a,b for several)
    measure.py --tightlip BINARY --corpora DIR [--part learning]    others' corpora too ({id,text,spans:[{start,end,label}]})
    ... --labels          per label of the foreign corpora
    ... --only A,B        only these foreign corpora ("own" stands for ours)
    ... --types T,T       tables and errors for these entity types only
    ... --errors N        up to N misses and false alarms per type and rule (never for test or the checking part)
    ... --arguments "…"   more arguments for `tightlip filter`
    ... --json FILE       the figures, for comparing runs

What the figures mean. Only letters and digits count; a span is *covered* by the findings that lie on it.
  recall      share of gold spans at least half covered by findings of the same type; "any": of whatever type
  precision   share of findings at least half covered by gold spans of the same type; "any": of whatever type
  leak        share of messages with annotated PHI in which a gold span is less than 90 % covered, whatever the type
  over        share of letters and digits outside gold spans that findings cover; in others' corpora only findings
              of types which the corpus annotates count
  false alarm share of outbound messages that should pass but do not
"""
import argparse
import collections
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ACTIONS = ["pass", "redact", "block"]

# ---------------------------------------------------------------- label maps of others' corpora

_ID = ("MEDICAL_RECORD_NUMBER|HEALTH_PLAN_ID|ACCOUNT_NUMBER|OTHER_ID|US_SSN|US_ITIN|US_PASSPORT|US_DRIVER_LICENSE|US_MBI|US_NPI|"
       "MEDICAL_LICENSE|CREDIT_CARD|US_BANK_NUMBER|IBAN_CODE|VEHICLE_ID|DEVICE_ID|BIOMETRIC_ID")
_DATE = "DATE_TIME|DATE_OF_BIRTH"
_PLACE = "LOCATION|STREET_ADDRESS|ZIP_CODE"
_PHONE = "PHONE_NUMBER|FAX_NUMBER"
_PIIFILTER = {
    "PERSON": "PERSON", "EMPLOYEE_NAME": "PERSON", "CUSTOMER_NAME": "PERSON", "COMPANY": "ORGANIZATION", "EMAIL": "EMAIL_ADDRESS",
    "PHONE": _PHONE, "ADDRESS": _PLACE, "CITY": _PLACE, "COUNTRY": _PLACE, "DATE": _DATE, "IP_ADDRESS": "IP_ADDRESS",
    "SOCIAL_SECURITY": _ID, "CREDIT_CARD": _ID, "BANK_ACCOUNT": _ID, "IBAN": _ID, "PASSPORT": _ID,
    "URL": "URL", "PRIVATE_URL": "URL", "DOMAIN": "URL",
}
_PRESIDIO = {
    "PERSON": "PERSON", "ORGANIZATION": "ORGANIZATION", "STREET_ADDRESS": _PLACE, "ADDRESS": _PLACE, "LOCATION": _PLACE, "GPE": _PLACE,
    "ZIP_CODE": _PLACE, "US_SSN": _ID, "US_ITIN": _ID, "US_DRIVER_LICENSE": _ID, "US_PASSPORT": _ID, "US_BANK_NUMBER": _ID,
    "US_MBI": _ID, "US_NPI": _ID, "MEDICAL_LICENSE": _ID, "ABA_ROUTING_NUMBER": _ID, "CREDIT_CARD": _ID, "IBAN_CODE": _ID,
    "DOMAIN_NAME": "URL", "URL": "URL", "EMAIL_ADDRESS": "EMAIL_ADDRESS", "DATE_TIME": _DATE, "IP_ADDRESS": "IP_ADDRESS",
    "MAC_ADDRESS": "MAC_ADDRESS", "PHONE_NUMBER": _PHONE,
}
MAPS = {
    "asq_phi": {
        "NAME": "PERSON", "GEOGRAPHIC_LOCATION": _PLACE + "|ORGANIZATION", "DATE": _DATE, "UNIQUE_IDENTIFIER": _ID,
        "MEDICAL_RECORD_NUMBER": _ID, "HEALTH_PLAN_BENEFICIARY_NUMBER": _ID, "SOCIAL_SECURITY_NUMBER": _ID, "ACCOUNT_NUMBER": _ID,
        "CERTIFICATE_LICENSE_NUMBER": _ID, "PHONE_NUMBER": _PHONE, "FAX_NUMBER": _PHONE, "EMAIL_ADDRESS": "EMAIL_ADDRESS"},
    "presidio_synth_v2": _PRESIDIO,
    "presidio_generated_large": _PRESIDIO,
    "presidio_recognizer_tests": _PRESIDIO,
    "lifebench_sms": {"PERSON": "PERSON", "LOCATION": _PLACE + "|ORGANIZATION", "ORG": "ORGANIZATION", "PHONE": _PHONE, "ID": _ID},
    "sgd_appointments": {
        "city": _PLACE, "location": _PLACE, "destination": _PLACE, "event_location": _PLACE, "address": _PLACE, "street_address": _PLACE,
        "therapist_name": "PERSON|ORGANIZATION", "stylist_name": "PERSON|ORGANIZATION", "dentist_name": "PERSON|ORGANIZATION",
        "doctor_name": "PERSON|ORGANIZATION", "contact_name": "PERSON", "phone_number": _PHONE, "appointment_date": _DATE,
        "appointment_time": _DATE, "date": _DATE, "event_time": _DATE, "event_date": _DATE},
    "wnut17": {"person": "PERSON", "location": _PLACE + "|ORGANIZATION", "corporation": "ORGANIZATION"},
    "usaddress_labeled": {
        **{label: _PLACE for label in (
            "AddressNumber AddressNumberPrefix AddressNumberSuffix StreetName StreetNamePreDirectional StreetNamePostDirectional "
            "StreetNamePreType StreetNamePostType StreetNamePreModifier StreetNamePostModifier OccupancyType OccupancyIdentifier "
            "SubaddressType SubaddressIdentifier USPSBoxType USPSBoxID USPSBoxGroupType USPSBoxGroupID PlaceName StateName ZipCode "
            "CountryName").split()},
        "LandmarkName": _PLACE + "|ORGANIZATION", "BuildingName": _PLACE + "|ORGANIZATION", "Recipient": "PERSON|ORGANIZATION"},
    "duckling_en": {"EMAIL": "EMAIL_ADDRESS", "PHONE": _PHONE, "TIME": _DATE, "CREDIT_CARD": _ID, "URL": "URL"},
    "recognizers_text_en": {
        **{f"datetimeV2.{kind}": _DATE for kind in ("date", "daterange", "datetime", "datetimerange", "time", "timerange")},
        "DateTimeModel": _DATE, "date": _DATE, "phonenumber": _PHONE, "email": "EMAIL_ADDRESS", "url": "URL", "ip": "IP_ADDRESS",
        "mention": "USERNAME"},
    "piifilter_pii_dataset_v2": _PIIFILTER,
    "piifilter_adversarial": _PIIFILTER,
    "psytar": {label: "DIAGNOSIS" for label in ("ADR", "WD", "SSI", "DI")},
    "meddocan_es": {
        "NOMBRE_SUJETO_ASISTENCIA": "PERSON", "NOMBRE_PERSONAL_SANITARIO": "PERSON", "ID_SUJETO_ASISTENCIA": _ID, "ID_ASEGURAMIENTO": _ID,
        "ID_CONTACTO_ASISTENCIAL": _ID, "ID_TITULACION_PERSONAL_SANITARIO": _ID, "CALLE": _PLACE, "TERRITORIO": _PLACE, "PAIS": _PLACE,
        "FECHAS": _DATE, "CORREO_ELECTRONICO": "EMAIL_ADDRESS", "NUMERO_TELEFONO": _PHONE, "NUMERO_FAX": _PHONE,
        "HOSPITAL": "ORGANIZATION", "INSTITUCION": "ORGANIZATION", "CENTRO_SALUD": "ORGANIZATION"},
}
# Corpora in the style of unit tests: only what this member of a row names is labelled in it.
ROW_LABEL = {"duckling_en": "kind", "recognizers_text_en": "kind", "presidio_recognizer_tests": "target"}
ROW_KINDS = {"DateTimeModel": _DATE, "PhoneNumberModel": _PHONE, "EmailModel": "EMAIL_ADDRESS", "URLModel": "URL",
             "IpAddressModel": "IP_ADDRESS", "MentionModel": "USERNAME"}

# Dates are ours (README) when they hold a weekday, a clock time or a day number: "tomorrow", "March", "2019", "in 2 days" are not.
_WEEKDAY = re.compile(r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?\b|\b(?:lunes|martes|mi[eé]rcoles|jueves|viernes|"
                      r"s[aá]bado|domingo)\b|\bnoon\b|\bmidnight\b|o'?clock\b", re.I)
_DURATION = re.compile(r"\b(?:in|for|last|past|next|within|every|ago|after)?\s*\d+\s*(?:more\s+)?"
                       r"(?:s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|days?|weeks?|months?|years?|decades?|quarters?)\b", re.I)
_YEAR = re.compile(r"(?<![\d/.-])(?:1[5-9]|20)\d\d(?:s)?(?![\d/.-])")
_MONTH = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WORDED = re.compile(r"\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\w+teenth|twentieth|twenty[- ]\w+|thirtieth|"
                     r"thirty[- ]first)\b", re.I)


def is_date_of_ours(text):
    if _WEEKDAY.search(text):
        return True
    rest = _DURATION.sub(" ", text)
    if re.search(r"\d", _YEAR.sub(" ", rest)):
        return True
    return bool(_WORDED.search(rest)) and any(month in rest.lower() for month in _MONTH)


# ---------------------------------------------------------------- messages

class Text:
    """A message to measure. Ranges are bit masks over its UTF-8 bytes, set only where a letter or digit begins."""
    __slots__ = ("corpus", "id", "text", "direction", "action", "solid", "gold", "ignored", "over_types", "verdict")

    def __init__(self, corpus, identifier, text, direction="outbound", action=None):
        self.corpus, self.id, self.text, self.direction, self.action = corpus, identifier, text, direction, action
        self.solid = solid_mask(text)
        self.gold = []          # (label, set of types, start, end, mask)
        self.ignored = 0        # mask of spans whose label is not mapped
        self.over_types = None  # types whose findings count as over; None: all
        self.verdict = None


_SOLID = bytes(49 if chr(i).isalnum() and i < 128 else 48 for i in range(256))


def solid_mask(text):
    if text.isascii():
        bits = text.encode().translate(_SOLID)
    else:
        bits = b"".join((b"1" if c.isalnum() else b"0") + b"0" * (len(c.encode("utf-8", "replace")) - 1) for c in text)
    return int(bits[::-1], 2) if bits else 0


def mask_of(start, end):
    return (1 << end) - (1 << start) if 0 <= start < end else 0


def read_own(split):
    texts = []
    for name in split.split(","):
        with open(os.path.join(HERE, f"{name}.ndjson"), encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                item = Text("own", row["id"], row["text"], row["direction"], row["action"])
                for span in row["spans"]:
                    start, end = span["utf8"]
                    item.gold.append((span["entity_type"], {span["entity_type"]}, start, end, mask_of(start, end) & item.solid))
                texts.append(item)
    return texts


def read_foreign(path, name, part):
    """Texts of one corpus, and how many spans of which label are left out."""
    labels, texts, left_out = MAPS.get(name), [], collections.Counter()
    all_types = {t for types in (labels or {}).values() for t in types.split("|")}
    with open(path, encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if (hashlib.sha256(row["id"].encode()).digest()[0] % 2 == 0) != (part == "learning"):
                continue
            item = Text(name, row["id"], row["text"])
            if labels is not None:
                item.over_types = all_types
                if name in ROW_LABEL:
                    kind = row.get(ROW_LABEL[name])
                    types = labels.get(kind) or ROW_KINDS.get(kind) or ""
                    item.over_types = set(types.split("|")).union(
                        *(labels[s["label"]].split("|") for s in row["spans"] if s["label"] in labels))
                text = row["text"]
                for span in row["spans"]:
                    start, end, label = span["start"], span["end"], span["label"]
                    covered = text[start:end]
                    if not text.isascii():
                        start = len(text[:start].encode())
                        end = start + len(covered.encode())
                    mask = mask_of(start, end) & item.solid
                    types = labels.get(label)
                    if types is None:
                        left_out[label] += 1
                        item.ignored |= mask
                    elif types == _DATE and not is_date_of_ours(covered):
                        left_out[f"{label} (relative or bare)"] += 1
                        item.ignored |= mask
                    else:
                        item.gold.append((label, set(types.split("|")), start, end, mask))
            texts.append(item)
    return texts, left_out


def run_filter(binary, arguments, texts):
    """Every text through one `filter` process. Dies where it does not answer line for line."""
    process = subprocess.Popen([binary, "filter", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def feed():
        try:
            lines = (json.dumps({"id": str(i), "text": t.text, "direction": t.direction}) + "\n" for i, t in enumerate(texts))
            process.stdin.writelines(line.encode() for line in lines)
            process.stdin.close()
        except OSError:
            pass

    threading.Thread(target=feed, daemon=True).start()
    answered = 0
    for line in process.stdout:
        try:
            verdict = json.loads(line)
            if verdict.get("id") != str(answered) or verdict.get("action") not in ACTIONS:
                raise ValueError
        except ValueError:
            process.kill()
            sys.exit(f"measure.py: answer {answered + 1} is not a verdict on request {answered + 1}: {line[:200]!r}")
        if answered >= len(texts):
            process.kill()
            sys.exit("measure.py: more verdicts than requests")
        texts[answered].verdict = verdict
        answered += 1
    code = process.wait()
    if answered != len(texts) or code:
        sys.exit(f"measure.py: exit code {code} after {answered} verdicts on {len(texts)} requests")


# ---------------------------------------------------------------- figures

def ratio(part, whole):
    return part / whole if whole else None


class Tally:
    """Counts of one corpus."""

    def __init__(self):
        self.messages = self.with_gold = self.leaking = self.outside = self.over = self.errors = self.incomplete = 0
        self.actions = collections.Counter()
        self.confusion = collections.Counter()
        self.inbound = collections.Counter()
        self.gold = collections.Counter()      # by label
        self.found = collections.Counter()
        self.found_any = collections.Counter()
        self.findings = collections.Counter()  # by type
        self.right = collections.Counter()
        self.right_any = collections.Counter()
        self.misses = collections.defaultdict(list)    # label -> [(text, start, end, state)]
        self.alarms = collections.defaultdict(list)    # (type, rule) -> [(text, start, end)]
        self.wrong = collections.defaultdict(list)     # (gold action, action) -> [text]

    def add(self, item):
        solid, verdict = item.solid, item.verdict
        self.messages += 1
        self.actions[verdict["action"]] += 1
        self.errors += "error" in verdict
        self.incomplete += verdict.get("complete") is False
        by_type, everything, counted = {}, 0, 0
        findings = []
        for finding in verdict.get("findings") or ():
            kind = finding["entity_type"]
            self.findings[kind] += 1
            if kind.startswith("TOPIC_"):
                continue
            start, end = finding["utf8"]
            mask = mask_of(start, end) & solid
            findings.append((kind, start, end, mask, finding.get("rule", "?")))
            by_type[kind] = by_type.get(kind, 0) | mask
            everything |= mask
            if item.over_types is None or kind in item.over_types:
                counted |= mask
        all_gold, gold_by_type, leaks = 0, {}, False
        for label, types, start, end, mask in item.gold:
            all_gold |= mask
            for kind in types:
                gold_by_type[kind] = gold_by_type.get(kind, 0) | mask
            size = mask.bit_count()
            same = 0
            for kind in types:
                same |= by_type.get(kind, 0)
            any_covered = (everything & mask).bit_count()
            self.gold[label] += 1
            hit, any_hit = 2 * (same & mask).bit_count() >= size, 2 * any_covered >= size
            self.found[label] += hit
            self.found_any[label] += any_hit
            if 10 * any_covered < 9 * size:
                leaks = True
            if not hit:
                self.misses[label].append((item, start, end, "other type" if any_hit else ""))
        if item.gold:
            self.with_gold += 1
            self.leaking += leaks
        annotated = all_gold | item.ignored
        self.outside += (solid & ~annotated).bit_count()
        self.over += (counted & ~annotated).bit_count()
        for kind, start, end, mask, rule in findings:
            size = mask.bit_count()
            right = 2 * (gold_by_type.get(kind, 0) & mask).bit_count() >= size
            self.right[kind] += right
            self.right_any[kind] += 2 * (annotated & mask).bit_count() >= size
            if not right and (item.over_types is None or kind in item.over_types and 2 * (annotated & mask).bit_count() < size):
                self.alarms[kind, rule].append((item, start, end))
        if item.action:
            if item.direction == "outbound":
                self.confusion[item.action, verdict["action"]] += 1
                if item.action != verdict["action"]:
                    self.wrong[item.action, verdict["action"]].append(item)
            else:
                self.inbound[verdict["action"]] += 1

    def figures(self):
        out = {"messages": self.messages, "actions": {a: self.actions[a] for a in ACTIONS}, "errors": self.errors,
               "incomplete": self.incomplete, "with_phi": self.with_gold, "leak": ratio(self.leaking, self.with_gold),
               "over": ratio(self.over, self.outside)}
        if self.gold:
            out["recall"] = ratio(sum(self.found.values()), sum(self.gold.values()))
            out["labels"] = {label: {"gold": n, "recall": ratio(self.found[label], n), "recall_any": ratio(self.found_any[label], n)}
                             for label, n in sorted(self.gold.items())}
        out["findings"] = dict(sorted(self.findings.items()))
        if self.confusion:
            should_pass = sum(self.confusion["pass", a] for a in ACTIONS)
            out["precision"] = ratio(sum(self.right.values()), sum(n for k, n in self.findings.items() if not k.startswith("TOPIC_")))
            out["types"] = {kind: {"gold": self.gold[kind], "recall": ratio(self.found[kind], self.gold[kind]),
                                   "recall_any": ratio(self.found_any[kind], self.gold[kind]), "findings": self.findings[kind],
                                   "precision": ratio(self.right[kind], self.findings[kind]),
                                   "precision_any": ratio(self.right_any[kind], self.findings[kind])}
                            for kind in sorted(set(self.gold) | {k for k in self.findings if not k.startswith("TOPIC_")})}
            out["false_alarm"] = ratio(should_pass - self.confusion["pass", "pass"], should_pass)
            out["action_accuracy"] = ratio(sum(self.confusion[a, a] for a in ACTIONS), sum(self.confusion.values()))
            out["confusion"] = {g: {a: self.confusion[g, a] for a in ACTIONS} for g in ACTIONS}
            out["inbound"] = {a: self.inbound[a] for a in ACTIONS}
        return out


def percent(value, width=7):
    return f"{'–':>{width}}" if value is None else f"{100 * value:{width}.1f}"


def print_own(figures, split, wanted):
    print(f"Our corpus, {split}: {figures['messages']} messages")
    print(f"\n{'type':24}{'gold':>6}{'recall':>8}{'any':>7}{'findings':>10}{'precision':>10}{'any':>7}")
    for kind, row in figures["types"].items():
        if not wanted or kind in wanted:
            print(f"{kind:24}{row['gold']:6}{percent(row['recall'], 8)}{percent(row['recall_any'])}{row['findings']:10}"
                  f"{percent(row['precision'], 10)}{percent(row['precision_any'])}")
    print(f"{'all':24}{sum(r['gold'] for r in figures['types'].values()):6}{percent(figures.get('recall'), 8)}{'':7}"
          f"{sum(r['findings'] for r in figures['types'].values()):10}{percent(figures['precision'], 10)}")
    print(f"\nleak {percent(figures['leak'], 0)} %   over {percent(figures['over'], 0)} %   false alarm {percent(figures['false_alarm'], 0)} %"
          f"   action accuracy {percent(figures['action_accuracy'], 0)} % (outbound)")
    print(f"\n{'should be':>12}" + "".join(f"{a:>8}" for a in ACTIONS))
    for gold in ACTIONS:
        print(f"{gold:>12}" + "".join(f"{figures['confusion'][gold][a]:8}" for a in ACTIONS))
    print(f"{'inbound':>12}" + "".join(f"{figures['inbound'][a]:8}" for a in ACTIONS))


def print_foreign(results, left_out, part, wanted, labels):
    annotated = [(name, f) for name, f in results.items() if name in MAPS]
    plain = [(name, f) for name, f in results.items() if name not in MAPS]
    if annotated:
        print(f"\nOthers' corpora, {part} part\n\n{'corpus':28}{'texts':>7}{'with PHI':>9}{'recall':>8}{'leak':>7}{'over':>7}"
              + "".join(f"{a:>8}" for a in ACTIONS))
        for name, f in annotated:
            print(f"{name:28}{f['messages']:7}{f['with_phi']:9}{percent(f.get('recall'), 8)}{percent(f['leak'])}{percent(f['over'])}"
                  + "".join(f"{f['actions'][a]:8}" for a in ACTIONS))
        if labels:
            for name, f in annotated:
                print(f"\n{name:44}{'gold':>7}{'recall':>8}{'any':>7}")
                for label, row in f.get("labels", {}).items():
                    if not wanted or wanted & set(MAPS[name][label].split("|")):
                        print(f"  {label:42}{row['gold']:7}{percent(row['recall'], 8)}{percent(row['recall_any'])}")
        for name, f in annotated:
            if left_out[name]:
                print(f"ignored in {name}: " + ", ".join(f"{label} {n}" for label, n in sorted(left_out[name].items())))
    if plain:
        print(f"\nWithout annotations, {part} part (findings per 1,000 texts)\n\n{'corpus':28}{'texts':>7}{'redact':>8}{'block':>7}  findings")
        for name, f in plain:
            n = f["messages"] or 1
            per = "  ".join(f"{kind} {1000 * count / n:.1f}" for kind, count in sorted(f["findings"].items(), key=lambda p: -p[1])
                            if not wanted or kind in wanted)
            print(f"{name:28}{f['messages']:7}{percent(f['actions']['redact'] / n, 8)}{percent(f['actions']['block'] / n)}  {per}")


def excerpt(item, start, end):
    raw = item.text.encode()
    before, after = raw[max(0, start - 60):start].decode(errors="ignore"), raw[end:end + 40].decode(errors="ignore")
    return f"{before}[[{raw[start:end].decode(errors='replace')}]]{after}".replace("\n", "\\n")


def print_errors(name, tally, limit, wanted):
    def types_of(label):
        return set(MAPS[name][label].split("|")) if name in MAPS else {label}

    print(f"\n==== {name}: misses")
    for label, misses in sorted(tally.misses.items(), key=lambda p: -len(p[1])):
        if wanted and not wanted & types_of(label):
            continue
        print(f"-- {label}: {len(misses)} of {tally.gold[label]}")
        for item, start, end, state in misses[:limit]:
            print(f"   {item.id}  {excerpt(item, start, end)}{'   (' + state + ')' if state else ''}")
    print(f"\n==== {name}: false alarms")
    for (kind, rule), alarms in sorted(tally.alarms.items(), key=lambda p: -len(p[1])):
        if wanted and kind not in wanted:
            continue
        print(f"-- {kind} {rule}: {len(alarms)}")
        for item, start, end in alarms[:limit]:
            print(f"   {item.id}  {excerpt(item, start, end)}")
    if tally.wrong and not wanted:
        print(f"\n==== {name}: actions")
        for (gold, action), items in sorted(tally.wrong.items(), key=lambda p: -len(p[1])):
            print(f"-- {gold}, but was {action}: {len(items)}")
            for item in items[:limit]:
                codes = ",".join(reason.get("code", "?") for reason in item.verdict.get("reasons") or ())
                print(f"   {item.id}  {item.text[:140]!r}  {codes}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tightlip", required=True)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--corpora")
    parser.add_argument("--part", choices=["learning", "checking"], default="learning")
    parser.add_argument("--only", default="")
    parser.add_argument("--types", default="")
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--labels", action="store_true")
    parser.add_argument("--arguments", default="")
    parser.add_argument("--json")
    options = parser.parse_args()
    wanted = {t for t in options.types.split(",") if t}
    only = {t for t in options.only.split(",") if t}

    texts, left_out = [], {}
    if not only or "own" in only:
        texts += read_own(options.split)
    if options.corpora:
        if not os.path.isdir(options.corpora):
            sys.exit(f"measure.py: no such folder: {options.corpora}")
        for entry in sorted(os.listdir(options.corpora)):
            name = entry.removesuffix(".ndjson")
            if entry.endswith(".ndjson") and (not only or name in only):
                rows, left_out[name] = read_foreign(os.path.join(options.corpora, entry), name, options.part)
                texts += rows
    began = time.monotonic()
    run_filter(options.tightlip, shlex.split(options.arguments), texts)
    took = time.monotonic() - began

    tallies = collections.OrderedDict()
    for item in texts:
        tallies.setdefault(item.corpus, Tally()).add(item)
    figures = {name: tally.figures() for name, tally in tallies.items()}
    if "own" in figures:
        print_own(figures["own"], options.split, wanted)
    print_foreign({n: f for n, f in figures.items() if n != "own"}, left_out, options.part, wanted, options.labels)
    actions = {a: sum(f["actions"][a] for f in figures.values()) for a in ACTIONS}
    print(f"\n{len(texts)} texts in {took:.1f} s: " + ", ".join(f"{actions[a]} {a}" for a in ACTIONS)
          + f"; {sum(f['errors'] for f in figures.values())} with an error, {sum(f['incomplete'] for f in figures.values())} incomplete")
    if options.errors:
        for name, tally in tallies.items():
            if name == "own" and "test" in options.split.split(",") or name != "own" and options.part == "checking":
                print(f"\n==== {name}: not listed; this part is for measuring only")
            else:
                print_errors(name, tally, options.errors, wanted)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"split": options.split, "part": options.part if options.corpora else None, "texts": len(texts),
                       "actions": actions, "corpora": figures, "ignored": {n: dict(sorted(c.items())) for n, c in left_out.items()}},
                      file, indent=1, ensure_ascii=False)
            file.write("\n")


if __name__ == "__main__":
    main()
