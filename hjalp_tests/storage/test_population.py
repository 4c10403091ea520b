"""The population of an extract (R10): whole in the years asked for, or refused by what is wrong first, and how many."""

from collections.abc import Callable

import polars as pl
import pytest

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.registers import prepare
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.storage.extract import EXTRACT, whole_population, write

Change = Callable[[pl.DataFrame], pl.DataFrame]
HIGHEST = 3


def population(*years: int) -> pl.DataFrame:
    """All 98 kommuner, 411, both sexes, ages 0 to 3."""
    return whole_population([(aar, kom, 1, HIGHEST, 7) for aar in years for kom in ("101", "411")])


def refusal(root: DataRoot, folketal: pl.DataFrame, **years: bool) -> str:
    """Why an extract is refused, "" when it is not; years as ``y2024=True``."""
    write(root, {"folketal": folketal})
    try:
        prepare(root, EXTRACT, {int(aar[1:]): needed for aar, needed in years.items()})
    except InputError as fault:
        return str(fault).removeprefix(f"registers/{EXTRACT} is refused: ")
    return ""


def one(kom: str, koen: int, alder: int) -> pl.Expr:
    return (pl.col("kom") == kom) & (pl.col("koen") == koen) & (pl.col("alder") == alder)


def added(rows: pl.DataFrame, **changes: object) -> pl.DataFrame:
    """The rows and one more: that of kommune 540, men of 2 years, changed."""
    row = rows.filter(one("540", 1, 2)).with_columns(
        pl.lit(value, rows.schema[column]).alias(column) for column, value in changes.items()
    )
    return pl.concat([rows, row])


WHOLE: dict[str, Change] = {
    "as it is": lambda rows: rows,
    "without 411": lambda rows: rows.filter(pl.col("kom") != "411"),
    "in another order": lambda rows: rows.reverse(),
    "kommuner as numbers": lambda rows: rows.with_columns(pl.col("kom").cast(pl.Int32)),
    "sex as text": lambda rows: rows.with_columns(pl.col("koen").cast(pl.String)),
    "other types": lambda rows: rows.with_columns(pl.col("aar").cast(pl.Int16), pl.col("antal").cast(pl.UInt32)),
    "another column": lambda rows: rows.with_columns(region=pl.lit("1084")),
    "nobody at all": lambda rows: rows.with_columns(antal=pl.lit(0, pl.Int64)),
}


@pytest.mark.parametrize("name", WHOLE)
def test_whole(root: DataRoot, name: str) -> None:
    assert refusal(root, WHOLE[name](population(2024)), y2024=True) == ""


