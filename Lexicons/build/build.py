#!/usr/bin/env python3
"""Builds terms/*.tsv and topics/*.tsv of the pack from named packages and the curated lists. See README.md."""
import argparse
import json
import os
import sys

sys.dont_write_bytecode = True
import diagnoses
import fetch
import medications
import names
import places
import procedures
import topics
from ambiguity import Ambiguity
from common import HERE, Table, fold
from sources import Sources


class Build:
    def __init__(self, src, out):
        self.src, self.out, self.tables = src, out, {}
        low, self.proper = src.scowl()
        self.wn = src.wordnet()
        self.given_raw = src.given_names()
        given = {}
        for name, n, _ in self.given_raw:
            given[fold(name)] = given.get(fold(name), 0) + n
        surnames = {}
        for name, n in src.surnames():
            surnames[fold(name)] = surnames.get(fold(name), 0) + n
        self.cities, self.counties = self.read_places()
        self.amb = Ambiguity(low, self.wn, given, surnames, {k: v[1] for k, v in self.cities.items()})
        places = [v['name'] for v in src.geo('countries.json').values()] + [v['name'] for v in src.geo('us_states.json').values()]
        self.amb.countries = {fold(p) for p in places if given.get(fold(p), 0) < 200000} | {'america', 'asia', 'africa', 'europe', 'york', 'angeles', 'diego', 'francisco'}
        self.amb.is_given = lambda name: given.get(fold(name), 0) >= 2000

    def read_places(self):
        """{folded name: (name, population, states, in the US)}: US places and the large cities of the world."""
        raw = {}
        for v in self.src.geo('cities500.json').values():
            us = v['countrycode'] == 'US'
            if (us and v['population'] >= 500) or v['population'] >= 300000:
                e = raw.setdefault(fold(v['name']), [v['name'], 0, set(), False])
                e[1] += v['population']
                e[2].add(v['admin1code'] if us else v['countrycode'])
                e[3] = e[3] or us
        counties = {}
        for v in self.src.geo('us_counties.json'):
            counties.setdefault(v['name'], set()).add(v['state'])
        return {k: (n, p, ' '.join(sorted(s)), us) for k, (n, p, s, us) in raw.items() if k}, counties

    def has_geo(self, name):
        return bool(self.src.geo(name))

    def table(self, name):
        return self.tables.setdefault(name, Table(os.path.join(self.out, name)))

    def diagnosis_words(self):
        return {k for name in ('terms/diagnoses.tsv', 'terms/diagnoses_lay.tsv') if name in self.tables
                for k, _ in self.tables[name].rows if ' ' not in k}


def update_counts(path, stats, tables):
    """Rewrites the two tables between the markers of SOURCES.md, so that its numbers are those of the last build."""
    if not os.path.exists(path):
        return
    by_source = {}
    for t in tables:
        for r in t.rows.values():
            for s in r[5].split('+'):
                by_source[s] = by_source.get(s, 0) + 1
    lines = ['| file | rows | enough alone (0.9 and more) | weighted, no flag | needs-context | needs-strong-context |', '|---|---|---|---|---|---|']
    lines += [f"| {s['file']} | {s['rows']:,} | {s.get('strong', 0):,} | {s.get('weighted', 0):,} | {s.get('context', 0):,} | {s.get('strong-context', 0):,} |" for s in stats]
    lines += ['', 'Rows that a source has part in (the `source` column; a row may name several):', '', '| source | rows |', '|---|---|']
    lines += [f'| {k} | {v:,} |' for k, v in sorted(by_source.items())]
    with open(path, encoding='utf-8') as f:
        text = f.read()
    head, _, rest = text.partition('<!-- counts: written by build.py -->')
    _, _, tail = rest.partition('<!-- end of counts -->')
    if rest:
        with open(path, 'w', encoding='utf-8') as f:
            f.write(head + '<!-- counts: written by build.py -->\n' + '\n'.join(lines) + '\n<!-- end of counts -->' + tail)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--cache', default=os.path.join(HERE, '.cache'), help='where packages are downloaded to and unpacked')
    ap.add_argument('--out', default=os.path.dirname(HERE), help='the pack; terms/ and topics/ are written in it')
    ap.add_argument('--stats', help='write counts as JSON to this file')
    a = ap.parse_args()
    os.makedirs(a.cache, exist_ok=True)
    b = Build(Sources(fetch.fetch(a.cache), a.cache), a.out)
    for module in (diagnoses, medications, procedures, names, places, topics):
        module.add_lists(b)
    for name in ('terms', 'topics'):                 # no table of an earlier build stays behind
        folder = os.path.join(a.out, name)
        for f in os.listdir(folder) if os.path.isdir(folder) else ():
            if f.endswith('.tsv') and f'{name}/{f}' not in b.tables:
                print(f'note: {name}/{f} is not written by this builder', file=sys.stderr)
    stats = [t.close() for _, t in sorted(b.tables.items())]
    for s in stats:
        print(f"{s['file']:32}{s['rows']:8}  strong {s.get('strong', 0):6}  weighted {s.get('weighted', 0):6}"
              f"  context {s.get('context', 0):6}  strong-context {s.get('strong-context', 0):6}  {s['bytes']:9} bytes")
    update_counts(os.path.join(a.out, 'SOURCES.md'), stats, [t for _, t in sorted(b.tables.items())])
    if a.stats:
        with open(a.stats, 'w') as f:
            json.dump(stats, f, indent=1)


if __name__ == '__main__':
    main()
