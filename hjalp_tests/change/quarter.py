"""Run by a copy of the package: a small quarter and release, and what a code comes to in them, as JSON on stdout."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import hjalp_pipeline
from hjalp_pipeline.contracts.states import GONE, of_state
from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.production.analysts import make_catalog
from hjalp_pipeline.production.quarter.chain_results import whole_rows
from hjalp_pipeline.production.quarter.quarter_run import unbalanced
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.statistics.hjalp.rules.rule_list import RULEBOOK
from hjalp_pipeline.storage.lake import Lake
from hjalp_tests.production.world import KVARTAL, country, delivery, loan, run, write_world


def main(folder: Path) -> dict[str, object]:
    """101 has a loan that was issued before its person was born, and one returned 20 days after the death."""
    made = country()
    died = "2902443004"
    records = [
        *(loan("101", number) for number in range(10)),
        loan("101", 20, udleveringsdato="1850-01-01", indleveringsdato=None),
        loan("101", 21, pnr=died, udleveringsdato="2023-01-01", indleveringsdato="2024-06-21"),
    ]
    made.deliveries[0] = delivery("101", records)
    root = write_world(folder, made)
    _, quarter = run(root)
    entry = quarter.chain.entries["101"]
    records = {komnr: e.records for komnr, e in quarter.chain.entries.items()}
    release = make_release(root, "2024v1", documents=DOCUMENTS)
    return {
        "package": str(Path(hjalp_pipeline.__file__).parent),
        "broken": sorted(quarter.chain.broken),
        "unbalanced": unbalanced(RULEBOOK.steps, quarter.ledger, records),
        "removed": {reason: rows for _, reason, rows in entry.ledger if reason},
        "corrected": entry.remarks.get("dates_corrected", {}),
        "loans": whole_rows(Lake(root), entry).height,
        "rows": entry.rows,
        "sentences": {code: words for code, (words, _) in RULEBOOK.in_words.items()},
        "titles": [rule.title_da for rule in RULEBOOK.rules],
        "rettelse": RULEBOOK.values_of("rettelse"),
        "contract": sorted(of_state(root.declared, GONE).columns["aarsag"].checks[0].statistics["allowed_values"]),
        "report": (release.path / "godkendelse" / "101.html").read_text(encoding="utf-8"),
        "kvartal": KVARTAL,
        "folder": str(release.path),
        "views": make_catalog(root).relations,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))))
