"""HJALP1-3 in PX and JSON-stat: the StatBank's codes, and figures that other readers find cell by cell."""

import json
import random
from pathlib import Path

import polars as pl
import pytest
from jsonstat_validator import validate_jsonstat

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.production.release.published_tables import Beside, absent, files_of, published_table
from hjalp_pipeline.publishing.definition import Definition, parse_definition
from hjalp_pipeline.publishing.definition_kinds import DefinitionOfYears
from hjalp_pipeline.publishing.statbank import statbank_csv
from hjalp_pipeline.publishing.table import TableError, Text
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_tests.publishing.readers import by_px2csv, by_pyaxis, by_toolkit

#: Codes and texts of the real tables beside the 98 kommuner.
KOMMUNER = ["000", *KOMNR]
KOEN = {"0": "I alt", "1": "Mænd", "2": "Kvinder"}
ALDER = {
    "TOT": "Alder i alt", "0024": "Under 25 år", "2549": "25-49 år", "5059": "50-59 år", "6064": "60-64 år",
    "6569": "65-69 år", "7074": "70-74 år", "7579": "75-79 år", "8084": "80-84 år", "8589": "85-89 år",
    "90-": "90 år og derover",
}  # fmt: skip
NAMES = [spec.name for spec in STATISTIC.tables]
YEARS = (2023, 2024)
SIZES = {"hjalp1": 99 * 2, "hjalp2": 99 * 3 * 11 * 2, "hjalp3": 99 * 3 * 11 * 2}
SIGNS = {"hjalp1": ["..", "..."], "hjalp2": ["..", "..."], "hjalp3": ["..", "...", "."]}
AWAY = {2023: ["540", "185"], 2024: []}


def definition(publish_at: str = "2025-06-24T06:00:00+00:00") -> Definition:
    text = f"""
    reference_years = [2023, 2024]
    quarter = "2025K1"
    registers = "2025-04-04"
    publish_at = {publish_at}
    approvals_until = 2025-06-20T12:00:00+02:00
    """
    return parse_definition("2024v1", text, DefinitionOfYears, Kvartal)


def masked(name: str) -> pl.DataFrame:
    """A table as ``hiding.with_symbols`` gives it, some cells null, with the columns that are not published."""
    chance = random.Random(name)
    codes = [(kommune,) for kommune in KOMMUNER]
    if name != "hjalp1":
        codes = [(*row, sex, age) for row in codes for sex in KOEN for age in ALDER]
    rows = [(*row, aar, chance.choice([None, 0, chance.randrange(3000)])) for row in codes for aar in YEARS]
    keys = ["kommunedk"] if name == "hjalp1" else ["kommunedk", "konams", "alerams"]
    schema = {**dict.fromkeys(keys, pl.String), "tid": pl.Int32, STATISTIC.table(name).measure: pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_columns(skjult=pl.lit(value=False))
    signs = [chance.choice(SIGNS[name]) if row[-1] is None else None for row in rows]
    return frame.with_columns(pl.Series("symbol", signs, dtype=pl.String))


MASKED = {name: masked(name) for name in NAMES}
FILES = files_of(STATISTIC, MASKED, definition(), Beside(AWAY))


def shown(name: str) -> list[tuple[tuple[str, ...], str]]:
    """The cells as the csv of the release shows them, with a decimal point."""
    frame = MASKED[name].drop("skjult")
    csv = statbank_csv(frame, STATISTIC.table(name).measure, decimals=1 if name == "hjalp3" else 0).decode("utf-8-sig")
    lines = [line.split(";") for line in csv.splitlines()[1:]]
    return [(tuple(codes), value.replace(",", ".")) for *codes, value in lines]


def test_every_table_in_both_formats() -> None:
    assert sorted(FILES) == sorted(f"HJALP{number}.{kind}" for number in "123" for kind in ("px", "json"))


@pytest.mark.parametrize("name", NAMES)
def test_px2csv_finds_the_figures_of_the_csv(name: str) -> None:
    cells = by_px2csv(FILES[f"{name.upper()}.px"])
    assert len(cells) == SIZES[name]
    assert cells == shown(name)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["da", "en"])
