"""Who may read what the program writes does not depend on the umask it is started under."""

from __future__ import annotations

from pathlib import Path

import pytest

from hjalp_pipeline.production.release.embargo import PRIVATE
from hjalp_tests import forking
from hjalp_tests.production.world import KVARTAL, write_world

COMMANDS = (
    ("run", "--quarter", KVARTAL),
    ("status", "--quarter", KVARTAL),
    ("approve", "--aar", "2024", "--kommune", "101", "--kind", "K1", "--decision", "godkendt", "--by", "TEST"),
    ("approve", "--aar", "2025", "--kommune", "101", "--kind", "K1", "--decision", "afvist", "--by", "TEST"),
    ("release", "2024v1"),
    ("remind",),
    ("specification",),
    ("reports", "--aar", "2024", "--quarter", KVARTAL),
)


@pytest.mark.slow
@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_every_file_of_every_command(tmp_path: Path, umask: int) -> None:
    root = write_world(tmp_path / "data")
    given = set(root.path.rglob("*"))
    for path in (root.path, *given):
        path.chmod(0o700 if path.is_dir() else 0o600)
    for path in (root.path, root.folder, root.releases):
        path.chmod(0o755)
    for command in COMMANDS:
        process = forking.start("hjalp_pipeline.cli", *command, environment={"HJALP_DATA": str(root.path)}, umask=umask)
        assert process.wait() == 0, (command, process.output, process.errors)
    wrong = []
    for path in (root.path, *root.path.rglob("*")):
        mode = path.lstat().st_mode & 0o777
        inside = tuple(root.name(path).split("/"))
        public = path in (root.path, root.folder, root.releases) or inside[:1] == ("receipts",)
        public = public or root.name(path) in ("releases/kalender.html", "releases/kalender.ics")
        if inside[:2] == ("releases", "2024v1"):
            public = PRIVATE.isdisjoint(inside)
        wanted = (0o755 if path.is_dir() else 0o644) if public else None
        if (mode != wanted) if wanted else (mode & 0o077):
            wrong.append((oct(mode), "/".join(inside)))
    assert wrong == []
