"""What the analysts' database holds: every relation with what it is and what its columns hold.

Three schemas. The main one says how the production stands, ``released`` what each release shows, ``working`` holds the
confidential data between: rows of deliveries, data states, stock and the tables counted from them, which agree with no
release. What columns hold is told by the contracts and by the columns of frames, not here again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from hjalp_pipeline.codelists.kommuner import HELE_LANDET, KOMMUNER
from hjalp_pipeline.contracts.one_pass import Contract
from hjalp_pipeline.contracts.states import BESTAND, GONE, RAW, columns, contracts, of_table
from hjalp_pipeline.delivery.codes import REJECTION_TEXT
from hjalp_pipeline.production.inbox import delivery_list, gate
from hjalp_pipeline.production.quarter import quarter_run
from hjalp_pipeline.production.quarter.hiding import MASK, suppress
from hjalp_pipeline.production.release import participation
from hjalp_pipeline.production.release.embargo import held_back
from hjalp_pipeline.production.released_relations import plain, released
from hjalp_pipeline.production.vendor_view import vendor_view
from hjalp_pipeline.rules.rule import RAEKKE, StateColumn, described, schema_of
from hjalp_pipeline.rules.rulebook import INTAKE
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.catalog import KOMNR, WORKING, Files, Parts, Relation, Rows, Select
from hjalp_pipeline.storage.duck import sql_text
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.storage.systems_frame import SYSTEMS_COLUMNS, systems_frame

_OFFICE = "For the office alone, small counts are confidential."
_CONFIDENTIAL = "Confidential:"
_RECEIVED = "try_strptime(regexp_extract(filename, '_([0-9]{8}T[0-9]{6})[.]', 1), '%Y%m%dT%H%M%S')"
_PERIOD = "Perioden, der er kørt"
_KOMNR = "Kommunen, der indberetter"
_CODES = (
    StateColumn("step", pl.String, "Trinnet, som i ledger og remarks"),
    StateColumn("code", pl.String, "Koden, som i ledger.reason, remarks.code, leverancer.code og i trinnenes kolonner"),
    StateColumn("rule", pl.String, "Reglen, der giver den, tom = modtagelsen"),
    StateColumn("title", pl.String, "Hvad reglen hedder"),
    StateColumn(
        "does", pl.String, "Hvad der sker: rejects hele filen; removes, corrects, derives eller counts en række"
    ),
    StateColumn("text", pl.String, "Hvad koden betyder"),
)
_KOMMUNER = (
    StateColumn("komnr", pl.String, f"Kommunens nummer, {HELE_LANDET} = hele landet"),
    StateColumn("kommune", pl.String, "Kommunens navn"),
    StateColumn("region", pl.String, "Regionens navn"),
    StateColumn("landsdel", pl.String, "Landsdelens navn"),
)
_CODE_TEXTS = (
    StateColumn("field", pl.String, "Feltet, koden står i"),
    StateColumn("code", pl.String, "Koden"),
    StateColumn("text", pl.String, "Hvad den betyder"),
    StateColumn("from_date", pl.Date, "Første dag, den gælder, tom = altid"),
    StateColumn("to_date", pl.Date, "Sidste dag, den gælder, tom = den gælder stadig"),
)


@dataclass(frozen=True, eq=False)
class _Frames:
    """A small dataset of the lake as the main schema shows it; ``added``: columns that are worked out there."""

    comment: str
    columns: tuple[StateColumn, ...]
    shown: str = "*"
    added: Mapping[str, str] = field(default_factory=dict)


def relations(root: DataRoot) -> list[Relation]:
    """The relations of a data root's database, each after those it selects from."""
    statistic = root.declared
    return [*_main(root), *released(statistic, held_back(root)), *_working(statistic)]


def _main(root: DataRoot) -> Iterator[Relation]:
    statistic = root.declared
    period = statistic.period.attribute
    renamed = "*" if period == "kvartal" else f"* rename (kvartal as {period})"
    frames = {
        "ledger": _Frames(
            f"Rows kept and removed, by kommune and step. {_OFFICE}",
            quarter_run.ledger_columns(statistic),
            _renamed(statistic.ledger_names),
        ),
        "status": _Frames("The gate: each of the 98 kommuner in each period that was run.", gate.COLUMNS, renamed),
        "remarks": _Frames(
            f"What is odd but not wrong, by kommune, step and code. {_OFFICE}", quarter_run.remark_columns(statistic)
        ),
        "leverancer": _Frames(
            "Every delivery and what became of it.",
            delivery_list.COLUMNS,
            f"{renamed}, {_RECEIVED} as received",
            {"received": "Hvornår den er modtaget, dansk tid, efter dens navn"},
        ),
        participation.DATASET: _Frames(
            "Who takes part in each year, and why each other does not: of every release, and as of now.",
            participation.catalog_columns(statistic),
        ),
    }
    followed = quarter_run.unknown_codes(statistic)
    if followed is not None:
        frames[followed] = _Frames(
            f"Deliveries in force and their records whose code no list knows. {_OFFICE}",
            quarter_run.unknown_codes_columns(statistic),
        )
    known: dict[str, str] = {}
    for name, frame in frames.items():
        texts = described(frame.columns) | dict(frame.added)
        if "kvartal" in texts:
            texts[period] = texts["kvartal"]
        if name == "ledger":
            texts = {statistic.ledger_names.get(column, column): text for column, text in texts.items()}
        known = texts | known
        yield Relation(name, frame.comment, texts, Files(name, schema_of(frame.columns).to_frame(), frame.shown))
    yield _kept("systems", "Who sends what: codelists/systems.csv.", SYSTEMS_COLUMNS, systems_frame(root))
    yield _kept("kommuner", "The 98 kommuner and the whole country.", _KOMMUNER, _kommuner())
    yield _kept("codes", "What a code of a rule or of the intake means.", _CODES, _codes(statistic))
    yield _kept("code_texts", "What codes of fields mean.", _CODE_TEXTS, _code_texts(statistic))
    if statistic.vendors is not None:
        view = vendor_view(statistic, statistic.vendors, _OFFICE)
        yield replace(view, columns=known | dict(view.columns))


