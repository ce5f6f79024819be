#!/usr/bin/env python3
"""Counts how often terms that claim to need no context fire on everyday messages.

    collisions.py CORPUS.ndjson [CORPUS.ndjson …] [--pack ..] [--top 40] [--min-weight 0.5]

Reads rows {"id", "text"}; only those whose sha256(id) starts with an even byte (the learning half: the other
half is for checking and must not be looked at while lists are tuned). Everyday corpora do hold real mentions
of illness, so a hit is not yet a fault: read the list of top terms with judgement, and never tune to a message.
"""
import argparse
import collections
import csv
import glob
import hashlib
import json
import os
import re
import sys

sys.dont_write_bytecode = True
from common import APOSTROPHES, HERE, Neighbours, edit_distance

WORD = re.compile(r'[0-9A-Za-z]+')


def words(text):
    return [(m.group(), m.group().lower()) for m in WORD.finditer(APOSTROPHES.sub('', text))]


def load(pack, least):
    """{first word: [(words, cased words or None, file, term, plural)]} and the one-typo terms."""
    starts, typo = collections.defaultdict(list), {}
    for path in sorted(glob.glob(os.path.join(pack, 'terms', '*.tsv')) + glob.glob(os.path.join(pack, 'topics', '*.tsv'))):
        name = os.path.relpath(path, pack)
        if os.path.basename(path) in ('common_words.tsv', 'street_words.tsv', 'diagnosis_codes.tsv'):
            continue
        with open(path, encoding='utf-8') as f:
            for r in csv.DictReader(f, delimiter='\t', quoting=csv.QUOTE_NONE):
                flags = r['flags'].split(',')
                if 'needs-context' in flags or 'needs-strong-context' in flags or float(r['weight']) < least:
                    continue
                w = r['term'].split()
                low = [x.lower() for x in w]
                starts[low[0]].append((low, w if 'case-sensitive' in flags else None, name, r['term']))
                if 'plural' in flags:
                    for end in ('s', 'es'):
                        pl = low[:-1] + [low[-1] + end]
                        starts[pl[0]].append((pl, None, name, r['term']))
                if 'one-typo' in flags and len(low) == 1:
                    typo[low[0]] = (name, r['term'])
    return starts, typo


def main():
    ap = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    ap.add_argument('corpora', nargs='+')
    ap.add_argument('--pack', default=os.path.dirname(HERE))
    ap.add_argument('--top', type=int, default=40)
    ap.add_argument('--min-weight', type=float, default=0.5)
    a = ap.parse_args()
    starts, typo = load(a.pack, a.min_weight)
    near = Neighbours(typo)
    for corpus in a.corpora:
        n, hits, per_file, with_hit = 0, collections.Counter(), collections.Counter(), collections.Counter()
        any_hit = 0
        for line in open(corpus, encoding='utf-8'):
            row = json.loads(line)
            if hashlib.sha256(row['id'].encode()).digest()[0] % 2:
                continue
            n += 1
            ws = words(row['text'])
            low = [x[1] for x in ws]
            found = set()
            for i in range(len(ws)):
                for lw, cased, name, term in starts.get(low[i], ()):
                    if low[i:i + len(lw)] == lw and (cased is None or [x[0] for x in ws[i:i + len(lw)]] == cased):
                        found.add((name, term))
                if len(low[i]) >= 6 and low[i] not in typo:
                    for t in near.near(low[i]):
                        found.add((typo[t][0], f'{t} ~ {low[i]}'))
            for x in found:
                hits[x] += 1
            for f in {f for f, _ in found}:
                with_hit[f] += 1
            any_hit += bool({f for f, _ in found if 'names' not in f and 'places' not in f})
            for f, _ in found:
                per_file[f] += 1
        print(f'\n== {os.path.basename(corpus)}: {n} messages; {1000 * any_hit / max(1, n):.1f} per 1,000 with any hit outside names and places')
        for f, k in sorted(per_file.items()):
            print(f'  {f:40} {1000 * k / n:7.2f} hits per 1,000   {1000 * with_hit[f] / n:7.2f} messages per 1,000')
        for (f, t), k in hits.most_common(a.top):
            print(f'    {k:5}  {f:38} {t}')


if __name__ == '__main__':
    main()