def test_pyaxis_finds_the_figures_of_the_csv(
    name: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metadata, cells = by_pyaxis(FILES[f"{name.upper()}.px"], tmp_path, monkeypatch, language)
    assert [value for _texts, value in cells] == [value for _codes, value in shown(name)]
    first = {"da": ("Hele landet", "I alt", "Alder i alt"), "en": ("All Denmark", "Total", "Age, total")}[language]
    assert cells[0][0] == (*first[: 1 if name == "hjalp1" else 3], "2023")
    assert metadata["MATRIX"] == [name.upper()]
    assert metadata["STOCKFA"] == ["S"]
    assert metadata["AGGREGALLOWED"] == ("YES" if name == "hjalp1" else "NO")
    assert metadata["DECIMALS"] == ("1" if name == "hjalp3" else "0")


@pytest.mark.parametrize("name", NAMES)
def test_jsonstat_is_valid_and_holds_the_figures(name: str) -> None:
    found = json.loads(FILES[f"{name.upper()}.json"])
    assert validate_jsonstat(found)
    cells = [value for _codes, value in shown(name)]
    assert found["value"] == [None if value in SIGNS[name] else float(value) for value in cells]
    assert found["status"] == {str(place): value for place, value in enumerate(cells) if value in SIGNS[name]}
    assert set(found["status"].values()) == set(found["extension"]["status"]["label"]) == set(SIGNS[name])
    assert list(found["dimension"]["KOMMUNEDK"]["category"]["index"]) == KOMMUNER
    assert found["dimension"]["KOMMUNEDK"]["category"]["label"]["540"] == "Sønderborg"
    assert found["dimension"]["Tid"]["category"]["label"] == {"2023": "2023", "2024": "2024"}
    assert found["role"] == {"time": ["Tid"], "geo": ["KOMMUNEDK"], "metric": ["ContentsCode"]}
    if name != "hjalp1":
        assert found["dimension"]["KONAMS"]["category"]["label"] == KOEN
        assert found["dimension"]["ALERAMS"]["category"]["label"] == ALDER
        assert list(found["dimension"]["ALERAMS"]["category"]["index"]) == list(ALDER)
        assert found["id"] == ["KOMMUNEDK", "KONAMS", "ALERAMS", "ContentsCode", "Tid"]


@pytest.mark.parametrize("name", NAMES)
def test_the_npm_toolkit_finds_the_figures_of_the_csv(name: str, tmp_path: Path) -> None:
    found = by_toolkit(FILES[f"{name.upper()}.json"], tmp_path)
    assert found["cells"] == [
        [None, value] if value in SIGNS[name] else [float(value), None] for _codes, value in shown(name)
    ]


def test_the_titles() -> None:
    lines = FILES["HJALP3.px"].decode().split("\r\n")
    for line in (
        'TITLE="Modtagere af hjælpemidler udlånt fra de kommunale hjælpemiddeldepoter, andel (af befolkningen) '
        'efter kommune, køn, alder og tid";',
        'UNITS="Procent";',
        'UNITS[en]="Per cent";',
        'CREATION-DATE="20250624 08:00";',  # Danish time, whatever offset the definition has
        'LAST-UPDATED="20250624 08:00";',
        'VARIABLECODE("tid")="Tid";',
        'ELIMINATION("alder")="Alder i alt";',
        'UPDATE-FREQUENCY="Årlig";',
        'CONTACT="Danmarks Statistik, Personstatistik, Social og Sundhed";',
        'REFPERIOD="31. december (ultimo året)";',
        'REFPERIOD[en]="31 December (end of the year)";',
        'LINK="https://www.statistikbanken.dk/HJALP3";',
        'LINK[en]="https://www.statbank.dk/HJALP3";',
        "OFFICIAL-STATISTICS=YES;",
        'DATASYMBOL1=".";',
        'DATASYMBOL2="..";',
        'DATASYMBOL3="...";',
    ):
        assert line in lines


def test_who_does_not_take_part_is_noted() -> None:
    notes = json.loads(FILES["HJALP1.json"])["note"]
    assert "I 2023 deltager ikke: Tårnby og Sønderborg. I 2024 deltager alle kommuner." in notes[1]
    px = FILES["HJALP1.px"].decode().replace('"\r\n"', "")
    assert "NOTEX=" in px
    assert "I 2023 deltager ikke: Tårnby og Sønderborg." in px
    assert "Not taking part in 2023: Tårnby and Sønderborg. In 2024 all municipalities take part." in px
    none = files_of(STATISTIC, {"hjalp1": MASKED["hjalp1"]}, definition(), Beside({2023: KOMNR, 2024: ["101"]}))[
        "HJALP1.px"
    ].decode()
    assert "I 2023 deltager ingen kommuner." in none.replace('"\r\n"', "")
    assert "Not taking part in 2024: Copenhagen." in none.replace('"\r\n"', "")


def test_what_is_known_to_be_lacking_is_noted() -> None:
    defects = [
        (Text("Tårnby", "Tårnby"), 'Kun "nye" udlån,\n#2.'),
        (Text("En systemleverandør", "A vendor"), "Datoer."),
    ]
    files = files_of(STATISTIC, {"hjalp1": MASKED["hjalp1"]}, definition(), Beside(AWAY, defects))
    lines = files["HJALP1.px"].decode().replace('"\r\n"', "")
    assert "#Kendt mangel. Tårnby: Kun ”nye” udlån, nr. 2.#Kendt mangel. En systemleverandør: Datoer." in lines
    assert "#Known defect (in Danish). A vendor: Datoer." in lines
    assert json.loads(files["HJALP1.json"])["note"][-1] == "Kendt mangel. En systemleverandør: Datoer."


def test_what_a_statistician_has_set() -> None:
    settings = {"contact": Text("Kontoret", "The office"), "official_statistics": Text("nej", "nej")}
    lines = files_of(STATISTIC, {"hjalp1": MASKED["hjalp1"]}, definition(), Beside(AWAY, settings=settings))[
        "HJALP1.px"
    ].decode()
    assert 'CONTACT="Kontoret";\r\nCONTACT[en]="The office";' in lines
    assert "OFFICIAL-STATISTICS=NO;" in lines
    assert 'LINK="https://www.statistikbanken.dk/HJALP1";' in lines  # the program's own


def test_who_is_absent() -> None:
    deltagere = pl.DataFrame({"aar": [2023] * 97 + [2024], "komnr": [*KOMNR[:97], "540"]})
    assert absent(deltagere, YEARS) == {2023: [KOMNR[97]], 2024: [komnr for komnr in KOMNR if komnr != "540"]}


def test_the_same_every_time() -> None:
    assert files_of(STATISTIC, MASKED, definition("2025-06-24T08:00:00+02:00"), Beside(AWAY)) == FILES


def test_a_table_that_is_not_whole() -> None:
    with pytest.raises(TableError, match="HJALP1: figures must be the full cross product"):
        published_table(STATISTIC, STATISTIC.table("hjalp1"), MASKED["hjalp1"][1:], definition(), Beside(AWAY))
