"""Patterns of other programs that the repository keeps: they are of our tables, and the attacker can say what they are worth."""

import json

import pytest

from bench.confidentiality import TABLES, read
from bench.peers import PEERS, SDC, audited

pytestmark = pytest.mark.slow

KEPT = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in PEERS.glob("*.json")}


def test_every_pattern_kept_is_of_cells_of_its_table() -> None:
    assert KEPT
    for name, geo in TABLES:
        cells = read(SDC / f"{name}.csv", geo).cell
        for made in KEPT.values():
            mine = [pattern for key, pattern in made["patterns"].items() if key.split()[0] == name]
            assert mine
            assert all(tuple(cell) in cells for pattern in mine for cell in pattern)


def test_the_attacker_finds_what_a_pattern_gives_away() -> None:
    table = read(SDC / "R10.csv", "kom")
    kept = [tuple(cell) for cell in KEPT["tau-argus"]["patterns"]["R10 OPT"]]
    whole = audited(table, kept)
    assert (whole["exact"], whole["fail w1"]) == (0, 0)
    assert whole["by kommuner"] > 0
    # With the primary cells alone nearly everything can be computed.
    alone = audited(table, [])
    assert alone["cells"] == 0
    assert alone["fail w1"] > 0
