"""What an outsider holds of releases, alone and together, and the command that attacks them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.confidentiality.attack import attack
from hjalp_pipeline.production.protection import Cell, YearFigures, year_system
from hjalp_pipeline.production.published import load_published
from hjalp_pipeline.production.release import make_release
from hjalp_pipeline.production.release_inputs import ReleaseRefused
from hjalp_pipeline.storage.root import ENVIRONMENT_VARIABLE
from hjalp_tests.production.world import run, write_world

AGES = ("0024", "2549", "5059", "6064", "6569", "7074", "7579", "8084", "8589", "90-")


def figures(release: str, leaves: Mapping[str, Mapping[tuple[str, str], int]], twice: int = 0) -> YearFigures:
    """Figures of a year from persons by kommune, sex and age; each has two loans, ``twice`` of them in two kommuner."""
    persons: dict[Cell, int] = {}
    for komnr in (*leaves, "000"):
        for sex in ("0", "1", "2"):
            for age in ("TOT", *AGES):
                persons[komnr, sex, age] = sum(
                    count
                    for kommune, cells in leaves.items()
                    for (s, a), count in cells.items()
                    if komnr in ("000", kommune) and sex in ("0", s) and age in ("TOT", a)
                )
    for cell in (("000", s, a) for s in ("0", "1") for a in ("TOT", "90-")):
        persons[cell] -= twice
    loans = {komnr: 2 * persons[komnr, "0", "TOT"] + (2 * twice if komnr == "000" else 0) for komnr in (*leaves, "000")}
    behind = {komnr: persons[komnr, "0", "TOT"] for komnr in loans}
    return YearFigures(release, persons, loans, behind, dict.fromkeys(persons, 10000))


def hide(made: YearFigures, *cells: Cell) -> YearFigures:
    return replace(made, hidden_persons=frozenset(cells))


def intervals(*releases: YearFigures) -> dict[tuple[str, ...], tuple[int, int]]:
    year = year_system(2024, releases, all_out=True)
    return {year.system.names[i.cell]: (i.low, i.high) for i in attack(year.system, year.hidden_before)}


LARGE = {("1", age): 40 + number for number, age in enumerate(AGES)} | {("2", age): 50 for age in AGES}


def test_a_figure_hidden_alone_is_computed_from_its_sums() -> None:
    made = figures("2024v1", {"101": LARGE, "741": {**LARGE, ("1", "90-"): 2}})
    assert set(intervals(hide(made, ("741", "1", "90-"))).values()) == {(2, 2)}


def test_a_person_in_two_kommuner_does_not_break_the_sums() -> None:
    made = figures("2024v1", {"101": LARGE, "741": {**LARGE, ("1", "90-"): 2}}, twice=1)
    assert set(intervals(hide(made, ("741", "1", "90-"))).values()) == {(2, 2)}


def square(komnr: str) -> tuple[Cell, ...]:
    """Two ages and both sexes of a kommune."""
    return tuple((komnr, sex, age) for sex in ("1", "2") for age in ("8589", "90-"))


def test_a_kommune_that_enters_later_is_given_away_by_the_difference() -> None:
    """Samsø is missing in v1 and stands in v2: 000 of v2 less 000 of v1 is Samsø, cell by cell."""
    others = {"101": LARGE, "155": LARGE}
    first = figures("2024v1", others)
    second = figures("2024v2", {**others, "741": {**LARGE, ("1", "90-"): 2}})
    second = hide(second, *square("741"), *square("101"))
    alone = intervals(second)
    assert all(high > low for low, high in alone.values())
    together = intervals(first, second)
    assert together["HJALP2", "741", "1", "90-", "2024", "2024v2"] == (2, 2)
    national = [("000", sex, age) for sex in ("1", "2") for age in ("8589", "90-")]
    safe = intervals(first, replace(second, hidden_persons=second.hidden_persons | set(national)))
    low, high = safe["HJALP2", "741", "1", "90-", "2024", "2024v2"]
    assert low < high
    assert high >= 3


def test_what_is_unchanged_is_one_figure_in_both_releases() -> None:
    leaves = {"101": LARGE, "155": {**LARGE, ("1", "90-"): 1}}
    first = hide(figures("2024v1", leaves), *square("101"), *square("155"))
    second = hide(figures("2024v2", leaves), *square("155"), *square("101")[:3])
    shown = intervals(first, second)
    assert ("HJALP2", "101", "2", "90-", "2024", "2024v1") not in shown  # v2 shows it, so v1 hides it no longer
    assert shown["HJALP2", "155", "1", "90-", "2024", "2024v1"] == (1, 1)


def test_the_command_attacks_what_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_world(tmp_path)
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(root.path))
    assert main(["audit", "2024v1"]) == 2
    run(root)
    make_release(root, "2024v1")
    assert main(["audit", "2024v1"]) == 1  # primary suppression alone protects nothing
    said = capsys.readouterr().out
    assert "HJALP2" in said
    assert "not protected" in said


def test_figures_behind_a_release_are_made_again_when_the_lake_is_gone(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    run(root)
    make_release(root, "2024v1")
    before = load_published(root, "2024v1")
    for path in (root.lake / "udgivelser").rglob("*.parquet"):
        path.unlink()
    again = load_published(root, "2024v1")
    assert again.hidden_persons == before.hidden_persons
    assert all(again.tables[name].equals(before.tables[name]) for name in before.tables)
    csv = root.releases / "2024v1" / "HJALP1.csv"
    csv.write_bytes(csv.read_bytes().replace(b"101;2024;", b"101;2024;9"))
    with pytest.raises(ReleaseRefused, match="can no longer be told"):
        load_published(root, "2024v1")
