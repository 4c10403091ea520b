"""A statistic's tables as they are published: texts in Danish and English, notes, and their PX and JSON-stat files."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.spans import Time
from hjalp_pipeline.production.release.known_defects import defect_notes
from hjalp_pipeline.publishing.definition import Definition
from hjalp_pipeline.publishing.jsonstat import jsonstat
from hjalp_pipeline.publishing.publication import SOURCE, publication_of
from hjalp_pipeline.publishing.px import px
from hjalp_pipeline.publishing.statbank import CONFIDENTIAL, statbank_csv
from hjalp_pipeline.publishing.table import (
    LANGUAGES,
    SYMBOL,
    VALUE,
    PublishedTable,
    Symbol,
    Text,
    Value,
    Variable,
    enumerated,
)
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.files import write_bytes
from hjalp_pipeline.table_parts import Sum
from hjalp_pipeline.table_spec import TableSpec, Texts

_CONFIDENTIAL = Text(
    "Celler med færre end 3 observationer er diskretioneret, og der er foretaget følgediskretionering, så tallene ikke kan "
    "regnes ud. De vises som to prikker (..). Tre prikker (...) står, hvor kommunen ikke deltager.",
    "Cells with fewer than 3 observations are confidential, and further cells are hidden so that they cannot be computed. "
    "They are shown as two dots (..). Three dots (...) stand where the municipality does not take part.",
)
_DEVELOPING = Text(
    "Statistik under udvikling (forordning (EU) 2024/3018): indhold, afgrænsning og metode kan blive ændret.",
    "Statistics under development (Regulation (EU) 2024/3018): content, delimitation and method may change.",
)


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the figures: kommuner that do not take part by year, whose data lack what, and settings."""

    not_taking_part: Mapping[int, Collection[str]]
    defects: Sequence[tuple[Text, str]] = ()
    settings: Mapping[str, Text] = field(default_factory=dict)


def files_of(
    statistic: Statistic,
    tables: Mapping[str, pl.DataFrame],
    definition: Definition,
    beside: Beside,
) -> dict[str, bytes]:
    """``{ID}.px`` and ``{ID}.json`` of each table, its hidden cells null (``hiding.with_symbols``).

    The same input gives the same bytes: no clock is read. A table that shows no time of the release's span has neither: both
    forms need a value of every variable; its csv is a header alone.
    """
    files = {}
    for name in sorted(tables):
        if not statistic.table(name).time.shown(definition.span):
            continue
        table = published_table(statistic, statistic.table(name), tables[name], definition, beside)
        files[f"{table.id}.px"] = px(table)
        files[f"{table.id}.json"] = jsonstat(table)
    return files


def published_table(
    statistic: Statistic,
    spec: TableSpec,
    frame: pl.DataFrame,
    definition: Definition,
    beside: Beside,
) -> PublishedTable:
    """A table with its texts; TableError when the frame is not the full cross product of its codes."""
    years, texts = definition.span.years, texts_of(spec)
    publication = publication_of(spec.id, beside.settings)
    variables = (*(dimension.variable for dimension in spec.dimensions), _tid(spec.time.shown(definition.span)))
    by = [enumerated((getattr(v.text, lang) for v in variables), word) for lang, word in (("da", "og"), ("en", "and"))]
    codes = zip(spec.keys, variables, strict=True)
    columns = [pl.col(column).cast(pl.String).alias(variable.code) for column, variable in codes]
    return PublishedTable(
        id=spec.id,
        title=Text(f"{texts.contents.da} efter {by[0]}", f"{texts.contents.en} by {by[1]}"),
        contents=texts.contents,
        units=texts.units,
        subject_code=statistic.subject_code,
        subject_area=statistic.subject_area,
        source=SOURCE,
        database=Text("Statistikbanken", "StatBank Denmark"),
        variables=variables,
        decimals=spec.decimals,
        stock=spec.time.stock,
        # Persons may be in several kommuner, and shares have no sum: only what is a sum may be added up.
        aggregation=isinstance(spec.counts, Sum),
        notes=(
            *((_DEVELOPING,) if spec.developing else ()),
            _CONFIDENTIAL,
            _participation(statistic, spec, beside.not_taking_part, years),
            *texts.notes,
            *defect_notes(beside.defects),
        ),
        symbols=symbols_of(spec),
        publication=replace(publication, official_statistics=publication.official_statistics and not spec.developing),
        updated=definition.publish_at.astimezone(DANISH_TIME),
        figures=frame.select(*columns, pl.col(spec.measure).cast(pl.Int64).alias(VALUE), SYMBOL),
    )


