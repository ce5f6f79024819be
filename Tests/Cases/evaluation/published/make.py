#!/usr/bin/env python3
"""Makes corpus.ndjson, predictions.ndjson and figures.json: what published evaluators say of the same predictions.

    python3 -m venv VENV && VENV/bin/pip install seqeval==1.2.2 presidio-evaluator==0.3.2
    VENV/bin/python make.py

The texts are made-up words of four letters with one space between them. With words of equal length the
intersection over union of letters, which tightlip uses, is that of tokens, which presidio-evaluator uses;
spans cover whole words. Left out are the cases in which the definitions part: presidio-evaluator joins
spans of one type that stand side by side, counts a prediction once for each annotation it touches, and
adds up what several predictions cover of one annotation.
"""
import json
import os
import random
import warnings

warnings.filterwarnings("ignore")
import pandas as pd
import seqeval
from presidio_evaluator.evaluation import SpanEvaluator, TokenEvaluator
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2

HERE = os.path.dirname(os.path.abspath(__file__))
TYPES = ["PERSON", "LOCATION", "DATE_TIME", "MEDICATION", "DIAGNOSIS", "PHONE_NUMBER"]
draw = random.Random(20261122)


def word():
    return "".join(draw.choice("bdfgklmnprst") + draw.choice("aeiou") for _ in range(2))


def apart(spans, count):
    """Spans in order, at least one word apart, inside the text."""
    kept, last = [], -1
    for start, end, kind in sorted(spans):
        start, end = max(0, start), min(count, end)
        if start > last and start < end:
            kept.append((start, end, kind))
            last = end
    return kept


def one_to_one(gold, found):
    """The predictions that touch one annotation at most, and none that another prediction touches."""
    def touched(span):
        return [other for other in gold if span[0] < other[1] and other[0] < span[1]]
    kept, taken = [], set()
    for span in found:
        near = touched(span)
        if len(near) <= 1 and not taken & set(near):
            kept.append(span)
            taken |= set(near)
    return kept


def message(number):
    count = draw.randint(6, 24)
    gold, position = [], draw.randint(0, 3)
    while position < count and draw.random() < 0.85:
        length = draw.choice([1, 1, 1, 2, 2, 3, 5])
        gold.append((position, position + length, draw.choice(TYPES)))
        position += length + draw.randint(1, 5)
    gold = apart(gold, count)
    found = []
    for start, end, kind in gold:
        fate = draw.random()
        if fate < 0.55:
            found.append((start, end, kind))
        elif fate < 0.75:
            found.append((start + draw.randint(-1, 1), end + draw.randint(-1, 2), kind))
        elif fate < 0.85:
            found.append((start, end, draw.choice(TYPES)))
    while draw.random() < 0.4:
        start = draw.randint(0, count - 1)
        found.append((start, start + draw.randint(1, 3), draw.choice(TYPES)))
    return f"published-{number:03}", [word() for _ in range(count)], gold, one_to_one(gold, apart(found, count))


def tags(spans, count, prefix):
    result = ["O"] * count
    for start, end, kind in spans:
        for index in range(start, end):
            result[index] = (("B-" if index == start else "I-") if prefix else "") + kind
    return result


def rows(spans):
    return [{"entity_type": kind, "utf8": [5 * start, 5 * end - 1]} for start, end, kind in spans]


def counts(result):
    return {kind: {"right": m.true_positives, "found": m.num_predicted, "gold": m.num_annotated, "precision": m.precision,
                   "recall": m.recall, "f2": m.f_beta} for kind, m in sorted(result.per_type.items()) if kind in TYPES}


def main():
    messages = [message(number) for number in range(250)]
    with open(os.path.join(HERE, "corpus.ndjson"), "w") as corpus, open(os.path.join(HERE, "predictions.ndjson"), "w") as predictions:
        for identifier, words, gold, found in messages:
            corpus.write(json.dumps({"id": identifier, "text": " ".join(words), "spans": rows(gold)}) + "\n")
            predictions.write(json.dumps({"id": identifier, "spans": rows(found)}) + "\n")

    strict = classification_report([tags(g, len(w), True) for _, w, g, _ in messages], [tags(f, len(w), True) for _, w, _, f in messages],
                                   mode="strict", scheme=IOB2, output_dict=True)
    frame = pd.DataFrame([
        {"sentence_id": number, "token": token, "start_indices": 5 * index, "annotation": a, "prediction": p}
        for number, (_, words, gold, found) in enumerate(messages)
        for index, (token, a, p) in enumerate(zip(words, tags(gold, len(words), False), tags(found, len(words), False)))])
    overlap = {}
    for threshold in (0.5, 0.75):
        evaluator = SpanEvaluator(iou_threshold=threshold, char_based=False, skip_words=[])
        result = evaluator.calculate_score_on_df(frame, beta=2)
        overlap[str(threshold)] = {"types": counts(result), "any": {
            "precision": result.pii_precision, "recall": result.pii_recall, "f2": result.pii_f}}
    token = TokenEvaluator(skip_words=[]).calculate_score_on_df(frame, beta=2)
    figures = {
        "seqeval": {kind: {name: row[key] for name, key in (("precision", "precision"), ("recall", "recall"), ("f1", "f1-score"), ("gold", "support"))}
                    for kind, row in strict.items() if kind in TYPES or kind == "micro avg"},
        "presidio span": overlap,
        "presidio token": {"types": counts(token), "any": {
            "precision": token.pii_precision, "recall": token.pii_recall, "f2": token.pii_f}},
    }
    with open(os.path.join(HERE, "figures.json"), "w") as file:
        json.dump(figures, file, indent=1, sort_keys=True, default=float)
        file.write("\n")


if __name__ == "__main__":
    main()
