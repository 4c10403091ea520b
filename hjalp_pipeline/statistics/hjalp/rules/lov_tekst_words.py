"""The words people write in ``lov_tekst``, folded (æ as ae, no case): names of laws, signs, units and the like (R7).

What the words mean together is said in ``lov_tekst``; how a text becomes words in ``lov_tekst_tokens``.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

OTHER, NO_LAW = "OTHER", ""
#: Laws of procedure: nothing is granted under them.
FORMAL = "FORMAL"
#: Law names without blanks, dots and hyphens. Genitive -s, and -en after "lov", are added to each.
LAW_NAMES: Final = {
    "SEL": "sel sellov lss sosl servicelov servicel servlov socialservicelov lovomsocialservice lovomservice "
    "lovomsocservice lovensocialservice socservlov lovomsocserv",
    "AML": "aml amllov arbejdsmiljoelov arbejdsmiljlov arbmiljoelov lovomarbejdsmiljoe lovomarbmiljoe",
    "SUL": "sul sullov sundhedslov sundhlov sundlov lovomsundhed",
    "AEL": "ael aell aellov aeldrelov ldrelov lovomaeldre",
    # other laws that neither their ending nor their place shows: abbreviations, "lov" as a word by itself
    OTHER: "bl lab las lasi barnetslov boernenslov ungdommenslov aktivlov straffelov folkeskolelov",
    FORMAL: "forvaltningslov fvl retssikkerhedslov rsl offentlighedslov databeskyttelseslov persondatalov gdpr",
    # names that do not say which law: "loven" alone, "SL" (several laws); and words that look like a name
    NO_LAW: "lov sl bla blandet orlov forlov",
}


def spellings(least: int = 1) -> Iterator[tuple[str, str]]:
    """(spelling, law) for the names of at least so many letters."""
    for law, names in LAW_NAMES.items():
        for name in names.split():
            if len(name) >= least:
                ends = ("", "s", "en", "ens") if name.endswith("lov") else ("", "s")
                yield from ((name + end, law) for end in ends)


def slips(name: str) -> Iterator[str]:
    """The name and the name without any one letter: two names a keyboard slip apart have one of these in common."""
    yield name
    yield from (name[:i] + name[i + 1 :] for i in range(len(name)))


_SIGNS: Final = "paragraf paragraph parag paragr prgraf pg pgf pgr pgrf prg prgf prgr"
_AND: Final = (
    "og samt eller el ell hhv henholdsvis resp respektive evt eventuelt alternativt subsidiaert vs plus men "
    "& + , ; / > | \\ ( [ → ⇒ ➔ ➜ ➡ ⟶"
)
_UNITS: Final = (
    "% ° stk stks styk stykke stykker par pk pakke pakker pose poser kasse kasser karton rulle ruller saet aar aarig aarige "
    "mdr maaned maaneder mnd uge uger ugers dag dage dages dg doegn time timer t min minut minutter sek sekunder "
    "mm cm m km meter dm kvm kg kilo g gr gram ton mg l liter ml dl cl w watt kw db v volt ah amp hk "
    "kr kroner dkk euro eur pct procent tommer tomme inch x gange grader hjul hjulet personers pers"
)
#: Units that may also be something else ("SEL 112 m lift"): they measure no number that stands beside a law.
WEAK_UNITS: Final = frozenset(("x", "m", "t", "l", "g", "w", "v", "k", "hjul", "hjulet", "gange", "par"))
_KINDS_OF: Final = (
    ("sign", _SIGNS),
    ("and", _AND),
    ("jf", "jf jfr jvf jvnf cf se"),
    ("range", "til -"),
    ("of", "i af"),
    ("link", "efter iht under henhold ifoelge ifl iflg"),
    ("unit", _UNITS),
    # what a negation passes over on its way to a paragraph
    (
        "helper",
        "er blev bliver blevet kan skal har som for paa ved med laengere laenger mere kun blot en et den det der at",
    ),
    ("not", "ikke ikk ej ingen hverken uden udenfor undtagen nej non"),
    ("procedure", "vejledt orienteret oplyst begrundet"),
)
_KINDS: Final = {word: kind for kind, words in _KINDS_OF for word in words.split()}
#: Beginnings of words that say a refusal, a grant, what is granted (a negation passes over it), or a law's procedure.
_BEGINNINGS: Final = (
    ("refusal", re.compile(r"afsl(?:ag|aa|og)|afvis|naegt")),
    ("grant", re.compile(r"bevil|bevl?$|godkend|tilkend|tildel|imoedekom|opfyld|gaeld|anvend|ydes$|ydet$")),
    ("grant", re.compile(r"omfatt|berettig|relevant|aktuel")),
    ("helper", re.compile(r"hjaelp|stoette|ansoeg|soegt|hjemme?l|udlaan|forbrugsgode|boligindretning|genoptraening")),
    (
        "procedure",
        re.compile(r"partshoer|hoering|klage|samtykke|afgjort|afgoerelse|aktindsigt|journal|behandl|indhent"),
    ),
)
#: Of the words of granting those that a "not" may follow: "bevilges ikke".
NEGATED_AFTER: Final = _BEGINNINGS[1][1]
_PARAGRAF_SLIPS: Final = frozenset(slips("paragraf"))
_PARAGRAF: Final = re.compile(r"p[arg]\w{4,8}f|\w+paragraf(?:fen)?")


@lru_cache(maxsize=10_000)
def kind_of(word: str) -> str:
    """The kind of a word or punctuation mark, ``word`` for any other word, ``glue`` for any other mark."""
    kind = _KINDS.get(word)
    if kind:
        return kind
    if not word[0].isalnum():
        return "glue"
    if _PARAGRAF.fullmatch(word) and (word.endswith("paragraf") or not _PARAGRAF_SLIPS.isdisjoint(slips(word))):
        return "sign"
    return next((kind for kind, pattern in _BEGINNINGS if pattern.match(word)), "word")


# ---- laws that are in no list: "ASL § 15", "15 i ASL", "Bilbek. § 15"
_VOWELS: Final = "aeiouyäöü"
_ABBREVIATED_LAW: Final = re.compile(rf"[a-z]{{0,4}}[^{_VOWELS}l]l(?:s|en|ens)?|\w{{2,}}(?:bek|bekg|vejl)")
#: No law's name although a consonant and an l end it.
_NO_LAW_WORDS: Final = (
    "kl lejl inkl incl ekskl excl eksl ml dl cl hl pl tabl bevl evtl sml hjl hjpl hjml hjmdl mdl udl indl afl afdl anbl spl sspl "
    "vl jvnfl dipl"
)
_NOT_LAWS: Final = frozenset(_NO_LAW_WORDS.split())
#: Words of up to three letters (four before a full stop) that stand before a paragraph and are no law's abbreviation.
_SHORT: Final = (
    "aa aar ad adl aer afd al alm alt an ang ank ans ap app apv ar art att baad bad bade baek bar bed bem ben bev bh "
    "bil bl bla ble blev bo bod bog bor bord bpa bra bs by ca cpr da dd de dem den dep der det dig dine dog dos du "
    "duo dur dvd dvs dyb dyne dyr ean eet egen egv en eoj erg ergo et etc evt fad far fax fem fik fod for fra fri fro "
    "fs fsi fuld fx fys gaa gab gag gang ggop gik gl god gop gul gule haar haj hal ham han har hav hel hen her hj hjm "
    "hjp hjv hmc hmd hmi hoer hos hud hul hun hus hver hvid id ift ild inc ind ip ipad is iso it ja jeg jern jnr kan "
    "kap kat kl kmd kol kom kop kra krop kun kur kys laan laas lad laer lag lav lbk led lej lem let lev lift lig loen "
    "ly lys maa mac mad man mat mdl med mel mf mfl mht mig mm mob mod mon mor mund mur mv naa naal ned nem net ni not "
    "nr nu ny nye nyt obs od oeje oen oere ok okt om on op ord os ost osv ov ove over paa pad pc per pers pga pil pkt "
    "plan pmd pos pr pude pus rad ref ren rep ret rig ro rod roed ror rum ryg saa saar sad saet sag sal sat se sele "
    "seng sin sit skal sko soe sol som son sove sp spil spl staa stk sto stok stol str syg syn syv taa tab tag tal "
    "tand te tel ter tera th tidl tit tlf to toej toj top tov tre tro tur tv ty tyk typ tyv ud uld ur ure usb vask "
    "vdr ved vej ven vi via vil vis vogn vor vum wc xl xs xxl yd "
    "aac aarl afg beh bgr bol boli borg brg cit dok dx elsc fbg forl frbg gps hjpm hoe hosp ikt inv komm kons lok mid midl "
    "noed opf plej pt rol rull sags sen sep sm syge tek tild tilk tns udst ve vedr vs"
)
_SHORT_WORDS: Final = frozenset(_SHORT.split())


@lru_cache(maxsize=10_000)
def unlisted_law(name: str) -> bool:
    """Whether a word is built like the abbreviation of a law or decree: ``asl``, ``kompl``, ``bilbek``."""
    return bool(_ABBREVIATED_LAW.fullmatch(name)) and name not in _NOT_LAWS and name not in _SHORT_WORDS


def unknown_abbreviation(word: str, dotted: bool) -> bool:
    """Whether a word right before a paragraph can only be a law we do not know."""
    return 1 < len(word) <= (4 if dotted else 3) and word not in _SHORT_WORDS and word not in _NOT_LAWS
