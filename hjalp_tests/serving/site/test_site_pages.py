"""Every page of the site stands by itself, every link leads somewhere, and no figure is on it that no released csv file has."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest

from hjalp_pipeline.publishing.table import LANGUAGES, Text, Value
from hjalp_pipeline.serving.published_shelf import Publisher
from hjalp_pipeline.serving.site import table_page
from hjalp_pipeline.serving.site.site_charts import fifth
from hjalp_pipeline.serving.site.site_files import site_files, what_is_out
from hjalp_pipeline.serving.site.site_words import _WORDS, figure
from hjalp_pipeline.statistic import declared
from hjalp_pipeline.storage.root import STATISTICS, DataRoot
from hjalp_tests.pages.axe import assert_accessible
from hjalp_tests.publishing.made_up import CELLS, KOEN, STED, TID
from hjalp_tests.serving.shelf_world import World, usual
from hjalp_tests.serving.site.site_world import LATER, Read, csv_of, danish_figures, mapped, publish, site


def leads_to(name: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(href)))


@pytest.mark.slow
def test_links_resolve_and_nothing_comes_from_elsewhere(whole: dict[str, bytes], read: dict[str, Read]) -> None:
    outside = {
        "https://da",
        "https://en",
        "https://creativecommons.org/licenses/by/4.0/",
    }  # in the StatBank; the licence
    for name, page in read.items():
        assert page.taken == [], name
        assert [href for href in page.links if href not in outside and leads_to(name, href) not in whole] == [], name
        assert len(whole[name]) <= table_page.LARGEST, name


def test_every_page_is_led_to(whole: dict[str, bytes], read: dict[str, Read]) -> None:
    seen, left = set(), ["index.html"]
    while left:
        name = left.pop()
        if name not in seen:
            seen.add(name)
            left += [leads_to(name, href) for href in (read[name].links if name in read else ()) if ":" not in href]
    assert set(whole) == seen


def test_every_figure_stands_in_the_released_csv_files(read: dict[str, Read]) -> None:
    for table in (usual(), mapped()):
        allowed = set(danish_figures(csv_of(table)))
        found = {
            shown for name, page in read.items() if name.startswith(f"hjalp/{table.id}/") for shown in page.figures
        }
        assert found == allowed  # each is shown somewhere, and no other


def test_rows_and_columns_are_those_of_the_table(world: World) -> None:
    files = site(world)
    assert [cell for cell in CELLS if isinstance(cell, str)] == ["..", "...", "."]
    assert Read(files["hjalp/PROEVE1/index.html"]).rows[1:] == [
        ["Hele landet", "1.234.567", "0"],
        ["Ærø; den lille", "99", "11"],
        ["Læsø, Fanø", "1.000", "5"],
    ]
    assert Read(files["hjalp/en/PROEVE1/STED-492.html"]).rows[1:] == [["Men", "99", "11"], ["Women", ".", "..."]]
    assert Read(files["hjalp/PROEVE1/KONAMS-2.html"]).rows[1] == ["Hele landet", "10", ".."]


def test_files_of_a_table_are_those_published_and_of_several_releases_the_whole(world: World) -> None:
    files = site(world)
    for form in ("csv", "px", "json"):
        assert files[f"hjalp/PROEVE1/PROEVE1.{form}"] == files[f"hjalp/udgivelser/2024v2/PROEVE1.{form}"]
    times = tuple(Value(year, Text(year, year)) for year in ("2024", "2025"))
    newer = usual(variables=(STED, KOEN, replace(TID, values=times)), cells=[5] * 12, updated=LATER)
    publish(world, "2025v1", newer, at=LATER)
    csv = site(world)["hjalp/PROEVE1/PROEVE1.csv"].decode("utf-8-sig").split("\r\n")
    assert csv[:4] == ["STED;KONAMS;TID;INDHOLD", "000;1;2023;0", "000;1;2024;5", "000;1;2025;5"]


def test_nothing_of_a_release_that_is_not_out(world: World) -> None:
    before = site(world)
    publish(world, "2025v1", usual(id="PROEVE2", cells=[76543, *range(11)]), at=world.now + timedelta(days=1))
    world.root.codelists.mkdir()
    (world.root.codelists / "calendar.csv").write_text("release;date;confirmed;number\n2024v9;2025-06-24;nej;\n")
    publish(world, "2024v9", usual(id="PROEVE9"))
    for name in ("2025v1", "2024v9"):
        (world.root.releases / name).chmod(0o700)
    (world.root.codelists / "calendar.csv").chmod(0o600)
    after = site(world)
    told = {name for name in after if after[name] != before.get(name)}
    assert told == {f"hjalp/{name}" for name in ("index.html", "udgivelser.html", "en/index.html", "en/releases.html")}
    assert (
        "2024v9: 24. juni 2025, dagen er ikke bekræftet" in after["hjalp/index.html"].decode()
    )  # as the calendar says
    assert all(b"PROEVE2" not in content and b"PROEVE9" not in content for content in after.values())


def test_a_release_says_whether_it_came_on_its_day(world: World) -> None:
    world.root.codelists.mkdir()
    rows = "release;date;confirmed;number\n2024v1;2025-06-24;ja;\n2024v2;2025-06-20;ja;\n"
    (world.root.codelists / "calendar.csv").write_text(rows)
    page = site(world)["hjalp/udgivelser.html"].decode()
    assert "Udkommet 24. juni 2025 (til tiden)" in page
    assert "Udkommet 24. juni 2025 (4 dage efter)" in page


def test_both_statistics_stand_side_by_side(world: World) -> None:
    first = site(world)
    publishers = [Publisher([world.root], lambda: world.now)]
    world.root = DataRoot(world.folder, "hand")
    publish(world, "2024v1", usual(id="PROEVE2"))
    publishers.append(Publisher([world.root], lambda: world.now))
    both = dict(site_files(what_is_out(publishers)))
    assert Read(both["index.html"]).links == [f"{name}/index.html" for name in ("hjalp", "hjalp/en", "hand", "hand/en")]
    assert {name for name in both if name.startswith("hand/PROEVE2/")} >= {
        "hand/PROEVE2/index.html",
        "hand/PROEVE2/PROEVE2.csv",
    }
    assert {name: content for name, content in both.items() if name.startswith("hjalp/")} == {
        name: content for name, content in first.items() if name != "index.html"
    }


def test_the_same_twice(world: World) -> None:
    first = site(world)
    world.now += timedelta(days=400)
    assert site(world) == first


def test_a_page_that_would_be_too_large_shows_fewer_times(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "hjalp/PROEVE1/index.html"
    monkeypatch.setattr(table_page, "LARGEST", len(site(world)[name]) - 1)
    page = site(world)[name]
    assert "De nyeste 1 af 2 tider. Alle står i filerne." in page.decode()
    assert Read(page).rows[1] == ["Hele landet", "1.234.567"]


def test_the_map_has_every_kommune_and_leads_to_it(whole: dict[str, bytes]) -> None:
    page = whole["hjalp/HJALP3/index.html"].decode()
    assert page.count('<li style="grid-column') == 98
    assert 'class="none" href="KOMMUNEDK-' in page
    assert 'href="HJALP3/KOMMUNEDK-540.html"><b>' in whole["hjalp/index.html"].decode()


def test_equal_figures_are_of_one_class() -> None:
    figures = [0, 0, 0, 0, 0, 0, 7, 8, 9, 9]
    assert [fifth(figures, cell) for cell in (0, 7, 8, 9)] == ["much-less", "more", "more", "much-more"]


@pytest.mark.parametrize("name", STATISTICS)
def test_the_table_that_is_mapped_has_kommuner(name: str) -> None:
    statistic = declared(name)
    assert statistic.mapped is not None
    assert statistic.table(statistic.mapped).dimensions[0].variable.role == "geo"


def test_figures_are_written_as_each_language_does() -> None:
    assert [figure(-1234567, 1, language) for language in LANGUAGES] == ["−123.456,7", "−123,456.7"]
    assert [figure(cell, 0, "da") for cell in (0, 1000, "..")] == ["0", "1.000", ".."]
    assert all(text.en and text.da for name, text in _WORDS.items() if name != "in_danish")


@pytest.mark.slow
def test_pages_have_no_violation(whole: dict[str, bytes], tmp_path: Path) -> None:
    paths = []
    for number, (name, content) in enumerate(whole.items()):
        kind = name.count("/") < 3 and name.endswith(".html")
        if (kind and "/HJALP3/" not in name) or name.endswith(("HJALP3/index.html", "KOMMUNEDK-540.html")):
            paths.append(tmp_path / f"{number}.html")
            paths[-1].write_bytes(content)
    assert_accessible(*paths)
