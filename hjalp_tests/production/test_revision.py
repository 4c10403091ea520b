"""The difference between two releases, published without telling what is hidden."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.production.quarter.hiding import with_symbols
from hjalp_pipeline.production.release.definition_files import read_definition
from hjalp_pipeline.production.release.differences import Shared, long
from hjalp_pipeline.production.release.disclosure import Published, audit_published
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.manifest import copy_path
from hjalp_pipeline.production.release.published import load_published
from hjalp_pipeline.production.release.release_inputs import collect_inputs
from hjalp_pipeline.production.release.revision_causes import write_revision
from hjalp_pipeline.production.release.revision_words import CONFIDENTIAL, NO_LONGER, in_codes
from hjalp_pipeline.publishing.statbank import NO_FIGURE
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_pipeline.storage.files import write_json
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.test_decomposition import apart, true
from hjalp_tests.production.test_pins import add_v2, redelivered
from hjalp_tests.production.world import KVARTAL, country, deliver, delivery, first_release, hashes, run, write_world

SPAN = Span.of_years([2023, 2024])
Cell = tuple[str, str, str, str, int]


# What is published ---------------------------------------------------------------------------------------------------


def published(
    root: DataRoot, release: str, hidden2: set[tuple[str, str, str, int]], hidden1: set[tuple[str, int]]
) -> Published:
    cells = {(("hjalp2", *cell), aar) for *cell, aar in hidden2} | {(("hjalp1", komnr), aar) for komnr, aar in hidden1}
    return Published(release, (2023, 2024), true(root, release), frozenset(cells))


def revise(
    root: DataRoot, folder: Path, hidden: list[tuple[set[tuple[str, str, str, int]], set[tuple[str, int]]]]
) -> dict[Cell, tuple[str, str, str]]:
    """Write the revision as if v1 and v2 had hidden these cells; cell -> (before, after, cause)."""
    before, after = (published(root, f"2024v{n}", *hidden[n - 1]) for n in (1, 2))
    tables = with_symbols(STATISTIC.tables, after.masked(STATISTIC))
    inputs = collect_inputs(root, read_definition(root, "2024v2"))
    write_revision(inputs, [before], tables, folder)
    return read(folder / "revision.csv")


def read(path: Path) -> dict[Cell, tuple[str, str, str]]:
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n")
    header, *rows = csv.reader(content.decode("utf-8-sig").splitlines(), delimiter=";")
    assert header == ["table", "KOMMUNEDK", "KONAMS", "ALERAMS", "TID", "before", "after", "cause"]
    found = {(row[0], row[1], row[2], row[3], int(row[4])): (row[5], row[6], row[7]) for row in rows}
    assert len(found) == len(rows)
    return found


def text(table: str, value: int | None, sign: str) -> str:
    if value is None:
        return sign
    return f"{value // 10},{value % 10}" if table == "hjalp3" else str(value)


@pytest.mark.slow
def test_with_nothing_hidden_every_changed_cell_is_told(world: DataRoot, tmp_path: Path) -> None:
    found = revise(world, tmp_path, [(set(), set()), (set(), set())])
    causes: dict[Cell, list[tuple[str, str]]] = {}
    for *cell, kind, komnr, _ in apart(world).causes.iter_rows():
        causes.setdefault((cell[0], cell[1], cell[2], cell[3], cell[4]), []).append((kind, komnr))
    sides = [long(STATISTIC, true(world, release), Shared(SPAN, SPAN)) for release in ("2024v1", "2024v2")]
    taking_part = [
        {row[:2] for row in true(world, release)["hjalp1"].select("kommunedk", "tid", "antal").iter_rows() if row[2]}
        for release in ("2024v1", "2024v2")
    ]
    wanted = {}
    for row, (value,) in zip(sides[0].iter_rows(), sides[1].select("value").iter_rows(), strict=True):
        cell = row[:5]
        before, after = (
            text(cell[0], figure, "." if (cell[1], cell[4]) in inside else "...")
            for figure, inside in zip((row[5], value), taking_part, strict=True)
        )
        if before != after:
            own = causes.get(cell, [])
            if cell[1] == "000" and ("kodelister", "") not in own:
                own = sorted([*own, ("kodelister", "")], key=lambda cause: cause[0] != "registerudtræk")
            why = in_codes(own) if row[5] is not None and value is not None else "kommunen deltager ikke"
            wanted[(cell[0].upper(), *cell[1:])] = (before, after, why)
    national = {cell for cell in wanted if cell[1] == "000"}
    for cell in national:  # 540 reports for another: always named
        assert "genleverance" in found[cell][2]
        assert "540" in found[cell][2]
        assert ("godkendelse 155" in found[cell][2]) == (
            cell[4] == 2024
        )  # what it would have been is nobody's business
    assert {cell: told[:2] for cell, told in found.items()} == {cell: told[:2] for cell, told in wanted.items()}
    assert {c: t for c, t in found.items() if c not in national} == {
        c: t for c, t in wanted.items() if c not in national
    }


def moved_cells(root: DataRoot, komnr: str) -> list[tuple[str, str, int]]:
    """HJALP2 cells of a kommune that moved, sex and age."""
    moved = apart(root).causes.filter((pl.col("table") == "hjalp2") & (pl.col("kommunedk") == komnr))
    return sorted(set(moved.select("konams", "alerams", "tid").iter_rows()))


def national_cells_that_101_did_not_move(root: DataRoot) -> list[tuple[str, str, int]]:
    """HJALP2 cells of the whole country that moved without it, sex and age."""
    moved = apart(root).causes.filter((pl.col("table") == "hjalp2") & (pl.col("kommunedk") == "000"))
    by_it = moved.filter((pl.col("kind") == "genleverance") & (pl.col("komnr") == "101"))
    cells = [set(rows.select("konams", "alerams", "tid").iter_rows()) for rows in (moved, by_it)]
    return sorted(cells[0] - cells[1])


@pytest.mark.slow
def test_a_cell_hidden_in_either_release_tells_no_cause(world: DataRoot, tmp_path: Path) -> None:
    (one, two, both, *_) = [(komnr, *cell) for komnr in ("101",) for cell in moved_cells(world, komnr)]
    unmoved = [cell for cell in national_cells_that_101_did_not_move(world) if ("101", *cell) not in (one, two, both)]
    before_only, after_only, shown_in_both = unmoved[:3]
    hidden_before = {one, both, ("101", *before_only)}
    hidden_after = {two, both, ("101", *after_only)}
    found = revise(world, tmp_path, [(hidden_before, {("540", 2023)}), (hidden_after, {("540", 2023), ("540", 2024)})])
    named = {cell: "101" in found["HJALP2", "000", *cell][2] for cell in (before_only, after_only, shown_in_both)}
    assert named == {before_only: True, after_only: True, shown_in_both: False}
    assert "540" in found["HJALP2", "000", *shown_in_both][2], "it reports for another: always named"
    for table in ("HJALP2", "HJALP3"):
        assert (table, *both) not in found
        shown = [(before, after) for cell, (before, after, _) in found.items() if cell[1:] in (one, two)]
        assert all(".." in pair for pair in shown)
        assert found.get((table, *one), ("..", "", NO_LONGER))[2] == NO_LONGER
        assert found.get((table, *two), ("", "..", CONFIDENTIAL))[2] == CONFIDENTIAL
    assert ("HJALP1", "540", "", "", 2023) not in found
    assert found["HJALP1", "540", "", "", 2024][1:] == ("..", CONFIDENTIAL)
    for cell, (before, after, cause) in found.items():
        if ".." in (before, after):
            assert not re.search("genlev|register|kodelist|godkend", cause), cell
    page = (tmp_path / "revision.html").read_text(encoding="utf-8")
    now_hidden = sum(cell[0] == "HJALP2" and after in NO_FIGURE for cell, (_, after, _) in found.items())
    now_shown = sum(
        cell[0] == "HJALP2" and before in NO_FIGURE and after not in NO_FIGURE
        for cell, (before, after, _) in found.items()
    )
    assert now_shown
    assert (
        f'<td class="n">{now_hidden}</td><td class="n">{now_shown}</td></tr>'
        in page.split('<th scope="row">HJALP2</th>')[1]
    )
    of_540 = re.findall(
        r'<th scope="row">Sønderborg</th><td class="n">(\d+)', page.split("(HJALP1)")[1].split("(HJALP2)")[0]
    )
    assert "2024" not in of_540, "it is hidden now"
    tile = page.split("<b>Søn<span>")[1].split("</li>")[0]
    assert "<small>skjult</small>" in tile


@pytest.mark.slow
def test_a_hidden_cell_of_a_kommune_that_leaves(world: DataRoot, tmp_path: Path) -> None:
    """Two dots became three: told, for it is not the same to a reader. A cell hidden in both is not."""
    cell = ("155", "0", "TOT")
    found = revise(world, tmp_path, [({(*cell, 2023), (*cell, 2024)}, {("155", 2024)}), ({(*cell, 2023)}, set())])
    left = ("..", "...", "kommunen deltager ikke")
    assert {found["HJALP2", *cell, 2024], found["HJALP3", *cell, 2024], found["HJALP1", "155", "", "", 2024]} == {left}
    assert ("HJALP2", *cell, 2023) not in found
    page = (tmp_path / "revision.html").read_text(encoding="utf-8")
    assert "<code>...</code> at kommunen ikke deltager" in page


@pytest.mark.slow
def test_a_release_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    """It has two dots for everything: that is no change, and what it hid is found again."""
    root = write_world(tmp_path, country(kvartaler=[KVARTAL, "2025K1"]))
    first_release(root)
    today = load_published(root, "2024v1")
    for path in (root.releases / "2024v1").glob("HJALP?.csv"):
        content = path.read_bytes()
        assert b";...\r\n" in content
        path.write_bytes(content.replace(b";...\r\n", b";..\r\n").replace(b";.\r\n", b";..\r\n"))
    manifest = json.loads((root.releases / "2024v1" / "manifest.json").read_bytes())
    manifest["outputs"] |= {f"HJALP{n}.csv": sha256(root.releases / "2024v1" / f"HJALP{n}.csv") for n in (1, 2, 3)}
    write_json(root.releases / "2024v1" / "manifest.json", manifest)
    write_json(copy_path(root, "2024v1"), manifest)
    old = load_published(root, "2024v1")
    assert old.hidden == today.hidden
    assert old.hidden
    assert audit_published(STATISTIC, [old])[0].counts() == audit_published(STATISTIC, [today])[0].counts()
    add_v2(root)
    made = make_release(root, "2024v2")
    told = made.manifest.confidentiality
    assert told is not None
    assert told.protected_against == ("2024v1",)
    assert read(made.path / "revision.csv") == {}


@pytest.mark.slow
def test_national_causes_tell_nothing_of_a_hidden_kommune(world: DataRoot, tmp_path: Path) -> None:
    """What is said of the whole country is the same whether a hidden cell of a re-delivering kommune moved or not."""
    causes = apart(world).causes
    kind = (pl.col("kind") == "genleverance") & (pl.col("komnr") == "101") & (pl.col("table") == "hjalp2")
    by_101 = set(causes.filter(kind & (pl.col("kommunedk") == "000")).select("konams", "alerams", "tid").iter_rows())
    national = causes.filter((pl.col("table") == "hjalp2") & (pl.col("kommunedk") == "000"))
    moved = set(national.select("konams", "alerams", "tid").iter_rows())
    unmoved = sorted(moved - by_101)
    assert unmoved
    open_ = revise(world, tmp_path / "open", [(set(), set()), (set(), set())])
    shut = revise(world, tmp_path / "shut", [(set(), set()), ({("101", *cell) for cell in unmoved}, set())])
    named = re.compile(r"genleverance [0-9, ]*\b101\b")
    for cell in unmoved:
        key = ("HJALP2", "000", *cell)
        if key in open_:
            assert not named.search(open_[key][2])
            assert named.search(shut[key][2])


def test_the_first_release_of_its_years_has_no_revision(world: DataRoot) -> None:
    assert not (world.releases / "2024v1" / "revision.csv").exists()


@pytest.mark.slow
def test_nothing_changed(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    first_release(root)
    add_v2(root)
    made = make_release(root, "2024v2")
    assert read(made.path / "revision.csv") == {}
    assert "De to udgivelser er lavet af det samme." in (made.path / "revision.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_revision_is_the_same_again(tmp_path: Path) -> None:
    root, _ = redelivered(tmp_path)
    before = hashes(root.releases / "2024v2")
    shutil.rmtree(root.releases / "2024v2")
    for path in (root.lake / "kaede").rglob("*.json"):
        path.unlink()
    make_release(root, "2024v2")
    assert hashes(root.releases / "2024v2") == before


@pytest.mark.slow
def test_only_the_kommuner_that_changed_are_computed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_world(tmp_path, country(kvartaler=[KVARTAL, "2025K1"]))
    first_release(root)
    shutil.copytree(root.registers / "2025-04-04", root.registers / "2025-10-03")
    person = root.registers / "2025-10-03" / "person.parquet"
    pl.read_parquet(person).filter(pl.col("pnr") != "0101609001").write_parquet(person)
    deliver(root, delivery("540", 55, day=9))
    run(root)  # with the newest extract: 101, 155 and the new 540 stand
    add_v2(root, registers='"2025-10-03"')
    computed = []
    from hjalp_pipeline.production.quarter.chain_results import QuarterChain

    right = QuarterChain.compute

    def counting(self: Any, komnr: str, *rest: Any) -> Any:
        computed.append(komnr)
        return right(self, komnr, *rest)

    monkeypatch.setattr(QuarterChain, "compute", counting)
    make_release(root, "2024v2")
    assert computed == ["540"]
