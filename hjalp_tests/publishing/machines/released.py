"""A made-up release as the makers of files for machines take it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hjalp_pipeline.publishing.machines.described import Described, ReleasedFile
from hjalp_pipeline.publishing.publication import terms_of
from hjalp_pipeline.publishing.table import PublishedTable, Text
from hjalp_tests.publishing.made_up import table

ADDRESS = "https://tal.example.dk/releases/visits/2024v1/"


def described(*tables: PublishedTable, **changes: Any) -> Described:
    """A release of these tables, else of the usual one, with a csv, px and json of each."""
    given = tables or (table(),)
    names = [*(f"{one.id}.{form}" for one in given for form in ("csv", "px", "json")), "quality.json"]
    made = Described(
        statistic="visits",
        title=Text('Besøg "i hjemmet"\\', 'Visits "at home"\\'),
        release="2024v1",
        moment=given[0].updated,
        tables={one.id: one for one in given},
        files={name: ReleasedFile(name, f"{place:064x}", 100 + place) for place, name in enumerate(names)},
        terms=terms_of({}),
        address=ADDRESS,
    )
    return replace(made, **changes)
