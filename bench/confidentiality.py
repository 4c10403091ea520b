"""The suppressor on tables of the trade: ``uv run python -m bench.confidentiality``.

Without arguments, the four tables of ``bench/sdc`` at both rules, as a table of results (docs/confidentiality.md).
``--table FILE --geo kom`` (or ``reg,kom``, ``reg,ld,kom``) ``--rule w1|up3 --out DIR`` does one table with the columns
reg, ld, kom, sex, agec, kommune, age, pop, count and writes DIR/pattern.csv and DIR/summary.json. With ``--audit
PATTERN`` it attacks a pattern given in the same form instead. Every pattern is attacked, population bounds included.
``--large [3|10]`` does tables of some 15,000 or 45,000 cells (``large_tables``), ``--peers`` audits patterns that other
programs made (``peers``). ``--price [DATA_ROOT]`` does each table of up3, or each year of the releases in a data root, without
and with kommuner (``price``; with ``--kommuner`` only the latter).
"""

import argparse
import csv
import importlib.util
import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.large_tables import measure
from hjalp_pipeline.confidentiality.attack import attack, told_small
from hjalp_pipeline.confidentiality.hierarchies import Dimension, hierarchical_table
from hjalp_pipeline.confidentiality.model import Bools, Name, Rule, System, SystemBuilder, holds
from hjalp_pipeline.confidentiality.readers import Readers
from hjalp_pipeline.confidentiality.suppress import Protection, Work, protect

TABLES = (("R10", "kom"), ("R10low", "kom"), ("A12", "reg,kom"), ("C12sparse", "reg,kom"))
RULES: tuple[Rule, ...] = ("w1", "up3")
TOTAL = "Total"
_HERE = Path(__file__).parent
_HEAD = ("table", "rule", "cells", "sum", "at least", "gap %", "seconds", "exact", "told small", "cannot")


@dataclass(frozen=True)
class Table:
    """A table as a system, and which cell each (area, sex, age) of it is."""

    system: System
    cell: dict[Name, int]
    codes: dict[str, str]

    def pattern(self, file: Path) -> Bools:
        """A pattern from csv: columns area, sex, age (its text or its code) and suppressed."""
        hidden = self.system.pattern()
        for row in _rows(file):
            if row["suppressed"].strip().lower() in ("1", "true"):
                hidden[self.cell[row["area"], row["sex"], self.codes.get(row["age"], row["age"])]] = True
        return hidden


def read(file: Path, geo: str) -> Table:
    """The table of a csv file with the areas of the levels ``geo``, from the top. Sums of pop bound the sums."""
    levels = geo.split(",")
    areas: dict[str, str | None] = {TOTAL: None}
    counts: Counter[Name] = Counter()
    population: Counter[Name] = Counter()
    codes = {}
    for row in _rows(file):
        for level, above in zip(reversed(levels), [*reversed(levels[:-1]), ""], strict=True):
            areas[row[level]] = row[above] if above else TOTAL
        key = (row[levels[-1]], row["sex"], row["age"])
        counts[key] += int(row["count"])
        population[key] += int(row["pop"])
        codes[row["agec"]] = row["age"]
    dimensions = [
        Dimension("area", areas),
        Dimension.flat("sex", sorted({key[1] for key in counts}), TOTAL),
        Dimension.flat("age", dict.fromkeys(key[2] for key in counts), TOTAL),
    ]
    builder: SystemBuilder = hierarchical_table(counts, dimensions, population=population)
    keys = itertools.product(*(dimension.parents for dimension in dimensions))
    return Table(builder.build(), {key: builder.cell(key) for key in keys}, codes)


def units(system: System) -> int:
    """Work for a table: up to a minute for a few dozen primary cells, a few minutes for hundreds."""
    primary = int(system.primary.sum())
    return 1_100_000 if primary <= 60 else 2_300_000 if primary <= 150 else 2_000_000


def audit(system: System, hidden: Bools, rule: Rule) -> dict[str, int]:
    """What the full attacker makes of a pattern: cells he computes, can tell to be small, and that fail the rule."""
    found = attack(system, hidden & ~system.open)
    primary = [interval for interval in found if system.primary[interval.cell]]
    return {
        "hidden": len(found),
        "primary": len(primary),
        "exact": sum(interval.low == interval.high for interval in found),
        "small": sum(told_small(interval) for interval in found),
        "fail": sum(not holds(rule, int(system.values[i.cell]), i.low, i.high) for i in found),
    }


def summary(table: Table, rule: Rule, found: Protection, seconds: float) -> dict[str, Any]:
    """All about one pattern, as written to summary.json."""
    system = table.system
    secondary = found.hidden & ~system.primary
    return {
        "rule": rule,
        "primary": int(system.primary.sum()),
        "cells": found.cells,
        "sum": int(system.values[secondary].sum()),
        "cost": found.cost,
        "lower_bound": found.lower_cells,
        "lower_bound_cost": found.lower_bound,
        "gap": round(found.gap_cells, 6),
        "gap_cost": round(found.gap, 6),
        "optimal": found.optimal,
        "seconds": round(seconds, 1),
        "work": found.work,
        "unprotectable": [{"cell": list(system.names[cell]), "why": why} for cell, why in found.unprotectable],
        "audit": audit(system, found.hidden, rule),
        "log": list(found.log),
    }


