"""Small numbers of the statistic: counted loan by loan from what was planted, and never told as 0, 1 or 2 or exactly."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.dialogue.quality.small_numbers import REGISTER, count, small_numbers
from hjalp_pipeline.production.release.definition_files import read_definition
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.release_inputs import collect_inputs
from hjalp_pipeline.publishing import public_counts
from hjalp_pipeline.publishing.public_counts import FEW
from hjalp_pipeline.statistics.hjalp.quality.quality_part import QUALITY
from hjalp_pipeline.statistics.hjalp.quality.small_counts import above_100
from hjalp_pipeline.storage.registers import prepare
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries import pools
from hjalp_tests.countries.model import Record
from hjalp_tests.production.world import approvals, country, delivery, loan, run, write_world

DEAD, *ALIVE = (pnr for pnr, *_ in pools.KNOWN[:9] if pnr.isdecimal())


def planted() -> list[Record]:
    """Of 101: four loans of one who died on 15 December 2024 and three were returned in January, old loans, wrong sexes."""
    dates = [
        # pnr, issued, returned
        (DEAD, "2024-01-10", "2025-01-10"),
        (DEAD, "2024-01-10", "2025-01-15"),
        (DEAD, "2024-01-11", "2025-01-16"),  # 32 days after: set to the death
        (DEAD, "2024-01-11", None),
        (ALIVE[0], "2004-12-30", None),  # older than 20 years ultimo 2024, not ultimo 2023
        (ALIVE[0], "2003-12-30", None),  # in both years
        (ALIVE[1], "2003-12-31", None),  # exactly 20 years: in neither 2023; left out of 2024
        (ALIVE[1], "2003-12-30", "2025-01-05"),  # came back
        (ALIVE[2], "2003-12-30", "2024-06-01"),  # came back in 2023 alone
        (ALIVE[2], "2024-05-01", None),
        *[(ALIVE[2], f"2025-01-0{day}", None) for day in (1, 2, 3, 4)],  # after the last year
    ]
    return [
        loan("101", number, pnr=pnr, udleveringsdato=issued, indleveringsdato=returned)
        for number, (pnr, issued, returned) in enumerate(dates)
    ]


def world(path: Path) -> DataRoot:
    made = country(
        deliveries=[delivery("101", planted()), delivery("155", 12), delivery("540", 30)],
        collaborations=[("540", "155", "2020-01-01", "")],
        approvals={"2025.csv": approvals("101", "540")},
    )
    extract = made.extracts["2025-04-04"]
    extract.dod = [(DEAD, dt.date(2024, 12, 15))]
    extract.person = [
        (pnr, (3 - by_number if pnr in (ALIVE[2], DEAD) else by_number), born)
        for pnr, _, born in extract.person
        for by_number in [2 - int(f"{pnr:0<10}"[9], 36) % 2]  # some numbers of the register are not ten digits
    ]
    day = dt.date(2020, 1, 1)
    extract.befbop += [(ALIVE[0], "A1", day, day), (ALIVE[0], "A1", day, None), (ALIVE[0], "A1", day, None)]
    root = write_world(path, made)
    run(root)
    return root


@pytest.mark.slow
def test_each_is_counted(three_reports: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = world(tmp_path)
    release = make_release(root, "2024v1", documents=DOCUMENTS)
    page = (release.path / "kvalitet.html").read_text(encoding="utf-8")
    content = json.loads((release.path / "quality.json").read_text(encoding="utf-8"))
    (told,) = [entry["value"] for entry in content["concepts"] if entry["concept"] == "S.13.3.2"]
    words = public_counts.told
    monkeypatch.setattr(public_counts, "told", str)
    inputs = collect_inputs(root, read_definition(root, "2024v1"))
    exact = small_numbers(inputs, QUALITY, count(inputs, QUALITY, release.path))
    found = {row.code: dict(row.told) for row in exact}
    micro = pl.read_parquet(release.path / "microdata" / "GENHJALP.parquet")
    assert found["DOED_31"] == {"2023": "0", "2024": "1"}
    assert found["OVER_20_AAR"] == {"2023": "1", "2024": "3"}
    assert found["OVER_20_AAR_INDLEVERET"] == {"2023": "2", "2024": "1"}
    digit = micro["PNR"].str.slice(9, 1).cast(pl.Int64) % 2
    others = [row for row in planted() if row["pnr"] in ALIVE[:2] and row["indleveringsdato"] is None]
    assert all(row["pnr"] not in (ALIVE[2], DEAD) for row in others)  # left out of the microdata, and of the right sex
    assert found["KOEN_UENS"] == {"alle udlån": str(int((digit != micro["KOEN"].cast(pl.Int64) % 2).sum()))}
    assert int(found["KOEN_UENS"]["alle udlån"]) >= 6
    outside = (micro["KOMNR_INDBERETTER"] == "540") & ~micro["KOMNR_STATBANK"].is_in(["155", "540"])
    assert found["UDEN_FOR_SAMARBEJDE"] == {"alle udlån": str(int(outside.sum()))}
    assert outside.sum() > 0
    after = [row for row in planted() if str(row["udleveringsdato"]) > "2024-12-31"]
    manifest = json.loads((release.path / "manifest.json").read_text(encoding="utf-8"))
    (left_out,) = {of["EFTER_AARET"] for of in manifest["rows"].values() if "EFTER_AARET" in of}
    assert found["EFTER_AARET"] == {"alle udlån": str(left_out)}
    assert left_out >= len(after)
    remarks = prepare(root, "2025-04-04").remarks
    assert remarks["persons_with_overlapping_spells"] >= 1
    assert {code: {REGISTER: str(number)} for code, number in remarks.items()}.items() <= found.items()
    assert told["befbop_spells_without_a_day"] == {REGISTER: words(remarks["befbop_spells_without_a_day"])}
    for row in exact:
        assert row.title in page
    assert told["DOED_31"] == {"2023": FEW, "2024": FEW}
    assert told["OVER_20_AAR"] == {"2023": FEW, "2024": "3-9"}


def test_shares_above_a_hundred_per_cent_are_those_shown() -> None:
    lines = [
        "000;0;TOT;2023;100,0",
        "101;0;TOT;2023;100,1",
        "101;1;TOT;2024;250,0",
        "101;2;TOT;2024;..",
        "155;0;TOT;2024;...",
    ]
    rows = [line.split(";") for line in [*lines, *["155;0;TOT;2024;999,9"] * 3]]
    columns = ["KOMMUNEDK", "KONAMS", "ALERAMS", "TID", "INDHOLD"]
    assert above_100(pl.DataFrame(rows, schema=columns, orient="row")) == {"2023": 1, "2024": 4}
