"""Which names in the drug sources are vaccines. A vaccination is something done (PROCEDURE), not a drug one takes, and
announcements of flu clinics are the commonest harmless message of a practice."""
import re

# brands and abbreviations, from public knowledge; everything else tells itself by its last word
BRANDS = set('''mmr mmrv tdap dtap td shingrix zostavax prevnar pneumovax vaxneuvance gardasil cervarix havrix vaqta twinrix engerix
recombivax heplisav menactra menveo menquadfi bexsero trumenba penbraya arexvy abrysvo mresvia boostrix adacel daptacel infanrix
pediarix pentacel vaxelis kinrix quadracel ipol pedvaxhib acthib hiberix rotateq rotarix varivax proquad fluzone flumist fluarix
flulaval flucelvax fluad flublok afluria spikevax comirnaty moderna novavax imovax rabavert ixiaro typhim vivotif stamaril jynneos
ixchiq dengvaxia'''.split())
WORD = re.compile(r'\b(vaccines?|vaccinations?|vacunas?|immunizations?|boosters?|jabs?)\b')
SHOT = re.compile(r'^(flu|covid|hpv|mmr|tdap|dtap|shingles|pneumonia|gardasil|rsv|hep a|hep b|hepatitis [ab]|tetanus|polio|varicella|chickenpox|chicken pox|'
                  r'rabies|rotavirus|meningitis|measles|whooping cough|baby|kindergarten|school|travel|\d+ month|\d+ year) shots?$')


def is_vaccine(term):
    """Whether a folded term names a vaccine or a vaccination."""
    return bool(WORD.search(term) or SHOT.match(term) or term.split()[0] in BRANDS)


# Words for any medicine say nothing about a person ("your prescription is ready"), dosage forms neither.
GENERIC = set('''medication medications medicine medicines meds med medicament medicaments drug drugs prescription prescriptions rx refill refills
med refill rx refill the pill the pills pill pills tablet tablets capsule capsules inhaler inhalers drops ointment cream cough drop cough drops
medicamento medicamentos medicina medicinas receta recetas pastilla pastillas gotas jarabe pomada dose pack supplement supplements
nebulizer spray infusion meds'''.split()) | {'med refill', 'rx refill', 'the pill', 'the pills', 'cough drop', 'cough drops', 'dose pack', 'infusion meds'}
