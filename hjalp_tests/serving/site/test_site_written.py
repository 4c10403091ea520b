"""A site takes the place of the one before it whole or not at all, may be read by everybody, and never takes the place of anything else."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.publishing.article.article import DRAFT, article_html
from hjalp_pipeline.serving.site.site_files import StatisticOut, write_site
from hjalp_pipeline.storage import files
from hjalp_pipeline.storage.root import DataRootError
from hjalp_tests.publishing.article.made_up import REPLACES, RULES, persons_csv, total
from hjalp_tests.serving.shelf_world import World
from hjalp_tests.serving.site.site_world import PAGE, site, what_is


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def corrected(world: World) -> list[StatisticOut]:
    """What is out, and other than what was out before."""
    (world.root.folder / "articles").mkdir()
    (world.root.folder / "articles" / "2024v2_da.html").write_bytes(PAGE)
    return what_is(world)


@pytest.mark.slow
def test_at_every_moment_the_site_is_the_old_or_the_new_one(
    world: World, out: list[StatisticOut], tmp_path: Path
) -> None:
    """So whoever kills it leaves one of the two."""
    folder = tmp_path / "site"
    write_site(out, folder)
    seen, old = [], content(folder)

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            seen.append(content(folder))
            result = real(*arguments, **named)
            seen.append(content(folder))
            return result

        return call

    new = corrected(world)
    places = ((Path, "write_bytes"), (Path, "write_text"), (Path, "chmod"), (files, "_exchange"), (files, "_remove"))
    with patch.multiple(Path, **{name: watched(getattr(Path, name)) for place, name in places if place is Path}), \
         patch.multiple(files, **{name: watched(getattr(files, name)) for place, name in places if place is files}):  # fmt: skip
        write_site(new, folder)
    assert {len(one) for one in seen} == {len(old), len(old) + 1}
    assert all(one in (old, content(folder)) for one in seen)
    assert content(folder) != old
    assert "hjalp/nyt/2024v2.html" in content(folder)


def test_what_goes_wrong_leaves_the_old_site_and_no_trace(
    world: World, out: list[StatisticOut], tmp_path: Path
) -> None:
    folder = tmp_path / "pages" / "site"
    write_site(out, folder)
    old = content(folder)
    with (
        patch.object(files, "_exchange", side_effect=OSError(errno.ENOSPC, "full")),
        pytest.raises(OSError, match="full"),
    ):
        write_site(corrected(world), folder)
    assert content(folder) == old
    assert [path.name for path in folder.parent.iterdir()] == ["site"]


def test_where_folders_cannot_be_exchanged_it_is_said(out: list[StatisticOut], tmp_path: Path) -> None:
    folder = tmp_path / "site"
    write_site(out, folder)
    fault = OSError(errno.EINVAL, "Invalid argument")
    with (
        patch.object(files, "_exchange", side_effect=fault),
        pytest.raises(DataRootError, match="name a folder that is not there"),
    ):
        write_site(out, folder)


def test_what_a_killed_one_left_is_removed(out: list[StatisticOut], tmp_path: Path) -> None:
    left = tmp_path / f".{'0' * 32}.tmp"
    left.mkdir()
    (left / "index.html").write_bytes(PAGE)
    write_site(out, tmp_path / "site")
    assert [path.name for path in tmp_path.iterdir() if path.name != "data"] == ["site"]


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_everybody_may_read_it_whatever_the_umask(out: list[StatisticOut], tmp_path: Path, umask: int) -> None:
    folder, before = tmp_path / "pages" / "site", os.umask(umask)
    try:
        write_site(out, folder)
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in (folder, *folder.rglob("*")) if path.is_dir()} == {0o755}
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()} == {0o644}


def test_a_folder_with_anything_else_in_it_stays(out: list[StatisticOut], tmp_path: Path) -> None:
    folder = tmp_path / "site"
    (folder / "hjalp").mkdir(parents=True)  # empty folders are nothing
    write_site(out, folder)
    (folder / "hjalp" / "mine.txt").write_text("x")
    with pytest.raises(DataRootError, match=r"site holds hjalp/mine\.txt, which is no part of a site"):
        write_site(out, folder)
    assert (folder / "hjalp" / "mine.txt").read_text() == "x"
    with pytest.raises(DataRootError, match="is no folder"):
        write_site(out, folder / "index.html")


def test_what_is_not_as_it_was_published_makes_no_site(world: World) -> None:
    folder = world.root.releases / "2024v1"
    page = folder / "kvalitet.html"
    page.write_bytes(page.read_bytes() + b"x")
    with pytest.raises(DataRootError, match=r"releases/2024v1: kvalitet\.html is not as it was published"):
        what_is(world)
    page.write_bytes(PAGE)
    sums = folder / "SHA256SUMS"
    sums.write_text(sums.read_text() + f"{'0' * 64}  microdata/GEN.parquet\n")
    with pytest.raises(DataRootError, match="SHA256SUMS names what is not public"):
        what_is(world)
    (world.root.releases / "2024v2" / "PROEVE1.px").unlink()
    with pytest.raises(DataRootError, match="PROEVE1 of hjalp: not as published"):
        what_is(world)


def test_an_article_is_shown_when_an_editor_has_finished_it(world: World) -> None:
    draft = article_html(RULES, {"PERSONS.csv": persons_csv(total("1000", "1500"))}, REPLACES, "da") or b""
    assert [words for words in DRAFT if words in draft.decode()]
    folder = world.root.folder / "articles"
    folder.mkdir()
    for name in ("2024v2_da.html", "2025v1_da.html"):  # the second of a release that is not out
        (folder / name).write_bytes(PAGE)
    shown = site(world)
    assert [name for name in shown if "/nyt/" in name] == ["hjalp/nyt/2024v2.html"]
    assert 'href="nyt/2024v2.html">Nyt fra Danmarks Statistik' in shown["hjalp/index.html"].decode()
    for wrong, why in (
        (draft, "still says"),
        (PAGE.replace(b"<h1>", b"<script>x</script><h1>"), "has <script"),
        (PAGE.replace(b"<h1>", b'<img src="https://x/y.png"><h1>'), "has src="),
        (b"\xe6", "is not UTF-8"),
    ):
        (folder / "2024v2_da.html").write_bytes(wrong)
        told = what_is(world)[0].left_out
        assert [f"articles/2024v2_da.html {why}"] == [one[: len(f"articles/2024v2_da.html {why}")] for one in told]
        assert not [name for name in site(world) if "/nyt/" in name]


def test_the_command_says_where_it_is_and_writes_nothing_while_nothing_is_out(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HJALP_DATA", str(world.root.path))
    folder = tmp_path / "pages"
    assert main(["site", "--out", str(folder)]) == 0
    assert capsys.readouterr().out == f"hjalp: 20 pages, to be read from {folder}/index.html\n"
    assert main(["site", "--statistic", "hjalp"]) == main(["site"]) == 0
    assert content(world.root.folder / "site") == content(world.root.path / "site") == content(folder)
    (world.root.folder / "articles").mkdir()
    (world.root.folder / "articles" / "2024v1_en.html").write_bytes(b"\xe6")
    assert main(["site", "--statistic", "hjalp"]) == 1
    assert capsys.readouterr().err == "left out: articles/2024v1_en.html is not UTF-8: save it as such\n"
    assert main(["site", "--statistic", "hand"]) == 1
    assert capsys.readouterr().err == "no release is out: nothing is written\n"
    assert not (world.root.path / "hand").exists()