def kommuner(table: Table, file: Path, geo: str) -> Readers:
    """Each area of the lowest level as a reader who knows its own cells."""
    lowest = geo.rpartition(",")[2]
    own: dict[str, list[int]] = {row[lowest]: [] for row in _rows(file)}
    for (area, *_), cell in table.cell.items():
        if area in own:
            own[area].append(cell)
    return Readers.of(table.system, own)


def run(
    table: Table, rule: Rule, work: int | None, readers: Readers | None = None
) -> tuple[Protection, dict[str, Any]]:
    """Protect a table, from readers too where there are any, and say what came of it."""
    start = time.process_time()
    found = protect(table.system, rule, work=Work(units=work or units(table.system)), readers=readers)
    return found, summary(table, rule, found, time.process_time() - start)


def write(table: Table, hidden: Bools, about: dict[str, Any], folder: Path) -> None:
    """pattern.csv and summary.json."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "pattern.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("area", "sex", "age", "count", "primary", "suppressed"))
        for key, cell in table.cell.items():
            system = table.system
            out.writerow((*key, int(system.values[cell]), int(system.primary[cell]), int(hidden[cell])))
    (folder / "summary.json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def line(name: str, about: dict[str, Any]) -> str:
    """One line of the table of results."""
    values = (
        name, about["rule"], about["cells"], about["sum"], about.get("lower_bound", ""),
        f"{100 * about['gap']:.2f}" if "gap" in about else "", about["seconds"],
        about["audit"]["exact"], about["audit"]["small"], len(about.get("unprotectable", ())),
    )  # fmt: skip
    return " | ".join(str(value).rjust(len(head)) for value, head in zip(values, _HEAD, strict=True))


def tauargus(table: Table, file: Path, geo: str, rule: Rule) -> dict[str, Any] | None:
    """tau-ARGUS on the same table, where it is installed and comes to an end in ten minutes."""
    if importlib.util.find_spec("pytauargus") is None or geo.count(",") > 1:
        return None
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "cells.json"
        command = [sys.executable, "-m", "bench.tauargus", str(file.resolve()), geo, str(out)]
        try:
            subprocess.run(command, check=True, timeout=600, cwd=_HERE.parent, capture_output=True)  # noqa: S603
        except (subprocess.SubprocessError, OSError):
            return None
        cells = json.loads(out.read_text(encoding="utf-8"))
    hidden = table.system.pattern(table.cell[area, sex, age] for area, sex, age in cells) | table.system.primary
    secondary = hidden & ~table.system.primary
    return {
        "rule": rule,
        "cells": int(secondary.sum()),
        "sum": int(table.system.values[secondary].sum()),
        "seconds": round(time.monotonic() - start, 1),
        "audit": audit(table.system, hidden, rule),
    }


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; 1 when a pattern fails the audit by more than what cannot be protected."""
    parser = argparse.ArgumentParser(prog="bench.confidentiality", description=__doc__)
    parser.add_argument("--table", type=Path)
    parser.add_argument("--geo", default="kom")
    parser.add_argument("--rule", choices=RULES)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--audit", type=Path, help="attack this pattern instead of making one")
    parser.add_argument("--kommuner", action="store_true", help="protect from each kommune too")
    parser.add_argument("--units", type=int, help="work; see hjalp_pipeline.confidentiality.suppress.Work")
    parser.add_argument(
        "--large", type=int, nargs="?", const=0, choices=(3, 10), help="large tables, of this size only"
    )
    parser.add_argument("--peers", action="store_true", help="the patterns of other programs")
    parser.add_argument("--price", type=Path, nargs="?", const=Path(), help="what kommuner as readers cost in cells")
    parser.add_argument("--persons", action="store_true", help="with --price: kept from persons in small cells too")
    asked = parser.parse_args(arguments)
    if asked.large is not None:
        return measure(asked.large or None, asked.rule or "up3")
    if asked.peers:
        from bench import peers  # noqa: PLC0415 (it is built on this module)

        return peers.main()
    if asked.audit:
        if not asked.table:
            parser.error("--audit needs --table and --geo")
        table = read(asked.table, asked.geo)
        result = audit(table.system, table.pattern(asked.audit), asked.rule or "up3")
        sys.stdout.write(json.dumps(result) + "\n")
        return int(result["fail"] > 0)
    todo = [(asked.table, asked.geo)] if asked.table else [(_HERE / "sdc" / f"{name}.csv", geo) for name, geo in TABLES]
    if asked.price is not None:
        from bench import price  # noqa: PLC0415 (it is built on this module)

        return price.measure(todo, asked.price, asked.units, off=not asked.kommuner, persons=asked.persons)
    sys.stdout.write(" | ".join(_HEAD) + "\n")
    wrong = 0
    for file, geo in todo:
        table = read(file, geo)
        for rule in (asked.rule,) if asked.rule else RULES:
            readers = kommuner(table, file, geo) if asked.kommuner else None
            found, about = run(table, rule, asked.units, readers)
            sys.stdout.write(line(file.stem, about) + "\n")
            sys.stdout.flush()
            wrong += about["audit"]["fail"] > len(about["unprotectable"])
            if asked.out:
                many = not asked.table or not asked.rule
                write(table, found.hidden, about, asked.out / f"{file.stem}-{rule}" if many else asked.out)
            peer = tauargus(table, file, geo, rule)
            if peer:
                sys.stdout.write(line("  tau-ARGUS", peer) + "\n")
    return int(wrong > 0)


def _rows(file: Path) -> list[dict[str, str]]:
    """The rows of a csv file."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


if __name__ == "__main__":
    raise SystemExit(main())
