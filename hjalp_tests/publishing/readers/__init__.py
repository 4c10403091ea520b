"""Other people's readers of what is published: PX by px2csv and pyaxis, JSON-stat by the npm toolkit.

pyaxis (``uv sync --group readers``) and the toolkit (``npm install --prefix hjalp_tests/publishing/readers``) are not always
there; ``HJALP_ALL_READERS=1``, which CI sets, turns their absence from a skip into a failure.
"""

import csv
import importlib.util
import io
import json
import logging
import shutil
import subprocess
from pathlib import Path
from typing import Any, NoReturn

import pytest

from hjalp_tests.missing import missing

HERE = Path(__file__).parent
Cell = tuple[tuple[str, ...], str]


def absent(what: str) -> NoReturn:
    """Skip, or fail where all readers have to be there."""
    missing(what, "HJALP_ALL_READERS")


def by_px2csv(content: bytes) -> list[Cell]:
    """Cells by their codes, with the figure or the sign as written (one dot comes as an empty text). Reads the main language."""
    from px2csv import convert

    found = io.BytesIO()
    convert(io.BytesIO(content), found, include_codes=True, include_labels=False)
    _header, *rows = csv.reader(io.StringIO(found.getvalue().decode()))
    return [(tuple(codes), value.strip('"') or ".") for *codes, value in rows]


def by_pyaxis(content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str) -> tuple[Any, list[Cell]]:
    """The metadata as pyaxis has it, and the cells by their texts in a language.

    With its defaults two dots are not a number, one dot is an empty text, three stand as they are.
    """
    if importlib.util.find_spec("pyaxis") is None:
        absent("pyaxis")
    monkeypatch.setattr(logging, "basicConfig", lambda **_options: None)  # it would set up the root logger
    from pyaxis import pyaxis

    path = tmp_path / "table.px"
    path.write_bytes(content)
    parsed = pyaxis.parse(str(path), encoding="utf-8", lang=language)
    rows = parsed["DATA"].itertuples(index=False, name=None)
    return parsed["METADATA"], [
        (tuple(codes), ".." if value != value else value.strip('"') or ".") for *codes, value in rows
    ]


def by_toolkit(content: bytes, tmp_path: Path) -> Any:
    """What the npm toolkit understands of a JSON-stat file."""
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules" / "jsonstat-toolkit").is_dir():
        absent("node or jsonstat-toolkit")
    path = tmp_path / "table.json"
    path.write_bytes(content)
    done = subprocess.run(
        [str(node), str(HERE / "jsonstat.cjs"), str(path)], capture_output=True, text=True, check=True, timeout=600
    )
    return json.loads(done.stdout)
