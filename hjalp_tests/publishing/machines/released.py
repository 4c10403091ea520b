"""A made-up release as the makers of files for machines take it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hjalp_pipeline.publishing.machines.described import Described, ReleasedFile
from hjalp_pipeline.publishing.publication import terms_of
from hjalp_pipeline.publishing.table import PublishedTable, Text
from hjalp_tests.publishing.made_up import table

QUALITY = {
    "release": "2024v1",
    "structure": "SIMS 2.0",
    "concepts": [
        {"concept": "S.13.3.1.1", "name": "Over-coverage - rate", "qpi": "A2", "value": 0.024},
        {"concept": "S.14.1.2", "name": "Time lag - final results", "qpi": "TP2", "value": {"days": 318}},
        {"concept": "S.15.2", "name": "Comparability - over time", "qpi": None, "value": ["Ærø er ny.", "Ellers ens."]},
        {"concept": "S.17.2.1", "name": "Data revision - average size", "qpi": "A6", "value": None},
    ],
}
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
        read={"quality.json": json.dumps(QUALITY).encode()}.__getitem__,
    )
    return replace(made, **changes)
