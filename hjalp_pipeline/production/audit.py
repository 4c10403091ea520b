"""What ``hjalp audit`` leaves in the lake for whoever asked: per year and table the counts, and the cells that fail."""

from collections.abc import Sequence
from typing import Any

from hjalp_pipeline.production.verdict import YearAudit, word
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.storage.sealed import read_sealed, write_sealed


def save_audit(root: DataRoot, releases: Sequence[str], audits: Sequence[YearAudit]) -> None:
    """Keep the outcome of an attack, by the releases attacked together."""
    content = {
        "releases": list(releases),
        "years": [
            {
                "tid": audit.aar,
                "tables": audit.counts(),
                "fails": [word(name) for name in audit.fails],
                "inherent": [word(name) for name in audit.inherent],
                "guessed": [word(name) for name in audit.guessed],
            }
            for audit in audits
        ],
    }
    write_sealed(root.lake / "audits" / f"{'_'.join(releases)}.json", content)


def read_audit(root: DataRoot, releases: Sequence[str]) -> dict[str, Any] | None:
    """The outcome of the last attack on these releases together, None when there was none."""
    found: dict[str, Any] | None = read_sealed(root.lake / "audits" / f"{'_'.join(releases)}.json")
    return found
