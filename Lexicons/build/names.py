"""names_given.tsv and names_surname.tsv"""
import math

from ambiguity import CALENDAR
from common import curated_words, fold


def usual(n, low, high):
    """Log scale: how usual a name is, 0.2 for the rarest kept, 0.95 for the commonest."""
    return round(0.2 + 0.75 * (math.log10(n) - math.log10(low)) / (math.log10(high) - math.log10(low)), 2)


def flag(amb, k, n, enough, word_names, dominate):
    size = amb.size(k)
    if k in dominate and n >= 10 * enough:
        return ''
    if k in CALENDAR or k in amb.slang or len(k) <= 2:
        return 'needs-strong-context'
    if k in word_names:
        return 'needs-context'
    if size <= 20:
        return 'needs-strong-context'
    if size <= 35:
        return 'needs-context' if n >= 50 * enough else 'needs-strong-context'
    if size <= 60:
        return 'needs-context'
    if amb.cities.get(k, 0) >= 300000 and n < 50 * enough or k in amb.countries:
        return 'needs-context'                       # "Dallas", "India": more often the place
    if n < enough or k in amb.everyday or k in amb.dominant:
        return 'needs-context'                       # rare: foreign words and slips of the thumb look like it
    return ''


def add_lists(b):
    amb = b.amb
    word_names = curated_words('word_names.txt')
    dominate = curated_words('names_dominate.txt')
    given = b.table('terms/names_given.tsv')
    births = {}
    for name, n, female in b.given_raw:
        k = fold(name)
        births[k] = births.get(k, 0) + n
    top = max(births.values())
    for k, n in births.items():
        if n >= 100 and len(k) >= 2 and ' ' not in k:
            f = flag(amb, k, n, 2000, word_names, dominate)
            given.add(k, 'GIVEN_NAME', usual(n, 100, top), [f] if f else [], '', 'SSA')
    for nick, formal in b.src.nicknames():
        k = fold(nick)
        if len(k) < 2 or ' ' in k or not k.isalpha():
            continue
        n = births.get(k, 0)
        if n < 100:
            if amb.size(k) <= 60:
                continue                             # "ant", "squat", "dob": the word wins
            # weight from the name it is short for, and lower
            w = min(0.5, usual(max(100, births.get(fold(formal), 0) // 50), 100, top))
            f = flag(amb, k, 100, 2000, word_names, dominate)
            given.add(k, 'GIVEN_NAME', w, [f], '', 'nicknames', 'short for ' + formal.title())
        else:
            given.add(k, 'GIVEN_NAME', 0, [], '', 'nicknames')       # adds the source to the row
    sur = b.table('terms/names_surname.tsv')
    top = max(amb.surnames.values())
    for k, n in amb.surnames.items():
        if n >= 500 and len(k) >= 2:
            f = flag(amb, k, n, 5000, word_names, dominate)
            sur.add(k, 'SURNAME', usual(n, 500, top), [f] if f else [], '', 'Census2010')
