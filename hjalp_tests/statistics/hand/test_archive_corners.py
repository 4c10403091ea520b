"""H8 from the inbox to the microdata: what comes from the archive, row by row as the second opinion has it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from hjalp_pipeline.production.release.archived import beside_archive
from hjalp_pipeline.production.release.definition_files import read_definition
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.release_inputs import ReleaseRefused, collect_inputs
from hjalp_tests.countries.model import Extract
from hjalp_tests.naive_hand import service_pools as pools
from hjalp_tests.production.world import hashes
from hjalp_tests.statistics.hand.scenes import (
    CODE,
    EXTRACT,
    KOMMUNER,
    PERSONS,
    Scene,
    approved,
    country,
    definition,
    delivery,
    service,
    services,
)

if TYPE_CHECKING:
    from pathlib import Path

    from hjalp_pipeline.production.release.making import Release
    from hjalp_tests.countries.model import Record

pytestmark = pytest.mark.slow

UNTIL, LATER = dt.date(2023, 12, 31), "20250301T081500"
SECOND: dict[str, Any] = {"archive": "2024v1", "archive_until": UNTIL}


def spell(number: int, start: str, slut: str | None, komnr: str = "540", **changes: str | None) -> Record:
    """A service of days; ``number``: the person."""
    values = {"ydelse_id": f"{number}-{start}", "ydelse_start": start, "ydelse_slut": slut}
    return service(komnr, number, **(values | changes))


def rows(release: Release, komnr: str = "540") -> list[tuple[str, str, str | None]]:
    """Person, first and last day of each service of a kommune that is no ordinary one."""
    found = pl.read_parquet(release.path / "microdata" / "HANDIC.parquet").filter(
        pl.col("HANDLEKOMMUNE") == komnr, ~pl.col("YDELSE_START").eq(dt.date(2024, 1, 1))
    )
    days = [pl.col(name).dt.to_string("%Y-%m-%d") for name in ("YDELSE_START", "YDELSE_SLUT")]
    return sorted(found.select("PNR", *days).rows(), key=str)


def again(folder: Path, before: list[Record], after: list[Record], **changes: Any) -> tuple[Scene, Release]:
    """What 540 delivers before the archive and then again, and the release on top of it."""
    made = country()
    others = [one for one in made.deliveries if one.komnr != "540"]
    scene = Scene(folder, replace(made, deliveries=[*others, delivery("540", [*services("540"), *before])]))
    scene.release("2024v1")
    scene.deliver(delivery("540", [*services("540"), *after], received=LATER))
    scene.run("2025M01")
    scene.define("2024v2", definition(2, **(SECOND | changes)))
    return scene, scene.release("2024v2")


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        # the day itself is the archive's, the day after is not
        ([spell(1, "2020-01-01", "2023-12-31")], [], [(1, "2020-01-01", "2023-12-31")]),
        ([spell(1, "2020-01-01", "2024-01-01")], [], []),
        ([], [spell(1, "2020-01-01", "2023-12-31")], []),
        ([], [spell(1, "2020-01-01", "2024-01-01")], [(1, "2020-01-01", "2024-01-01")]),
        # open now: it stands in for the archived one that shares a day with it, one that only touches it stays
        ([spell(1, "2020-01-01", "2020-12-31")], [spell(1, "2020-12-31", None)], [(1, "2020-12-31", None)]),
        (
            [spell(1, "2020-01-01", "2020-12-31")],
            [spell(1, "2021-01-01", None)],
            [(1, "2020-01-01", "2020-12-31"), (1, "2021-01-01", None)],
        ),
        # of another code it is another
        (
            [spell(1, "2020-01-01", "2020-12-31")],
            [spell(1, "2020-06-01", None, modt_ydelse_kode="30011")],
            [(1, "2020-01-01", "2020-12-31"), (1, "2020-06-01", None)],
        ),
        # was open in the archive: what is delivered as ended stands, however long ago
        ([spell(1, "2020-01-01", None)], [spell(1, "2020-01-01", "2022-12-31")], [(1, "2020-01-01", "2022-12-31")]),
        ([spell(1, "2020-01-01", None)], [spell(1, "2019-01-01", "2019-12-31")], []),
        # and so it stands in for an ended one of the archive too
        (
            [spell(1, "2022-01-01", None), spell(1, "2020-01-01", "2020-06-30")],
            [spell(1, "2020-06-30", "2022-01-01")],
            [(1, "2020-06-30", "2022-01-01")],
        ),
        # two that touch are one in what is delivered, and its end is what counts
        (
            [spell(1, "2020-01-01", "2023-06-30")],
            [spell(1, "2020-01-01", "2023-12-31"), spell(1, "2024-01-01", "2024-03-31")],
            [(1, "2020-01-01", "2024-03-31")],
        ),
    ],
)
def test_which_rows_stand(
    tmp_path: Path, before: list[Record], after: list[Record], wanted: list[tuple[int, str, str | None]]
) -> None:
    _, release = again(tmp_path, before, after)
    assert rows(release) == sorted(((PERSONS[number], *days) for number, *days in wanted), key=str)


def test_an_archive_on_top_of_an_archive(tmp_path: Path) -> None:
    """What the first had, and nobody delivers any more, is handed on, and its keys are made anew."""
    old = spell(1, "2019-01-01", "2020-12-31", maalgruppe="1.2.1 1.1.1")
    scene, second = again(tmp_path, [old, spell(2, "2022-01-01", "2022-06-30")], [])
    kept = [(PERSONS[1], "2019-01-01", "2020-12-31"), (PERSONS[2], "2022-01-01", "2022-06-30")]
    assert rows(second) == sorted(kept)
    third = SECOND | {"archive": "2024v2", "archive_until": dt.date(2021, 12, 31)}
    scene.define("2024v3", definition(3, **third))
    assert rows(scene.release("2024v3")) == kept[:1]


def test_persons_the_register_no_longer_knows(tmp_path: Path) -> None:
    gone = PERSONS[1]
    known = [row for row in pools.KNOWN if row[0] != gone]
    made = country()
    extracts = {**made.extracts, "2025-10-03": replace(made.extracts[EXTRACT], person=known)}
    others = [one for one in made.deliveries if one.komnr != "540"]
    first = delivery(
        "540", [*services("540"), spell(1, "2020-01-01", "2020-12-31"), spell(2, "2020-01-01", "2020-12-31")]
    )
    scene = Scene(tmp_path, replace(made, deliveries=[*others, first], extracts=extracts))
    scene.release("2024v1")
    scene.define("2024v2", definition(2, **SECOND, registers="2025-10-03"))
    release = scene.release("2024v2")
    assert rows(release) == [(PERSONS[2], "2020-01-01", "2020-12-31")]
    assert release.manifest.rows["microdata"]["arkiv_ukendt_person"] == 1
    inputs = collect_inputs(scene.root, read_definition(scene.root, "2024v2"))
    assert inputs.archived is not None
    assert inputs.archived.numbers["540"] == (1, 1), (
        "nobody lost what the register forgot: it is counted on neither side"
    )
    assert scene.naive["2024v2"].differs == inputs.archived.differing == {}


def test_a_kommune_that_is_in_the_archive_alone(tmp_path: Path) -> None:
    """It delivers no more and takes no part: its rows stand in the microdata, its cells are dots."""
    made = country(months=["2024M12", "2025M01"])
    old = delivery("155", [spell(1, "2020-01-01", "2020-12-31", "155"), spell(2, "2020-01-01", None, "155")], "2024M12")
    scene = Scene(tmp_path, replace(made, deliveries=[*made.deliveries, old]))
    scene.define("2024v1", definition(period_overrides={"155": "2024M12"}))
    scene.release("2024v1")
    (scene.root.inbox / "2025M01" / "155_eget_20250128T081500.csv").unlink()
    scene.run("2025M01")
    with (scene.root.approvals / "2025.csv").open("a", encoding="utf-8") as decisions:
        decisions.write("2025-06-01T09:00:00+02:00;2024;155;K1;afvist;afdelingen;\n")
    scene.define("2024v2", definition(2, **SECOND))
    release = scene.release("2024v2")
    assert rows(release, "155") == [(PERSONS[1], "2020-01-01", "2020-12-31")]
    shown = scene.shown(release, "HAND07")
    assert {text for key, text in shown.items() if key[0] == "155"} <= {"...", "."}


@pytest.mark.parametrize(("less", "remarked"), [(1, False), (2, True), (-1, False), (-2, True)])
def test_one_per_cent_is_not_more_than_one_per_cent(tmp_path: Path, less: int, remarked: bool) -> None:
    """100 in the archive; 99 and 101 delivered are exactly 1 % away."""

    def so_many(count: int) -> list[Record]:
        # one person's services that are apart, in four codes
        codes = (CODE, "30011", "30013", "30117", "31132")
        return [
            spell(
                1 + n // 105,
                f"20{15 + n % 5}-{1 + n // 25:02d}-01",
                f"20{15 + n % 5}-{1 + n // 25:02d}-02",
                modt_ydelse_kode=codes[n // 5 % 5],
                ydelse_id=f"x{n}",
            )
            for n in range(count)
        ]

    scene, release = again(tmp_path, so_many(100), so_many(100 - less))
    naive = scene.naive["2024v2"]
    assert naive.archived["540"] == 100 - less
    assert ("540" in naive.differs) == remarked
    inputs = collect_inputs(scene.root, read_definition(scene.root, "2024v2"))
    beside = beside_archive(scene.root, "2024v2", inputs.pins, inputs.entries.values())
    assert beside is not None
    assert beside.differing == naive.differs
    assert release.manifest.rows["arkiv"]["ARKIVERET"] == 100 - less


def test_an_archive_changed_afterwards(tmp_path: Path) -> None:
    """The release on top cannot be made again, and says which file is another; what stands stays."""
    scene, _ = again(tmp_path, [spell(1, "2020-01-01", "2020-12-31")], [])
    assert not make_release(scene.root, "2024v2").made
    path = scene.root.releases / "2024v1" / "microdata" / "HANDIC.parquet"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + b"x")
    before = hashes(scene.root.releases / "2024v2")
    with pytest.raises(ReleaseRefused, match=r"releases/2024v1/microdata/HANDIC\.parquet") as told:
        make_release(scene.root, "2024v2")
    assert len(told.value.reasons) <= 2
    assert hashes(scene.root.releases / "2024v2") == before
    path.write_bytes(content)
    assert not make_release(scene.root, "2024v2").made


def test_a_span_without_the_national_tables(tmp_path: Path) -> None:
    """HAND02A and HAND03A begin with 2018K1; a release before has their headers alone, a second one is protected against it."""
    whole = {"first_quarter": "2017K1", "last_quarter": "2017K4", "registers": EXTRACT}
    people = [(2016, komnr, 1, 40, 1000) for komnr in KOMMUNER]
    made = country(
        deliveries=[delivery(komnr, services(komnr, ydelse_start="2016-05-01")) for komnr in KOMMUNER],
        approvals={"2025.csv": approved(*KOMMUNER, years=(2017,))},
        extracts={EXTRACT: Extract(list(pools.KNOWN), [], [], [], people)},
        releases={"2024v1": definition(**whole)},
    )
    scene = Scene(tmp_path, made)
    first = scene.release("2024v1")
    assert scene.shown(first, "HAND02A") == scene.shown(first, "HAND03A") == {}
    scene.define("2024v2", definition(2, **whole))
    scene.release("2024v2")
    assert json.loads((first.path / "HAND07.json").read_text(encoding="utf-8"))["size"][-2:]
