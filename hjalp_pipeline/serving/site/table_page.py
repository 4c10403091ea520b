"""A page of a table: figures in a table that sorts and is searched, drawn, and as files; what they mean; where to go from there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

from hjalp_pipeline.pages.template import template
from hjalp_pipeline.pages.tiles import tiles
from hjalp_pipeline.publishing.article.grammar import day_in_words
from hjalp_pipeline.publishing.table import LANGUAGES, Language, Variable
from hjalp_pipeline.serving.cube import Cube
from hjalp_pipeline.serving.site import site_paths
from hjalp_pipeline.serving.site.site_charts import charts, label, tile_map
from hjalp_pipeline.serving.site.site_views import Row, View, same, same_area
from hjalp_pipeline.serving.site.site_words import OFFICE, figure, words_of

#: Bytes of a page at most; times it shows at most.
LARGEST, _TIMES = 100_000, 20


@dataclass(frozen=True)
class Pages:
    """What the pages of a statistic share in a language. ``mapped``: the table that is drawn as a map of the kommuner."""

    statistic: str
    title: str
    language: Language
    cubes: Sequence[Cube]
    license: str
    mapped: str | None

    def href(self, view: View, own: str) -> str:
        """How the page ``own`` links to a page of a table."""
        return site_paths.link(site_paths.page(self.statistic, self.language, view), own)

    def begins(self, cube: Cube, own: str) -> str:
        """How a page links to where a table begins."""
        return site_paths.link(site_paths.table(self.statistic, self.language, cube.form.id), own)

    def elsewhere(self, view: View, row: Row, own: str) -> str:
        """Where a row of a table without further variables leads: to the page of its area in the table that is mapped, if any."""
        there = next((cube for cube in self.cubes if cube.form.id == self.mapped), None)
        found = same_area(view, row, there) if there else None
        return self.href(found, own) if found else ""

    def in_words(self, view: View) -> str:
        """What a page shows of its table, totals left out; empty for that of the totals alone."""
        values = [value for code, value in view.values.items() if value.code != view.cube.by_code[code.upper()].total]
        return ", ".join(getattr(value.text, self.language) for value in values)

    def map_of(self, view: View, own: str) -> dict[str, object] | None:
        """What ``tiles.html.j2`` draws of a page of the table that is mapped; None for other pages."""
        if view.cube.form.id != self.mapped:
            return None

        def href(other: View) -> str:
            return self.href(other, own)

        found = tile_map(view, self.language, href)
        return {"tiles": tiles(), "shown": found[0], "legend": found[1]} if found else None

    def files(self, table: str, own: str) -> list[tuple[str, str]]:
        """The forms a whole table can be had in, and where."""
        return [
            (form, site_paths.link(site_paths.table_file(self.statistic, self.language, table, form), own))
            for form in ("csv", "px", "json")
        ]


def table_page(pages: Pages, view: View) -> str:
    """The page, of as many of the newest times as it has room for."""
    times = min(len(view.cube.form.time.values), _TIMES, max(1, 2_200 // len(view.rows)))
    while len((page := _rendered(pages, view, times)).encode()) > LARGEST and times > 1:
        times = times * 3 // 4
    return page


def _rendered(pages: Pages, view: View, times: int) -> str:
    form, language = view.cube.form, pages.language
    own = site_paths.page(pages.statistic, language, view)
    codes = [value.code for value in form.time.values]
    return template("hjalp_pipeline.serving.site", "table_page.html.j2").render(
        t=words_of(language),
        language=language,
        other=next(
            (one, site_paths.link(site_paths.page(pages.statistic, one, view), own))
            for one in LANGUAGES
            if one != language
        ),
        office=getattr(OFFICE, language),
        title=pages.title,
        front=site_paths.link(site_paths.front(pages.statistic, language), own),
        id=form.id,
        decimals=form.decimals,
        beginning=site_paths.INDEX if view.fixed else "",
        contents=getattr(form.contents, language),
        shown=pages.in_words(view),
        choices=[
            (
                getattr(one.text, language),
                getattr(view.values[one.code].text, language),
                list(_choices(view, one, language)),
            )
            for one in _fixed(view)
        ],
        charts=list(charts(view, language)),
        map=pages.map_of(view, own),
        unit=getattr(form.units, language),
        times=[getattr(value.text, language) for value in reversed(form.time.values[-times:])],
        all_times=len(codes),
        first=", ".join(getattr(one.text, language) for one in view.variables),
        rows=Markup("\n".join(_rows(pages, view, times, own))),  # noqa: S704 (every text in it is escaped)
        compared=view.compares and bool(view.fixed),
        same=[
            (cube.form.id, getattr(cube.form.contents, language), pages.href(there, own))
            for cube, there in _same(pages, view)
        ],
        files=pages.files(form.id, own),
        signs=[(symbol.sign, getattr(symbol.text, language)) for symbol in form.symbols],
        notes=[getattr(note, language) for note in form.notes],
        updated=day_in_words(form.updated, language),
        next_update=day_in_words(form.next_update, language) if form.next_update else "",
        license=pages.license,
        cited=f"{getattr(form.source, language)} ({form.updated.year}): {getattr(form.title, language)}. {form.id}.",
        source=getattr(form.source, language),
        database=getattr(form.database, language),
        link=getattr(form.publication.link, language),
        contact=getattr(form.publication.contact, language),
        refperiod=getattr(form.publication.refperiod, language),
    )


def _fixed(view: View) -> Iterator[Variable]:
    for code in view.fixed:
        yield view.cube.by_code[code.upper()]


def _choices(view: View, variable: Variable, language: Language) -> Iterator[tuple[str, str]]:
    """The values of a variable that is fixed, and the page of each; nowhere for the one that is shown."""
    for place, value in enumerate(variable.values):
        here = view.fixed[variable.code] == place
        yield getattr(value.text, language), "" if here else f"{view.instead(variable, place).name}.html"


def _rows(pages: Pages, view: View, times: int, own: str) -> Iterator[str]:
    language = pages.language
    totals = tuple(variable.total for variable in view.variables)
    for row in view.rows:
        name, other = escape(label(row, view, language)), view.other(row)
        href = f"{other.name}.html" if other else pages.elsewhere(view, row, own)
        head = f'<a href="{href}">{name}</a>' if href else name
        kind = ' class="all"' if tuple(value.code for value in row.values) == totals else ""
        cells = "".join(
            f'<td class="n">{figure(cell, view.cube.form.decimals, language)}</td>'
            for cell in reversed(row.cells[-times:])
        )
        yield f'<tr{kind}><th scope="row">{head}</th>{cells}</tr>'


def _same(pages: Pages, view: View) -> Iterator[tuple[Cube, View]]:
    """The pages of other tables that show the same."""
    for cube in pages.cubes:
        found = same(view, cube)
        if cube is not view.cube and found is not None:
            yield cube, found
