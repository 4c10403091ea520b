"""Patterns of other programs held against our attacker: ``uv run python -m bench.confidentiality --peers``.

They stand in ``bench/sdc/peers``, a file for each program: its name and version, the day, and by table and method the
cells (area, sex, age) that it hides. With ``uv run --with pytauargus`` those of tau-ARGUS are made anew and the file is
written again. GaussSuppression needs R with that package; its patterns are audited where such a file holds them.
"""

import importlib.metadata
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from bench.confidentiality import RULES, TABLES, TOTAL, Table, audit, read
from hjalp_pipeline.confidentiality.model import Bools
from hjalp_pipeline.confidentiality.reader_attack import told
from hjalp_pipeline.confidentiality.readers import Readers

SDC = Path(__file__).parent / "sdc"
PEERS = SDC / "peers"
#: Methods of tau-ARGUS: optimal and modular. Seconds for a table.
METHODS, SECONDS = ("OPT", "MOD"), 900
_HEAD = ("program", "table", "method", "cells", "sum", "exact", "small", "fail w1", "fail up3", "by kommuner")

Patterns = dict[str, list[list[str]]]


def main() -> int:
    """Make anew what can be made here, then audit every pattern there is, one line each."""
    if importlib.util.find_spec("pytauargus"):
        tau_argus()
    else:
        sys.stderr.write("tau-ARGUS: pytauargus is not installed; the patterns kept are audited\n")
    sys.stderr.write("GaussSuppression: skipped, no pattern of it is made here; those that a file holds are audited\n")
    sys.stdout.write(" | ".join(_HEAD) + "\n")
    for file in sorted(PEERS.glob("*.json")):
        made = json.loads(file.read_text(encoding="utf-8"))
        for name, geo in TABLES:
            table = read(SDC / f"{name}.csv", geo)
            for key, cells in made["patterns"].items():
                of, method = key.split()
                if of == name:
                    found = audited(table, [tuple(cell) for cell in cells])
                    values = (f"{made['program']}, {made['made']}", name, method, *found.values())
                    sys.stdout.write(" | ".join(str(value) for value in values) + "\n")
                    sys.stdout.flush()
    return 0


def audited(table: Table, cells: list[tuple[str, ...]]) -> Mapping[str, int]:
    """What the outsider and the kommuner make of a pattern; primary cells count as hidden in any case."""
    system = table.system
    hidden = system.pattern(table.cell[area, sex, age] for area, sex, age in cells) | system.primary
    by_rule = {rule: audit(system, hidden, rule) for rule in RULES}
    secondary = hidden & ~system.primary
    return {
        "cells": int(secondary.sum()),
        "sum": int(system.values[secondary].sum()),
        "exact": by_rule["w1"]["exact"],
        "small": by_rule["up3"]["small"],
        "fail w1": by_rule["w1"]["fail"],
        "fail up3": by_rule["up3"]["fail"],
        "by kommuner": told_by_kommuner(table, hidden),
    }


def told_by_kommuner(table: Table, hidden: Bools) -> int:
    """Hidden primary cells that some kommune which knows its own figures can compute or infer to be below 3."""
    system = table.system
    above = {TOTAL, *(name[0] for name in table.cell if name[0].startswith("R"))}
    own: dict[str, list[int]] = {}
    for (area, _, _), cell in table.cell.items():
        if area not in above:
            own.setdefault(area, []).append(cell)
    readers = Readers.of(system, own)
    asked = system.primary[:, None] & ~readers.knows
    return len({one.cell for one in told(system, hidden & ~system.open, "up3", readers, asked=asked)})


def tau_argus() -> None:
    """Make the patterns of tau-ARGUS anew, in a process of its own, and write them to its file."""
    patterns: Patterns = {}
    for name, geo in TABLES:
        for method in METHODS:
            with tempfile.TemporaryDirectory() as folder:
                out = Path(folder) / "cells.json"
                command = [sys.executable, "-m", "bench.tauargus", str(SDC / f"{name}.csv"), geo, str(out), method]
                try:
                    subprocess.run(command, check=True, timeout=SECONDS, cwd=SDC.parents[1], capture_output=True)  # noqa: S603 (our own module)
                    patterns[f"{name} {method}"] = sorted(json.loads(out.read_text(encoding="utf-8")))
                except (subprocess.SubprocessError, OSError) as fault:
                    sys.stderr.write(f"tau-ARGUS: no pattern for {name} {method}: {type(fault).__name__}\n")
    lines = ",\n".join(
        f"  {json.dumps(key)}: {json.dumps(cells, ensure_ascii=False)}" for key, cells in patterns.items()
    )
    program = f"tau-ARGUS core (pytauargus {importlib.metadata.version('pytauargus')})"
    head = f' "program": {json.dumps(program)},\n "made": "{datetime.now(UTC).date()}",\n "patterns": {{\n'
    (PEERS / "tau-argus.json").write_text("{\n" + head + lines + "\n }\n}\n", encoding="utf-8")
