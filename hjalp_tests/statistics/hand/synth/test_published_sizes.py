"""Persons, services and rows are those the office has published, times the scale."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from hjalp_tests.statistics.hand.synth.conftest import SCALE
from hjalp_tests.statistics.hand.synth.made import NEW_CODES, Made, make, within

pytestmark = pytest.mark.slow

#: Published: quarter, persons without the codes that came later, their services; and persons in all.
WITHOUT_NEW = {"2018K4": (74_800, 102_100), "2021K4": (77_300, 103_800), "2022K4": (78_500, 105_100)}
#: Persons of 2024K4: all, and those with a service that was there in 2018.
ALL_2024K4, OLD_2024K4 = 87_600, 80_100
#: Rows of the register, back in time.
ROWS = 577_915
BY_CODE = {("31182", "2020K4"): 3_500, ("31182", "2024K4"): 5_200, ("31181", "2020K4"): 700, ("31181", "2024K4"): 2_200,
           ("31201", "2024K4"): 13_900}  # fmt: skip
#: Persons of a whole year.
BY_YEAR = {("31202", 2021): 46_300, ("30182", 2022): 8_400, ("30181", 2022): 5_500, ("31201", 2022): 14_600}
YOUNG_IN_107 = 0.63
SHARE_OF_SUPPORT_2021K4 = 0.37


def sizes(rows: pl.DataFrame) -> dict[str, float]:
    """What was published, as the made-up country has it."""
    found: dict[str, float] = {"rows": rows.height}
    of_code = pl.col("modt_ydelse_kode")
    for quarter in WITHOUT_NEW:
        old = within(rows, quarter).filter(~of_code.is_in(NEW_CODES))
        found[f"persons {quarter}"] = old["pnr"].n_unique()
        found[f"services {quarter}"] = old.select("pnr", "modt_ydelse_kode").n_unique()
    last = within(rows, "2024K4")
    found["persons 2024K4"] = last["pnr"].n_unique()
    found["old 2024K4"] = last.filter(~of_code.is_in(NEW_CODES))["pnr"].n_unique()
    for code, quarter in BY_CODE:
        found[f"{code} {quarter}"] = within(rows, quarter).filter(of_code == code)["pnr"].n_unique()
    for code, year in BY_YEAR:
        of_year = (pl.col("first") <= date(year, 12, 31)) & (pl.col("last") >= date(year, 1, 1))
        found[f"{code} {year}"] = rows.filter(of_year, of_code == code)["pnr"].n_unique()
    return found


def published() -> dict[str, int]:
    """The same, published."""
    found = {"rows": ROWS, "persons 2024K4": ALL_2024K4, "old 2024K4": OLD_2024K4}
    for quarter, (persons, services) in WITHOUT_NEW.items():
        found |= {f"persons {quarter}": persons, f"services {quarter}": services}
    return found | {f"{code} {when}": count for (code, when), count in (BY_CODE | BY_YEAR).items()}


def off(made: Made, scale: float, tolerance: dict[str, float]) -> dict[str, tuple[float, float]]:
    """What lies further off than its tolerance (``""``: all others): what it is, and what it should be."""
    found, wanted = sizes(made.right("2025M01")), published()
    assert found.keys() == wanted.keys()
    return {
        name: (found[name] / scale, count)
        for name, count in wanted.items()
        if abs(found[name] / scale / count - 1) > tolerance.get(name, tolerance[""])
    }


def test_sizes_at_a_small_scale(country: Made) -> None:
    """Chance and the few services that every kommune gets widen what few have."""
    few = {f"{code} {when}": 0.35 for (code, when), count in (BY_CODE | BY_YEAR).items() if count < 6_000}
    assert off(country, SCALE, {"": 0.08, **few}) == {}


def test_sizes_at_a_larger_scale(tmp_path: Path) -> None:
    scale = 0.2
    made = make(tmp_path, scale, 1)
    # Of 140 persons chance moves more than one in twenty.
    assert off(made, scale, {"": 0.05, "31181 2020K4": 0.2, "31182 2020K4": 0.08, "31181 2024K4": 0.08}) == {}
    rows = made.right("2025M01")
    quarter = within(rows, "2022K4").filter(~pl.col("modt_ydelse_kode").is_in(NEW_CODES))
    each = quarter.select("pnr", "modt_ydelse_kode").n_unique() / quarter["pnr"].n_unique()
    assert each == pytest.approx(1.34, rel=0.05)
    support = within(rows, "2021K4").filter(~pl.col("modt_ydelse_kode").is_in(NEW_CODES))
    services = support.unique(["pnr", "modt_ydelse_kode"])
    assert (services["modt_ydelse_kode"] == "31202").mean() == pytest.approx(SHARE_OF_SUPPORT_2021K4, rel=0.05)
    stays = within(rows, "2022K4").filter(pl.col("modt_ydelse_kode") == "30182").unique("pnr")
    age = (date(2022, 12, 31) - stays["foed_dag"]).dt.total_days() / 365.25
    assert (age < 30).mean() == pytest.approx(YOUNG_IN_107, rel=0.05)