#: What is wrong with 98 kommuner and 411 of 2 x 4 ages -> what is told.
BROKEN: dict[str, tuple[Change, str]] = {
    "a kommune missing": (
        lambda rows: rows.filter(pl.col("kom") != "540"),
        "lacks 1 of the 98 kommuner, the first is 540",
    ),
    "kommuner missing": (
        lambda rows: rows.filter(~pl.col("kom").is_in(["851", "155", "540"])),
        "lacks 3 of the 98 kommuner, the first is 155",
    ),
    "a sex missing": (
        lambda rows: rows.filter((pl.col("kom") != "540") | (pl.col("koen") != 2)),
        "lacks 4 ages (0 to 3, a zero is a row), the first is kommune 540, koen 2, alder 0",
    ),
    "a sex missing everywhere": (
        lambda rows: rows.filter(pl.col("koen") != 1),
        "lacks 396 ages (0 to 3, a zero is a row), the first is kommune 101, koen 1, alder 0",
    ),
    "an age missing": (
        lambda rows: rows.filter(~one("540", 1, 2)),
        "lacks 1 ages (0 to 3, a zero is a row), the first is kommune 540, koen 1, alder 2",
    ),
    "an age missing everywhere": (
        lambda rows: rows.filter(pl.col("alder") != 0),
        "lacks 198 ages (0 to 3, a zero is a row), the first is kommune 101, koen 1, alder 0",
    ),
    "the highest age in one kommune alone": (
        lambda rows: added(rows, alder=4),
        "lacks 197 ages (0 to 4, a zero is a row), the first is kommune 101, koen 1, alder 4",
    ),
    "zeros left out": (
        lambda rows: rows.filter(pl.col("antal") > 0),
        "lacks 97 of the 98 kommuner, the first is 147",
    ),
    "411 not whole": (
        lambda rows: rows.filter(~one("411", 2, 3)),
        "lacks 1 ages (0 to 3, a zero is a row), the first is kommune 411, koen 2, alder 3",
    ),
    "a row doubled": (added, "has 1 doubled rows, the first of kommune 540, koen 1, alder 2"),
    "a cell with two numbers": (
        lambda rows: added(rows, antal=5),
        "has 1 doubled rows, the first of kommune 540, koen 1, alder 2",
    ),
    "every row doubled": (
        lambda rows: pl.concat([rows, rows]),
        "has 792 doubled rows, the first of kommune 101, koen 1, alder 0",
    ),
    "four-digit codes": (
        lambda rows: rows.with_columns(kom="0" + pl.col("kom")),
        "has 792 rows whose kom is not one of the 98 kommuner or 411",
    ),
    "a kommune that is none": (
        lambda rows: added(rows, kom="955"),
        "has 1 rows whose kom is not one of the 98 kommuner or 411",
    ),
    "the whole country as a kommune": (
        lambda rows: pl.concat([rows, rows.filter(kom="540").with_columns(kom=pl.lit("000"))]),
        "has 8 rows whose kom is not one of the 98 kommuner or 411",
    ),
    "kommune null": (lambda rows: added(rows, kom=None), "has 1 rows whose kom is not one of the 98 kommuner or 411"),
    "M and K": (
        lambda rows: rows.with_columns(koen=pl.col("koen").replace_strict({1: "M", 2: "K"})),
        "has 792 rows whose koen is not 1 or 2",
    ),
    "both sexes as one": (lambda rows: added(rows, koen=0), "has 1 rows whose koen is not 1 or 2"),
    "sex null": (lambda rows: added(rows, koen=None), "has 1 rows whose koen is not 1 or 2"),
    "age below 0": (lambda rows: added(rows, alder=-1), "has 1 rows whose alder is null or below 0"),
    "age null": (lambda rows: added(rows, alder=None), "has 1 rows whose alder is null or below 0"),
    "antal below 0": (
        lambda rows: rows.with_columns(antal=pl.when(one("540", 1, 2)).then(-1).otherwise("antal")),
        "has 1 rows whose antal is null or below 0",
    ),
    "antal null": (
        lambda rows: rows.with_columns(antal=pl.when(~one("540", 1, 2)).then("antal")),
        "has 1 rows whose antal is null or below 0",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_not_whole(root: DataRoot, name: str) -> None:
    change, told = BROKEN[name]
    assert len(KOMNR) == 98
    found = refusal(root, change(population(2024)), y2024=True)
    assert found.split("; ")[0] == f"folketal.parquet {told} in 2024"
    assert refusal(root, change(population(2024)), y2024=False) == found, "a year that is there must be whole"
    broken = change(population(2024))
    whole = population(2023).cast({column: broken.schema[column] for column in ("kom", "alder", "antal")})
    both = pl.concat([broken.cast({"koen": pl.String}), whole.cast({"koen": pl.String})])
    assert refusal(root, both, y2023=True) == "", "nobody asked for 2024"
    assert refusal(root, both, y2023=True, y2024=True) == found


def test_a_year_that_is_not_there(root: DataRoot) -> None:
    assert refusal(root, population(2023), y2023=True, y2024=True) == "folketal.parquet has no rows for 2024"
    assert refusal(root, population(2023), y2023=True, y2024=False) == ""
    assert refusal(root, population(2023).clear(), y2022=True, y2023=False) == "folketal.parquet has no rows for 2022"


def test_it_is_asked_again_of_an_extract_that_was_prepared(root: DataRoot) -> None:
    lacking = population(2023, 2024).filter((pl.col("aar") == 2023) | (pl.col("kom") != "540"))
    assert refusal(root, lacking, y2023=True) == ""
    with pytest.raises(InputError, match="lacks 1 of the 98 kommuner, the first is 540 in 2024"):
        prepare(root, EXTRACT, {2024: True})
    assert set(prepare(root, EXTRACT).population) == {2023, 2024}
