"""places.tsv, facilities.tsv, street_words.tsv, common_words.tsv"""
import math

from common import curated_blocks, curated_lines, fold

COUNTRY_MORE = 'USA|United States of America|U S A|UK|Great Britain|England|Scotland|Wales|Northern Ireland|South Korea|North Korea|Ivory Coast|Burma|Holland|Palestine|Puerto Rico|Guam|Czech Republic|Macedonia|Congo|Estados Unidos|Mexico|Republica Dominicana|Espana|Inglaterra|Alemania|Francia|Brasil|Peru|Panama|Canada'.split('|')
STATE_MORE = 'Nueva York|Carolina del Norte|Carolina del Sur|Nuevo Mexico|Pensilvania|Luisiana|Washington DC|D C|NYC|SoCal|NorCal|Virginia Occidental|Dakota del Norte|Dakota del Sur|Misuri|Misisipi|Oregon|Hawaii|Calif|Penna|Mass|Tenn|Conn|Minn|Wisc|Okla'.split('|')
CITY_MORE = 'LA|SF|NYC|New York City|Philly|Vegas|DC|Frisco|Chi Town|St Pete|Indy|Nola|Big Apple|Manhattan|Brooklyn|Queens|Bronx|The Bronx|Staten Island|Harlem|Hollywood|Beverly Hills|Long Island|Silicon Valley|Bay Area|Cape Cod|Martha\'s Vineyard'.split('|')


def weight(pop):
    return round(min(0.95, max(0.35, 0.3 + 0.13 * (math.log10(max(pop, 10)) - 2))), 2)


def add_lists(b):
    amb = b.amb
    t = b.table('terms/places.tsv')
    states = b.src.geo('us_states.json') if b.has_geo('us_states.json') else None
    state_rows = [(v['name'], k) for k, v in states.items()]
    for name, code in state_rows:
        f = 'needs-context' if amb.is_given(name) or fold(name) in ('washington', 'maine') else ''
        t.add(name, 'STATE', 0.9 if not f else 0.6, [f] if f else [], code, 'GeoNames', '')
        t.add(code, 'STATE', 0.4, ['case-sensitive', 'needs-strong-context'], code, 'USPS', name)
    for s in STATE_MORE:
        short = len(fold(s).replace(' ', '')) <= 4
        t.add(s, 'STATE', 0.5 if short else 0.8, ['needs-strong-context'] if short else [], '', 'curated')
    for c in b.src.geo('countries.json').values():
        k = fold(c['name'])
        f = 'needs-context' if amb.is_given(c['name']) or amb.size(k) <= 35 else ''
        t.add(c['name'], 'COUNTRY', 0.9 if not f else 0.5, [f] if f else [], c['iso'], 'GeoNames')
    for c in COUNTRY_MORE:
        short = len(fold(c).replace(' ', '')) <= 3
        t.add(c, 'COUNTRY', 0.8, ['case-sensitive', 'needs-context'] if short else [], '', 'curated')
    for k, (name, pop, where, us) in sorted(b.cities.items()):
        if len(k) < 3 or len(k) > 45 or k.isdigit():
            continue
        words = k.split()
        f = ''
        if len(words) == 1:
            size = amb.size(k)
            name_like = amb.given.get(k, 0) >= 500 or amb.surnames.get(k, 0) >= 2000
            if k in amb.slang or size <= 20:
                f = 'needs-strong-context'
            elif size <= 60:
                f = 'needs-context' if pop >= 100000 else 'needs-strong-context'
            elif name_like:
                f = '' if pop >= 250000 else 'needs-context' if pop >= 20000 else 'needs-strong-context'
            elif pop < 5000 or len(k) <= 4 and pop < 500000:
                f = 'needs-context'
        elif amb.phrase_is_plain(words, 35):
            f = 'needs-context'
        t.add(k, 'CITY', weight(pop), [f] if f else [], where[:40], 'GeoNames')
        for a, c in (('saint ', 'st '), ('fort ', 'ft '), ('mount ', 'mt ')):
            for x, y in ((a, c), (c, a)):
                if k.startswith(x):
                    t.add(y + k[len(x):], 'CITY', weight(pop), [f] if f else [], where[:40], 'GeoNames')
    for c in CITY_MORE:
        k = fold(c)
        short = len(k) <= 4 or amb.size(k) <= 60
        t.add(c, 'CITY', 0.7, (['case-sensitive', 'needs-context'] if len(k) <= 4 and c.isupper() else ['needs-context']) if short else [], '', 'curated')
    # counties: always with the word County, else they are surnames
    for name, st in sorted(b.counties.items()):
        t.add(name, 'CITY', 0.85, ['needs-context'] if amb.phrase_is_plain(fold(name).split(), 20) else [], ' '.join(sorted(st))[:40], 'Census-FIPS', 'county')

    f = b.table('terms/facilities.tsv')
    for tier, kind, x in curated_blocks('facility_words.txt'):
        k = fold(x)
        flags, w = [], 0.9
        if tier == 'B':
            flags, w = ['needs-context'], 0.5
        elif tier == 'C':
            flags, w = ['needs-strong-context'], 0.3
        if kind in ('org', 'employer'):
            words = k.split()
            w = min(w, 0.6) if kind == 'employer' else w     # a shop's name says little of a patient
            if tier == 'A' and len(words) == 1 and (amb.size(k) <= 60 or amb.is_name(k)):
                flags, w = ['needs-context'], 0.5
            f.add(x, 'ORGANIZATION', w, flags + (['case-sensitive'] if x.isupper() and len(x) <= 4 and ' ' not in x else []), '', 'curated')
        else:
            f.add(x, 'FACILITY_WORD', w, flags + (['plural'] if not k.endswith('s') else []), '', 'curated')

    s = b.table('terms/street_words.tsv')
    unit = set()
    for tier, kind, x in curated_blocks('street_words.txt'):
        unit.add(fold(x))
        # class STREET_SUFFIX holds unit designators too; the note tells them apart
        s.add(x, 'STREET_SUFFIX', 0.7 if tier == 'A' else 0.3, [] if tier == 'A' else ['needs-strong-context'], '', 'curated', kind)
    for word, kind, std in b.src.usps():
        for x in (word, std):
            k = fold(x)
            if kind in ('state', 'directional') or k in unit or not k or k.isdigit():
                continue
            plain = amb.size(k) <= 60 or len(k) <= 2
            s.add(x, 'STREET_SUFFIX', 0.5 if plain else 0.8, ['needs-strong-context'] if plain and k not in ('street', 'avenue', 'boulevard', 'ave') else [], std, 'USPS', 'suffix' if kind == 'suffix' else 'unit')

    c = b.table('terms/common_words.tsv')
    scale = {10: 1.0, 20: 0.85, 35: 0.6, 40: 0.5, 50: 0.4}
    for word, size in amb.scowl.items():
        if size in scale and word:
            c.add(word, 'COMMON_WORD', scale[size], [], '', 'SCOWL')
