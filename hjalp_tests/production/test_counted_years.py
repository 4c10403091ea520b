"""Which years a quarter's tables hold, which cells a first look hides, and which move needs an explanation (R10, R11, R13)."""

from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.production.quarter.hiding import suppress
from hjalp_pipeline.production.quarter.quarter_tables import tables_of_quarter
from hjalp_pipeline.production.release.large_moves import moved
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_tests.production.world import country, delivery, run, write_world


@pytest.mark.slow
@pytest.mark.parametrize(("kvartal", "years"), [("2024K3", [2023]), ("2024K4", [2023, 2024]), ("2025K1", [2023, 2024])])
def test_the_running_year_is_counted_from_its_k4(tmp_path: Path, kvartal: str, years: list[int]) -> None:
    """Ultimo 2024 lies in no delivery before that of 2024K4."""
    received = f"{kvartal[:4]}1231T081500"
    one = delivery("540", 5, kvartal=kvartal, received=received)
    root = write_world(tmp_path, country(kvartaler=[kvartal], deliveries=[one]))
    run(root, kvartal)
    for name, table in tables_of_quarter(root, kvartal).items():
        assert table.get_column("tid").unique().sort().to_list() == years, name


def test_a_first_look_hides_loans_of_fewer_than_3_persons() -> None:
    loans = [("101", 5, 2), ("155", 5, 3), ("165", 2, 2), ("540", 0, 0), ("741", None, None), ("550", 3, 1)]
    hjalp1 = pl.DataFrame(loans, schema=["kommunedk", "antal", "personer"], orient="row").with_columns(tid=2024)
    keys = {"kommunedk": ["101"], "konams": ["0"], "alerams": ["TOT"], "tid": [2024]}
    hjalp2 = pl.DataFrame({**keys, "antal": [2]})
    hjalp3 = pl.DataFrame({**keys, "promille": [4], "folketal": [500]})
    shown = suppress(STATISTIC.tables, {"hjalp1": hjalp1, "hjalp2": hjalp2, "hjalp3": hjalp3})
    hidden = dict(shown["hjalp1"].filter("skjult").select("kommunedk", "antal").iter_rows())
    assert hidden == {"101": None, "165": None, "550": None}
    assert shown["hjalp1"].filter(~pl.col("skjult")).get_column("antal").to_list() == [5, 0, None]
    assert "personer" not in shown["hjalp1"].columns
    assert shown["hjalp3"].get_column("promille").to_list() == [None]


def _of(foer: int, nu: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    def table(antal: int) -> pl.DataFrame:
        rows = [("000", 2024, antal), ("540", 2024, antal), ("101", 2024, None)]
        return pl.DataFrame(rows, schema=["kommunedk", "tid", "antal"], orient="row")

    return table(foer), table(nu)


@pytest.mark.parametrize(
    ("foer", "nu", "limit", "told"),
    [
        (10, 11, 10.0, False),
        (10, 9, 10.0, False),
        (100, 111, 10.0, True),
        (100, 89, 10.0, True),
        # 0.57 * 10,000 is 5,699.999... in floating point.
        (10_000, 10_057, 0.57, False),
        (10_000, 10_058, 0.57, True),
        (0, 1, 500.0, True),
        (0, 0, 1.0, False),
        (1_000, 1_001, 0.1000000000000001, False),
        (10, 10_000, 1e300, False),
    ],
)
def test_a_move_of_exactly_the_limit_needs_no_explanation(foer: int, nu: int, limit: float, told: bool) -> None:
    found = moved(STATISTIC.table("hjalp1"), *_of(foer, nu), limit)
    assert found.get_column("komnr").to_list() == (["540"] if told else [])
