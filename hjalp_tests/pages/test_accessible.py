"""Every page outside the dialogue, made from made-up content, through axe-core; the dialogue's pages are tested where they are made."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hjalp_pipeline.confidentiality.signing import Decision, Reader, Why, signing_page
from hjalp_pipeline.dialogue.announcing.calendar_files import write_calendar
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.publishing.article.article import article_html
from hjalp_pipeline.publishing.codebook import codebook
from hjalp_pipeline.publishing.revision import Behind, revision_html
from hjalp_pipeline.publishing.revision_sentences import sentences
from hjalp_pipeline.publishing.table import LANGUAGES
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.confidentiality.test_signing import PICTURE, made
from hjalp_tests.pages.axe import assert_accessible
from hjalp_tests.production.world import KVARTAL, country, delivery, loan, write_world
from hjalp_tests.publishing.article.made_up import CHANGED, REPLACES, RULES, persons_csv, total
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
    """Pages for whoever signs: nothing to decide; everything there can be, with a picture and folded reasons."""
    asked = Decision("releases/2024v2.toml", "hjalp release 2024v2", {"2024": 3})
    readers = [Reader("Én", "a", "b", open=True), Reader("To", "c", "d", open=None)]
    whole = made(
        readers=readers,
        pictures=[PICTURE, PICTURE],
        why={"A": [Why(f"A, {number}", ["B"]) for number in range(100)]},
        unprotectable=["HJALP2 · k3"],
        guessed=["HJALP2 · k2"],
    )
    return [
        signing_page(of, title="2024v2", decision=asked)
        for of in (made(), whole, made(fails=["k1"], why={"A": [Why("A")]}))
    ]


def announced(folder: Path) -> list[Path]:
    """The calendar and the office's year, of a release that is confirmed and one that is not."""
    root = DataRoot(folder)
    root.codelists.mkdir(parents=True)
    rows = "release;date;confirmed;number\n2024v1;2025-06-24;ja;195\n2024v2;2025-11-14;nej;\n"
    (root.codelists / "calendar.csv").write_text(rows, encoding="utf-8")
    return [path for path in write_calendar(root, date(2025, 6, 1)) if path.suffix == ".html"]


def corrected() -> list[bytes]:
    """Articles in both languages, with a figure, a table and marks."""
    files = {
        "PERSONS.csv": persons_csv({**total("1000", "1500"), ("2024", "540", "TOT"): "30"}),
        "revision.csv": CHANGED,
    }
    return [article_html(RULES, files, REPLACES, language) or b"" for language in LANGUAGES]


@pytest.mark.slow
def test_pages_have_no_violation(tmp_path: Path) -> None:
    pages = [*receipts(tmp_path / "land"), *announced(tmp_path / "kalender")]
    books = codebook("Prøve", "2024v1", ["Et afsnit."], [PROEVE], [])
    made = [revision(), books["kodebog.html"].decode(), *audits(), *(page.decode() for page in corrected())]
    for number, text in enumerate(made):
        pages.append(tmp_path / f"{number}.html")
        pages[-1].write_text(text, encoding="utf-8")
    assert_accessible(*pages)
