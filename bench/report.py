"""The numbers of the benchmark as a page: docs/performance.md between its marks, all scales measured side by side."""

import itertools
import json
import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.measure import Cost

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- numbers: written by python -m bench.quarter -->", "<!-- end of numbers -->"

#: What each measurement is, in the order of the page.
TEXTS = {
    "fresh": "`hjalp run`, a fresh quarter (register extract prepared)",
    "unprepared": "the same, extract not prepared yet",
    "prepare": "preparation of the extract alone, once per extract",
    "plain": "the fresh quarter by direct calls, without Dagster",
    "unchanged": "`hjalp run`, nothing changed",
    "redelivery": "`hjalp run`, one kommune of average size re-delivered",
    "rules": "rules R3-R10 and tables alone, from typed Parquet",
    "release": "`hjalp release`, a first release",
    "fused": "(a) one hand-fused DuckDB statement",
    "pandas": "(b) careful pandas script",
    "P_polars": "P, typed csv parse thrown away, Polars",
    "P_duckdb": "P, the same by DuckDB",
    "S": "S, decode of the needed columns",
}
Costs = dict[str, dict[str, float]]


def keep(path: Path, scale: float, repeat: int, plan: Path, figures: dict[str, Cost]) -> None:
    """Add the medians of one scale to what was measured before; a part measured anew replaces its old figures alone."""
    results = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    known = results.get(f"{scale:g}", {}).get("costs", {})
    size = sum(Path(row["path"]).stat().st_size for row in json.loads(plan.read_text(encoding="utf-8"))["deliveries"])
    results[f"{scale:g}"] = {
        "repeat": repeat,
        "machine": machine(),
        "megabytes": round(size / 1e6),
        "costs": known | {name: asdict(cost) for name, cost in figures.items()},
    }
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def machine() -> str:
    """What was measured on, without its name."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "?"
    )
    memory = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return f"{os.cpu_count()} cores ({model}), {memory / 2**20:.0f} GiB, Python {platform.python_version()}"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def text(path: Path) -> str:
    """Tables of everything measured, as Markdown."""
    results: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    parts = []
    for scale, found in sorted(results.items(), key=lambda item: float(item[0])):
        parts.append(
            f"### Scale {scale}\n\n{found['megabytes']} MB of csv in force; medians of {found['repeat']}; {found['machine']}.\n\n"
            + _costs(found["costs"])
            + "\n"
            + _goals(found["costs"])
        )
    return "\n".join([*parts, _growth(results)])


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    ruler = "| --- |" + " ---: |" * (len(head) - 1)
    return "\n".join([f"| {' | '.join(head)} |", ruler, *(f"| {' | '.join(row)} |" for row in rows)]) + "\n"


def _costs(costs: Costs) -> str:
    rows = [
        (TEXTS[name], f"{costs[name]['cpu']:.1f}", f"{costs[name]['wall']:.1f}", f"{costs[name]['memory']:.0f}")
        for name in TEXTS
        if name in costs
    ]
    return _table(("measured", "CPU s", "wall s", "peak MiB"), rows)


def _goals(costs: Costs) -> str:
    """Every goal whose figures are there: what is asked, what was reached."""

    def cpu(name: str) -> float:
        return costs[name]["cpu"]

    def wall(name: str) -> float:
        return costs[name]["wall"]

    floors = [name for name in ("P_polars", "P_duckdb") if name in costs]
    goals: list[tuple[str, tuple[str, ...], Callable[[], float], float]] = [
        ("fresh quarter / (a), waiting", ("fresh", "fused"), lambda: wall("fresh") / wall("fused"), 0.65),
        ("fresh quarter / (a), CPU", ("fresh", "fused"), lambda: cpu("fresh") / cpu("fused"), 0.8),
        ("fresh quarter / (b)", ("fresh", "pandas"), lambda: cpu("fresh") / cpu("pandas"), 0.35),
        ("fresh quarter / P (the cheaper)", ("fresh", *floors), lambda: cpu("fresh") / min(map(cpu, floors)), 6.5),
        ("rules and tables / S", ("rules", "S"), lambda: cpu("rules") / cpu("S"), 3.0),
        ("Dagster's share", ("fresh", "plain"), lambda: 1 - cpu("plain") / cpu("fresh"), 0.20),
        ("peak memory, GiB", ("fresh",), lambda: costs["fresh"]["memory"] / 1024, 1.6),
        ("unchanged, CPU s", ("unchanged",), lambda: cpu("unchanged"), 3.0),
        ("re-delivery, CPU s", ("redelivery",), lambda: cpu("redelivery"), 4.5),
        ("release, waiting s", ("release",), lambda: wall("release"), 25.0),
        (
            "release beyond a fresh quarter, CPU s (the suppression's budget)",
            ("release", "fresh"),
            lambda: cpu("release") - cpu("fresh"),
            60.0,
        ),
    ]
    rows = [
        (name, f"{reached():.2f}", f"{goal:.2f}", "yes" if reached() <= goal else "no")
        for name, needed, reached, goal in goals
        if needed and all(part in costs for part in needed) and (floors or "P" not in name)
    ]
    return _table(("goal", "reached", "at most", "met"), rows)


def _growth(results: dict[str, Any]) -> str:
    """CPU and memory of the fresh quarter from each scale to the next."""
    found = [(float(scale), part["costs"]["fresh"]) for scale, part in results.items() if "fresh" in part["costs"]]
    found.sort()
    rows = [
        (
            f"{small:g} to {large:g}",
            f"{large / small:.1f}",
            f"{after['cpu'] / before['cpu']:.2f}",
            f"{after['memory'] / before['memory']:.2f}",
        )
        for (small, before), (large, after) in itertools.pairwise(found)
    ]
    return "### Growth of a fresh quarter\n\n" + _table(("scales", "data", "CPU", "memory"), rows) if rows else ""


def write(numbers: str) -> None:
    """Put the numbers between the marks of docs/performance.md; the words around them are people's."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else f"# Performance\n\n{BEGIN}\n{END}\n"
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{numbers}\n{END}{after}", encoding="utf-8")
