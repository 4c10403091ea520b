"""What the page for whoever signs tells of an attack: cells in words, why each is hidden, its readers, its picture (R11)."""

from dataclasses import replace
from functools import cache

import pytest

from hjalp_pipeline.confidentiality.signing import Signing
from hjalp_pipeline.production.release.cell_words import CellWords
from hjalp_pipeline.production.release.disclosure import Protected, protect_tables
from hjalp_pipeline.production.release.signed import signing, spans
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_tests.production.disclosed import LARGE, as_tables, figures, hidden_in, published

SMALL = ("741", "1", "90-")
FEW = {**LARGE, ("1", "90-"): 2}


@cache
def protected(inhabitants: int = 10_000) -> Protected:
    """A release with one small cell; with as few inhabitants as persons nothing protects it."""
    made = figures("2024v1", {"101": LARGE, "155": LARGE, "741": FEW})
    made = replace(made, population={**made.population, SMALL: inhabitants})
    return protect_tables(STATISTIC, "2024v1", as_tables(made), [2024], [], units=20_000)


def told(found: Protected) -> Signing:
    return signing(found.audits[0], STATISTIC, "2024v1")


def test_cells_are_told_in_words() -> None:
    words = CellWords(STATISTIC, "2024v2")
    name = ("HJALP2", "741", "1", "90-", "2024")
    assert words.name((*name, "2024v2")) == "HJALP2: Samsø, mænd, 90 år og derover, 2024"
    assert words.name((*name, "2024v1")).endswith("2024 (som i 2024v1)")
    assert words.name((*name, "2024v2, 101 155")).endswith("2024 (kan ses af København og Dragør)")
    assert words.name(("HJALP1", "000", "2024", "2024v2")) == "HJALP1: Hele landet, 2024"


def test_each_hidden_cell_says_why_and_what_it_protects() -> None:
    found = protected()
    hidden = hidden_in(found.tables)
    why = {one.cell: one.protects for of in told(found).why.values() for one in of}  # type: ignore[union-attr]  # protected() hides cells, so reasons are told
    assert len(why) == len(found.audits[0].mask) == len(hidden)
    small = CellWords(STATISTIC).cell("hjalp2", SMALL)
    assert why.pop(small) is None
    assert len(why) >= 3
    for cell, protects in why.items():
        # The one small cell is what all of them are hidden for; of the same kommune it is named without it.
        (one,) = protects or ()
        assert one == ("mænd, 90 år og derover" if "Samsø" in cell else "Samsø, mænd, 90 år og derover")


def test_the_picture_marks_every_hidden_cell_in_its_place() -> None:
    found = protected()
    (picture,) = told(found).pictures
    columns = [(group, label) for group, labels in picture.groups for label in labels]
    marked = {(picture.rows[row], *columns[column]): mark for (row, column), mark in picture.marks.items()}
    assert len(marked) == len(found.audits[0].mask)
    assert marked["Samsø", "HJALP2, mænd", "90 år og derover"] == "full"
    assert [mark for mark in marked.values() if mark != "hollow"] == ["full"]
    assert picture.rows == ["Hele landet", "København", "Dragør", "Samsø"]


def test_a_cell_that_nothing_protects_is_crossed_and_asked_about() -> None:
    of = told(protected(2))
    assert of.unprotectable[0] == "HJALP2: Samsø, mænd, 90 år og derover, 2024"
    (picture,) = of.pictures
    assert "crossed" in picture.marks.values()
    assert of.readers[0].open is True


def test_what_a_kommune_or_a_guess_tells_is_crossed_as_well() -> None:
    audit = protected().audits[0]
    name = ("HJALP2", *SMALL, "2024")
    for lost in (
        replace(audit, inherent=((*name, "2024v1, 101 155"),)),
        replace(audit, guessed=((*name, "2024v1"),)),  # type: ignore[type-var] # either kind of audit has them
    ):
        (picture,) = signing(lost, STATISTIC, "2024v1").pictures
        assert list(picture.marks.values()).count("crossed") == 1
        assert picture.legend["crossed"] == "kan ikke beskyttes"
    elsewhere = replace(audit, inherent=((*name, "2023v1"),), guessed=((*name, "2023v1"),))
    (picture,) = signing(elsewhere, STATISTIC, "2024v1").pictures
    assert "crossed" not in picture.marks.values()


def test_readers_that_were_not_examined_say_so() -> None:
    of = told(protected())
    assert of.readers[0].who == "En udenforstående"
    assert of.readers[0].open is False
    assert all("ikke prøvet" in reader.finds for reader in of.readers if reader.open is None)


@pytest.mark.slow
def test_a_cell_of_an_earlier_release_is_told_with_it() -> None:
    first = figures("2024v1", {"101": LARGE, "155": LARGE, "741": FEW})
    out = published(first, protect_tables(STATISTIC, "2024v1", as_tables(first), [2024], [], units=20_000).tables)
    moved = figures("2024v2", {"101": LARGE, "155": LARGE, "741": {**FEW, ("2", "2549"): 51}})
    found = protect_tables(STATISTIC, "2024v2", as_tables(moved), [2024], [out], units=20_000)
    of = signing(found.audits[0], STATISTIC, "2024v2")
    assert len([one for group in (of.why or {}).values() for one in group]) == len(found.audits[0].mask)
    assert of.notes == []
    changed = figures("2024v2", {"101": LARGE, "155": LARGE, "741": {**FEW, ("2", "2549"): 2}})
    found = protect_tables(STATISTIC, "2024v2", as_tables(changed), [2024], [out], units=20_000)
    audit = found.audits[0]
    (note,) = signing(audit, STATISTIC, "2024v2").notes
    before = audit.before  # type: ignore[union-attr]  # no linked tables here
    assert before.changed
    assert note.startswith(
        f"{before.cells} af de skjulte celler er vist i en tidligere udgivelse: {len(before.changed)} har"
    )
    assert audit.evidence is not None
    assert audit.evidence["shown_before_hidden_now"] == {
        "changed": len(before.changed),
        "unchanged": len(before.unchanged),
    }


@pytest.mark.parametrize(
    ("times", "said"),
    [("abc", "a-c"), ("ac", "a, c"), ("bd", "b, d"), ("abd", "a-b, d"), ("d", "d"), ("", ""), ("cdab", "a-d")],
)
def test_times_that_follow_one_another_are_a_span(times: str, said: str) -> None:
    assert spans(list(times), list("abcd")) == said
