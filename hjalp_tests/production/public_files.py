"""What anybody may read of a release, searched for counts of 1 and 2, and for what points at cells that nothing protects (R11)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
from lxml import html

from hjalp_pipeline.production.release.embargo import PRIVATE
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.table_parts import Distinct, Sum

#: Keys of what the office alone may read.
OFFICE = {
    "low",
    "high",
    "witnesses",
    "exact",
    "told_small",
    "no_pattern_protects",
    "inherent",
    "guessed",
    "accept_unprotectable",
}
OFFICE.add("shown_before_hidden_now")
#: Where a 1 or a 2 of a published JSON file counts no observation.
STRUCTURE = re.compile(
    r"\.(index|size|decimals|sortering|position)\b|version|S\.\d+|dimension|\.quarters|\.years|tid|lov_navn_opret|_per_cent\."
)
COUNTED = re.compile(
    r"(?<!1 eller )\b[12]\s+(person|borger|mand|mænd|kvinde|udlån|lån|hjælpemid|ydelse|skjult|celle|post)"
)


def public_files(root: DataRoot, release: str) -> list[Path]:
    """What anybody may read of a release."""
    folder = root.releases / release
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and PRIVATE.isdisjoint(path.relative_to(folder).parts)
    ]


def leaves(content: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a JSON file with the way to it."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield from leaves(value, f"{at}.{key}")
    elif isinstance(content, list):
        for number, value in enumerate(content):
            yield from leaves(value, f"{at}[{number}]")
    else:
        yield at, content


def without_rates(content: Any) -> Any:
    """A JSON file but for its rates: 1.0 is all of them, and counts nothing."""
    if isinstance(content, list):
        return [without_rates(one) for one in content]
    if isinstance(content, dict):
        is_rate = str(content.get("name", "")).endswith("- rate")
        return {key: without_rates(value) for key, value in content.items() if not (is_rate and key == "value")}
    return content


def keys(content: Any) -> set[str]:
    """Every key of a JSON file."""
    if isinstance(content, dict):
        return set(content) | {key for value in content.values() for key in keys(value)}
    return {key for value in content for key in keys(value)} if isinstance(content, list) else set()


def counted(root: DataRoot) -> set[str]:
    """The ids of tables whose figures count observations."""
    specs = root.declared.tables
    return {spec.id for spec in specs if isinstance(spec.counts, Sum | Distinct) and not spec.decimals}


def small(root: DataRoot, path: Path) -> list[str]:
    """Where a public file holds a count of 1 or 2, or a key of what is the office's; empty where it does not."""
    if path.suffix == ".json":
        content = without_rates(json.loads(path.read_text(encoding="utf-8")))
        figures = {spec.id for spec in root.declared.tables} - counted(root)
        return sorted(keys(content) & OFFICE) + [
            f"{at} {value}"
            for at, value in leaves(content)
            if type(value) in {int, float}
            and value in {1, 2}
            and not STRUCTURE.search(f"{path.stem}{at}")
            and not (path.stem in figures and at.startswith(".value["))
        ]
    if path.suffix == ".html":
        text = " ".join("".join(html.fromstring(path.read_bytes()).itertext()).split())
        return [found.group() for found in COUNTED.finditer(text)]
    return [figure for figure in published(root, path) if figure in {"1", "2"}]


def published(root: DataRoot, path: Path) -> list[str]:
    """The figures of a file that has counts, as texts; of another file none."""
    if path.suffix == ".px" and path.stem in counted(root):
        return path.read_bytes().decode().partition("DATA=")[2].replace(";", " ").split()
    if path.suffix != ".csv":
        return []
    frame = pl.read_csv(path, separator=";", infer_schema=False)
    if path.name == "revision.csv":
        of = frame.filter(pl.col("table").is_in(sorted(counted(root))))
        return [*of.get_column("before").to_list(), *of.get_column("after").to_list()]
    return frame.get_column("INDHOLD").to_list() if path.stem in counted(root) else []


def everything_small(root: DataRoot, release: str) -> dict[str, list[str]]:
    """By public file what ``small`` finds in it; empty where nothing does."""
    found = {path.name: small(root, path) for path in public_files(root, release)}
    return {name: where for name, where in found.items() if where}
