"""HJALP1-3 as published tables: their texts in Danish and English, variables, notes, and their PX and JSON-stat files.

Codes and Danish titles are those of the StatBank (seed 8.6); the English ones are ours.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from hjalp_pipeline.codelists.age_groups import AGE_GROUPS, ALDER_I_ALT
from hjalp_pipeline.codelists.kommuner import HELE_LANDET, KOMMUNER, KOMNR, NAVN
from hjalp_pipeline.production.known_defects import defect_notes
from hjalp_pipeline.publishing.definition import Definition
from hjalp_pipeline.publishing.jsonstat import jsonstat
from hjalp_pipeline.publishing.publication import publication_of
from hjalp_pipeline.publishing.px import px
from hjalp_pipeline.publishing.statbank import HIDDEN, NO_POPULATION, NOT_TAKING_PART
from hjalp_pipeline.publishing.table import SYMBOL, VALUE, PublishedTable, Symbol, Text, Value, Variable, enumerated
from hjalp_pipeline.storage.codelists import DANISH_TIME

#: Kommuner with a name of their own in English.
_ENGLISH = {"101": "Copenhagen"}

KOMMUNE = Variable(
    "KOMMUNEDK",
    Text("kommune", "municipality"),
    (
        Value(HELE_LANDET, Text("Hele landet", "All Denmark")),
        *(Value(kommune.code, Text(kommune.name, _ENGLISH.get(kommune.code, kommune.name))) for kommune in KOMMUNER),
    ),
    total=HELE_LANDET,
    role="geo",
)
KOEN = Variable(
    "KONAMS",
    Text("køn", "sex"),
    (Value("0", Text("I alt", "Total")), Value("1", Text("Mænd", "Men")), Value("2", Text("Kvinder", "Women"))),
    total="0",
)
ALDER = Variable(
    "ALERAMS",
    Text("alder", "age"),
    (
        Value(ALDER_I_ALT, Text("Alder i alt", "Age, total")),
        *(Value(group.code, Text(group.text_da, group.text_en)) for group in AGE_GROUPS),
    ),
    total=ALDER_I_ALT,
)

_SYMBOLS = (
    Symbol(HIDDEN, Text("Diskretioneret", "Confidential")),
    Symbol(NOT_TAKING_PART, Text("Kommunen deltager ikke", "The municipality does not take part")),
)
_NO_POPULATION = Symbol(NO_POPULATION, Text("Ingen befolkning at sætte i forhold til", "No population to relate to"))
_CONFIDENTIAL = Text(
    "Celler med færre end 3 observationer er diskretioneret, og der er foretaget følgediskretionering, så tallene ikke kan "
    "regnes ud. De vises som to prikker (..). Tre prikker (...) står, hvor kommunen ikke deltager.",
    "Cells with fewer than 3 observations are confidential, and further cells are hidden so that they cannot be computed. "
    "They are shown as two dots (..). Three dots (...) stand where the municipality does not take part.",
)
_FEW_PERSONS = Text(
    "Et antal hjælpemidler er også diskretioneret, når det stammer fra færre end 3 personer.",
    "A number of devices is also confidential when it stems from fewer than 3 persons.",
)
_ONCE = Text(
    "En person, der låner af flere kommuner, tæller med i hver af dem, men kun én gang i hele landet.",
    "A person who borrows from several municipalities counts in each of them, but only once in all Denmark.",
)
_POPULATION = Text(
    "Andelen er i procent af befolkningen ultimo året i samme kommune, køn og aldersgruppe; for hele landet i procent af "
    "befolkningen i de kommuner, der deltager. En prik (.) står, hvor der ingen befolkning er.",
    "The share is per cent of the population at the end of the year of the same municipality, sex and age group; for all "
    "Denmark of the population of the municipalities that take part. One dot (.) stands where there is no population.",
)


@dataclass(frozen=True, slots=True)
class _Texts:
    """What is particular to one table; ``column`` holds its figures in the frames of ``tables``."""

    contents: Text
    units: Text
    variables: tuple[Variable, ...]
    column: str
    notes: tuple[Text, ...]
    decimals: int = 0
    symbols: tuple[Symbol, ...] = _SYMBOLS
    # Persons may be in several kommuner, and shares have no sum: only loans may be added up.
    aggregation: bool = False


_LENT = Text("udlånt fra de kommunale hjælpemiddeldepoter", "lent by the municipal depots of assistive devices")
_RECIPIENTS = Text(f"Modtagere af hjælpemidler {_LENT.da}", f"Recipients of assistive devices {_LENT.en}")
_PERSON = (KOMMUNE, KOEN, ALDER)
_NUMBER = Text("Antal", "Number")

TEXTS: dict[str, _Texts] = {
    "hjalp1": _Texts(
        Text(f"Hjælpemidler {_LENT.da}", f"Assistive devices {_LENT.en}"),
        _NUMBER,
        (KOMMUNE,),
        "antal",
        (_FEW_PERSONS,),
        aggregation=True,
    ),
    "hjalp2": _Texts(_RECIPIENTS, _NUMBER, _PERSON, "antal", (_ONCE,)),
    "hjalp3": _Texts(
        Text(f"{_RECIPIENTS.da}, andel (af befolkningen)", f"{_RECIPIENTS.en}, share (of the population)"),
        Text("Procent", "Per cent"),
        _PERSON,
        "promille",
        (_ONCE, _POPULATION),
        decimals=1,
        symbols=(*_SYMBOLS, _NO_POPULATION),
    ),
}


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the figures: kommuner that do not take part by year, whose data lack what, and settings."""

    not_taking_part: Mapping[int, Collection[str]]
    defects: Sequence[tuple[Text, str]] = ()
    settings: Mapping[str, Text] = field(default_factory=dict)


