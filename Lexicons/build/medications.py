"""medications.tsv, medication_misspellings.tsv, drug_classes.tsv"""
import collections
import re

from common import Neighbours, curated_blocks, curated_lines, curated_words, edit_distance, fold
from vaccines import GENERIC, is_vaccine

# systematic names that nobody texts
CHEM = re.compile(r'[\[\]{}(),/:;%+]|->|\d-[a-z]|^\d|[a-z]\d{3,}|\b[nod]-|alpha|beta-|gamma-|delta-|\b(acid|salt)\b.*\b(ester|amide)\b', re.I)
CHEM_WORD = re.compile(r'(hydroxy|methyl|ethyl|phenyl|chloro|fluoro|amino|benzo|oxo|acetyl|sulf\w*yl)\w*(hydroxy|methyl|ethyl|phenyl|chloro|fluoro|amino|benzo|oxo|acetyl)', re.I)
CODE = re.compile(r'\b[a-z]{1,5}-? ?\d{2,}\b', re.I)
SALT = set('''acetate hydrochloride sodium potassium calcium magnesium citrate sulfate sulphate tartrate maleate mesylate besylate phosphate fumarate
bromide chloride iodide nitrate succinate lactate gluconate carbonate oxide hydroxide stearate palmitate propionate valerate benzoate disodium dihydrate
monohydrate hydrobromide pamoate tosylate esylate malate xinafoate furoate anhydrous hemihydrate trihydrate trometamol tromethamine lysine meglumine'''.split())


def usable(t):
    k = fold(t)
    return (3 <= len(k) <= 40 and len(k.split()) <= 4 and not CHEM.search(t) and not CHEM_WORD.search(t) and not CODE.search(t)
            and re.search('[a-z]{3}', k) and not all(w in SALT for w in k.split()))


# product words that a brand name in UNII may end in
PRODUCT_END = re.compile(r'\s+(tablets?|capsules?|injection|cream|ointment|lotion|gel|solution|suspension|kit|otc|rx|spray|drops|syrup|powder|patch|component)$', re.I)