def texts_of(spec: TableSpec) -> Texts:
    """The texts of a table as they are published: the contents of one under development say so."""
    if not spec.developing:
        return spec.texts
    contents = Text(
        f"{spec.texts.contents.da} (statistik under udvikling)",
        f"{spec.texts.contents.en} (statistics under development)",
    )
    return replace(spec.texts, contents=contents)


def symbols_of(spec: TableSpec) -> tuple[Symbol, ...]:
    """The signs that stand in place of a figure in a table."""
    return (CONFIDENTIAL, *dict.fromkeys(sign.symbol for sign in spec.signs))


def absent(deltagere: pl.DataFrame, years: Iterable[int]) -> dict[int, list[str]]:
    """Kommuner that do not take part, by year, from those that do (``counting.participants``: aar, komnr)."""
    taking_part = set(deltagere.select("aar", "komnr").iter_rows())
    return {aar: [komnr for komnr in KOMNR if (aar, komnr) not in taking_part] for aar in years}


def _tid(times: Iterable[Time]) -> Variable:
    values = tuple(Value(str(time), Text(str(time), str(time))) for time in times)
    return Variable("Tid", Text("tid", "time"), values, role="time")


def _participation(
    statistic: Statistic, spec: TableSpec, not_taking_part: Mapping[int, Collection[str]], years: Sequence[int]
) -> Text:
    """Who is missing in which year, in both languages; in one sentence where all years have the same kommuner."""
    area = spec.dimensions[0]
    if area.variable.role != "geo":
        told = [
            Text(
                "Tabellen er beregnet af de kommuner, der deltager.", "Computed from the municipalities that take part."
            )
        ]
    elif area.total is not None:
        told = [
            Text(
                "Hele landet er beregnet af de kommuner, der deltager.",
                "All Denmark is computed from the municipalities that take part.",
            )
        ]
    else:
        told = []
    names = next(one.variable for one in statistic.dimensions if one.variable.role == "geo").values
    texts = {value.code: value.text for value in names}
    if statistic.approval.by_span:
        told.append(_absent_in(texts, sorted(not_taking_part.get(years[-1], ())), "hele perioden", "the whole period"))
    else:
        told += [_absent_in(texts, sorted(not_taking_part.get(aar, ())), str(aar), str(aar)) for aar in years]
    return Text(*(" ".join(getattr(text, language) for text in told) for language in LANGUAGES))


def _absent_in(names: Mapping[str, Text], komnr: Sequence[str], da: str, en: str) -> Text:
    if not komnr:
        return Text(f"I {da} deltager alle kommuner.", f"In {en} all municipalities take part.")
    if len(komnr) == len(KOMNR):
        return Text(f"I {da} deltager ingen kommuner.", f"In {en} no municipality takes part.")
    return Text(
        f"I {da} deltager ikke: {enumerated((names[code].da for code in komnr), 'og')}.",
        f"Not taking part in {en}: {enumerated((names[code].en for code in komnr), 'and')}.",
    )


def write_tables(specs: Sequence[TableSpec], shown: Mapping[str, pl.DataFrame], building: Path) -> None:
    """``{ID}.csv`` of each table, as the StatBank takes it."""
    for spec in specs:
        table = shown[spec.name].select(*spec.keys, SYMBOL, spec.measure)
        write_bytes(building / spec.csv, statbank_csv(table, spec.measure, decimals=spec.decimals))
