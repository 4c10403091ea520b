"""Releases for the site, what of them is out, and its pages as they are read back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from hjalp_pipeline.publishing.statbank import statbank_csv
from hjalp_pipeline.publishing.table import SYMBOL, VALUE, PublishedTable, Text, Value, Variable
from hjalp_pipeline.serving.published_shelf import Publisher
from hjalp_pipeline.serving.site.site_files import StatisticOut, site_files, what_is_out
from hjalp_pipeline.statistics.hjalp.dimensions import KOEN as SEX
from hjalp_pipeline.statistics.hjalp.dimensions import KOMMUNE
from hjalp_tests.publishing.made_up import TID, figures
from hjalp_tests.serving.shelf_world import OUT, World, usual

PAGE = b'<!DOCTYPE html><html lang="da"><head><title>t</title></head><body><main><h1>t</h1></main></body></html>'
LATER = OUT + timedelta(hours=6)


def mapped(times: tuple[str, ...] = ("2023", "2024"), **changes: Any) -> PublishedTable:
    """A share of every kommune by sex: figures of one decimal that occur nowhere else; of some none."""
    tid = Variable("Tid", TID.text, tuple(Value(year, Text(year, year)) for year in times), role="time")
    variables = (KOMMUNE.variable, SEX.variable, tid)
    number = 99 * 3 * len(times)
    cells: list[int | str] = [
        (".." if place % 7 == 0 else "...") if place % 5 == 0 else 1000 + 13 * place for place in range(number)
    ]
    return usual(**{
        "id": "HJALP3", "variables": variables, "figures": figures(variables, cells), "decimals": 1,
        "units": Text("Procent", "Per cent"), **changes,
    })  # fmt: skip


def csv_of(table: PublishedTable) -> bytes:
    """The csv file that is published of a table."""
    codes = [variable.code for variable in table.variables]
    return statbank_csv(table.figures.select(*codes, SYMBOL, VALUE), VALUE, decimals=table.decimals)


def publish(world: World, release: str, *tables: PublishedTable, **options: Any) -> None:
    """A release with its csv files and pages for people."""
    pages = {"kvalitet.html": PAGE, **({} if release.endswith("v1") else {"revision.html": PAGE})}
    world.publish(release, *tables, beside={f"{one.id}.csv": csv_of(one) for one in tables} | pages, **options)


def publish_usual(world: World) -> None:
    publish(world, "2024v1", usual())
    publish(world, "2024v2", usual(updated=LATER), at=LATER)


def what_is(world: World) -> list[StatisticOut]:
    """What is out at the world's moment."""
    return what_is_out([Publisher([world.root], lambda: world.now)])


def site(world: World) -> dict[str, bytes]:
    """The files of the site as it is then."""
    return dict(site_files(what_is(world)))


class Read(HTMLParser):
    """What stands in a page: where it leads and what it takes from elsewhere, figures, rows of its table."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.links: list[str] = []
        self.taken: list[str] = []
        self.figures: list[str] = []
        self.rows: list[list[str]] = []
        self._in: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        if tag == "a" and of.get("href"):
            self.links.append(str(of["href"]))
        self.taken += [str(of[name]) for name in ("src", "srcset", "action", "data") if of.get(name)]
        if tag == "link":
            self.taken.append(str(of.get("href")))
        if tag == "tr":
            self.rows.append([])
        if tag not in ("meta", "br", "input"):
            self._in.append(f"{tag}.{of.get('class') or ''}")

    def handle_endtag(self, tag: str) -> None:
        while self._in and self._in.pop().partition(".")[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not data.strip() or "style." in self._in or "script." in self._in:
            return
        if self._in and self._in[-1] in ("td.n", "small."):
            self.figures.append(data)
        if "tbody." in self._in and self.rows:
            self.rows[-1].append(data)


def danish_figures(csv: bytes) -> Iterator[str]:
    """The figures of a csv file as the Danish pages write them, and the signs."""
    for line in csv.decode("utf-8-sig").splitlines()[1:]:
        whole, _, rest = line.rpartition(";")[2].partition(",")
        grouped = re.sub(r"(?<=\d)(?=(\d{3})+$)", ".", whole)
        yield f"{grouped},{rest}" if rest else grouped