def files_of(
    tables: Mapping[str, pl.DataFrame],
    definition: Definition,
    beside: Beside,
) -> dict[str, bytes]:
    """``HJALP1.px``, ``HJALP1.json`` and so on from the tables with their hidden cells null (``symbols.with_symbols``).

    The same input gives the same bytes: no clock is read.
    """
    files = {}
    for name in sorted(tables):
        table = published_table(name, tables[name], definition, beside)
        files[f"{table.id}.px"] = px(table)
        files[f"{table.id}.json"] = jsonstat(table)
    return files


def published_table(
    name: str,
    frame: pl.DataFrame,
    definition: Definition,
    beside: Beside,
) -> PublishedTable:
    """One of HJALP1-3 with its texts; TableError when the frame is not the full cross product of its codes."""
    texts = TEXTS[name]
    years = definition.reference_years
    variables = (*texts.variables, _tid(years))
    by = [enumerated((getattr(v.text, lang) for v in variables), word) for lang, word in (("da", "og"), ("en", "and"))]
    columns = [pl.col(variable.code.lower()).cast(pl.String).alias(variable.code) for variable in variables]
    return PublishedTable(
        id=name.upper(),
        title=Text(f"{texts.contents.da} efter {by[0]}", f"{texts.contents.en} by {by[1]}"),
        contents=texts.contents,
        units=texts.units,
        subject_code="05",
        subject_area=Text("Sociale forhold", "Social conditions"),
        source=Text("Danmarks Statistik", "Statistics Denmark"),
        database=Text("Statistikbanken", "StatBank Denmark"),
        variables=variables,
        decimals=texts.decimals,
        stock=True,  # ultimo the year
        aggregation=texts.aggregation,
        notes=(
            _CONFIDENTIAL,
            _participation(beside.not_taking_part, years),
            *texts.notes,
            *defect_notes(beside.defects),
        ),
        symbols=texts.symbols,
        publication=publication_of(name.upper(), beside.settings),
        updated=definition.publish_at.astimezone(DANISH_TIME),
        figures=frame.select(*columns, pl.col(texts.column).cast(pl.Int64).alias(VALUE), SYMBOL),
    )


def absent(deltagere: pl.DataFrame, years: Iterable[int]) -> dict[int, list[str]]:
    """Kommuner that do not take part, by year, from those that do (``tables.participants``: aar, komnr)."""
    taking_part = set(deltagere.select("aar", "komnr").iter_rows())
    return {aar: [komnr for komnr in KOMNR if (aar, komnr) not in taking_part] for aar in years}


def _tid(years: Iterable[int]) -> Variable:
    return Variable(
        "Tid", Text("tid", "time"), tuple(Value(str(aar), Text(str(aar), str(aar))) for aar in years), role="time"
    )


def _participation(not_taking_part: Mapping[int, Collection[str]], years: Iterable[int]) -> Text:
    """Who is missing in which year, in both languages."""
    da = ["Hele landet er beregnet af de kommuner, der deltager."]
    en = ["All Denmark is computed from the municipalities that take part."]
    for aar in years:
        komnr = sorted(not_taking_part.get(aar, ()))
        if not komnr:
            da.append(f"I {aar} deltager alle kommuner.")
            en.append(f"In {aar} all municipalities take part.")
        elif len(komnr) == len(KOMNR):
            da.append(f"I {aar} deltager ingen kommuner.")
            en.append(f"In {aar} no municipality takes part.")
        else:
            da.append(f"I {aar} deltager ikke: {enumerated((NAVN[code] for code in komnr), 'og')}.")
            names = (_ENGLISH.get(code, NAVN[code]) for code in komnr)
            en.append(f"Not taking part in {aar}: {enumerated(names, 'and')}.")
    return Text(" ".join(da), " ".join(en))
