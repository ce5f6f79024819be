"""Shared helpers: one spelling for terms, one writer for tables, curated-file readers."""
import collections
import os
import re
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
CURATED = os.path.join(HERE, 'curated')

APOSTROPHES = re.compile("['\u2018\u2019\u02bc`\u00b4]")
NOT_WORD = re.compile(r'[^0-9A-Za-z]+')


def plain(text):
    """Accents, typographic signs and apostrophes away; words joined by single spaces; case kept.

    The engine reads words as runs of letters and digits on folded text, so a term spelled this way
    matches "Crohn's", "x-ray" and "X RAY" alike and two spellings of one term cannot both get in.
    """
    s = unicodedata.normalize('NFKD', str(text))
    s = ''.join(c for c in s if not unicodedata.combining(c))
    s = APOSTROPHES.sub('', s).replace('&', ' and ')
    return NOT_WORD.sub(' ', s).strip()


def fold(text):
    return plain(text).lower()


class Table:
    """Rows of one TSV. The first row for a term and entity wins, later ones only add their source."""

    def __init__(self, path):
        self.path = path
        self.rows = {}

    def add(self, term, entity, weight, flags=(), code='', source='', note=''):
        flags = list(dict.fromkeys(flags))
        cs = 'case-sensitive' in flags
        t = plain(term) if cs else fold(term)
        if not t:
            return
        key = (t, entity)
        if cs and (t.lower(), entity) in self.rows and 'case-sensitive' not in self.rows[(t.lower(), entity)][3]:
            return                                   # already there in any case
        row = self.rows.get(key)
        if row:
            srcs = row[5].split('+')
            if source and source not in srcs:
                row[5] = '+'.join(srcs + [source])
            return
        self.rows[key] = [t, entity, weight, flags, code, source, note]

    def has(self, term, entity):
        return (fold(term), entity) in self.rows

    def close(self):
        order = ['case-sensitive', 'plural', 'one-typo', 'needs-context', 'needs-strong-context']
        rows = sorted(self.rows.values(), key=lambda r: (r[1], r[0].lower(), r[0]))
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        with open(self.path, 'w', encoding='utf-8', newline='\n') as f:
            f.write('term\tentity\tweight\tflags\tcode\tsource\tnote\n')
            for t, e, w, fl, c, s, n in rows:
                fl = ','.join(x for x in order if x in fl)
                f.write('\t'.join([t, e, f'{w:.2f}'.rstrip('0').rstrip('.') or '0', fl, c, s, n.replace('\t', ' ')]) + '\n')
        return self.stats()

    def stats(self):
        c = collections.Counter()
        for r in self.rows.values():
            c['strong-context' if 'needs-strong-context' in r[3] else 'context' if 'needs-context' in r[3]
              else 'strong' if r[2] >= 0.9 else 'weighted'] += 1
        return {'file': os.path.basename(self.path), 'rows': len(self.rows), **c,
                'bytes': os.path.getsize(self.path) if os.path.exists(self.path) else 0}


def curated_lines(name):
    with open(os.path.join(CURATED, name), encoding='utf-8') as f:
        for line in f:
            line = line.split('  #')[0].strip()
            if line and not line.startswith('#'):
                yield line


def curated_blocks(name):
    """'A: kind' on a line, then lines of terms with | between, until the next heading.

    A term that stands in several blocks has its most careful tier: the lists are long, and a doubt noted
    once in a B or C block must not be undone by an earlier A block."""
    rows, lowest, tier, kind = [], {}, None, None
    for line in curated_lines(name):
        m = re.match(r'^([ABC]): (\w+)$', line)
        if m:
            tier, kind = m.groups()
            continue
        for t in line.split('|'):
            if t.strip():
                rows.append((tier, kind, t.strip()))
                lowest[fold(t)] = max(tier, lowest.get(fold(t), 'A'))
    for tier, kind, t in rows:
        yield lowest[fold(t)], kind, t


def curated_words(name, missing_ok=False):
    """A flat list: words with spaces or | between (a line with | holds phrases)."""
    out = set()
    for line in curated_lines(name):
        for t in (line.split('|') if '|' in line else line.split()):
            if t.strip():
                out.add(fold(t))
    return out


def edit_distance(a, b, limit):
    """Optimal string alignment (a swap of neighbours counts one), cut off above limit."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before, prev = None, list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        cur = [i]
        for j, y in enumerate(b, 1):
            d = min(prev[j] + 1, cur[-1] + 1, prev[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                d = min(d, before[j - 2] + 1)
            cur.append(d)
        if min(cur) > limit:
            return limit + 1
        before, prev = prev, cur
    return prev[-1]


def deletions(word):
    return {word} | {word[:i] + word[i + 1:] for i in range(len(word))}


class Neighbours:
    """Finds listed words one edit away, by the words both reach with one letter left out."""

    def __init__(self, words):
        self.index = collections.defaultdict(set)
        for w in words:
            for d in deletions(w):
                self.index[d].add(w)

    def near(self, word):
        return {w for d in deletions(word) for w in self.index.get(d, ())
                if w != word and edit_distance(w, word, 1) <= 1}
