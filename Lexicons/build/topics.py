"""topics/*.tsv from topics.txt: tier A 0.9 and more, tier B needs-context 0.4."""
import re

from common import curated_lines, fold


def add_lists(b):
    amb = b.amb
    tables, careful = {}, set()
    for line in curated_lines('topics.txt'):         # what is B anywhere in a topic is B: the doubt wins
        head, rest = line.split(':', 1)
        if head.split()[1] == 'B':
            careful |= {(head.split()[0], fold(x)) for x in rest.split('|')}
    for line in curated_lines('topics.txt'):
        head, rest = line.split(':', 1)
        topic, tier = head.split()[:2]
        lang = 'Spanish' if head.split()[2:] == ['es'] else ''
        name = topic.lower()
        t = tables.setdefault(name, b.table(f'topics/{name}.tsv'))
        for x in rest.split('|'):
            x = x.strip()
            if not x:
                continue
            if tier == 'CS':
                t.add(x, 'TOPIC_' + topic, 0.9, ['case-sensitive'], '', 'curated', lang)
            elif tier == 'A' and (topic, fold(x)) not in careful:
                t.add(x, 'TOPIC_' + topic, 0.93 if ' ' in fold(x) else 0.9, [], '', 'curated', lang)
            elif tier == 'B':
                t.add(x, 'TOPIC_' + topic, 0.4, ['needs-context'], '', 'curated', lang)
    prof = tables.get('profanity') or b.table('topics/profanity.tsv')
    mild = {fold(w) for line in curated_lines('profanity_not.txt') for w in line.split('|')}
    for w in b.src.profanity():
        k = fold(w)
        # obfuscated spellings with signs fall apart into single letters when folded: the plain spellings stay
        if not re.fullmatch(r"[a-z0-9' -]+", w.lower()) or len(k) < 3 or min(len(x) for x in k.split()) < 2 or k in mild:
            continue
        f = [] if (amb.size(k) > 60 and not amb.is_name(k) and k not in amb.slang) or k in STRONG_SWEARS else ['needs-context']
        prof.add(k, 'TOPIC_PROFANITY', 0.9 if not f else 0.4, f, '', 'better-profanity')


STRONG_SWEARS = set('shit fuck fucking fucked fucker bitch bitches asshole bastard bullshit cunt motherfucker whore slut dickhead goddamn'.split())
