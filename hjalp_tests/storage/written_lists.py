"""Lists a statistician maintains, as a test writes them: where each lies, its columns, who reads it, and a good record."""

from collections.abc import Callable, Sequence
from pathlib import Path

from hjalp_pipeline.storage.codelists import read_collaborations, read_extensions, read_systems
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.root import DataRoot

SYSTEMS = "komnr;system;leverandoer;format;encoding;from_quarter;to_quarter;carry_forward"
COLLABORATIONS = "komnr_indberetter;komnr_medlem;from_date;to_date"
EXTENSIONS = "komnr;quarter;new_deadline;reason"
APPROVALS = "decided_at;aar;komnr;kind;decision;decided_by;note"

LISTS: dict[str, tuple[str, str, Callable[[DataRoot], Sequence[object]]]] = {
    "systems": ("codelists/systems.csv", SYSTEMS, read_systems),
    "collaborations": ("codelists/collaborations.csv", COLLABORATIONS, read_collaborations),
    "extensions": ("codelists/extensions.csv", EXTENSIONS, read_extensions),
    "approvals": ("approvals/2024.csv", APPROVALS, read_approvals),
}
GOOD = {
    "systems": "540;nexus;KMD;csv;utf-8;2022K3;;no",
    "collaborations": "461;410;2023-01-01;",
    "extensions": "540;2024K4;2025-01-21;nyt system",
    "approvals": "2025-05-01T10:00:00;2024;540;K1;godkendt;afdelingen;",
}


def write(root: DataRoot, place: str, *lines: str, encoding: str = "utf-8", end: str = "\n") -> Path:
    path = root.file(place)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((end.join(lines) + end).encode(encoding))
    return path