def _renamed(names: Mapping[str, str]) -> str:
    pairs = ", ".join(f"{name} as {other}" for name, other in names.items())
    return f"* rename ({pairs})" if pairs else "*"


def _kept(name: str, comment: str, about: tuple[StateColumn, ...], frame: pl.DataFrame) -> Relation:
    return Relation(name, comment, described(about), Rows(frame))


def _kommuner() -> pl.DataFrame:
    whole = (HELE_LANDET, "Hele landet", None, None)
    rows = [whole, *((one.code, one.name, one.region, one.landsdel) for one in KOMMUNER)]
    return pl.DataFrame(rows, schema=schema_of(_KOMMUNER), orient="row")


def _codes(statistic: Statistic) -> pl.DataFrame:
    rows: list[tuple[str | None, ...]] = [
        ("leverance", code, None, None, "rejects", text) for code, text in REJECTION_TEXT.items()
    ]
    rows += [("leverance", code.name, None, None, "removes", code.text_da) for code in INTAKE]
    rows += [
        (step, code.name, rule.id, rule.title_da, rule.severity, code.text_da)
        for step, rules in statistic.rulebook.by_step.items()
        for rule in rules
        for code in rule.codes
    ]
    return pl.DataFrame(rows, schema=schema_of(_CODES), orient="row")


def _code_texts(statistic: Statistic) -> pl.DataFrame:
    rows: list[tuple[object, ...]] = []
    if statistic.coded is not None:
        listed = {code.code: code for version in statistic.coded.versions for code in version.codes}
        name = statistic.coded.name
        rows += [(name, one.code, one.in_words, one.from_date, one.to_date) for one in listed.values()]
    rows += [
        (name, code, text, None, None) for name, texts in statistic.code_texts.items() for code, text in texts.items()
    ]
    return pl.DataFrame(rows, schema=schema_of(_CODE_TEXTS), orient="row")


def _working(statistic: Statistic) -> Iterator[Relation]:
    period = statistic.period.attribute
    tables = {spec.name: of_table(spec) for spec in statistic.tables}
    suppressed = suppress(statistic.tables, {name: table.empty() for name, table in tables.items()})
    for spec in statistic.tables:
        texts = {period: _PERIOD, **_texts(tables[spec.name])}
        comment = f"{_CONFIDENTIAL} working table, unsuppressed, agrees with no release. {plain(spec.description)}"
        files = Files(f"tables/{spec.name}", tables[spec.name].empty(), keyed=True)
        yield Relation(f"{WORKING}.{spec.name}", comment, texts, files)
    for spec in statistic.tables:
        texts = {period: _PERIOD, **_texts(tables[spec.name]), MASK: "Om cellen er skjult, fordi den er lille"}
        comment = (
            f"{_CONFIDENTIAL} working table with small cells hidden, not protected against computing, agrees with no "
            f"release. {plain(spec.description)}"
        )
        files = Files(f"suppressed/{spec.name}", suppressed[spec.name], keyed=True)
        yield Relation(f"{WORKING}.suppressed_{spec.name}", comment, texts, files)
    yield from _rows(statistic)


def _rows(statistic: Statistic) -> Iterator[Relation]:
    keys = {statistic.period.attribute: _PERIOD, KOMNR: _KOMNR, RAEKKE.name: RAEKKE.description}
    comments = {
        RAW: "deliveries in force put together, a row a record, with CPR numbers.",
        **{
            state.name: f"data state: what it adds to each record. {state.title}." for state in statistic.rulebook.chain
        },
        GONE: "records that the rules removed, and why.",
        BESTAND: f"{statistic.stock.about}, from which tables are counted.",
    }
    known: dict[str, str] = dict(keys)
    for name, contract in contracts(statistic).items():
        empty = contract.empty()
        if name == RAW:
            empty = empty.select(pl.lit(0, pl.Int64).alias(RAEKKE.name), *empty.columns).clear()
        elif name in statistic.rulebook.states:
            empty = empty.select(statistic.rulebook.state(name).stored)
        texts = {**keys, **_texts(contract)}
        known |= texts
        yield Relation(f"{WORKING}.{name}", f"{_CONFIDENTIAL} {plain(comments[name])}", texts, Parts(name, empty))
    for name, view in statistic.views_of_states.items():
        texts = {**known, **view.columns}
        yield Relation(f"{WORKING}.{name}", f"{_CONFIDENTIAL} {view.description}", texts, Select(sql_text(view.sql)))


def _texts(contract: Contract) -> Mapping[str, str]:
    return {name: description for name, _kind, description, _nullable in columns(contract)}
