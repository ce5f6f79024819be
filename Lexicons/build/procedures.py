"""procedures.tsv (PROCEDURE) and lab_tests.tsv (LAB_TEST)"""
import re

from common import curated_blocks, curated_lines, curated_words, fold
from diagnoses import abbreviation
from vaccines import BRANDS, is_vaccine

LABS = ('lab', 'vital', 'lab_es')
PROCS = ('imaging', 'procedure', 'device', 'dental', 'eye', 'vaccine', 'lay', 'es', 'therapy')
PCS = re.compile(r'see (Resection|Excision|Repair|Inspection|Bypass|Alteration|Supplement|Replacement|Drainage|Destruction|Division|Release|Fusion|Transplant|Plain'
                 r'|Insertion|Dilation|Extirpation|Fragmentation|Occlusion|Reposition|Reattachment|Ultrasonography|Abortion|Extraction|Fluoroscopy|Computerized|Magnetic)')
# word endings that nothing but an operation or an examination has
ENDING = re.compile(r'(ectomy|otomy|ostomy|oscopy|plasty|pexy|rrhaphy|desis|centesis|graphy|gram|lysis|tripsy|scopy|therapy)$')


def add_lists(b):
    amb = b.amb
    pr, lb = b.table('terms/procedures.tsv'), b.table('terms/lab_tests.tsv')
    curated = set()
    for tier, kind, t in curated_blocks('labs_procedures.txt'):
        k = fold(t)
        curated.add(k)
        lab = kind in LABS
        flags, weight = [], 0.94
        if tier == 'B':
            flags, weight = ['needs-context'], 0.5
        elif tier == 'C':
            flags, weight = ['needs-strong-context'], 0.3
        elif len(k.split()) == 1:
            f = amb.flag(k, ('procedure',)) if k not in amb.dominant else ''
            if f and not (amb.size(k) > 35 and k not in amb.everyday and not amb.is_name(k)):
                flags, weight = [f], 0.5 if f == 'needs-context' else 0.3
        if re.search(r'(test|scan|panel|count|level|exam|screen|transplant|surgery|graft|implant|injection|infusion|biopsy|vaccine|shot|gram|repair|replacement|removal|extraction|x ray|xray|swab|culture|culture|tube|block|crown|filling|veneer|lens|cast|visit|procedure|ray)$', k):
            flags.append('plural')
        note = {'lab_es': 'Spanish', 'es': 'Spanish', 'lab': '', 'lay': 'lay wording'}.get(kind, kind)
        (lb if lab else pr).add(t, 'LAB_TEST' if lab else 'PROCEDURE', weight, flags, '', 'curated', note)
    for line in curated_lines('abbrev.txt'):
        a, kind, meaning, tier = [x.strip() for x in line.split('|')]
        if kind in ('lab', 'vital'):
            abbreviation(lb, amb, a, 'LAB_TEST', meaning, tier)
        elif kind in ('proc', 'device'):
            abbreviation(pr, amb, a, 'PROCEDURE', meaning, tier)
    for brand in sorted(BRANDS):
        pr.add(brand, 'PROCEDURE', 0.94 if brand not in ('td', 'moderna') else 0.5, [] if brand not in ('td', 'moderna') else ['needs-context'], '', 'curated', 'vaccine')
    for _, kind, t in curated_blocks('drug_classes.txt'):
        if is_vaccine(fold(t)) and fold(t) not in curated:
            pr.add(t, 'PROCEDURE', 0.94, [], '', 'curated', 'vaccine')
    for term, content in b.src.icd10pcs_index():
        t = re.sub(r'\s+', ' ', term or '').strip()
        k = fold(t)
        words = k.split()
        if not PCS.match(content or '') or not 1 <= len(words) <= 3 or re.search(r'[,(]|\d', t) or len(k) < 5 or not ENDING.search(words[-1]):
            continue
        if re.match(r'(ligament|artery|vein|nerve|muscle)', k) or k in curated:
            continue
        f = amb.flag(k, ('procedure',)) if len(words) == 1 else ''
        if f == 'needs-strong-context':
            continue
        pr.add(k, 'PROCEDURE', 0.92 if not f else 0.5, [f] if f else [], '', 'ICD10PCS')
    for t, o, rank in b.wn.terms('procedure'):
        k = fold(t)
        words = k.split()
        if len(k) < 5 or len(words) > 3 or k in curated or (len(words) == 1 and amb.size(k) <= 35):
            continue
        f = amb.flag(k, ('procedure',)) if len(words) == 1 else 'needs-context' if amb.phrase_is_plain(words, 35) else ''
        if f == 'needs-strong-context' or k in amb.everyday:
            continue
        pr.add(k, 'PROCEDURE', 0.9 if not f else 0.5, [f] if f else [], '', 'WordNet')
    # organ x operation: what the two curated lists say together ("gallbladder surgery", "hip replacement")
    ops = {}
    for line in curated_lines('procedure_grid.txt'):
        head, rest = line.split(':', 1)
        parts, verbs = rest.split('/')
        for p in parts.split('|'):
            for v in verbs.split('|'):
                t = v.replace('%', p.strip()).strip() if '%' in v else f'{p.strip()} {v.strip()}'
                k = fold(t)
                lab = head.startswith('lab')
                if k not in curated:
                    (lb if lab else pr).add(t, 'LAB_TEST' if lab else 'PROCEDURE', 0.92, ['plural'] if not k.endswith('s') else [], '', 'curated', 'written from a grid')
