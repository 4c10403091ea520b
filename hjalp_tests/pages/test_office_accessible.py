"""The lists of the office's pages, and the page in the data root, through axe-core."""

from __future__ import annotations

from pathlib import Path

import pytest

from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.terminal.index_page import write_index
from hjalp_pipeline.web.office.contents import contents_html, receipts_html, reports_html
from hjalp_pipeline.web.office.shelves import Office
from hjalp_tests.pages.axe import assert_accessible
from hjalp_tests.production.world import KVARTAL, deliver, delivery, run, write_world


@pytest.mark.slow
def test_the_lists_of_the_office_are_accessible(tmp_path: Path) -> None:
    root = write_world(tmp_path / "root")
    deliver(root, delivery("540", 5, day=9, flaw="no_slut"))
    run(root)
    make_release(root, "2024v1", documents=DOCUMENTS)
    office = Office(root, viewers=False)
    made = {
        "contents": contents_html(office, [("other", "En anden statistik")]),
        "viewers": contents_html(Office(root, viewers=True)),
        "receipts": receipts_html(office, KVARTAL),
        "reports": reports_html(office, "releases/2024v1/godkendelse"),
        "index": write_index(root).read_text(encoding="utf-8"),
    }
    paths = []
    for name, page in made.items():
        assert page is not None, name
        paths.append(tmp_path / f"{name}.html")
        paths[-1].write_text(page, encoding="utf-8")
    assert_accessible(*paths)


def test_of_nothing_there_is_no_list(tmp_path: Path) -> None:
    office = Office(write_world(tmp_path), viewers=False)
    assert receipts_html(office, "2031K1") is None
    assert reports_html(office, "releases/2024v1/godkendelse") is None
