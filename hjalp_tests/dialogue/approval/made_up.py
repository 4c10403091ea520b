"""A made-up country whose 540 has something of every fault, and ways to read the reports made of it."""

from __future__ import annotations

import re
from pathlib import Path

from python_calamine import CalamineWorkbook

from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import (
    country,
    delivery,
    loan,
    run,
    system,
    write_world,
)

#: Ids a spreadsheet would take for formulas, or a page for markup; and ids that are or hold a CPR number.
HOSTILE = (
    "=1+1",
    "+45 1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    '=HYPERLINK("http://x")',
    "<b>fed</b>",
    "a&b;\"c'",
    "http://x.dk",
)
SECRET = ("2505881234", "250588-1234", "x250588 1234y", "71250588123499", "25-05-88.1234", "25051988_1234")
#: Removed (issued in 2030 after nobody's death; CPR unknown), so that every id is listed.
UNKNOWN = "2902004001"


def removed(number: int, udlaan_id: str) -> dict[str, str | None]:
    return loan("540", number, udlaan_id=udlaan_id, pnr=UNKNOWN)


def odd_country(path: Path) -> DataRoot:
    """The small country after a run, with hostile and secret ids among the loans that are removed; 461 is in and silent."""
    made = country()
    made.systems.append(system("461"))
    records = [loan("540", number) for number in range(300)]
    records += [removed(400 + place, udlaan_id) for place, udlaan_id in enumerate((*HOSTILE, *SECRET))]
    records += [loan("540", 500, udleveringsdato="2024-02-30"), loan("540", 3)]  # a bad record, and the id of another
    made.deliveries[2] = delivery("540", records)
    root = write_world(path, made)
    run(root)
    return root


def sheets(path: Path) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def page(root: DataRoot, komnr: str = "540") -> str:
    return (root.approvals / "reports" / "2024" / f"{komnr}.html").read_text(encoding="utf-8")


def book(root: DataRoot, komnr: str = "540") -> Path:
    return root.approvals / "reports" / "2024" / f"{komnr}.xlsx"


def plain(html: str) -> str:
    """The text of a page, blanks joined."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))
