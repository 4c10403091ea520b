"""Deliveries of the second statistic, by month, with names and forms of its own, in three formats."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hjalp_pipeline.codelists.periods import Maaned
from hjalp_pipeline.delivery.intake import Intake, read_delivery
from hjalp_pipeline.delivery.names import parse_name
from hjalp_pipeline.statistics.hand.layout.ydelse import LAYOUTS
from hjalp_tests.delivery.files import write_xlsx

if TYPE_CHECKING:
    from collections.abc import Sequence

STEM, MONTH = "101_eget-depot_20250210T081500", "2025M01"
Record = dict[str, object]


def record(number: int = 1, **changes: object) -> Record:
    """A faultless record, with changes; "" is null."""
    examples = {field.name: field.example for field in LAYOUTS.first.fields}
    return examples | {"ydelse_id": f"Y-{number}", "handlekommune": STEM[:3], "pnr": "0101901234"} | changes


def deliver(folder: Path, form: str, records: Sequence[Record], **attributes: str) -> Intake:
    """The records, written as csv, xml or xlsx and read."""
    path, names = folder / f"{STEM}.{form}", LAYOUTS.first.names
    match form:
        case "csv":
            lines = [names, *([str(one[name]) for name in names] for one in records), ["SLUT", str(len(records))]]
            path.write_text("\n".join(map(";".join, lines)) + "\n", encoding="utf-8")
        case "xml":
            said = {"komnr": "101", "periode": MONTH, "system": "eget-depot", "antal": str(len(records))} | attributes
            root = " ".join(f'{key}="{value}"' for key, value in said.items())
            inside = ("".join(f"<{name}>{value}</{name}>" for name, value in one.items() if value) for one in records)
            body = "\n".join(f"<ydelse>{one}</ydelse>" for one in inside)
            path.write_text(f"<leverance {root}>\n{body}\n</leverance>\n", encoding="utf-8")
        case "xlsx":
            write_xlsx(path, [names, *([one[name] for name in names] for one in records)])
    name = parse_name(MONTH, path.name, period=Maaned)
    assert name is not None
    return read_delivery(path, name, "utf-8", LAYOUTS)
