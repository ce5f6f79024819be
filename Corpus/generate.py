#!/usr/bin/env python3
"""Writes generated.ndjson: messages made from frames.txt, name and place lists of the pack, and made-up values.

    python3 Corpus/generate.py            write the file (--seed 20261122 --count 2400)
    python3 Corpus/generate.py --check    say whether it is what would be written (exit 1 if not)
    python3 Corpus/generate.py --counts   write nothing, print how many of what there are

The same seed, count, frames and lists give the same bytes on every machine. A third is benign, 8 % Spanish; some
are lower case, misspelt, unpunctuated or abbreviated. Identifiers have right check digits; phone numbers are
fictional (555-01xx), cards carry the networks' test prefixes.
"""
import argparse
import bisect
import collections
import hashlib
import os
import random
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import build  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
TERMS = os.path.join(HERE, "..", "Lexicons", "terms")
BENIGN, SPANISH, LOWER, SHOUTED, TYPOS, UNPUNCTUATED, ABBREVIATED, EMOJI = 0.34, 0.08, 0.25, 0.015, 0.05, 0.15, 0.12, 0.03


def words(text):
    return [part.strip() for part in text.replace("\n", " ").split(";")]


# ---------------------------------------------------------------- fillers

DX = words("""diabetes; type 2 diabetes; high blood pressure; hypertension; asthma; COPD; pneumonia; bronchitis; strep throat; shingles; gout;
sciatica; arthritis; rheumatoid arthritis; osteoporosis; anemia; migraines; epilepsy; celiac disease; Crohn's; ulcerative colitis; IBS; GERD;
acid reflux; a hernia; gallstones; kidney stones; a UTI; a bladder infection; a sinus infection; an ear infection; pink eye; ringworm; scabies;
eczema; psoriasis; rosacea; cellulitis; a stress fracture; a torn meniscus; carpal tunnel; plantar fasciitis; a herniated disc; whiplash;
a concussion; sleep apnea; vertigo; glaucoma; cataracts; macular degeneration; gum disease; an abscess; thyroid nodules; hypothyroidism;
Graves disease; lupus; multiple sclerosis; Parkinson's; heart failure; AFib; a heart murmur; a blood clot; a DVT; lung cancer; breast cancer;
lymphoma; melanoma; prostate cancer; polyps; fatty liver; cirrhosis; hepatitis C; CKD stage 3; prediabetes; high cholesterol; the flu; covid;
RSV; croup; hand foot and mouth; chickenpox; mono; whooping cough; fibromyalgia; long covid; Lyme disease; neuropathy; a staph infection;
diverticulitis; pancreatitis; appendicitis; endometriosis; a thyroid storm; sickle cell; hemophilia; a cyst; sugar diabetes; a pinched nerve""")
DX_MENTAL = words("depression; anxiety; bipolar; PTSD; OCD; panic attacks; postpartum depression; an eating disorder; schizophrenia; social anxiety")
DX_STI = words("chlamydia; gonorrhea; syphilis; herpes; HPV; HIV; trich; genital warts; the clap")
DX_SUBSTANCE = words("alcohol use disorder; opioid addiction; alcoholism; opioid use disorder; alcohol withdrawal; a meth addiction")
DX_REPRODUCTIVE = words("pregnant; a miscarriage; an ectopic pregnancy; preeclampsia; an unplanned pregnancy; gestational diabetes")
SX = words("""headache; sore throat; cough; dry cough; fever; chills; rash; hives; itching; nausea; vomiting; diarrhea; constipation; heartburn;
chest pain; shortness of breath; wheezing; dizziness; numbness in the left hand; tingling toes; swollen ankles; swelling; back pain; knee pain;
shoulder pain; belly pain; stomach cramps; blurry vision; ear pain; toothache; stiff neck; runny nose; nosebleeds; palpitations; fainting;
insomnia; night sweats; hot flashes; blood in urine; burning when peeing; bloody stool; bleeding gums; bruising; hair loss; weight loss;
swollen glands; a lump under the arm; leg cramps; hoarseness; tooth sensitivity; loose stools; blisters; a high temp; throwing up""")
MED = words("""metformin; lisinopril; atorvastatin; amlodipine; metoprolol; losartan; levothyroxine; omeprazole; gabapentin; sertraline; Zoloft;
fluoxetine; Lexapro; escitalopram; bupropion; Wellbutrin; trazodone; alprazolam; Xanax; lorazepam; clonazepam; Adderall; Vyvanse; Ritalin;
amoxicillin; Augmentin; azithromycin; Z-pak; doxycycline; cipro; Keflex; Bactrim; prednisone; albuterol; Flovent; Symbicort; Singulair; Flonase;
Zyrtec; Claritin; Benadryl; ibuprofen; naproxen; Tylenol; tramadol; oxycodone; hydrocodone; Percocet; Suboxone; methadone; warfarin; Coumadin;
Eliquis; Xarelto; Plavix; insulin; Lantus; Humalog; Ozempic; Mounjaro; Trulicity; Jardiance; Januvia; glipizide; furosemide; Lasix; HCTZ;
spironolactone; carvedilol; digoxin; clopidogrel; simvastatin; Crestor; allopurinol; colchicine; methotrexate; Humira; Enbrel; hydroxychloroquine;
sumatriptan; topiramate; Keppra; Lamictal; lithium; Seroquel; Abilify; risperidone; Zyprexa; buspirone; hydroxyzine; tamsulosin; Flomax; finasteride;
Viagra; Cialis; Synthroid; Nexium; Protonix; Pepcid; Zofran; Miralax; valacyclovir; Tamiflu; Paxlovid; Biktarvy; Truvada; tamoxifen; letrozole;
Epipen; Narcan; melatonin; iron pills; folic acid; vitamin D 50000; Restasis; latanoprost; clindamycin; nitrofurantoin; fluconazole; Depo""")
CLASSES = words("""blood thinner; water pill; birth control; birth control pill; inhaler; antibiotic; steroid; statin; beta blocker; blood pressure pill;
antidepressant; sleeping pill; pain pills; muscle relaxer; eye drops; insulin pen; thyroid pill; nausea medicine; allergy shot serum; nerve pill""")
PROC = words("""colonoscopy; endoscopy; mammogram; MRI; CT scan; ultrasound; x-ray; stress test; echo; EKG; bone density scan; biopsy; blood work;
fasting labs; glucose test; sleep study; pulmonary function test; physical therapy; cortisone injection; knee replacement; hip replacement; hernia repair;
gallbladder surgery; cataract surgery; LASIK; tonsillectomy; vasectomy; hysterectomy; D&C; C-section; IUD insertion; pap smear; skin check biopsy;
mole removal; cardiac cath; ablation; angiogram; carotid ultrasound; dialysis; infusion; chemo; radiation; EMG; allergy testing; hearing test;
PET scan; spine injection; nerve block; carpal tunnel release; joint injection; Holter monitor; lumbar puncture; Mohs surgery; TB test; urine drug screen""")
PROC_DENTAL = words("crown; bridge; root canal; implant; deep scaling; filling; wisdom tooth extraction; night guard fitting; veneers; partial")
VACCINES = words("flu shot; covid booster; shingles vaccine; tetanus shot; pneumonia vaccine; HPV vaccine; MMR; hep B shot; RSV shot; Tdap")
ICD = words("""E11.9; I10; J45.909; F32.A; F41.1; M54.50; K21.9; E78.5; N39.0; J06.9; G43.909; Z79.4; I48.91; N18.31; L40.0; S83.241A; R07.9;
H40.9; E03.9; C50.911; O09.90; B20; U07.1; G47.33; M17.11""")
NDC = words("0002-1433-80; 50242-040-62; 60575-4112-1; 00002-8215-01; 0069-4200-30; 65862-0010-90; 00071-0155-23")
PHARMACIES = words("CVS; Walgreens; Rite Aid; Walmart Pharmacy; Kroger; Costco; Publix; H-E-B; Safeway; Express Scripts; Optum Rx; Duane Reade")
INSURERS = words("""Aetna; Cigna; Humana; Blue Cross; UnitedHealthcare; Kaiser; Molina; Anthem; Medicaid; Medicare; Tricare; Delta Dental; Oscar;
Ambetter; Centene; Blue Shield; WellCare; MetLife; VSP; EyeMed""")
EMPLOYERS = words("Amazon; Boeing; Target; Home Depot; FedEx; Tyson Foods; Lincoln Middle School; Penske; Lowe's; Ford; Starbucks; Delta Air Lines")
PRACTICE_HEADS = words("""Lakeside; Cedar Hill; Northgate; Riverbend; Maple Street; Sunrise; Harbor; Prairie; Juniper; Stonebridge; Willow Creek; Pine Ridge;
Bayview; Fox Hollow; Granite; Blue Heron; Copper Canyon; Orchard; Summit; Old Mill; Three Rivers; Wildflower; Elm Grove; Silver Lake; Mesa Verde""")
PRACTICE_TAILS = words("""Family Medicine; Family Practice; Internal Medicine; Pediatrics; Dental; Dental Care; Eye Center; Orthopedics; Cardiology; Dermatology;
Women's Health; Primary Care; Medical Group; Urgent Care; Physical Therapy; Behavioral Health; Oncology; Health Center; Clinic; Endocrinology""")
HOSPITAL_TAILS = words("General Hospital; Regional Medical Center; Memorial Hospital; Community Hospital; Medical Center; Children's Hospital")
SAINTS = words("St. Luke's; St. Anne's; St. Brendan's; Good Samaritan; Mercy; Sacred Heart; Mount Sinai West; Holy Cross")
STREETS = words("""Elm; Oak; Main; Maple; Birch; Walnut; Cedar; Washington; Jefferson; 5th; 12th; Park; Lake; Hillcrest; Sycamore; Magnolia; Juniper;
Chestnut; Willow; Franklin; River; Meadow; Sunset; Highland; Prospect; 83rd; Mill; Church; Spring; Dogwood; Sagebrush; Foxglove; Bluebonnet; King""")
SUFFIXES = words("St; Ave; Rd; Dr; Ln; Blvd; Ct; Way; Pl; Ter; Street; Avenue; Road; Drive; Lane; Pkwy; Trl; Cir; Loop; Hwy")
AREAS = words("""206; 212; 213; 303; 305; 312; 313; 404; 406; 415; 503; 505; 512; 515; 602; 605; 612; 614; 615; 617; 619; 702; 704; 713; 717; 718;
719; 787; 801; 803; 804; 806; 808; 816; 904; 907; 913; 915; 919; 971""")
MAILS = words("example.com; example.org; example.net; inbox.example; mailhaven.example; postbox.example; quickmail.example")
STATES = {"AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI",
          "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT",
          "VT", "VA", "WA", "WV", "WI", "WY", "DC"}
