"""tau-ARGUS beside ours: a process of its own, because two builds of the HiGHS solver cannot live in one.

Reads ``table.csv`` rows from the command line's file, writes the areas, sexes and ages that tau-ARGUS suppresses as JSON.
An extra: needs ``pytauargus`` installed, which is no dependency of the project.
"""

import contextlib
import csv
import json
import sys
import tempfile
from pathlib import Path

#: tau-ARGUS's own names of what it withholds: primary and secondary.
_WITHHELD = ("U", "M")


def main(table: str, geo: str, out: str, method: str = "OPT") -> None:
    """Protect ``table`` by tau-ARGUS's method OPT (optimal) or MOD (modular): 1 and 2 are unsafe, cost of a cell is its count."""
    from pytauargus import protect  # type: ignore[import-not-found]  # noqa: PLC0415

    levels, answer = geo.split(","), Path(out).resolve()
    with Path(table).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    micro: dict[str, list[str | int]] = {"area": [], "sexcode": [], "agecode": [], "one": []}
    below: dict[str, list[str]] = {}
    for row in rows:
        times = int(row["count"])
        for column, value in zip(micro, (row[levels[-1]], row["sex"], row["age"], 1), strict=True):
            micro[column].extend([value] * times)
        if len(levels) == 2 and row[levels[1]] not in below.setdefault(row[levels[0]], []):
            below[row[levels[0]]].append(row[levels[1]])
    # It writes logs of its own into the folder it runs in.
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        hierarchy = {}
        if len(levels) == 2:
            lines = [line for top, parts in below.items() for line in (top, *(f"@{part}" for part in parts))]
            file_ = Path(folder) / "area.hrc"
            file_.write_text("\n".join(lines) + "\n", encoding="utf-8")
            hierarchy = {"hrc": {"area": str(file_)}, "hierleadstring": "@"}
        done = protect(
            micro, ["area", "sexcode", "agecode"], response="one", safety_rules="FREQ(3,30)", suppress=f"{method}(1)",
            totcode="Total", workdir=folder, **hierarchy,
        )  # fmt: skip
        cells = [
            # Codes of one dimension come back filled up to the same length.
            [str(row[column]).strip() for column in ("area", "sexcode", "agecode")]
            for row, status in zip(done.tables[0].rows, done.tables[0].status(), strict=True)
            if status in _WITHHELD
        ]
    answer.write_text(json.dumps(cells), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
