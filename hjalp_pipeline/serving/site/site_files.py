"""A whole site in a folder: every file of it, and how it takes the place of the one before it. No clock is read for what it says."""

import contextlib
import errno
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hjalp_pipeline.production.release.finished_articles import finished_articles
from hjalp_pipeline.production.release.publication_list import read_publication
from hjalp_pipeline.production.release.punctuality import came
from hjalp_pipeline.production.release.release_calendar import read_days
from hjalp_pipeline.publishing.jsonstat import jsonstat
from hjalp_pipeline.publishing.publication import terms_of
from hjalp_pipeline.publishing.px import px
from hjalp_pipeline.publishing.table import LANGUAGES, Language
from hjalp_pipeline.serving.csv_rows import BOM, csv_rows
from hjalp_pipeline.serving.cube import Cube, Extract
from hjalp_pipeline.serving.published_shelf import Damaged, Publisher, Shelf
from hjalp_pipeline.serving.px_reader import NotRead
from hjalp_pipeline.serving.released_folder import public_files
from hjalp_pipeline.serving.site import site_paths
from hjalp_pipeline.serving.site.site_views import first_view, views
from hjalp_pipeline.serving.site.statistic_page import (
    Released,
    coming,
    releases_page,
    start_page,
    statistic_page,
)
from hjalp_pipeline.serving.site.table_page import Pages, table_page
from hjalp_pipeline.storage.files import exchanging_folder, sweep_beside
from hjalp_pipeline.storage.root import DataRoot, DataRootError

_SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class StatisticOut:
    """What of a statistic is out: its tables as they are served, its releases, by which licence. ``left_out``: articles that cannot be
    shown, and why.
    """

    root: DataRoot
    shelf: Shelf
    releases: tuple[Released, ...]
    license: str
    left_out: tuple[str, ...] = ()


def what_is_out(publishers: Sequence[Publisher]) -> list[StatisticOut]:
    """What of each statistic (a publisher of one each) is out; those of which nothing is are left out. DataRootError when something is
    not as it was published: then no site is better than one that shows older figures as the newest.
    """
    return [found for one in publishers if (found := _out(one)).shelf.tables]


def _out(publisher: Publisher) -> StatisticOut:
    (root,) = publisher.roots
    try:
        shelf = publisher.shelf()
    except Damaged:
        raise DataRootError(f"{root.name(root.releases)} of {root.statistic} cannot be read at the moment") from None
    if shelf.damaged:
        raise DataRootError(
            f"{', '.join(sorted(shelf.damaged))} of {root.statistic}: not as published, so no site is made"
        )
    releases, left_out, days = [], list[str](), read_days(root)
    for folder, moment in ((one.folder, one.release.moment) for one in shelf.releases.values()):
        try:
            files = public_files(folder)
        except NotRead as fault:
            raise DataRootError(f"{root.name(folder)}: {fault}, so no site is made") from None
        articles, faults = finished_articles(root, folder.name)
        left_out += faults
        at, late = came(folder, days, moment)
        releases.append(Released(folder.name, at, files, articles, late))
    try:
        terms = terms_of(read_publication(root))
    except OSError as fault:  # by which licence is not guessed
        raise DataRootError(f"{root.name(root.codelists)}/publication.csv cannot be read: {fault.strerror}") from None
    return StatisticOut(root, shelf, tuple(releases), terms.license, tuple(left_out))


def site_files(out: Sequence[StatisticOut]) -> Iterator[tuple[str, bytes]]:
    """Every file of the site by its path below the site's folder, but for the sums of all."""
    everything = [(one, [_pages(one, language) for language in LANGUAGES]) for one in out]
    yield site_paths.INDEX, start_page([pages for _, of in everything for pages in of]).encode()
    for one, of in everything:
        for pages in of:
            yield from _in_a_language(one, pages)
        for release in one.releases:
            for name, content in release.files.items():
                yield site_paths.release_file(one.root.statistic, release.name, name), content


def _pages(out: StatisticOut, language: Language) -> Pages:
    declared = out.root.declared
    cubes = [table.cube for table in out.shelf.tables.values()]
    return Pages(
        out.root.statistic,
        getattr(declared.title, language),
        language,
        cubes,
        out.license,
        declared.mapped and declared.mapped.upper(),
    )


def _in_a_language(out: StatisticOut, pages: Pages) -> Iterator[tuple[str, bytes]]:
    name, language, before = pages.statistic, pages.language, coming(out.root, out.releases)
    yield site_paths.front(name, language), statistic_page(pages, out.releases, before).encode()
    yield site_paths.releases(name, language), releases_page(pages, out.releases, before).encode()
    for release in out.releases:
        if language in release.articles:
            yield site_paths.article(name, release.name, language), release.articles[language]
    for cube in pages.cubes:
        first = first_view(cube)
        yield site_paths.table(name, language, cube.form.id), table_page(pages, first).encode()
        for view in views(cube) if first.fixed else ():
            yield site_paths.page(name, language, view), table_page(pages, view).encode()
        for form, content in _whole_table(out, cube, language):
            yield site_paths.table_file(name, language, cube.form.id, form), content


def _whole_table(out: StatisticOut, cube: Cube, language: Language) -> Iterator[tuple[str, bytes]]:
    """A table in its forms, as they were published where one release has the whole of it; PX and csv stand with the Danish pages."""
    whole = cube.whole()
    danish, name = jsonstat(whole), cube.form.id
    if language != LANGUAGES[0]:
        yield "json", jsonstat(whole, language)
        return
    yield "json", danish
    as_published = next((one.files for one in out.releases if one.files.get(f"{name}.json") == danish), {})
    yield "px", as_published.get(f"{name}.px") or px(whole)
    yield "csv", as_published.get(f"{name}.csv") or _csv(whole)


def _csv(whole: Extract) -> bytes:
    names = [variable.code.upper() for variable in whole.variables]
    return BOM + b"".join(csv_rows(whole, [*names, "INDHOLD"], [one.codes for one in whole.variables]))


def write_site(out: Sequence[StatisticOut], folder: Path) -> list[str]:
    """Put the site in the place of the one that is there, if any; the names of its files. DataRootError when something else is there."""
    _require_ours(folder)
    sweep_beside(folder)
    sums = []
    with _told(folder), exchanging_folder(folder) as building:
        for name, content in site_files(out):
            path = building / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            sums.append((name, hashlib.sha256(content).hexdigest()))
        lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums))
        (building / _SUMS).write_text(lines, encoding="utf-8")
    return [name for name, _ in sums]


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        if fault.errno != errno.EINVAL:
            raise
        raise DataRootError(
            f"{folder} cannot be replaced at once on this file system: name a folder that is not there yet"
        ) from None


def _require_ours(folder: Path) -> None:
    """DataRootError when a folder holds what no site put there: it would be gone."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise DataRootError(f"{folder} is no folder")
    sums = folder / _SUMS
    lines = sums.read_text(encoding="utf-8", errors="replace").splitlines() if sums.is_file() else []
    known = {_SUMS, *(line.partition("  ")[2] for line in lines)}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if not path.is_dir() and name not in known:
            raise DataRootError(f"{folder} holds {name}, which is no part of a site: name another folder, or move it")
