"""A declared table with a sensitive dimension: a group in one category is hidden with a zero, and protected like all else."""

from dataclasses import replace
from itertools import product

import polars as pl
import pytest

from hjalp_pipeline.production.quarter.hiding import suppress, with_symbols
from hjalp_pipeline.production.release.disclosure import Protected, Published, protect_tables
from hjalp_pipeline.production.release.signed import signing
from hjalp_pipeline.publishing.table import Text, Value, Variable
from hjalp_pipeline.statistics.hand.declaration import STATISTIC as HAND
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC as HJALP
from hjalp_pipeline.statistics.hjalp.dimensions import KOEN, KOMMUNE
from hjalp_pipeline.table_parts import Distinct
from hjalp_pipeline.table_spec import TIME, Column, Dimension, TableSpec, Texts

KINDS = ("112", "113", "140")
PLACES = ("101", "155", "540", "741")
PARAGRAPH = Dimension(
    "paragraf",
    Variable(
        "PARAGRAF", Text("paragraf", "paragraph"), tuple(Value(k, Text(f"§ {k}", k)) for k in ("I", *KINDS)), total="I"
    ),
    "paragraf",
    "Paragraffen",
)
TABLE = TableSpec(
    name="prove",
    sql="",
    dimensions=(KOMMUNE, KOEN, PARAGRAPH),
    counts=Distinct("person"),
    columns=(Column("antal", "Antal"),),
    measure="antal",
    texts=Texts(Text("Prøve", "Test"), Text("Antal", "Number")),
    signs=(),
    description="Made up.",
    attribute="paragraf",
)
STATISTIC = replace(HJALP, tables=(TABLE,))
CODES = ["kommunedk", "konams", "paragraf"]


def figures(**of_samsoe: int) -> pl.DataFrame:
    """Many everywhere; of Samsø's men and women by paragraph what is said (``m112``), 0 where nothing is."""
    leaves = {
        (place, sex, kind): 20 + 3 * number
        for number, (place, sex, kind) in enumerate(product(PLACES[:3], "12", KINDS))
    }
    leaves |= {("741", {"m": "1", "k": "2"}[key[0]], key[1:]): count for key, count in of_samsoe.items()}
    rows = [
        (
            place,
            sex,
            kind,
            2024,
            sum(n for (p, s, k), n in leaves.items() if place in ("000", p) and sex in ("0", s) and kind in ("I", k)),
        )
        for place, sex, kind in product(("000", *PLACES), "012", ("I", *KINDS))
    ]
    return pl.DataFrame(rows, schema=[*CODES, TIME, "antal"], orient="row")


def hidden(table: pl.DataFrame) -> set[tuple[str, ...]]:
    return set(table.filter("skjult").select(CODES).iter_rows())


def protected(table: pl.DataFrame, spec: TableSpec = TABLE) -> Protected:
    return protect_tables(replace(STATISTIC, tables=(spec,)), "2024v1", {"prove": table}, [2024], [], units=20_000)


MEN = {("741", "1", "112"), ("741", "1", "140")}


def test_a_group_in_one_paragraph_is_hidden_with_a_zero_and_both_are_protected() -> None:
    table = figures(m112=8, k112=5, k113=9, k140=7)
    found = protected(table)
    assert hidden(found.tables["prove"]) > MEN
    assert (found.fails, found.inherent, found.differ, found.verdict) == ([], [], [], "safe")
    (audit,) = found.audits
    ends = {audit.year.system.names[one.cell][1:4]: (one.low, one.high) for one in audit.intervals}  # type: ignore[union-attr]  # no linked tables here
    assert ends["741", "1", "140"][0] == 0
    assert ends["741", "1", "140"][1] >= 3
    assert ends["741", "1", "112"][0] < 8
    # The other zero is shown, as every true zero.
    assert ("741", "1", "113") not in hidden(found.tables["prove"])


def test_without_the_rule_nothing_is_hidden() -> None:
    table = figures(m112=8, k112=5, k113=9, k140=7)
    assert hidden(protected(table, replace(TABLE, attribute=None)).tables["prove"]) == set()


def test_a_group_in_two_paragraphs_tells_nothing() -> None:
    assert hidden(protected(figures(m112=8, m113=4, k112=5, k113=9, k140=7)).tables["prove"]) == set()


def test_the_first_look_hides_them_too_and_a_hidden_zero_has_the_sign_of_hidden() -> None:
    table = figures(m112=8, k112=5, k113=9, k140=7)
    masked = suppress([TABLE], {"prove": table})
    assert hidden(masked["prove"]) == MEN
    signs = with_symbols([TABLE], masked)["prove"].filter(pl.col("skjult"))
    assert signs.get_column("symbol").to_list() == [".."] * 2
    assert signs.get_column("antal").null_count() == 2


def test_the_page_says_why_and_what_a_reader_knows() -> None:
    (audit,) = protected(figures(m112=8, k112=5, k113=9, k140=7)).audits
    found = signing(audit, STATISTIC, "2024v1")
    tells = {one.cell for of in (found.why or {}).values() for one in of if one.tells}
    assert tells == {"PROVE: Samsø, mænd, § 112", "PROVE: Samsø, mænd, § 140"}
    assert any("også være 0" in line for line in found.assumptions)


def test_a_whole_kommune_in_one_paragraph() -> None:
    found = protected(figures(m112=8, k112=5))
    assert hidden(found.tables["prove"]) >= {("741", sex, kind) for sex in "012" for kind in ("112", "140")}
    assert (found.fails, found.inherent) == ([], [])


@pytest.mark.parametrize("unchanged", [True, False])
def test_what_an_earlier_release_has_shown_stays_shown_where_nothing_has_changed(unchanged: bool) -> None:
    """The first release was made without the rule. Where the kommune may have changed, its group is hidden now."""
    table, sources = figures(m112=8, k112=5, k113=9, k140=7), dict.fromkeys(PLACES, "same")
    out = Published("2024v1", (2024,), {"prove": table}, frozenset(), sources)
    found = protect_tables(
        STATISTIC, "2024v2", {"prove": table}, [2024], [out], sources=sources if unchanged else {}, units=20_000
    )
    assert (found.fails, found.inherent, found.differ) == ([], [], [])
    assert (hidden(found.tables["prove"]) >= MEN) is not unchanged


@pytest.mark.parametrize(
    "changes",
    [{"attribute": "antal"}, {"attribute": "kommunedk"}, {"attribute": "paragraf", "shares_mask_of": "hjalp2"}],
)
def test_an_attribute_that_cannot_be_protected_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="cannot be its attribute"):
        replace(TABLE, **changes)  # type: ignore[arg-type]  # texts


def test_no_table_of_the_two_statistics_has_one() -> None:
    """Neither sex nor age is sensitive (R11), and H11 asks for none."""
    assert [spec.name for statistic in (HJALP, HAND) for spec in statistic.tables if spec.attribute] == []
