"""Checks a data root's ledger from outside, with SQL over ``hjalp.duckdb`` alone: rows in = kept + removed, end to end."""

import sys
from itertools import pairwise
from pathlib import Path

import duckdb

ORDER = ["leverance", "raw", "cpr_validated", "dates_corrected", "paragraph_enriched", "kommune_assigned"]


def faults(root: Path) -> list[str]:
    """What does not balance, a line each: kvartal, kommune, step, rows in and out; also a ledger without any line."""
    with duckdb.connect(str(root / "hjalp" / "hjalp.duckdb"), read_only=True) as connection:
        rows = connection.sql(
            "select kvartal, komnr_indberetter, step::varchar, sum(rows), sum(rows) filter (reason is null) "
            "from ledger group by all"
        ).fetchall()
        loans = dict(connection.sql("select kvartal, count(*) from working.udlaan group by all").fetchall())
    steps = {(kvartal, komnr, step): (int(total), int(kept)) for kvartal, komnr, step, total, kept in rows}
    found = [] if rows else ["the ledger is empty"]
    for kvartal, komnr in sorted({key[:2] for key in steps}):
        for before, after in pairwise(ORDER):
            kept, rows_in = steps[kvartal, komnr, before][1], steps[kvartal, komnr, after][0]
            if kept != rows_in:
                found.append(f"{kvartal} {komnr} {after}: {kept} rows in, {rows_in} accounted for")
    for kvartal, number in sorted(loans.items()):
        kept = sum(steps[key][1] for key in steps if key[0] == kvartal and key[2] == ORDER[-1])
        if kept != number:
            found.append(f"{kvartal}: the ledger keeps {kept} loans, the data hold {number}")
    return found


if __name__ == "__main__":
    problems = faults(Path(sys.argv[1]))
    sys.stdout.write("\n".join(problems) + "\n" if problems else "the ledger balances, end to end\n")
    sys.exit(bool(problems))
