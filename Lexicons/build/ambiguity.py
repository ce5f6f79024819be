"""Which single words say too little on their own."""
from common import curated_words, fold

CALENDAR = set('''january february march april may june july august september october november december jan feb mar apr jun jul aug sep
sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun easter christmas
halloween thanksgiving hanukkah ramadan winter summer autumn spring fall noon midnight'''.split())


class Ambiguity:
    """Everyday words by SCOWL size class; a word's medical sense dominates when WordNet lists it first
    and the word is neither verb nor adjective. Curated lists overrule both ways."""

    def __init__(self, scowl, wordnet, given, surnames, cities):
        self.scowl, self.wn = scowl, wordnet
        self.medical = {k: wordnet.synsets(k) for k in wordnet.ROOTS}
        self.given, self.surnames, self.cities = given, surnames, cities
        self.dominant = curated_words('medical_sense_dominates.txt')
        self.everyday = curated_words('everyday_words.txt')          # never strong, whatever the lists say
        self.slang = curated_words('texting_slang.txt')

    def size(self, word):
        return self.scowl.get(word, 99)

    def is_first_sense(self, word, kinds):
        o = self.wn.index.get(word) or (self.wn.index.get(word[:-1]) if word.endswith('s') else None) or []
        return bool(o) and any(o[0] in self.medical[k] for k in kinds) and word not in self.wn.other

    def is_name(self, word):
        return self.given.get(word, 0) >= 2000 or self.surnames.get(word, 0) >= 5000 or self.cities.get(word, 0) >= 20000

    def flag(self, word, kinds):
        """'' or a flag, for a single word of a medical list."""
        w = fold(word)
        if w in CALENDAR:
            return 'needs-strong-context'
        if w in self.everyday:
            return 'needs-strong-context' if self.size(w) <= 20 else 'needs-context'
        if w in self.dominant:
            return ''
        size = self.size(w)
        if w in self.slang:
            return 'needs-strong-context'
        if size <= 20:
            return 'needs-context' if self.is_first_sense(w, kinds) else 'needs-strong-context'
        if size <= 35:
            return '' if self.is_first_sense(w, kinds) and not self.is_name(w) else 'needs-context'
        if size <= 60 and not self.is_first_sense(w, kinds):
            return 'needs-context'
        if self.is_name(w):
            return 'needs-context'
        return ''

    def phrase_is_plain(self, words, limit=20):
        return all(self.size(w) <= limit or len(w) <= 2 or w.isdigit() for w in words)
