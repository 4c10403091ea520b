"""How long an answer of `hjalp serve` takes, in CPU seconds, from the request to its last byte; and the memory beside the figures.

python -m bench.serve_tables [CELLS]
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import numpy as np

from hjalp_pipeline.publishing.statbank import CONFIDENTIAL
from hjalp_pipeline.publishing.table import Publication, TableForm, Text, Value, Variable
from hjalp_pipeline.serving.cube import Cube
from hjalp_pipeline.serving.published_shelf import Publisher, Shelf, Table
from hjalp_pipeline.serving.serve_app import serve_app

_ALL = "valueCodes[KOMMUNEDK]=*&valueCodes[CLASS]=*&valueCodes[SEX]=*&valueCodes[Tid]=*"
ASKED = (
    ("BULK", "/v1/data/BIG/BULK?KOMMUNEDK=*&CLASS=*&SEX=*&Tid=*"),
    ("BULK, codes", "/v1/data/BIG/BULK?KOMMUNEDK=*&CLASS=*&SEX=*&Tid=*&valuePresentation=Code"),
    ("csv", f"/api/v2/tables/BIG/data?outputFormat=csv&{_ALL}"),
    ("json-stat2", f"/api/v2/tables/BIG/data?{_ALL}"),
    ("px", f"/api/v2/tables/BIG/data?outputFormat=px&{_ALL}"),
    ("one kommune, JSONSTAT", "/v1/data/BIG/JSONSTAT?KOMMUNEDK=007&CLASS=*&SEX=*&Tid=*"),
)


def variable(code: str, size: int, role: Any = None, first: int = 0) -> Variable:
    """One of so many made-up values."""
    codes = [f"{first + number:03d}" for number in range(size)]
    return Variable(
        code, Text(code, code), tuple(Value(one, Text(f"Value {one}", f"Value {one}")) for one in codes), None, role
    )


def big(cells: int) -> Cube:
    """A table of 100 kommuner, classes, 2 sexes and 10 years, one figure in ten hidden."""
    variables = (
        variable("KOMMUNEDK", 100, "geo"),
        variable("CLASS", max(1, cells // 2000)),
        variable("SEX", 2),
        variable("Tid", 10, "time", 2015),
    )
    text = Text("x", "x")
    form = TableForm(
        id="BIG", title=text, contents=text, units=text, subject_code="05", subject_area=text, source=text, database=text,
        variables=variables, decimals=0, stock=True, aggregation=False, notes=(), symbols=(CONFIDENTIAL,),
        publication=Publication(text, text, "x", True, text), updated=datetime(2025, 6, 24, 6, tzinfo=UTC),
    )  # fmt: skip
    shape = [len(one.values) for one in variables]
    chance = np.random.default_rng(1)
    hidden = (chance.random(shape) < 0.1).astype(np.uint8)
    return Cube(form, chance.integers(0, 100_000, shape) * (1 - hidden), hidden)


class _Publisher(Publisher):
    def __init__(self, cube: Cube) -> None:
        super().__init__(())
        self._shelf = Shelf({"BIG": Table(cube, "stamp")}, stamp="stamp")

    def shelf(self) -> Shelf:
        return self._shelf


def fetch(app: Any, target: str, packed: bool) -> int:
    """Bytes of an answer, each thrown away as it comes."""
    path, _, query = target.partition("?")
    got, status = 0, 0

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(3600)
        return {}

    async def send(message: dict[str, Any]) -> None:
        nonlocal got, status
        got += len(message.get("body", b""))
        status = message.get("status", status)

    headers = [(b"host", b"localhost")] + ([(b"accept-encoding", b"gzip")] if packed else [])
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": headers}
    scope |= {
        "client": ("192.0.2.1", 1),
        "scheme": "http",
        "root_path": "",
        "http_version": "1.1",
        "server": ("localhost", 80),
    }
    asyncio.run(app(scope, receive, send))
    if status != 200:
        raise SystemExit(f"{target}: {status}")
    return got


def main() -> None:
    """Print a table."""
    cells = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    app = serve_app(cast(Publisher, _Publisher(big(cells))))
    fetch(app, ASKED[-1][1], packed=False)
    sys.stdout.write(f"{cells:,} cells; resident {_resident()} MB before\n")
    for name, target in ASKED:
        if cells > 1_000_000 and "BULK" not in name:
            continue
        for packed in (False, True):
            began = time.process_time()
            size = fetch(app, target, packed)
            took = time.process_time() - began
            how = "gzip" if packed else ""
            sys.stdout.write(f"{name:24} {how:4} {size / 1e6:8.1f} MB {took:6.2f} CPU s, peak {_peak()} MB\n")


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1_000_000


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000


if __name__ == "__main__":
    main()
