"""The page of a revision: whole, and nothing on it that the tables do not show."""

from __future__ import annotations

import csv
import re

from hjalp_pipeline.storage.root import DataRoot


def test_the_page_is_whole_and_danish(world: DataRoot) -> None:
    page = (world.releases / "2024v2" / "revision.html").read_text(encoding="utf-8")
    assert "2024v2 sammenlignet med 2024v1" in page
    assert "at Dragør ikke længere er med for 2024, at København og Sønderborg har leveret nye data, " in page
    assert "at registerudtrækket fra 04.04.2025 er erstattet af udtrækket fra 03.10.2025" in page
    behind = re.findall(
        r'<th scope="row">([^<]*)</th><td class="why">([^<]*)</td>', page.split("bag udgivelsen</h2>")[1]
    )
    assert behind[:3] == [
        ("Dragør", "ikke længere med for 2024"),
        ("København", "nye data"),
        ("Sønderborg", "nye data"),
    ]
    assert page.count("<svg") >= 1
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|src=", page)


def test_the_page_tells_nothing_that_the_tables_do_not(world: DataRoot) -> None:
    """Every figure of a kommune on the page stands in one of the two releases as it was published."""
    page = (world.releases / "2024v2" / "revision.html").read_text(encoding="utf-8")
    published_texts = {
        row["INDHOLD"]
        for release in ("2024v1", "2024v2")
        for path in (world.releases / release).glob("HJALP?.csv")
        for row in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
    }
    rows = re.findall(r'<td class="n">20\d\d</td><td class="n">([^<]*)</td><td class="n">([^<]*)</td>', page)
    rows += re.findall(r'<td class="why">[^<]*</td><td class="n">([^<]*)</td><td class="n">([^<]*)</td>', page)
    assert len(rows) > 5
    assert {text.replace(".", "") if text.strip(".") else text for pair in rows for text in pair} <= published_texts
