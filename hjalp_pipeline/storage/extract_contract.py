"""The contract of each file of a register extract (interfaces.md, "Registers"), and of the population (R10).

Not Pandera: these are up to 47 million rows, so each file is looked at in one lazy pass. Everything that is wrong is told at
once, by file, column, rule and number of rows, never by a value (kommune, sex and age of the public population excepted).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.storage.files import read_parquet


@dataclass(frozen=True, slots=True)
class Column:
    """A column: which types it may have and in words; whether it may be null; a condition on its values and in words."""

    fits: Callable[[pl.DataType], bool]
    kind: str
    nullable: bool = False
    holds: pl.Expr | None = None
    rule: str = ""


def _is_text(kind: pl.DataType) -> bool:
    return kind in (pl.String, pl.Categorical, pl.Enum)


def _is_code(kind: pl.DataType) -> bool:
    return _is_text(kind) or kind.is_integer()


def _is_day(kind: pl.DataType) -> bool:
    return kind == pl.Date or isinstance(kind, pl.Datetime)


def _text() -> Column:
    return Column(_is_text, "text")


def _code(holds: pl.Expr | None = None, rule: str = "") -> Column:
    """Codes are text; a library may have made whole numbers of them."""
    return Column(_is_code, "text or a whole number", holds=holds, rule=rule)


def _whole() -> Column:
    return Column(lambda kind: kind.is_integer(), "a whole number")


def _day(holds: pl.Expr | None = None, rule: str = "", *, nullable: bool = False) -> Column:
    return Column(_is_day, "a date", nullable, holds, rule)


def _since_1800(column: str) -> Column:
    """A day that a person can have been born or have died on: what lies before 1800 stands for something else."""
    return _day(pl.col(column) >= date(1800, 1, 1), "is before 1800")


def _one_of(column: str, *codes: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).is_in(codes)


CONTRACT: dict[str, dict[str, Column]] = {
    "person": {
        "pnr": _text(),
        "koen": _code(_one_of("koen", "1", "2"), "is not 1 or 2"),
        "foed_dag": _since_1800("foed_dag"),
    },
    "dod": {"pnr": _text(), "doddato": _since_1800("doddato")},
    "befbop": {"pnr": _text(), "adresse_id": _code(), "bop_vfra": _day(), "bop_vtil": _day(nullable=True)},
    "befadr": {
        "adresse_id": _code(),
        "kom": _code(pl.col("kom").cast(pl.String).str.contains("^[0-9]{3}$"), "is not three digits"),
        "adr_vfra": _day(),
        "adr_vtil": _day(nullable=True),
    },
    # The rules for its values are those of a year, below.
    "folketal": {"aar": _whole(), "kom": _code(), "koen": _code(), "alder": _whole(), "antal": _whole()},
}
#: Spells that hold no day are as common in a source register as they are harmless: counted, not refused [chosen].
_SPELLS = {"befbop": ("bop_vfra", "bop_vtil"), "befadr": ("adr_vfra", "adr_vtil")}
_KOEN = ("1", "2")
#: Christiansø, which is no kommune but has inhabitants: it may be left out.
_KOMMUNER = (*KOMNR, "411")
#: Since when the kommuner are those of today: address registers rightly hold older codes. 9xx is Greenland and abroad.
_KOMMUNER_SINCE = date(2007, 1, 1)
_CELL = ("kom", "koen", "alder")
_YEAR_RULES: dict[str, pl.Expr] = {
    "whose kom is not one of the 98 kommuner or 411": pl.col("kom").is_in(_KOMMUNER),
    "whose koen is not 1 or 2": pl.col("koen").is_in(_KOEN),
    "whose alder is null or below 0": pl.col("alder") >= 0,
    "whose antal is null or below 0": pl.col("antal") >= 0,
}


def shape_faults(source: Path) -> dict[str, list[str]]:
    """By file what is wrong with its form: missing, not Parquet, columns missing or of another type. Empty lists: none."""
    faults: dict[str, list[str]] = {name: [] for name in CONTRACT}
    number_as_address = {}
    for name, columns in CONTRACT.items():
        path = source / f"{name}.parquet"
        if not path.is_file():
            faults[name].append(f"{path.name} is missing")
            continue
        try:
            held = pl.scan_parquet(path, glob=False).collect_schema()
        except (pl.exceptions.PolarsError, OSError):
            faults[name].append(f"{path.name} is not a Parquet file")
            continue
        for column, wanted in columns.items():
            if column not in held:
                faults[name].append(f"{path.name} has no column {column}")
            # A column of nulls alone has no type; where null is not allowed its rows tell.
            elif held[column] != pl.Null and not wanted.fits(held[column]):
                faults[name].append(f"{path.name} has {column} as {held[column]}, not {wanted.kind}")
            elif column == "adresse_id" and held[column] != pl.Null:
                number_as_address[name] = held[column].is_integer()
    if len(set(number_as_address.values())) > 1:
        faults["befadr"].append(
            "adresse_id is text in one of befbop.parquet and befadr.parquet and a number in the other"
        )
    return faults


def row_faults(source: Path, name: str) -> tuple[list[str], dict[str, int]]:
    """What is wrong with the rows of a file of the right form, and remarks: what is odd, counted by name."""
    path = source / f"{name}.parquet"
    columns = {column: wanted for column, wanted in CONTRACT[name].items() if name != "folketal" or column == "aar"}
    rules = {f"without {column}": pl.col(column).is_null() for column, wanted in columns.items() if not wanted.nullable}
    rules |= {
        f"whose {column} {wanted.rule}": ~wanted.holds for column, wanted in columns.items() if wanted.holds is not None
    }
    extract = _date_of(source)
    if name == "person" and extract:
        rules["whose foed_dag is after the extract"] = pl.col("foed_dag").cast(pl.Date) > extract
    remarks = _remarks(name, extract)
    rows = pl.scan_parquet(path, glob=False)
    counted = [condition.sum().alias(told) for told, condition in (rules | remarks).items()]
    found = rows.select(counted).collect(engine="streaming").row(0, named=True)
    faults = [
        f"{path.name} has {found[rule]} rows {rule}, the first is row {first_row(rows, broken)}"
        for rule, broken in rules.items()
        if found[rule]
    ]
    return faults, {remark: found[remark] for remark in remarks}


def first_row(rows: pl.LazyFrame, broken: pl.Expr) -> int:
    """The first row (1 = the first of the file) of which it is true; there is one."""
    return 1 + int(rows.select(broken.fill_null(value=False).arg_true().first()).collect().item())


def _date_of(source: Path) -> date | None:
    try:
        return date.fromisoformat(source.name)
    except ValueError:
        return None


def _remarks(name: str, extract: date | None) -> dict[str, pl.Expr]:
    """What is odd in a file and no reason to refuse it."""
    if name == "dod" and extract:
        return {"deaths_after_the_extract": pl.col("doddato").cast(pl.Date) > extract}
    if name not in _SPELLS:
        return {}
    fra, til = (pl.col(column).cast(pl.Date) for column in _SPELLS[name])
    remarks = {f"{name}_spells_without_a_day": fra >= til}
    if name == "befadr":
        today = til.is_null() | (til > _KOMMUNER_SINCE)
        kom = pl.col("kom").cast(pl.String)
        remarks["befadr_spells_in_no_kommune"] = today & ~kom.is_in(_KOMMUNER) & ~kom.str.starts_with("9")
    return remarks


def population_faults(source: Path) -> dict[int, list[str]]:
    """By year of ``folketal`` what keeps it from being whole (R10); an empty list: it is whole.

    Whole: the 98 kommuner (411 may be left out), both sexes, each age from 0 to the year's highest exactly once.
    """
    rows = read_parquet(source / "folketal.parquet", columns=list(CONTRACT["folketal"]))
    coded = rows.drop_nulls("aar").with_columns(pl.col("kom", "koen").cast(pl.String), pl.col("alder").cast(pl.Int64))
    years = coded.partition_by("aar", as_dict=True, include_key=False)
    return {int(aar): _of_year(of_year) for (aar,), of_year in sorted(years.items())}


def _of_year(rows: pl.DataFrame) -> list[str]:
    broken = rows.select((~holds.fill_null(value=False)).sum().alias(rule) for rule, holds in _YEAR_RULES.items())
    faults = [f"has {number} rows {rule}" for rule, number in broken.row(0, named=True).items() if number]
    good = rows.filter(pl.all_horizontal(_YEAR_RULES.values()))
    doubled = good.filter(pl.struct(_CELL).is_duplicated()).sort(_CELL)
    cells = good.unique(_CELL)
    if not doubled.is_empty():
        faults.append(
            f"has {good.height - cells.height} doubled rows, the first of {_name(*doubled.select(_CELL).row(0))}"
        )
    there = set(cells.get_column("kom"))
    lacking = [komnr for komnr in KOMNR if komnr not in there]
    if lacking:
        faults.append(f"lacks {len(lacking)} of the 98 kommuner, the first is {lacking[0]}")
    return faults + _lacking_ages(cells)


def _lacking_ages(cells: pl.DataFrame) -> list[str]:
    """``cells``: each once, none below age 0: a kommune and sex is whole when it has as many ages as there are."""
    if cells.is_empty():
        return []
    ages = range(1 + int(cells.select(pl.col("alder").max()).item()))
    found = {(kom, koen): number for kom, koen, number in cells.group_by("kom", "koen").len().iter_rows()}
    pairs = [(kom, koen) for kom in sorted({kom for kom, _ in found}) for koen in _KOEN]
    lacking = sum(len(ages) - found.get(pair, 0) for pair in pairs)
    if not lacking:
        return []
    kom, koen = next(pair for pair in pairs if found.get(pair, 0) < len(ages))
    held = set(cells.filter(pl.col("kom") == kom, pl.col("koen") == koen).get_column("alder"))
    first = _name(kom, koen, next(alder for alder in ages if alder not in held))
    return [f"lacks {lacking} ages (0 to {ages[-1]}, a zero is a row), the first is {first}"]


def _name(kom: str, koen: str, alder: int) -> str:
    return f"kommune {kom}, koen {koen}, alder {alder}"


def told_of_years(population: Mapping[int, list[str]], years: Mapping[int, bool]) -> list[str]:
    """What is wrong with the years asked for; ``years``: whether a year must be there (else it must be whole if it is)."""
    told = []
    for aar, needed in sorted(years.items()):
        if aar in population:
            told += [f"folketal.parquet {fault} in {aar}" for fault in population[aar]]
        elif needed:
            told.append(f"folketal.parquet has no rows for {aar}")
    return told
