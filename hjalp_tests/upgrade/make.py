"""Makes the data root a version leaves: `python -m hjalp_tests.upgrade.make FOLDER` in a checkout of that version.

Run it with the version's own program, then pack it: `tar -C FOLDER -cJf hjalp_tests/upgrade/VERSION.tar.xz .`
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from hjalp_pipeline.cli import main
from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import KVARTAL, changing_system, deliver, delivery, write_world


def make(folder: Path) -> None:
    """A quarter with two systems and a rejected file, 2024v1, a re-delivery, 2024v2, both through the command line."""
    made = changing_system("yes")
    extracts = {
        name: replace(
            extract,
            folketal=[
                (aar, komnr, koen, alder, 0 if alder > 95 else 40 + alder % 7)
                for aar in (2022, 2023, 2024, 2025)
                for komnr in KOMNR
                for koen in (1, 2)
                for alder in range(101)
            ],
        )
        for name, extract in made.extracts.items()
    }
    root = write_world(folder, replace(made, extracts=extracts))
    deliver(root, delivery("101", 20), delivery("155", 12), delivery("155", 5, day=9, flaw="wrong_count"))
    command(root, "run", "--quarter", "2024K3")
    command(root, "run", "--quarter", KVARTAL)
    command(root, "release", "2024v1")
    text = (root.releases / "2024v1.toml").read_text(encoding="utf-8")
    for old, new in (
        ("2025-06-24T08:00:00+02:00", "2025-11-14T08:00:00+01:00"),
        ("protect_against = []", 'protect_against = ["2024v1"]'),
    ):
        assert old in text
        text = text.replace(old, new)
    (root.releases / "2024v2.toml").write_text(text, encoding="utf-8")
    deliver(root, delivery("540", 25, day=11))
    command(root, "run", "--quarter", KVARTAL)
    command(root, "release", "2024v2")


def command(root: DataRoot, *arguments: str) -> None:
    """A command that must go well."""
    import os

    os.environ["HJALP_DATA"] = str(root.path)
    assert main(arguments) == 0, arguments


if __name__ == "__main__":
    make(Path(sys.argv[1]))
