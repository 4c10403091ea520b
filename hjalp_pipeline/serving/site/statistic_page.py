"""The page a statistic begins with, the page of its releases, and the one that leads to the statistics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hjalp_pipeline.pages.template import template
from hjalp_pipeline.production.release.release_calendar import read_days
from hjalp_pipeline.publishing.article.grammar import day_in_words
from hjalp_pipeline.publishing.table import LANGUAGES, Language
from hjalp_pipeline.serving.cube import Cube
from hjalp_pipeline.serving.site import site_paths
from hjalp_pipeline.serving.site.site_charts import charts
from hjalp_pipeline.serving.site.site_views import first_view
from hjalp_pipeline.serving.site.site_words import OFFICE, figure, words_of
from hjalp_pipeline.serving.site.table_page import Pages
from hjalp_pipeline.storage.root import DataRoot

_ROOM = "hjalp_pipeline.serving.site"
#: Pages of a release for people, in this order.
_QUALITY, _REVISION = "kvalitet.html", "revision.html"


@dataclass(frozen=True)
class Released:
    """A release that is out: when it came, its public files by name, its finished articles by language; ``late``: by how many days,
    None when no day was announced.
    """

    name: str
    at: datetime
    files: Mapping[str, bytes]
    articles: Mapping[Language, bytes]
    late: int | None = None


@dataclass(frozen=True)
class Coming:
    """A release that is announced and not out: the day, and whether it is confirmed."""

    name: str
    day: date
    confirmed: bool


def coming(root: DataRoot, out: Sequence[Released]) -> list[Coming]:
    """What the calendar announces and is not out, by day."""
    rows = read_days(root).rows.values()
    there = {one.name for one in out}
    found = [Coming(row.release, row.day, row.confirmed) for row in rows if row.release not in there]
    return sorted(found, key=_when)


def _when(one: Coming) -> tuple[date, str]:
    return one.day, one.name


def statistic_page(pages: Pages, out: Sequence[Released], before: Sequence[Coming]) -> str:
    """The page of a statistic: newest figures, map, tables with their files, the newest release, articles, what comes."""
    own, language = site_paths.front(pages.statistic, pages.language), pages.language
    firsts = [first_view(cube) for cube in pages.cubes]
    mapped = next((view for view in firsts if view.cube.form.id == pages.mapped), None)
    drawn = [(view, next(iter(charts(view, language)), None)) for view in firsts if view.total]
    return template(_ROOM, "statistic_page.html.j2").render(
        **_frame(pages, site_paths.front, own),
        newest=_listed(pages, out, own)[0],
        figures=[found for cube in pages.cubes if (found := _figures(pages, cube, own))],
        charts=[(view.cube.form.id, getattr(view.cube.form.units, language), chart) for view, chart in drawn if chart],
        map=mapped and pages.map_of(mapped, own),
        mapped=mapped
        and {
            "title": getattr(mapped.cube.form.contents, language),
            "shown": pages.in_words(mapped),
            "unit": getattr(mapped.cube.form.units, language),
            "time": getattr(mapped.cube.form.time.values[-1].text, language),
            "href": pages.begins(mapped.cube, own),
            "areas": [
                (getattr(row.values[0].text, language), pages.href(other, own))
                for row in mapped.rows
                if (other := mapped.other(row))
            ],
        },
        tables=[
            {
                "id": view.cube.form.id,
                "title": getattr(view.cube.form.title, language),
                "times": " – ".join(
                    dict.fromkeys(getattr(view.cube.form.time.values[at].text, language) for at in (0, -1))
                ),
                "href": pages.begins(view.cube, own),
                "files": pages.files(view.cube.form.id, own),
            }
            for view in firsts
        ],
        before=_before(before, language),
        releases=site_paths.link(site_paths.releases(pages.statistic, language), own),
        contact=getattr(pages.cubes[0].form.publication.contact, language),
    )


def _figures(pages: Pages, cube: Cube, own: str) -> dict[str, str] | None:
    """The total of a table at its newest time and the time before; None where it has none, or shows none."""
    view, language = first_view(cube), pages.language
    total = view.total
    if total is None or isinstance(total.cells[-1], str):
        return None
    texts = [getattr(value.text, language) for value in cube.form.time.values]
    cells = [figure(cell, cube.form.decimals, language) for cell in total.cells]
    return {
        "figure": cells[-1],
        "time": texts[-1],
        "unit": getattr(cube.form.units, language),
        "name": getattr(cube.form.contents, language),
        "before": f"{texts[-2]}: {cells[-2]}" if len(cells) > 1 else "",
        "href": pages.begins(view.cube, own),
    }


def releases_page(pages: Pages, out: Sequence[Released], before: Sequence[Coming]) -> str:
    """Every release that is out, the newest first, with its files; what is announced."""
    own = site_paths.releases(pages.statistic, pages.language)
    return template(_ROOM, "releases_page.html.j2").render(
        **_frame(pages, site_paths.releases, own),
        releases=_listed(pages, out, own),
        before=_before(before, pages.language),
    )


def _frame(pages: Pages, place: object, own: str) -> dict[str, object]:
    other = next(one for one in LANGUAGES if one != pages.language)
    return {
        "t": words_of(pages.language),
        "language": pages.language,
        "other": (other, site_paths.link(place(pages.statistic, other), own)),  # type: ignore[operator]
        "office": getattr(OFFICE, pages.language),
        "title": pages.title,
        "front": site_paths.link(site_paths.front(pages.statistic, pages.language), own),
        "top": site_paths.link(site_paths.INDEX, own),
        "id": "",
    }


def _listed(pages: Pages, out: Sequence[Released], own: str) -> list[dict[str, object]]:
    """Releases, the newest first, with where their files are."""

    def href(release: str, name: str) -> str:
        return site_paths.link(site_paths.release_file(pages.statistic, release, name), own)

    return [
        {
            "name": one.name,
            "at": day_in_words(one.at, pages.language),
            "late": one.late,
            "quality": href(one.name, _QUALITY) if _QUALITY in one.files else "",
            "revision": href(one.name, _REVISION) if _REVISION in one.files else "",
            "files": [(name, href(one.name, name)) for name in sorted(one.files)],
            "article": site_paths.link(site_paths.article(pages.statistic, one.name, pages.language), own)
            if pages.language in one.articles
            else "",
        }
        for one in reversed(out)
    ]


def _before(before: Sequence[Coming], language: Language) -> list[tuple[str, str, bool]]:
    return [(one.name, day_in_words(one.day, language), one.confirmed) for one in before]


def start_page(statistics: Sequence[Pages]) -> str:
    """The page that leads to every statistic of the site, in Danish and English."""
    return template(_ROOM, "start_page.html.j2").render(
        office=OFFICE,
        statistics=[
            [(one.language, one.title, site_paths.front(one.statistic, one.language)) for one in of]
            for of in _by_statistic(statistics)
        ],
    )


def _by_statistic(statistics: Sequence[Pages]) -> list[list[Pages]]:
    names = dict.fromkeys(one.statistic for one in statistics)
    return [[one for one in statistics if one.statistic == name] for name in names]
