"""What it costs to keep figures from kommuner: ``uv run python -m bench.confidentiality --price [DATA_ROOT]``.

The tables of ``bench/sdc`` under rule up3, or with a data root the years of its releases, each protected anew against those
before it; one line without kommuner as readers, one with. A release that has not been made is counted from its deliveries as
they stand, once their quarters have been run. *Cost* is in ordinary cells, of which a total is
worth many; *at least*: no pattern costs less.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.confidentiality import kommuner, read, units
from hjalp_pipeline.confidentiality.readers import Readers
from hjalp_pipeline.confidentiality.suppress import Protection, Work, protect
from hjalp_pipeline.confidentiality.system import BIG, THRESHOLD
from hjalp_pipeline.production.release.disclosure import UNITS, Published
from hjalp_pipeline.production.release.pattern import find_pattern, readings
from hjalp_pipeline.production.release.person_readers import with_persons
from hjalp_pipeline.production.release.price_of_readers import price
from hjalp_pipeline.production.release.published import load_all
from hjalp_pipeline.production.release.release_inputs import collect_inputs, read_definition
from hjalp_pipeline.storage.root import DataRoot

#: What rows are made of: kept from kommuner, and from persons in small cells.
Side = tuple[bool, bool]
CALLED = {(False, False): "off", (True, False): "with", (False, True): "persons", (True, True): "both"}
HEAD = ("table", "kommuner", "primary", "cells", "sum", "cost", "at least", "gap %", "units", "CPU s")


def line(name: str, cells: tuple[int, int, int], found: Sequence[Protection], seconds: float, side: Side) -> str:
    """A row of the results. ``cells``: how many primary ones, how many others, their sum; ``found``: cost and bound are the first's."""
    first, work = found[0], sum(one.work for one in found)
    cost, least = first.cost / BIG, first.lower_bound / BIG
    values = (name, CALLED[side], *cells, f"{cost:.1f}", f"{least:.1f}", f"{100 * first.gap:.1f}")
    return " | ".join(
        str(value).rjust(len(head)) for value, head in zip((*values, work, f"{seconds:.0f}"), HEAD, strict=True)
    )


def of_table(file: Path, geo: str, work: int | None, side: Side) -> str:
    """The row of a table of the trade; the same work either way."""
    table = read(file, geo)
    system, start = table.system, time.process_time()
    owned, persons = side
    readers = kommuner(table, file, geo) if owned else None
    if persons:
        small = {str(cell): [cell] for cell in np.flatnonzero(system.primary & (system.values < THRESHOLD)).tolist()}
        readers = Readers.of(system, small) if readers is None else readers | Readers.of(system, small)
    found = protect(system, "up3", work=Work(units=work or units(system)), readers=readers)
    total = int(system.values[found.hidden & ~system.primary].sum())
    cells = (int(system.primary.sum()), found.cells, total)
    return line(file.stem, cells, [found], time.process_time() - start, side)


def of_releases(root: DataRoot, releases: Sequence[str], sides: Sequence[Side]) -> Iterator[str]:
    """A row for each year of releases, oldest first, and each of ``sides``, decoys left out.

    One that has not been made is counted, and hides what was found for it by the last of ``sides``.
    """
    before: list[Published] = []
    for release in releases:
        new, stands = _release(root, release)
        hidden = set(new.hidden)
        for aar in new.years:
            out = [one.figures(root.declared, aar) for one in (*before, new) if aar in one.years]
            if not out[-1].counted:
                continue
            for owned, persons in sides:
                out[-1] = replace(out[-1], hidden=frozenset(), owned=owned)
                begun, start = time.monotonic(), time.process_time()
                years = readings(root.declared, aar, out)
                if persons:
                    years = {name: with_persons(year, year.system.primary) for name, year in years.items()}
                found = find_pattern(years, UNITS // len(new.years))
                seconds, waited, year = time.process_time() - start, time.monotonic() - begun, years["unchanged"]
                cost = price(year, found.mask, frozenset())
                cells = (len(found.mask) - cost.cells, cost.cells, cost.total)
                row = line(f"{release} {aar}", cells, [*found.reports.values()], seconds, (owned, persons))
                yield f"{row} | {waited:6.0f}"
            if not stands:
                hidden |= {(cell, aar) for cell in found.mask}
        before.append(replace(new, hidden=frozenset(hidden), owned=sides[-1][0]))


def _release(root: DataRoot, release: str) -> tuple[Published, bool]:
    """A release and whether it stands; one that does not is counted from its deliveries as they are read now."""
    if (root.releases / release).is_dir():
        (found,) = load_all(root, [release])
        return found, True
    definition = read_definition(root, release)
    inputs = collect_inputs(root, definition)
    sources, members = inputs.pins.sources, inputs.pins.members
    return Published(release, definition.span.times, inputs.tables, frozenset(), sources, members=members), False


def measure(
    tables: Sequence[tuple[Path, str]], root: Path, work: int | None, *, off: bool, persons: bool = False
) -> int:
    """Write the rows of the tables (file, geography), or of the releases of a data root, each as soon as it is there.

    ``off``: without kommuner as well; ``persons``: kept from persons too, each time.
    """
    sides = [(owned, persons) for owned in ((False, True) if off else (True,))]
    sys.stdout.write(" | ".join(HEAD if root == Path() else (*HEAD, "wall s")) + "\n")
    rows: Iterator[str]
    if root == Path():
        rows = (of_table(file, geo, work, side) for file, geo in tables for side in sides)
    else:
        made = DataRoot(root)
        rows = of_releases(made, sorted(path.stem for path in made.releases.glob("*.toml")), sides)
    for row in rows:
        sys.stdout.write(row + "\n")
        sys.stdout.flush()
    return 0
