"""Every page outside the dialogue, made from made-up content, through axe-core; the dialogue's pages are tested where they are made."""

from __future__ import annotations

from pathlib import Path

import pytest

from hjalp_pipeline.confidentiality.attack import attack
from hjalp_pipeline.confidentiality.evidence import audit_page, counts
from hjalp_pipeline.confidentiality.hierarchies import Dimension, hierarchical_table
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.publishing.codebook import codebook
from hjalp_pipeline.publishing.revision import Behind, revision_html
from hjalp_pipeline.publishing.revision_sentences import sentences
from hjalp_tests.pages.axe import assert_accessible
from hjalp_tests.production.world import KVARTAL, country, delivery, loan, write_world
from hjalp_tests.publishing.made_up_revision import country as whole
from hjalp_tests.publishing.made_up_revision import hidden, measure, move, page, texts
from hjalp_tests.publishing.registers import PROEVE


def receipts(folder: Path) -> list[Path]:
    """One accepted with bad records, one accepted, one rejected."""
    bad = [loan("101", number, **({"udleveringsdato": "i går"} if number == 7 else {})) for number in range(40)]
    files = [delivery("101", bad), delivery("155", 3), delivery("540", 3, flaw="no_slut")]
    root = write_world(folder, country(deliveries=files))
    refresh_raw(root, KVARTAL)
    found = sorted((root.receipts / KVARTAL).glob("*.html"))
    assert len(found) == 3
    return found


def revision() -> str:
    shown = texts(k101=("100", "107"), k151=("..", "7"), k153=("7", ".."))
    totals = [whole(100, 120), *(move(f"K{n}", 9, 7 + n) for n in range(20)), move("Vejle", 100, 101, register=True)]
    behind = [Behind("Vejle", "nye data", [("..", "7")])]
    made = page(measure(*totals, national=whole(100, 120), of_kommuner=shown), behind=behind, hidden=hidden(20))
    return revision_html(made, sentences(made))


def audits() -> list[str]:
    persons = {("k1", "m"): 1, ("k1", "w"): 9, ("k2", "m"): 7, ("k2", "w"): 2, ("k3", "m"): 21, ("k3", "w"): 35}
    dimensions = [Dimension.flat("area", ["k1", "k2", "k3"], "000"), Dimension.flat("sex", ["m", "w"])]
    table = hierarchical_table(persons, dimensions, prefix=("HJALP2",), suffix=("2024",)).build()
    places = table.index()
    patterns = [[(area, sex) for area in areas for sex in "mw"] for areas in (("k1", "k2"), ("k1",))]
    return [
        audit_page(
            counts(table, attack(table, table.pattern([places["HJALP2", *cell, "2024"] for cell in cells])), "up3"),
            "up3",
            release="2024v2",
            fails=["HJALP2 · k1"][: len(cells) % 4],
            unprotectable=["HJALP2 · k3"],
            guessed=["HJALP2 · k2"],
        )
        for cells in patterns
    ]


@pytest.mark.slow
def test_pages_have_no_violation(tmp_path: Path) -> None:
    pages = receipts(tmp_path / "land")
    books = codebook("Prøve", "2024v1", ["Et afsnit."], [PROEVE], [])
    made = [revision(), books["kodebog.html"].decode(), *audits()]
    for number, text in enumerate(made):
        pages.append(tmp_path / f"{number}.html")
        pages[-1].write_text(text, encoding="utf-8")
    assert_accessible(*pages)
