"""Made-up services for the tests of the rules, written as short rows. All CPR numbers are made up."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from hjalp_pipeline.codelists.periods import Maaned
from hjalp_pipeline.rules.chain import Block, ChainResult, run_chain
from hjalp_pipeline.rules.register import Register
from hjalp_pipeline.rules.rule import Context
from hjalp_pipeline.rules.step import Step, run_state
from hjalp_pipeline.statistics.hand.rules.rule_list import RULEBOOK
from hjalp_tests.rules.made_up import KNOWN, Person, day, number, register

MONTH = Maaned(2025, 1)
DAYS = ("ydelse_start", "ydelse_slut")
#: Columns of a kommune's raw data that the rules look at.
RAW = pl.Schema(
    {name: pl.UInt32 if name == "pnr" else pl.Date if name in DAYS else pl.String for name in RULEBOOK.input}
)
PEOPLE = register(Person(), Person("0202602345", 2, "1960-02-02"))
OTHER = "0202602345"
Row = dict[str, str | None]


def service(**changes: str | None) -> Row:
    """A faultless service, with changes; days as text."""
    faultless: Row = {
        "ydelse_id": "1",
        "pnr": KNOWN,
        "modt_ydelse_kode": "31202",
        "ydelse_start": "2023-01-01",
        "ydelse_slut": None,
        "maalgruppe": None,
        "funk_vurd": None,
        "betalingskommune": None,
        "prodnr": None,
        "afdeling_uuid": None,
    }
    assert changes.keys() <= faultless.keys()
    return {**faultless, **changes}


def raw(services: Iterable[Mapping[str, str | None]]) -> pl.DataFrame:
    """Services as a kommune's raw data."""
    rows = [
        {
            **row,
            "pnr": number(row["pnr"] or ""),
            "pnr_tekst": row["pnr"] if number(row["pnr"] or "") is None else None,
            **{name: day(row[name]) for name in DAYS},
        }
        for row in services
    ]
    return pl.DataFrame(rows, schema=RAW, orient="row")


def in_state(name: str, rows: pl.DataFrame, people: Register = PEOPLE, *, covered: bool = False) -> Step:
    """What a data state of the chain makes of rows."""
    if "raekke" not in rows.columns:
        rows = rows.with_row_index("raekke")
    return run_state(RULEBOOK.state(name), rows, Context(people, "101", MONTH, covered))


def chained(
    services: Sequence[Row], people: Register = PEOPLE, *, covered: bool = False, blocks: Sequence[int] | None = None
) -> ChainResult:
    """All data states of some services; ``blocks``: rows by delivery, newest system first, else one delivery."""
    frame = raw(services)
    parts = [Block(MONTH, rows, covered) for rows in blocks or [frame.height]]
    return run_chain(RULEBOOK, frame, people, "101", parts)


def reasons(result: ChainResult) -> dict[int, str]:
    """Why each removed row left, by its place."""
    return dict(result.gone.select("raekke", "aarsag").iter_rows())
