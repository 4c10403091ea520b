"""The page in the data root that links everything made, and the picture of what is made from what on it."""

from __future__ import annotations

import stat
from pathlib import Path

from lxml import etree, html

from hjalp_pipeline.definitions import defs
from hjalp_pipeline.defs.lineage_picture import lineage_svg
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.index_page import write_index
from hjalp_tests.production.world import run, write_world


def test_every_link_leads_to_what_was_made(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    run(root)
    make_release(root, "2024v1")
    page = write_index(root)
    assert page == root.path / "index.html"
    assert stat.S_IMODE(page.stat().st_mode) == 0o600, "it names confidential files"
    links = [str(link) for link in html.fromstring(page.read_bytes()).xpath("//a/@href")]
    assert "hjalp/releases/2024v1/HJALP1.csv" in links
    assert "hjalp/receipts/2024K4/" in links
    assert all((root.path / link).exists() for link in links)
    assert "Siden viser, hvad der var lavet" in page.read_text(encoding="utf-8"), (
        "it is not made anew with what comes later"
    )


def test_each_statistic_has_a_page_that_links_to_the_others(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    page = write_index(root, DataRoot(tmp_path, "hand"))
    other = tmp_path / "hand.html"
    assert page == tmp_path / "index.html"
    for one, to in ((page, other), (other, page)):
        links = html.fromstring(one.read_bytes()).xpath("//a/@href")
        assert to.name in links
        assert one.name not in links
        assert not any(str(link).startswith("/") for link in links), "it is opened without a server"
    assert "hand/status/denne_maaned".removeprefix("hand/") in other.read_text(encoding="utf-8")


def test_the_picture_has_every_asset_once_and_no_edge_backwards() -> None:
    drawn = lineage_svg(defs, "hjalp")
    tree = etree.fromstring(drawn)
    space = {"s": "http://www.w3.org/2000/svg"}
    names = tree.xpath("//s:g/s:text/text()", namespaces=space)
    keys = {
        key.path[-1] for key in defs.resolve_asset_graph().get_all_asset_keys() if key.path[0] in ("hjalp", "registers")
    }
    assert len(names) == len(set(names))
    assert {name.split("/")[-1] for name in names} == keys
    places = [(box.get("x"), box.get("y")) for box in tree.xpath("//s:g/s:rect", namespaces=space)]
    assert len(places) == len(set(places)), "no asset lies on another"
    for path in tree.xpath("//s:path/@d", namespaces=space):
        begins, ends = path.removeprefix("M").split("C")[0].split()[1], path.split()[-1]
        assert int(begins) < int(ends), "what is made lies below what it is made from"
    assert lineage_svg(defs, "hjalp") == drawn


def test_the_readme_shows_the_lineage_as_it_is() -> None:
    """After a change: `python -m hjalp_pipeline.terminal.index_page > docs/billeder/lineage.svg`."""
    picture = Path(__file__).parents[2] / "docs" / "billeder" / "lineage.svg"
    assert picture.read_text(encoding="utf-8") == lineage_svg(defs, "hjalp")
