"""HJALP1's microdata as the second implementation has them: what is taken from a loan, and the groups."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.naive import fixed
from hjalp_tests.naive.codelists import standing
from hjalp_tests.naive.result import Loan
from hjalp_tests.naive.steps import has_cpr_form


def genhjalp(loan: Loan, last: int, release: str) -> tuple[Any, ...]:
    """A loan as the register's 19 variables in alphabetical order."""
    died: dt.date | None = loan["doddato"]
    return (
        fixed.age_ultimo(loan["foed_dato"], died, last),
        "1" if satisfies_modulus_11(loan["pnr"]) else "0",
        "0" if has_cpr_form(loan["pnr"]) else "1",
        died,
        loan["foed_dato"],
        loan["hmiiso"],
        told(loan["hminavn"]),
        loan["hminr"],
        loan["indleveringsdato"],
        str(loan["koen"]),
        loan["komnr_betaling"],
        loan["komnr_indberetter"],
        loan["komnr_statbank"],
        told(loan["lov_navn"]),
        loan["lov_navn_opret"],
        told(loan["lov_tekst"]),
        loan["pnr"],
        loan["udleveringsdato"],
        release,
    )


def genhjalp_g(root: DataRoot, aar: int, until: dt.datetime, loans: list[Loan]) -> list[tuple[Any, ...]]:
    """Each of the 98 kommuner with the share of its flows in approved quarters, and which those are."""
    rows = []
    decided = standing(root.path, until)
    for komnr in fixed.KOMNR:
        days = [
            day
            for loan in loans
            for day in (loan["udleveringsdato"], loan["indleveringsdato"])
            if loan["komnr_statbank"] == komnr and day is not None and day.year == aar
        ]
        yes = [decided.get((aar, komnr, f"K{nr}")) == "godkendt" for nr in (1, 2, 3, 4)]
        counted = [yes[(day.month - 1) // 3] for day in days] or yes
        rows.append((komnr, sum(counted) / len(counted), *("1" if one else "0" for one in yes)))
    return rows


def satisfies_modulus_11(pnr: str) -> bool:
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    return bool(re.fullmatch("[0-9]{10}", pnr)) and sum(int(d) * w for d, w in zip(pnr, weights, strict=True)) % 11 == 0


def told(text: str | None) -> str | None:
    """A delivered text; blanks alone tell nothing."""
    return None if text is None or not text.strip() else text