DAYS = words("Monday; Tuesday; Wednesday; Thursday; Friday; Saturday; Mon; Tues; Tue; Wed; Thurs; Thu; Fri; Sat")
MONTHS = words("January; February; March; April; May; June; July; August; September; October; November; December")
ES_DAYS = words("lunes; martes; miércoles; jueves; viernes; sábado")
ES_MONTHS = words("enero; febrero; marzo; abril; mayo; junio; julio; agosto; septiembre; octubre; noviembre; diciembre")
ES_GIVEN = words("""María; José; Guadalupe; Juan; Carmen; Luis; Rosa; Miguel; Ana; Jorge; Yesenia; Héctor; Lupita; Ramón; Marisol; Ángel; Xiomara;
Esteban; Concepción; Óscar; Itzel; Raúl; Dolores; Noé; Araceli; Iván; Beatriz; Fermín; Soledad; Chuy""")
ES_FAMILY = words("""García; Hernández; López; Martínez; Pérez; Rodríguez; Sánchez; Ramírez; Flores; Quiñones; Villaseñor; Ibáñez; Orozco; Montoya;
Zepeda; Nuñez; Cárdenas; Ayala; Ochoa; Peña; Treviño; Bermúdez; Castañeda; Del Río; Salgado""")
ES_DX = words("diabetes; presión alta; asma; anemia; artritis; una infección de orina; gastritis; neumonía; azúcar alta; colesterol alto; bronquitis")
ES_SX = words("fiebre; tos; dolor de cabeza; dolor de estómago; vómito; diarrea; mareos; dolor de espalda; ronchas; dolor de garganta; náuseas; calentura")
ES_MED = words("metformina; losartán; amoxicilina; insulina; ibuprofeno; paracetamol; omeprazol; atorvastatina; pastilla de la presión; prednisona")
ES_PROC = words("mamografía; colonoscopía; ultrasonido; radiografía; endoscopía; biopsia; vacuna de la gripe; resonancia; análisis de sangre; limpieza profunda")
NICKNAMES = words("Bo; Trip; Mimi; Junior; Skip; Gigi; Tito; Pop; Bubba; Duke; Kiki; Ace; Dee; Ziggy; Coco")
EMOJI_LIST = words("😊; 😀; 👍; 🙏; 😂; 🎉; ❤️; 🙂; ☀️; 😷; 🦷")
SYLLABLES = words("ka; ri; na; to; lu; me; sha; vi; dor; el; an; ze; bri; jo; ta; mar; li; ke; sun; or; wen; ya; fi; gar; hol; ix; ney; do; ren; pa")


