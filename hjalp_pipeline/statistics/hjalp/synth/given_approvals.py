"""Approvals (R12) and releases (R13): who approved what when, and what the two releases of 2024 are made of."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.statistics.hjalp.synth.delivered_records import WITHOUT_PARAGRAPHS
from hjalp_pipeline.synth.sources import mix

HEADER: Final = "decided_at;aar;komnr;kind;decision;decided_by;note"
QUARTERS: Final = ("K1", "K2", "K3", "K4")
SOENDERBORG: Final = "540"
TAARNBY: Final = "185"
#: Never gets its second half of 2024 approved.
FAILING: Final = "360"
#: First refused, approved after a new delivery.
SECOND_THOUGHTS: Final = {2023: ("316", "575"), 2024: ("265", "607", "791")}
#: Without approval of the paragraph variable in 2024 (seed 5.6).
NO_PARAGRAPH: Final = WITHOUT_PARAGRAPHS[:2]

RELEASES: Final = {
    "2024v1": """\
reference_years = [2023, 2024]
quarter = "2025K1"
registers = "2025-04-04"
publish_at = 2025-06-24T08:00:00+02:00
protect_against = []
approvals_until = 2025-06-20T12:00:00+02:00
refuse_unprotectable = false  # made-up people
next_release = 2026-06-24

[quarter_overrides]

[known_defects]
185 = "Kun ud- og indleveringer fra 2024 og frem."
540 = "Leverancen er mangelfuld og ikke godkendt."
""",
    "2024v2": """\
reference_years = [2023, 2024]
quarter = "2025K1"
registers = "2025-10-03"
publish_at = 2025-11-14T08:00:00+01:00
protect_against = ["2024v1"]
approvals_until = 2025-11-10T12:00:00+01:00
refuse_unprotectable = false  # made-up people
next_release = 2026-06-24

[quarter_overrides]
540 = "2025K3"
185 = "2025K3"

[known_defects]
185 = "Efter overgang til nyt system fortsat kun ud- og indleveringer fra 2024 og frem."
""",
}


def write_approvals(out: Path, seed: int) -> None:
    """Write ``approvals/*.csv``: a first and a second round for each year, and what came after the first release."""
    folder = out / "approvals"
    folder.mkdir(parents=True, exist_ok=True)
    for aar in (2023, 2024):
        start = datetime(aar + 1, 5, 5, 6, tzinfo=UTC)
        _write(folder / f"{aar}-runde1.csv", [row for komnr in KOMNR for row in _first(aar, komnr, start, seed)])
        second = [
            _row(start + timedelta(days=24, minutes=number * 7), aar, komnr, kind, "godkendt", note="efter genlevering")
            for number, komnr in enumerate(SECOND_THOUGHTS[aar])
            for kind in QUARTERS
        ]
        if aar == 2024:
            # The deficient delivery shows in 2023 too: what was approved a year ago is taken back.
            second += [
                _row(start + timedelta(days=26), 2023, SOENDERBORG, kind, "afvist", note="mangelfuld levering")
                for kind in QUARTERS
            ]
        _write(folder / f"{aar}-runde2.csv", second)
    late = datetime(2025, 10, 28, 9, 30, tzinfo=UTC)
    rows = [
        _row(late + timedelta(minutes=aar - 2023), aar, SOENDERBORG, kind, "godkendt", note="genleveret 2025K3")
        for aar in (2023, 2024)
        for kind in (*QUARTERS, "PARAGRAF")
    ]
    rows += [
        _row(late + timedelta(days=1), 2024, TAARNBY, kind, "godkendt", note="nyt system, kun 2024 og frem")
        for kind in QUARTERS
    ]
    # After the second release: changes nothing in it.
    rows.append(
        _row(
            datetime(2025, 12, 2, 8, tzinfo=UTC),
            2024,
            NO_PARAGRAPH[0],
            "PARAGRAF",
            "godkendt",
            note="paragraffer tilføjet",
        )
    )
    _write(folder / "2024-efter-udgivelse.csv", rows)


def write_releases(out: Path) -> None:
    """Write the definitions of the two releases."""
    folder = out / "releases"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in RELEASES.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8", newline="\n")


def _first(aar: int, komnr: str, start: datetime, seed: int) -> list[str]:
    """A kommune's first answer of the year, some days after the reports went out."""
    number = int(mix(np.array([aar * 1000 + int(komnr)]), seed + 7)[0])
    moment = start + timedelta(days=number % 20, minutes=number // 32 % 600)
    refused, note = _refused(aar, komnr)
    rows = [_row(moment, aar, komnr, kind, "afvist", note=note) for kind in refused]
    rows += [_row(moment, aar, komnr, kind, "godkendt") for kind in QUARTERS if kind not in refused]
    if aar == 2024 and komnr == NO_PARAGRAPH[1]:
        return rows  # never answers for the paragraph variable
    paragraph_refused = komnr in NO_PARAGRAPH or (aar == 2024 and komnr == SOENDERBORG)
    return [*rows, _row(moment, aar, komnr, "PARAGRAF", "afvist" if paragraph_refused else "godkendt")]


def _refused(aar: int, komnr: str) -> tuple[tuple[str, ...], str]:
    if komnr in SECOND_THOUGHTS[aar]:
        return ("K2", "K3"), "for få indleveringer"
    if aar == 2024 and komnr == FAILING:
        return ("K3", "K4"), "antal kan ikke genkendes"
    if aar == 2024 and komnr == SOENDERBORG:
        return QUARTERS, "mangelfuld levering"
    if aar == 2023 and komnr == TAARNBY:
        return QUARTERS, "data før 2024 findes ikke"
    return (), ""


def _row(moment: datetime, aar: int, komnr: str, kind: str, decision: str, *, note: str = "") -> str:
    return f"{moment.isoformat(timespec='seconds')};{aar};{komnr};{kind};{decision};kommunen;{note}"


def _write(path: Path, rows: list[str]) -> None:
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8", newline="\n")
