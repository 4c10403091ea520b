"""SHA-256 of every file of the demo's releases and of the true figures behind them.

After a change that ``docs/changelog.md`` tells of: ``python -m hjalp_tests.golden.hashes DATA_ROOT`` writes the lists anew
from a demo made at ``SCALE``.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from hjalp_pipeline.production.release.published import load_published
from hjalp_pipeline.storage.root import DataRoot

SCALE = "0.01"
RELEASES = ("2024v1", "2024v2")
#: What holds the pattern of hidden cells, or a hash of something that does. The solver stops at a good pattern when its work
#: is used up, and another processor may add up otherwise on the way: there the figures count, and that the attack fails.
OF_THE_PATTERN = ("HJALP*", "disclosure_audit.json", "revision.*", "kvalitet.html", "quality.json")
#: They hold hashes of all the others; the manifest also one of the program's code.
OF_ALL = ("manifest.json", "SHA256SUMS")


def list_of(release: str) -> Path:
    """The golden list of a release."""
    return Path(__file__).with_name(f"{release}.sha256")


def hashes(root: DataRoot, release: str) -> dict[str, str]:
    """SHA-256 by file of the release, ``OF_ALL`` left out, and of each table of true figures as ``figures/``."""
    folder = root.releases / release
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    tables = load_published(root, release).tables
    figures = {f"figures/{name}": table.write_csv().encode() for name, table in tables.items()}
    everything = {name: content for name, content in (files | figures).items() if name not in OF_ALL}
    return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(everything.items())}


def golden(release: str) -> dict[str, str]:
    """The golden list, in the form of ``sha256sum``."""
    lines = list_of(release).read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def write(root: DataRoot) -> None:
    """Write the golden lists from a demo."""
    for release in RELEASES:
        lines = [f"{digest}  {name}\n" for name, digest in hashes(root, release).items()]
        list_of(release).write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    write(DataRoot(Path(sys.argv[1])))