class Names:
    """Terms of a pack table in tiers by weight. Picks go by each term's own hash, so a term added to the table
    changes only the few messages that now draw it."""

    def __init__(self, rows, tiers):
        self.tiers = []
        for share, low, high in tiers:
            pool = sorted((hashlib.sha256(row[0].encode()).digest()[:8], row) for row in rows if low <= row[1] < high)
            if not pool:
                sys.exit("generate.py: a list of Lexicons/terms has no term of the weights wanted")
            self.tiers.append((share, [key for key, _ in pool], [row for _, row in pool]))

    def pick(self, rng):
        roll = rng.random() * sum(share for share, _, _ in self.tiers)
        for share, keys, rows in self.tiers:
            roll -= share
            if roll < 0:
                break
        key = int(rng.random() * 2**53).to_bytes(8, "big")
        key = hashlib.sha256(key).digest()[:8]
        return rows[bisect.bisect(keys, key) % len(rows)]


def read_terms(name, entity):
    rows = []
    with open(os.path.join(TERMS, name), encoding="utf-8") as file:
        next(file)
        for line in file:
            term, kind, weight, _, code, *_ = line.rstrip("\n").split("\t") + [""]
            if kind == entity:
                rows.append((term, float(weight), code))
    return rows


def capitalized(name):
    name = re.sub(r"[^\W\d_]+", lambda m: m.group().capitalize(), name)
    name = re.sub(r"^Mc([a-z])(?=[a-z]{3})", lambda m: "Mc" + m.group(1).upper(), name)
    return re.sub(r"^O(brien|connor|neill|hara|keefe|leary|reilly|sullivan|malley)$", lambda m: "O'" + m.group(1).capitalize(), name)


# ---------------------------------------------------------------- identifiers

def luhn_digit(digits):
    total = 0
    for i, c in enumerate(reversed(digits)):
        d = int(c) * (2 if i % 2 == 0 else 1)
        total += d - 9 if d > 9 else d
    return str(-total % 10)


def npi(r):
    body = r.one("12") + r.digits(8)
    return body + luhn_digit("80840" + body)


def card(r):
    prefix, size = r.one([("411111", 16), ("424242", 16), ("401288", 16), ("555555", 16), ("222300", 16), ("378282", 15), ("601111", 16), ("353011", 16)])
    body = prefix + r.digits(size - 1 - len(prefix))
    number = body + luhn_digit(body)
    groups = (4, 6, 5) if size == 15 else (4, 4, 4, 4)
    parts, i = [], 0
    for group in groups:
        parts.append(number[i:i + group])
        i += group
    return r.one(["", " ", "-"]).join(parts)


def mbi(r):
    letters, both = "ACDEFGHJKMNPQRTUVWXY", "ACDEFGHJKMNPQRTUVWXY0123456789"
    shape = ["123456789", letters, both, "0123456789", letters, both, "0123456789", letters, letters, "0123456789", "0123456789"]
    value = "".join(r.one(chars) for chars in shape)
    return r.one([value, f"{value[:4]}-{value[4:7]}-{value[7:]}", value.lower()])


def dea(r):
    d = r.digits(6)
    check = (int(d[0]) + int(d[2]) + int(d[4]) + 2 * (int(d[1]) + int(d[3]) + int(d[5]))) % 10
    return r.one("ABFGM") + r.one("ABCDEFGHJKLMNPRSTUVW9") + d + str(check)


def vin(r):
    chars = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
    worth = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9]))
    worth.update({str(i): i for i in range(10)})
    value = list(r.one(["1HG", "1FT", "2T1", "3VW", "5YJ", "JTD", "WBA", "KMH"]) + "".join(r.one(chars) for _ in range(8)) + r.digits(6))
    value[8] = "0"
    total = sum(worth[c] * w for c, w in zip(value, [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]))
    value[8] = "X" if total % 11 == 10 else str(total % 11)
    return "".join(value)


def routing(r):
    body = r.one(["0", "1", "2", "3"]) + r.one("123456789") + r.digits(6)
    if body[:2] in ("13", "14", "15", "16", "17", "18", "19", "33", "34", "35", "36", "37", "38", "39"):
        body = "0" + body[1:]
    total = sum(int(c) * w for c, w in zip(body, (3, 7, 1, 3, 7, 1, 3, 7)))
    return body + str(-total % 10)


def iban(r):
    country, bban = r.one([("DE", r.digits(18)), ("GB", "WEST" + r.digits(14)), ("ES", r.digits(20)), ("NL", "ABNA" + r.digits(10)), ("FR", r.digits(23))])
    number = int("".join(str(int(c, 36)) for c in bban + country + "00"))
    value = f"{country}{98 - number % 97:02}{bban}"
    return r.one([value, " ".join(value[i:i + 4] for i in range(0, len(value), 4))])


def imei(r):
    body = "35" + r.digits(12)
    return body + luhn_digit(body)


def ssn(r):
    area, group, serial = str(773 + r.below(127)), f"{1 + r.below(99):02}", f"{1 + r.below(9999):04}"
    return r.one([f"{area}-{group}-{serial}"] * 4 + [f"{area} {group} {serial}", area + group + serial])


def itin(r):
    return f"9{r.digits(2)}-{r.one(['50', '58', '70', '77', '82', '88', '91', '95'])}-{r.digits(4)}"