def add_lists(b):
    amb = b.amb
    rubbish = curated_words('brand_rubbish.txt')
    curated, misspelt = collections.OrderedDict(), collections.OrderedDict()
    for name in ('drugs_top.txt', 'drugs_more.txt'):
        for line in curated_lines(name):
            good, _, bad = line.partition(';')
            names = [x.strip() for x in good.split('|') if x.strip()]
            for i, n in enumerate(names):
                curated.setdefault(fold(n), ('generic' if i == 0 else 'brand of ' + names[0]))
            for m in filter(None, (x.strip() for x in bad.split('|'))):
                misspelt.setdefault(fold(m), fold(names[0]))
    acc = collections.OrderedDict()                  # term -> [kind, code, {sources}, is US]

    def feed(t, kind, code, source, us):
        k = fold(t)
        e = acc.setdefault(k, [kind, code, set(), us])
        e[2].add(source)
        e[3] = e[3] or us
        if code and not e[1]:
            e[1] = code
    for k, note in curated.items():
        feed(k, note, '', 'curated', True)
    generic_us, generic_all = set(), set()
    for t, canonical, db, us in b.src.drug_ner():
        if not usable(t):
            continue
        if canonical:
            generic_all.add(fold(t))
            if us:
                generic_us.add(fold(t))
        if not canonical and not us:
            continue                                 # foreign trade names and Latin forms of rare substances
        feed(t, 'generic' if canonical else 'other name', 'DrugBank:' + db if db else '', 'DrugNER', us)
    generic_us |= {k for k, n in curated.items() if n == 'generic'}
    generic_long = {g for g in generic_all if len(g) > 4}
    for name, typ, unii, sub in b.src.unii():
        name = re.sub(r'\s*\[[^\]]*\]$', '', name)
        for _ in range(2):
            name = PRODUCT_END.sub('', name)
        d = fold(sub)
        first = d.split()[0] if d else ''
        us = d in generic_us or first in generic_us
        if not (us or d in generic_long or first in generic_long) or not usable(name):
            continue
        feed(name, 'brand' if typ == 'bn' else 'official', 'UNII:' + unii, 'UNII', us)

    latin = [k for k in acc if k.endswith('um') and k[:-2] in acc and 'curated' not in acc[k][2]]
    for k in latin:                                  # "oxprenololum"
        del acc[k]
    table = b.table('terms/medications.tsv')
    near = Neighbours(w for w, n in amb.scowl.items() if n <= 60 and len(w) >= 6)
    typo_ok = set()
    classes = {fold(t) for _, k, t in curated_blocks('drug_classes.txt')}
    for k, (kind, code, src, us) in acc.items():
        words, cur = k.split(), 'curated' in src
        if not cur and (k in rubbish or k in classes or (len(words) > 1 and words[0] in rubbish and words[-1] in rubbish)):
            continue
        flags, weight = [], 0.96 if cur else 0.94 if us and len(src) >= 2 else 0.92 if us else 0.9
        if len(words) == 1:
            f = amb.flag(k, ('drug',))
            if cur and f and k not in amb.everyday and not (amb.size(k) <= 35):
                f = '' if not amb.is_name(k) else 'needs-context'
            if not cur:
                if len(k) <= 3:
                    continue                         # three letters that are no curated acronym
                if f and kind == 'brand' and amb.size(k) <= 35:
                    continue                         # "Today", "Milk"
                if f == 'needs-strong-context' and k not in amb.everyday:
                    continue
                if not f and len(k) == 4:
                    f = 'needs-context'
                if not f and amb.given.get(k, 0) >= 300 or k in amb.cities:
                    f = f or 'needs-context'
            if f:
                flags, weight = [f], 0.5 if f == 'needs-context' else 0.3
            elif len(k) >= 7 and (cur or (us and kind == 'generic' and len(k) >= 8)) and not near.near(k):
                flags.append('one-typo')
                typo_ok.add(k)
        else:
            if cur:
                pass
            elif amb.phrase_is_plain(words, 60) and not any(amb.is_first_sense(w, ('drug',)) for w in words):
                if kind == 'brand' and amb.phrase_is_plain(words, 35):
                    continue                         # a brand made of ordinary words ("Cold Relief Plus")
                flags, weight = ['needs-context'], 0.5
            elif amb.phrase_is_plain(words, 35):
                flags, weight = ['needs-context'], 0.5
            elif max(len(w) for w in words) <= 3:
                continue
        if k in GENERIC or is_vaccine(k):
            continue
        note = '' if kind in ('other name', 'official') else kind
        table.add(k, 'MEDICATION', weight, flags, code, '+'.join(sorted(src)), note)

    # --- classes -----------------------------------------------------------------------------------
    cl = b.table('terms/drug_classes.tsv')
    for tier, kind, t in curated_blocks('drug_classes.txt'):
        k = fold(t)
        if k in curated or k in GENERIC or is_vaccine(k):
            continue
        flags, weight = [], 0.94
        if tier == 'B':
            flags, weight = ['needs-context'], 0.45
        elif tier == 'C':
            flags, weight = ['needs-strong-context'], 0.3
        elif len(k.split()) == 1:
            f = amb.flag(k, ('drug',))
            if f and (k in amb.everyday or amb.size(k) <= 35 or amb.is_name(k)):
                flags, weight = [f], 0.5
        if re.search(r'(er|or|pill|shot|inhaler|vaccine|thinner|blocker|steroid|pump|strip|spray|patch|ant|ive|ic)$', k) and fold(k + 's') not in cl.rows:
            flags.append('plural')
        cl.add(t, 'MEDICATION', weight, flags, '', 'curated', 'Spanish' if kind == 'es' else 'drug class or lay name')
    for line in curated_lines('abbrev.txt'):
        a, kind, meaning, tier = [x.strip() for x in line.split('|')]
        if kind == 'med':
            from diagnoses import abbreviation
            abbreviation(cl, amb, a, 'MEDICATION', meaning, tier)

    # --- misspellings ------------------------------------------------------------------------------
    known = set(acc) | classes | set(amb.scowl) | {n for n, c in amb.given.items() if c >= 200} | {n for n, c in amb.surnames.items() if c >= 500} | set(amb.cities) | b.diagnosis_words()
    ms = b.table('terms/medication_misspellings.tsv')
    for m, good in misspelt.items():
        f = amb.flag(m, ('drug',)) if ' ' not in m else ''
        if ' ' not in m and (m in amb.everyday or amb.size(m) <= 60):
            ms.add(m, 'MEDICATION', 0.4, ['needs-context'], '', 'curated', good)
        else:
            ms.add(m, 'MEDICATION', 0.92 if not f else 0.5, [f] if f else [], '', 'curated', good)
    for good in sorted(k for k in curated if ' ' not in k and len(k) >= 6 and k.isalpha()):
        for form in misspellings(good):
            if form in known or form in misspelt or len(form) < 5:
                continue
            # one edit of a one-typo term is found already; the rest is written out
            if good in typo_ok and edit_distance(form, good, 1) <= 1:
                continue
            ms.add(form, 'MEDICATION', 0.9 if len(form) >= 7 else 0.8, [], '', 'rules', good)


RULES = [(r'ph', 'f'), (r'f', 'ph'), (r'y', 'i'), (r'i', 'y'), (r'(.)\1', r'\1'), (r'x', 'ks'), (r'^x', 'z'), (r'^z', 'x'), (r'c(?=[eiy])', 's'), (r'c(?=[aou])', 'k'), (r'k', 'c'), (r'z', 's'),
         (r'ine$', 'in'), (r'in$', 'ine'), (r'ol$', 'al'), (r'al$', 'ol'), (r'an$', 'en'), (r'en$', 'an'), (r'one$', 'on'), (r'(?<=[aeiou])([lnrtmps])(?=[aeiou])', r'\1\1'),
         (r'a(?=[^aeiou])', 'e'), (r'e(?=[^aeiou])', 'a'), (r'e(?=[^aeiou])', 'i'), (r'i(?=[^aeiou])', 'e'), (r'o(?=[^aeiou])', 'a'), (r'a(?=[^aeiou])', 'o'), (r'rh', 'r'), (r'th', 't'), (r'qu', 'kw'), (r'eu', 'u'), (r'ae', 'e')]


def misspellings(word):
    """Forms that sound the same: one rule, and two rules when the word is long; first letter kept but for x, z, c, k, ph."""
    def once(w):
        for pat, rep in RULES:
            for m in re.finditer(pat, w):
                if m.start() == 0 and pat not in ('ph', '^x', '^z', 'c(?=[eiy])', 'c(?=[aou])', 'k'):
                    continue
                yield w[:m.start()] + m.expand(rep) + w[m.end():]
    first = {f for f in once(word) if f != word}
    out = set(first)
    if len(word) >= 8:
        vowels = [r for r in RULES]
        for f in first:
            if len(f) < len(word) or 'ph' in word:   # a lost double letter or ph->f invites a second slip
                out |= {g for g in once(f) if g != word}
    return out
