"""The versions of the layout and the quarters they hold for: a delivery is held against the one in force for its quarter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.codelists.tables import read_codelist
from hjalp_pipeline.codelists.validity import Validity
from hjalp_pipeline.delivery.specification.layout import Field, Form, Layout


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the layout: the first quarter it holds for, its validity in days, where it is from."""

    layout: Layout
    from_quarter: Kvartal
    validity: Validity
    source: str


def _field(row: Mapping[str, str]) -> Field:
    return Field(
        name=row["name"],
        form=Form(row["form"]),
        max_length=int(row["max_length"]) if row["max_length"] else None,
        required={"yes": True, "no": False}[row["required"]],
        label=row["label"],
        text_da=row["text_da"],
        text_en=row["text_en"],
        example=row["example"],
        nillable={"yes": True, "no": False}[row.get("nillable") or "no"],
    )


def versions_of(versions: Sequence[Mapping[str, str]], fields: Iterable[Mapping[str, str]]) -> tuple[Version, ...]:
    """The versions from rows of ``versions.csv`` (oldest first) and ``fields.csv``; each ends where the next begins.

    Raises ValueError (also for a word it does not know, as KeyError) when a field or a layout cannot be.
    """
    rows = sorted(fields, key=lambda row: (int(row["version"]), int(row["nr"])))
    quarters = [Kvartal.parse(row["from_quarter"]) for row in versions]
    last_days = [quarter.first_day - timedelta(days=1) for quarter in quarters[1:]]
    if sorted(set(quarters)) != quarters:
        raise ValueError("the versions of the layout are not in order of time")
    if {field["version"] for field in rows} != {row["version"] for row in versions}:
        raise ValueError("fields.csv and versions.csv name different versions of the layout")
    return tuple(
        Version(
            Layout(int(row["version"]), tuple(_field(field) for field in rows if field["version"] == row["version"])),
            quarter,
            Validity(date.fromisoformat(row["announced"]) if row["announced"] else None, quarter.first_day, last_day),
            row["source"],
        )
        for row, quarter, last_day in zip(versions, quarters, [*last_days, None], strict=True)
    )


VERSIONS: tuple[Version, ...] = versions_of(
    read_codelist("versions.csv", package=__package__), read_codelist("fields.csv", package=__package__)
)
FIRST: Layout = VERSIONS[0].layout


def layout_for(kvartal: str) -> Layout:
    """The layout deliveries for a quarter (``2024K4``) are held against; before the first version, that one.

    What counts is the quarter the delivery is for, not the day it comes: the delivery for the second quarter, due on 14
    July, is still of the version that was in force in the second quarter.
    """
    # quarters as text are in the order of time, and a folder may be named by a quarter no calendar has (0000K1)
    held = [version.layout for version in VERSIONS if str(version.from_quarter) <= kvartal]
    return held[-1] if held else VERSIONS[0].layout
