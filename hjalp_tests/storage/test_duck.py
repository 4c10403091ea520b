"""DuckDB as a calculator over frames."""

from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.storage import duck
from hjalp_pipeline.storage.duck import calculator, select, sql_text
from hjalp_pipeline.storage.root import PROJECT


def test_every_select_is_found() -> None:
    found = sorted(
        path.relative_to(PROJECT / "sql").with_suffix("").as_posix() for path in (PROJECT / "sql").rglob("*.sql")
    )
    assert {"hjalp/hjalp1", "hjalp/hjalp2", "hjalp/hjalp3", "registers/residences", "hjalp/udlaan"} <= set(found)
    for name in found:
        text = sql_text(name)
        assert text.startswith("--"), f"{name} says what it is"
        assert "select *" not in text.lower().replace("select * exclude", ""), name
    with pytest.raises(FileNotFoundError, match=r"sql/hjalp/nothing\.sql"):
        sql_text("hjalp/nothing")


def test_inside_the_package_when_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duck, "PROJECT", tmp_path)
    with pytest.raises(FileNotFoundError):
        sql_text("hjalp/hjalp1")
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "a.sql").write_text("select 'ø' as a", encoding="utf-8")
    assert select("a", {}).rows() == [("ø",)]


def bestand(*rows: tuple[int, int, str, int, str, int]) -> pl.DataFrame:
    schema = {
        "aar": pl.Int32,
        "person": pl.UInt32,
        "komnr_statbank": pl.String,
        "koen": pl.UInt8,
        "aldersgruppe": pl.String,
        "udlaan": pl.UInt32,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


RELATIONS = {
    "bestand": bestand((2024, 1, "101", 1, "7074", 2), (2024, 1, "147", 1, "7074", 1), (2024, 2, "101", 2, "90-", 3)),
    "deltagere": pl.DataFrame({"aar": pl.Series([2024, 2024], dtype=pl.Int32), "komnr": ["101", "147"]}),
    "aar": pl.DataFrame({"aar": pl.Series([2023, 2024], dtype=pl.Int32)}),
    "kommuner": pl.DataFrame({"komnr": ["000", "101", "147", "860"]}),
}


def test_select() -> None:
    """A person with loans from two kommuner counts once in each and once in the country (R10)."""
    assert select("hjalp/hjalp1", RELATIONS).rows() == [
        ("000", 2023, None, None),
        ("000", 2024, 6, 2),
        ("101", 2023, None, None),
        ("101", 2024, 5, 2),
        ("147", 2023, None, None),
        ("147", 2024, 1, 1),
        ("860", 2023, None, None),
        ("860", 2024, None, None),
    ]


@pytest.mark.slow
def test_hjalp3_is_rounded_half_away_from_zero() -> None:
    def promille(antal: int, folketal: int) -> int | None:
        table = pl.DataFrame(
            {
                "kommunedk": ["101"],
                "konams": ["1"],
                "alerams": ["7074"],
                "tid": pl.Series([2024], dtype=pl.Int32),
                "antal": [antal],
            }
        )
        relations = {
            "hjalp2": table,
            "deltagere": RELATIONS["deltagere"],
            "folketal": pl.DataFrame(
                {
                    "aar": [2024, 2024],
                    "komnr": ["101", "860"],
                    "koen": ["1", "1"],
                    "alder": [74, 74],
                    "antal": [folketal, 999],
                }
            ),
            "aldersgrupper": pl.DataFrame({"kode": ["7074"], "fra": [70], "til": [74]}),
        }
        found: int | None = select("hjalp/hjalp3", relations)["promille"].item()
        return found

    # persons, population -> per mille: half up at 0.5, 1.5, 2.5
    cases = [(0, 10, 0), (1, 2000, 1), (3, 2000, 2), (5, 2000, 3), (1, 2001, 0), (1, 3, 333), (2, 3, 667), (7, 7, 1000)]
    assert [promille(antal, folketal) for antal, folketal, _ in cases] == [expected for *_, expected in cases]
    assert promille(3, 0) is None, "population 0: no value"


def test_no_rows() -> None:
    empty = {**RELATIONS, "bestand": bestand(), "deltagere": RELATIONS["deltagere"].clear()}
    table = select("hjalp/hjalp1", empty)
    assert table.height == 8
    assert table["antal"].null_count() == 8


def test_calculator_is_bounded_and_closed(tmp_path: Path) -> None:
    import duckdb

    with calculator(spill=tmp_path / "spill") as connection:
        names = ("threads", "memory_limit", "temp_directory")
        (found,) = connection.sql("select " + ", ".join(f"current_setting('{name}')" for name in names)).fetchall()
        assert found == (2, "953.6 MiB", str(tmp_path / "spill"))
    with pytest.raises(duckdb.ConnectionException):
        connection.execute("select 1")