class Random:
    """Draws that give the same on every version of Python: only random() is promised to."""

    def __init__(self, seed):
        self.source = random.Random(seed)
        self.random = self.source.random

    def below(self, n):
        return int(self.random() * n)

    def one(self, items):
        return items[self.below(len(items))]

    def chance(self, p):
        return self.random() < p

    def digits(self, n):
        return "".join(str(self.below(10)) for _ in range(n))

    def letters(self, n):
        return "".join(self.one("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(n))


# ---------------------------------------------------------------- slots

class Slots:
    """Every slot is a method's name or a row of VALUES; it gives (type or None, role, text), or a list of those."""

    def __init__(self):
        tiers = [(60, 0.45, 2), (25, 0.25, 0.45), (5, 0, 0.25)]
        self.given_names = Names(read_terms("names_given.tsv", "GIVEN_NAME"), tiers)
        self.family_names = Names(read_terms("names_surname.tsv", "SURNAME"), tiers)
        cities = [(t, w, c) for t, w, c in read_terms("places.tsv", "CITY") if set(c.split()) & STATES and "county" not in t]
        self.cities = Names(cities, [(70, 0.5, 2), (30, 0.3, 0.5)])
        self.misspelt = Names(read_terms("medication_misspellings.tsv", "MEDICATION"), [(1, 0.8, 2)])

    def fill(self, name, r):
        if name in VALUES:
            kind, role, maker = VALUES[name]
            return [(kind, role, maker(r) if callable(maker) else r.one(maker))]
        made = getattr(self, "slot_" + name.replace(".", "_"), None)
        if made is None:
            raise build.Problem(f"unknown slot <{name}>")
        made = made(r)
        return made if isinstance(made, list) else [made]

    # people
    def given(self, r):
        if r.chance(0.08):
            return "".join(r.one(SYLLABLES) for _ in range(2 + r.below(2))).capitalize()
        if self.spanish and r.chance(0.6) or r.chance(0.05):
            return r.one(ES_GIVEN)
        if r.chance(0.04):
            return r.one(NICKNAMES)
        name = capitalized(self.given_names.pick(r)[0])
        return f"{name}-{capitalized(self.given_names.pick(r)[0])}" if r.chance(0.02) else name

    def family(self, r):
        if r.chance(0.06):
            return "".join(r.one(SYLLABLES) for _ in range(2 + r.below(2))).capitalize() + r.one(["son", "ski", "man", "wa", "ova", ""])
        if self.spanish and r.chance(0.6) or r.chance(0.04):
            return r.one(ES_FAMILY)
        name = capitalized(self.family_names.pick(r)[0])
        return f"{name}-{capitalized(self.family_names.pick(r)[0])}" if r.chance(0.05) else name

    def slot_first(self, r):
        return "PERSON", "patient", self.given(r)

    slot_kin = slot_first

    def slot_last(self, r):
        return "PERSON", "patient", self.family(r)

    def slot_full(self, r):
        middle = r.one(["", "", "", "", f" {r.letters(1)}.", " " + self.given(r)])
        return "PERSON", "patient", f"{self.given(r)}{middle} {self.family(r)}"

    def slot_fullrev(self, r):
        return "PERSON", "patient", f"{self.family(r)}, {self.given(r)}"

    def slot_initials(self, r):
        return "PERSON", "patient", r.one(["{}.{}.", "{}. {}.", "{}{}"]).format(r.letters(1), r.letters(1))

    def slot_doc(self, r):
        return "PERSON", "provider", self.family(r)

    def slot_docfull(self, r):
        return "PERSON", "provider", f"{self.given(r)} {self.family(r)}"

    def slot_staff(self, r):
        return "PERSON", "provider", self.given(r)

    # dates
    def clock(self, r):
        h, m = r.one([7, 8, 8, 9, 9, 10, 10, 11, 12, 1, 1, 2, 2, 3, 3, 4, 4, 5]), r.one(["00", "10", "15", "20", "30", "40", "45", "50"])
        half = "am" if 7 <= h <= 11 else "pm"
        if self.spanish:
            return f"{h}:{m}"
        return r.one([f"{h}:{m}", f"{h}:{m} {half}", f"{h}:{m}{half}", f"{h}:{m} {half.upper()}", f"{h}:{m}{half[0]}", f"{h}{half}",
                      f"{h} {half}", f"{h} {half[0]}.m.", f"{h} o'clock", f"{(h if half == 'am' or h == 12 else h + 12):02}:{m}"])

    def slot_time(self, r):
        return "DATE_TIME", "", self.clock(r)

    def slot_day(self, r):
        return "DATE_TIME", "", r.one(DAYS[:6] if r.chance(0.6) else DAYS)

    def calendar(self, r, year=None):
        m, d = 1 + r.below(12), 1 + r.below(28)
        year = year or r.one([2026, 2027])
        tail = "th" if 10 < d < 14 else {1: "st", 2: "nd", 3: "rd"}.get(d % 10, "th")
        return r.one([f"{m}/{d}", f"{m}/{d}", f"{m}/{d}/{year % 100:02}", f"{m:02}/{d:02}/{year}", f"{m}-{d}", f"{year}-{m:02}-{d:02}",
                      f"{MONTHS[m - 1]} {d}", f"{MONTHS[m - 1]} {d}{tail}", f"{MONTHS[m - 1][:3]} {d}", f"{MONTHS[m - 1]} {d}, {year}",
                      f"{d} {MONTHS[m - 1][:3]} {year}", f"{MONTHS[m - 1][:3]}. {d}{tail}", f"the {d}{tail}"])

    def slot_date(self, r):
        return "DATE_TIME", "", self.calendar(r)

    def slot_when(self, r):
        day, date, clock = r.one(DAYS), self.calendar(r), self.clock(r)
        at = r.one([" at ", " at ", " @ ", ", ", " "])
        if not date.startswith("the ") and r.chance(0.4):
            day += ","
        return "DATE_TIME", "", r.one([f"{day} {date}{at}{clock}", f"{day} {date}", f"{day.rstrip(',')}{at}{clock}", f"{date}{at}{clock}", date, day.rstrip(",")])

    def slot_dob(self, r):
        m, d, year = 1 + r.below(12), 1 + r.below(28), 1932 + r.below(92)
        if self.spanish:
            return "DATE_OF_BIRTH", "patient", r.one([f"{d} de {ES_MONTHS[m - 1]} de {year}", f"{d}/{m}/{year}", f"{m:02}/{d:02}/{year}"])
        return "DATE_OF_BIRTH", "patient", r.one([f"{m}/{d}/{year % 100:02}", f"{m:02}/{d:02}/{year}", f"{m}-{d}-{year}", f"{year}-{m:02}-{d:02}", f"{m} {d} {year % 100:02}",
                                                  f"{MONTHS[m - 1]} {d}, {year}", f"{MONTHS[m - 1][:3]} {d} {year}", f"{d:02}{MONTHS[m - 1][:3].upper()}{year}", f"{m:02}{d:02}{year}"])

    def slot_es_day(self, r):
        return "DATE_TIME", "", r.one(ES_DAYS)

    def slot_es_when(self, r):
        day, date = r.one(ES_DAYS), f"{1 + r.below(28)} de {r.one(ES_MONTHS)}"
        return "DATE_TIME", "", r.one([f"{day} {date} a las {self.clock(r)}", f"{day} a las {self.clock(r)}", date, f"{date} a las {self.clock(r)}", f"{day} {date}"])

    # places
    def street(self, r):
        text = f"{r.one([1 + r.below(99), 100 + r.below(900), 1000 + r.below(9000)])} {r.one(['', '', '', 'N ', 'S ', 'W ', 'East ', 'SW '])}{r.one(STREETS)} {r.one(SUFFIXES)}"
        text += r.one([""] * 6 + [f" Apt {1 + r.below(40)}", f" Apt {1 + r.below(9)}{r.one('ABCD')}", f" #{1 + r.below(300)}", f", Unit {1 + r.below(60)}"])
        return f"PO Box {r.digits(3 + r.below(2))}" if r.chance(0.07) else text

    def slot_addr(self, r):
        return "STREET_ADDRESS", "patient", self.street(r)

    def slot_officeaddr(self, r):
        return "STREET_ADDRESS", "office", re.sub(r" (?:Apt|#).*|, Unit.*", f" Ste {100 + r.below(500)}", self.street(r))

    def slot_city(self, r):
        return "LOCATION", "", capitalized(self.cities.pick(r)[0])

    def slot_citystate(self, r):
        name, _, code = self.cities.pick(r)
        state = r.one(sorted(set(code.split()) & STATES))
        return "LOCATION", "", f"{capitalized(name)}{r.one([', ', ' ', ', '])}{state}"

    def postcode(self, r):
        return f"{1 + r.below(9)}{r.digits(4)}" + (f"-{r.digits(4)}" if r.chance(0.1) else "")

    def slot_zip(self, r):
        return "ZIP_CODE", "patient", self.postcode(r)

    def slot_officezip(self, r):
        return "ZIP_CODE", "office", self.postcode(r)

    # contacts
    def telephone(self, r):
        area, line = r.one(AREAS), f"01{r.digits(2)}"
        return r.one([f"({area}) 555-{line}", f"{area}-555-{line}", f"{area}-555-{line}", f"{area}.555.{line}", f"{area} 555 {line}", f"{area}555{line}",
                      f"+1 {area} 555 {line}", f"1-{area}-555-{line}", f"555-{line}", f"+1{area}555{line}"])

    def slot_phone(self, r):
        return "PHONE_NUMBER", "patient", self.telephone(r)

    def slot_officephone(self, r):
        return "PHONE_NUMBER", "office", self.telephone(r)

    def slot_fax(self, r):
        return "FAX_NUMBER", "office", self.telephone(r)

    def plain(self, text):
        return re.sub(r"[^a-z]", "", text.lower().translate(str.maketrans("áéíóúñü", "aeiounu")))

    def slot_email(self, r):
        first, last = self.plain(self.given(r)) or "kim", self.plain(self.family(r)) or "lee"
        local = r.one([f"{first}.{last}", f"{first[0]}{last}{r.below(99)}", f"{first}_{1950 + r.below(60)}", f"{last}{first[0]}", f"{first}{last}"])
        return "EMAIL_ADDRESS", "patient", f"{local}@{r.one(MAILS)}"

    def slot_officeemail(self, r):
        return "EMAIL_ADDRESS", "office", f"{r.one(['frontdesk', 'records', 'hello', 'billing', 'office'])}@{self.plain(r.one(PRACTICE_HEADS))}clinic.example"

    def slot_url(self, r):
        host = f"{r.one(['portal', 'visit', 'pay', 'forms', 'www'])}.{self.plain(r.one(PRACTICE_HEADS))}{r.one(['health', 'clinic', 'care'])}.example"
        path = r.one(["", f"/{r.one(['join', 'pay', 'sign', 'm', 'f'])}/{r.letters(2).lower()}{r.digits(3)}", "/forms", "/new"])
        return "URL", "office", r.one(["https://", "", "http://", ""]) + host + path

    def slot_user(self, r):
        first, last = self.plain(self.given(r)) or "kim", self.plain(self.family(r)) or "lee"
        return "USERNAME", "patient", r.one([f"{first}{r.digits(2)}", f"{first[0]}{last}{r.digits(3)}", f"@{first}_{last}", f"{last}_{first[0]}{r.digits(2)}"])

    def slot_org(self, r):
        return "ORGANIZATION", "office", f"{r.one(PRACTICE_HEADS)} {r.one(PRACTICE_TAILS)}"

    def slot_hospital(self, r):
        return "ORGANIZATION", "", r.one([f"{capitalized(self.cities.pick(r)[0])} {r.one(HOSPITAL_TAILS)}", r.one(SAINTS), f"{r.one(SAINTS)} {r.one(['Hospital', 'Medical Center'])}"])

    # health
    def split(self, kind, role, text):
        """'a UTI' -> the article stays outside the span."""
        article = re.match(r"(?:an?|una?|the) ", text)
        return [(None, "", article.group()), (kind, role, text[article.end():])] if article else [(kind, role, text)]

    def slot_dx(self, r):
        return self.split("DIAGNOSIS", "", r.one(DX))

    def slot_dx_general(self, r):
        return "DIAGNOSIS", "general", re.sub(r"^(?:an?|the) ", "", r.one(DX))

    def slot_dx_mental(self, r):
        return "DIAGNOSIS", "TOPIC_MENTAL_HEALTH", re.sub(r"^an ", "", r.one(DX_MENTAL))

    def slot_dx_sti(self, r):
        return self.split("DIAGNOSIS", "TOPIC_HIV_STI", r.one(DX_STI))

    def slot_dx_substance(self, r):
        return self.split("DIAGNOSIS", "TOPIC_SUBSTANCE_USE", r.one(DX_SUBSTANCE))

    def slot_dx_repro(self, r):
        return self.split("DIAGNOSIS", "TOPIC_REPRODUCTIVE_HEALTH", r.one(DX_REPRODUCTIVE))

    def slot_sx(self, r):
        return self.split("DIAGNOSIS", "", r.one(SX))

    def slot_es_dx(self, r):
        return self.split("DIAGNOSIS", "", r.one(ES_DX))

    def slot_med(self, r):
        if r.chance(0.07):
            return "MEDICATION", "", self.misspelt.pick(r)[0]
        return "MEDICATION", "", r.one(MED)

    def slot_lab(self, r):
        verb = lambda: r.one([" ", " ", " is ", " was ", " came back at ", ": ", " of ", " = ", " is up to ", " is down to "])
        top = r.one(["A1c", "hemoglobin A1c", "a1c"]), f"{5 + r.below(8)}.{r.below(10)}"
        ranges = [top, (r.one(["BP", "blood pressure", "pressure"]), f"{100 + r.below(100)}{r.one(['/', ' over '])}{55 + r.below(55)}"),
                  (r.one(["sugar", "blood sugar", "fasting glucose", "glucose"]), str(58 + r.below(340))), ("potassium", f"{2 + r.below(4)}.{r.below(10)}"),
                  ("TSH", f"{r.below(12)}.{r.digits(2)}"), (r.one(["cholesterol", "LDL", "triglycerides", "total cholesterol"]), str(70 + r.below(260))),
                  ("creatinine", f"{r.below(4)}.{r.below(10)}"), ("hemoglobin", f"{6 + r.below(9)}.{r.below(10)}"), ("PSA", f"{r.below(12)}.{r.below(10)}"),
                  (r.one(["temp", "temperature", "fever"]), f"10{r.below(5)}.{r.below(10)}"), (r.one(["O2 sat", "oxygen", "pulse ox"]), f"{82 + r.below(17)}%"),
                  ("INR", f"{1 + r.below(5)}.{r.below(10)}"), (r.one(["pulse", "heart rate"]), str(48 + r.below(90))), ("weight", f"{95 + r.below(210)}{r.one([' lbs', '', ' pounds'])}"),
                  ("ferritin", str(4 + r.below(300))), ("vitamin D", str(8 + r.below(60))), ("white count", f"{2 + r.below(18)}.{r.below(10)}"), ("PHQ-9", str(r.below(27))), ("eye pressure", str(12 + r.below(22)))]
        tests = ["strep test", "flu test", "covid test", "pap", "biopsy", "mammogram", "urine culture", "x-ray", "MRI", "stress test", "colonoscopy", "mono test", "TB skin test",
                 "EKG", "pregnancy test", "drug screen", "CT", "echo", "ultrasound"]
        ends = [" was positive", " was negative", " came back negative", " came back positive", " came back normal", " is normal", " was abnormal", " came back clean",
                " is positive", " was clear", " showed nothing new", " came back benign"]
        if r.chance(0.6):
            name, value = r.one(ranges)
            return "LAB_RESULT", "", name + verb() + value
        return "LAB_RESULT", "", r.one(tests) + r.one(ends)

    def slot_es_lab(self, r):
        return "LAB_RESULT", "", r.one([f"azúcar salió en {90 + r.below(250)}", f"presión está en {110 + r.below(80)} sobre {60 + r.below(45)}", f"colesterol salió {150 + r.below(150)}",
                                        "mamografía salió normal", "prueba salió positiva", "prueba de covid salió negativa", "biopsia salió bien", f"hemoglobina es {7 + r.below(8)}.{r.below(10)}"])

    # any identifier with what it is called
    def slot_anyid(self, r):
        cue, name = r.one(ANY_ID)
        return [(None, "", r.one([cue, cue, cue.lower()]) + r.one([" ", " ", ": ", " # ", " is ", " no. "]))] + self.fill(name, r)

    def slot_age90(self, r):
        n = 90 + r.below(14)
        return "AGE", "patient", str(n) if n > 99 or r.chance(0.7) else "ninety" + ["", "-one", "-two", "-three", "-four", "-five", "-six", "-seven", "-eight", "-nine"][n - 90]


VALUES = {
    "pharmacy": ("ORGANIZATION", "", PHARMACIES), "insurer": ("ORGANIZATION", "", INSURERS), "employer": ("ORGANIZATION", "", EMPLOYERS),
    "icd": ("DIAGNOSIS_CODE", "", ICD), "ndc": ("MEDICATION", "", NDC), "drugclass": ("MEDICATION", "", CLASSES), "proc": ("PROCEDURE", "", PROC),
    "proc.general": ("PROCEDURE", "general", PROC), "proc.dental": ("PROCEDURE", "", PROC_DENTAL), "vax": ("PROCEDURE", "", VACCINES),
    "vax.general": ("PROCEDURE", "general", VACCINES), "es.sx": ("DIAGNOSIS", "", ES_SX), "es.med": ("MEDICATION", "", ES_MED), "es.proc": ("PROCEDURE", "", ES_PROC),
    "ssn": ("US_SSN", "", ssn), "ssn4": ("US_SSN", "", lambda r: r.digits(4)), "itin": ("US_ITIN", "", itin), "npi": ("US_NPI", "", npi), "dea": ("MEDICAL_LICENSE", "", dea),
    "statelicense": ("MEDICAL_LICENSE", "", lambda r: r.one(["MD", "RN", "A-", "G", "PA-"]) + r.digits(5 + r.below(2))),
    "passport": ("US_PASSPORT", "", lambda r: r.one("1234ACX") + r.digits(8)), "mbi": ("US_MBI", "", mbi), "card": ("CREDIT_CARD", "", card),
    "card4": ("CREDIT_CARD", "", lambda r: r.digits(4)), "bank": ("US_BANK_NUMBER", "", lambda r: r.digits(8 + r.below(5))), "routing": ("US_BANK_NUMBER", "", routing),
    "iban": ("IBAN_CODE", "", iban), "vin": ("VEHICLE_ID", "", vin), "ip": ("IP_ADDRESS", "", lambda r: r.one([f"203.0.113.{1 + r.below(254)}", f"198.51.100.{1 + r.below(254)}", f"192.168.{r.below(9)}.{1 + r.below(254)}", f"2001:db8::{r.below(9999):x}:{r.below(999):x}"])),
    "license": ("US_DRIVER_LICENSE", "", lambda r: r.one([r.letters(1) + r.digits(7), r.digits(8), r.letters(1) + r.digits(12), r.digits(9), f"{r.letters(1)}{r.digits(3)}-{r.digits(4)}-{r.digits(4)}"])),
    "plate": ("VEHICLE_ID", "", lambda r: r.one([r.letters(3) + r.digits(4), f"{r.below(9) + 1}{r.letters(3)}{r.digits(3)}", f"{r.letters(3)}-{r.digits(4)}", f"{r.letters(2)} {r.digits(5)}"])),
    "mac": ("MAC_ADDRESS", "", lambda r: r.one([":", "-"]).join(["00", "00", "5E", "00", "53", f"{r.below(256):02X}"])),
    "mrn": ("MEDICAL_RECORD_NUMBER", "", lambda r: r.one([r.digits(6), r.digits(7), r.digits(8), f"{r.letters(2)}-{r.digits(5)}", f"{r.digits(2)}-{r.digits(4)}", f"00{r.digits(6)}", f"{r.letters(1)}{r.digits(6)}", f"{r.digits(2)}-{r.digits(2)}-{r.digits(2)}"])),
    "plan": ("HEALTH_PLAN_ID", "", lambda r: r.one([r.letters(3) + r.digits(9), "W" + r.digits(9), r.digits(9), r.letters(1) + r.digits(8), f"{r.letters(3)}-{r.digits(7)}", r.digits(10), f"{r.digits(6)}-{r.digits(2)}"])),
    "acct": ("ACCOUNT_NUMBER", "", lambda r: r.one([r.digits(6), r.digits(8), f"{r.letters(1)}-{r.digits(5)}", f"INV{r.digits(5)}", f"{r.digits(4)}-{r.digits(4)}", f"2026-{r.digits(4)}-{r.digits(2)}"])),
    "device": ("DEVICE_ID", "", lambda r: r.one([f"SN{r.digits(7)}", f"{r.letters(2)}{r.digits(6)}{r.letters(1)}", imei(r), f"{r.digits(4)}-{r.letters(2)}-{r.digits(4)}", f"(01)00380740000011(21){r.digits(5)}"])),
    "bio": ("BIOMETRIC_ID", "", lambda r: f"{r.one(['FP', 'FACE', 'VP', 'IRIS'])}-{r.digits(5)}" + r.one(["", "-" + r.letters(2)])),
    "otherid": ("OTHER_ID", "", lambda r: r.one([r.letters(2) + r.digits(6), r.digits(7), f"S26-{r.digits(5)}", f"{r.letters(3)}{r.digits(4)}", f"A{r.digits(8)}", f"{r.digits(3)}-{r.digits(5)}"])),
    "rx": ("OTHER_ID", "", lambda r: r.one([r.digits(7), f"N{r.digits(5)}-0{r.below(9)}", f"{r.digits(4)}-{r.digits(5)}", "C" + r.digits(6)])),
    "n": (None, "", lambda r: str(2 + r.below(29))), "n1": (None, "", lambda r: str(1 + r.below(9))), "n2": (None, "", lambda r: str(10 + r.below(86))), "n3": (None, "", lambda r: str(101 + r.below(880))),
    "n4": (None, "", lambda r: str(2101 + r.below(7800))), "n5": (None, "", lambda r: str(10011 + r.below(89000))), "age": (None, "", lambda r: str(19 + r.below(70))),
    "month": (None, "", MONTHS), "emoji": (None, "", EMOJI_LIST),
}
ANY_ID = [("SSN", "ssn"), ("social", "ssn"), ("last four of the social", "ssn4"), ("ITIN", "itin"), ("Passport", "passport"), ("Driver's license", "license"), ("DL", "license"),
          ("Medicare ID", "mbi"), ("MBI", "mbi"), ("NPI", "npi"), ("DEA", "dea"), ("State license", "statelicense"), ("Card number", "card"), ("Visa ending", "card4"), ("Checking account", "bank"),
          ("Routing", "routing"), ("IBAN", "iban"), ("MRN", "mrn"), ("Chart", "mrn"), ("Patient number", "mrn"), ("Medical record", "mrn"), ("Member ID", "plan"), ("Policy", "plan"), ("Group", "plan"),
          ("Subscriber", "plan"), ("Medicaid", "plan"), ("Account", "acct"), ("Invoice", "acct"), ("Claim", "acct"), ("VIN", "vin"), ("Plate", "plate"), ("Serial", "device"),
          ("Pump serial number", "device"), ("Fingerprint ref", "bio"), ("Confirmation", "otherid"), ("Referral", "otherid"), ("Auth", "otherid"), ("Case", "otherid"), ("Rx", "rx"), ("Specimen", "otherid"),
          ("Portal login", "user"), ("IP", "ip"), ("Tablet MAC", "mac"), ("Encounter", "mrn")]

# ---------------------------------------------------------------- frames

TOKEN = re.compile(r"<([a-z0-9.]+)>|\{([A-Z_]+):([^{}]+)\}")


class Frame:
    def __init__(self, place, line):
        fields = line.split(" | ", 4)
        if len(fields) != 5:
            raise build.Problem(f"{len(fields)} fields instead of 5 (language | direction | voice | topics | text)")
        self.place = place
        self.language, direction, self.voice, topics, self.text = (field.strip() for field in fields)
        if self.language not in ("en", "es") or direction not in build.DIRECTIONS:
            raise build.Problem("unknown language or direction")
        self.direction = build.DIRECTIONS[direction]
        self.topics = [] if topics == "-" else topics.split(",")
        if set(self.topics) - set(build.TOPICS):
            raise build.Problem("unknown topic")
        plain = re.sub(r"\[[^\[\]]*\]", "", self.text)
        if "[" in plain or "]" in plain:
            raise build.Problem("brackets do not match or nest")

    def expand(self, slots, r):
        """-> [(type or None, role, text)]"""
        slots.spanish = self.language == "es"
        text = re.sub(r"\[([^\[\]]*)\]", lambda m: r.one(m.group(1).split("|")), self.text)
        parts, end = [], 0
        for match in TOKEN.finditer(text):
            parts.append((None, "", text[end:match.start()]))
            if match.group(1):
                parts += slots.fill(match.group(1), r)
            elif match.group(2) in build.TYPES:
                parts.append((match.group(2), "", match.group(3)))
            else:
                raise build.Problem(f"unknown type {match.group(2)}")
            end = match.end()
        parts.append((None, "", text[end:]))
        if any(c in "{}<>" for kind, _, part in parts if not kind for c in part):
            raise build.Problem("a slot or span that cannot be read")
        return [part for part in parts if part[2]]


def decide(frame, parts):
    """(topics, action) of an expanded frame."""
    topics = list(frame.topics)
    for kind, role, _ in parts:
        topic = role if role.startswith("TOPIC_") else {"LAB_RESULT": "TOPIC_TEST_RESULTS", "CREDIT_CARD": "TOPIC_CARD_DATA"}.get(kind)
        if kind in ("DIAGNOSIS", "DIAGNOSIS_CODE") and role != "general" and not role.startswith("TOPIC_"):
            topic = "TOPIC_DIAGNOSIS"
        if topic and topic not in topics:
            topics.append(topic)
    items = [part for part in parts if part[0]]
    return topics, build.decide(frame.direction, topics, items)


def read_frames(slots):
    """frames.txt -> {(language, benign): [frame]}. A bad line ends the run with file:line."""
    frames, problems, seen = collections.defaultdict(list), [], set()
    with open(os.path.join(HERE, "frames.txt"), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip() or line.startswith("#"):
                continue
            place = f"Corpus/frames.txt:{number}"
            try:
                frame = Frame(place, line.rstrip("\n"))
                if frame.text in seen:
                    raise build.Problem("the same frame twice")
                seen.add(frame.text)
                for i in range(12):
                    parts = frame.expand(slots, Random(f"trial-{i}"))
                    for kind, _, text in parts:
                        if kind and text != text.strip():
                            raise build.Problem(f"space at the edge of {kind} '{text}'")
                spans = any(kind for kind, _, _ in parts)
                benign = decide(frame, parts)[1] == "pass" and (frame.direction == "outbound" or not spans)
                frames[frame.language, benign].append(frame)
            except build.Problem as problem:
                problems.append(f"{place}: {problem}")
    if problems:
        sys.exit("\n".join(problems))
    return frames


# ---------------------------------------------------------------- noise

SHORT = [(r"\bappointment\b", "appt"), (r"\bplease\b", "pls"), (r"\bPlease\b", "Pls"), (r"\byou are\b", "ur"), (r"\byour\b", "ur"), (r"\bYour\b", "Ur"), (r"\byou\b", "u"),
         (r"\bprescription\b", "rx"), (r"\bminutes\b", "min"), (r"\btomorrow\b", "tmrw"), (r"\bbecause\b", "bc"), (r"\bwith\b", "w/"), (r"\band\b", "&"), (r"\bare\b", "r"),
         (r"\bthanks\b", "thx"), (r"\bpatient\b", "pt"), (r"\bfor\b", "4"), (r"\bbefore\b", "b4"), (r"\bmessage\b", "msg"), (r"\bdoctor\b", "dr"), (r"\bporque\b", "xq"), (r"\bpor favor\b", "x favor")]


def misspell(parts, r):
    places = [(i, m) for i, (kind, _, text) in enumerate(parts) if kind in (None, "PERSON", "MEDICATION", "DIAGNOSIS", "PROCEDURE")
              for m in re.finditer(r"[^\W\d_]{5,}", text)]
    if not places:
        return parts
    i, match = r.one(places)
    kind, role, text = parts[i]
    word, at = match.group(), 1 + r.below(len(match.group()) - 2)
    word = r.one([word[:at] + word[at + 1:], word[:at] + word[at] + word[at:], word[:at] + word[at + 1] + word[at] + word[at + 2:]])
    return parts[:i] + [(kind, role, text[:match.start()] + word + text[match.end():])] + parts[i + 1:]


def disturb(parts, r):
    keeps = {"EMAIL_ADDRESS", "URL", "USERNAME", "MAC_ADDRESS"}
    if r.chance(ABBREVIATED):
        for pattern, short in SHORT:
            parts = [(k, o, re.sub(pattern, short, t) if k is None else t) for k, o, t in parts]
    if r.chance(TYPOS):
        parts = misspell(parts, r)
    if r.chance(UNPUNCTUATED):
        parts = [(k, o, re.sub(r"(?<!\d)[.,!?¿¡;](?!\w)|[¿¡]", "", t) if k is None else t) for k, o, t in parts]
    roll = r.random()
    if roll < LOWER:
        parts = [(k, o, t.lower()) for k, o, t in parts]
    elif roll < LOWER + SHOUTED:
        parts = [(k, o, t if k in keeps else t.upper()) for k, o, t in parts]
    if r.chance(EMOJI):
        parts = parts + [(None, "", " " + r.one(EMOJI_LIST))]
    return parts


OPENINGS = ["Hi ", "Hello ", "Hey ", "Good morning ", "Dear ", "", "Hi, "]


def dress(frame, parts, slots, r):
    """A greeting or a signature now and then, in the roles that fit; nothing about general information."""
    if frame.language == "es" or any(role == "general" for _, role, _ in parts):
        return parts
    named = any(kind == "PERSON" and role == "patient" for kind, role, _ in parts)
    head = parts[0][2]
    if frame.direction == "outbound":
        if not named and parts[0][0] is None and not re.match(r"(?:Hi|Hello|Hey|Good|Reminder|Dr|Ms|Mr)\b", head) and r.chance(0.08):
            lowered = head if re.match(r"I\b|I'|[A-Z]{2}", head) else head[0].lower() + head[1:]
            parts = [(None, "", r.one(OPENINGS)), slots.slot_first(r), (None, "", r.one([", ", " - ", "! ", ": "])), (None, "", lowered)] + parts[1:]
        if r.chance(0.06):
            parts = parts + [(None, "", r.one([" - ", " ~", "\n"])), r.one([slots.slot_org, slots.slot_staff])(r)]
    else:
        if not named and parts[0][0] is None and r.chance(0.1):
            parts = [(None, "", r.one(["Hi this is ", "hi its ", "Hello, I'm ", "This is "])), r.one([slots.slot_first, slots.slot_full])(r), (None, "", r.one([", ", ". ", " - "]))] + parts
        elif not named and r.chance(0.06):
            parts = parts + [(None, "", r.one([" - ", " thx ", ". Thanks, "])), slots.slot_first(r)]
    return parts


def assemble(parts):
    """Parts -> text and spans; runs of spaces become one, none stands at either end."""
    text, spans = "", []
    for kind, _, piece in parts:
        if kind is None:
            piece = re.sub(r" {2,}", " ", piece)
            if not text or text[-1] in " \n":
                piece = piece.lstrip(" ")
        start = len(text.encode())
        text += piece
        if kind:
            spans.append((kind, start, start + len(piece.encode())))
    return text.rstrip(), spans


def generate(seed, count):
    slots = Slots()
    slots.spanish = False
    frames = read_frames(slots)
    decks, records, seen, ids = {}, [], set(), set()
    draw = Random(f"{seed}-decks")
    for i in range(count):
        r = Random(f"{seed}-{i}")
        key = ("es" if r.chance(SPANISH) else "en", r.chance(BENIGN))
        for attempt in range(1000):
            if not decks.get(key):  # every frame once before any comes again
                deck = list(frames[key])
                for j in range(len(deck) - 1, 0, -1):
                    k = draw.below(j + 1)
                    deck[j], deck[k] = deck[k], deck[j]
                decks[key] = deck
            frame = decks[key].pop()
            # Frames are in the corpus markup, where a line break is written \\n.
            expanded = [(kind, role, piece.replace("\\n", "\n")) for kind, role, piece in frame.expand(slots, r)]
            parts = dress(frame, expanded, slots, r)
            topics, action = decide(frame, parts)
            text, spans = assemble(disturb(parts, r))
            identifier = f"gen-{build.text_hash(text)}"
            if text not in seen and identifier not in ids and (frame.direction == "outbound" or action == "pass"):
                break
        else:
            sys.exit("generate.py: the frames cannot give that many different messages")
        seen.add(text)
        ids.add(identifier)
        records.append(build.to_record(identifier, {"text": text, "direction": frame.direction, "voice": frame.voice, "spans": spans,
                                                    "topics": topics, "action": action, "note": ""}))
    return records, sum(len(group) for group in frames.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--count", type=int, default=2400)
    parser.add_argument("--output", default=os.path.join(HERE, "generated.ndjson"))
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--counts", action="store_true")
    options = parser.parse_args()
    records, frames = generate(options.seed, options.count)
    if options.counts:
        print(f"{len(records)} messages from {frames} frames")
        for (direction, action), n in sorted(collections.Counter((x["direction"], x["action"]) for x in records).items()):
            print(f"  {direction:9} {action:7} {n:6}")
        kinds = collections.Counter(s["entity_type"] for x in records for s in x["spans"])
        kinds.update(t for x in records for t in x.get("topics", ()))
        for kind in build.TYPES + build.TOPICS:
            print(f"{kind:28}{kinds[kind]:6}")
        return 0
    content = build.to_ndjson(records).encode()
    if not options.check:
        with open(options.output, "wb") as file:
            file.write(content)
    elif not os.path.exists(options.output) or open(options.output, "rb").read() != content:
        print("Corpus/generated.ndjson is not what frames.txt and the lists give; run python3 Corpus/generate.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
