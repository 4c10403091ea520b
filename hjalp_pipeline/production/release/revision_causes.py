"""The revision of a release against the one before it, as the public may see it (R13, R11).

Amounts by cause stay in the lake. What is published: cells whose published text changed, before and after as published,
and causes in words. A cell hidden in either release gets a reason but no cause, since a cause tells that the hidden figure
moved. A national figure is the sum of the kommuner, and the deliveries (or approvals) of one kommune move it by what they
move in that kommune's own cell. So where that cell is not shown in both releases (it is hidden, or the kommune takes part in
one of them only) the kommune is named among the causes of the national cell whether it moved it or not; and so are the
program, the register extract and the code lists wherever they are others than before. What remains could be read from cells
that are shown, or from the manifests.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from hjalp_pipeline.production.quarter.hiding import MASK, with_symbols
from hjalp_pipeline.production.release.decomposition import decompose
from hjalp_pipeline.production.release.definition_files import read_definition
from hjalp_pipeline.production.release.differences import KINDS, Decomposition, Shared, Side, cells_of
from hjalp_pipeline.production.release.disclosure import Published
from hjalp_pipeline.production.release.manifest import pins_of
from hjalp_pipeline.production.release.pins import Pins
from hjalp_pipeline.production.release.release_inputs import ReleaseInputs
from hjalp_pipeline.production.release.revision_page import Compared, is_whole
from hjalp_pipeline.production.release.revision_words import Cause, in_codes, reason
from hjalp_pipeline.publishing.revision import revision_csv, revision_html
from hjalp_pipeline.publishing.revision_sentences import sentences
from hjalp_pipeline.publishing.statbank import NO_FIGURE, NO_POPULATION, NOT_TAKING_PART, figure_text
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.files import write_bytes

KIND_ORDER: Mapping[str, int] = {kind: number for number, kind in enumerate(KINDS)}
#: (table, its codes, year), the codes empty where the table has no such dimension.
_Cell = tuple[str | int, ...]
#: Signs of cells of a kommune that takes no part, whatever else they may stand for.
_NOT_THERE = (NOT_TAKING_PART, NO_POPULATION)


def write_revision(
    inputs: ReleaseInputs, earlier: Sequence[Published], shown: Mapping[str, pl.DataFrame], folder: Path
) -> None:
    """Write ``revision.csv`` and ``revision.html`` against the newest of the ``earlier`` releases (oldest first) that
    holds one of the years; nothing when none does. ``shown``: the tables with their symbols. Amounts go to the lake.
    """
    release, root = inputs.definition.release, inputs.root
    before = next((one for one in reversed(earlier) if set(one.years) & set(inputs.definition.span.times)), None)
    if before is None:
        return
    pins = pins_of(root, before.release)
    # A table published for the first time changes nothing.
    statistic = inputs.published.only(before.tables)
    shared = Shared(read_definition(root, before.release).span, inputs.definition.span)
    sides = Side(before.tables, pins, shared.before), Side(inputs.tables, inputs.pins, shared.after)
    found = decompose(statistic, root, release, *sides)
    inputs.lake.save_frame("udgivelser/revision", release, found.causes)
    cells = _cells(statistic, before, shown, shared)
    reporting = {*_reporting(pins), *_reporting(inputs.pins)}
    causes = _Causes(statistic, found, cells, reporting, [_covered(pins), _covered(inputs.pins)])
    changed = cells.filter(pl.col("before") != pl.col("after"))
    rows = [(row, causes.of(row)) for row in changed.iter_rows(named=True)]
    table = changed.select(
        pl.col("table").str.to_uppercase(),
        *(pl.col(name).cast(pl.String).alias(name.upper()) for name in statistic.cell[1:]),
        "before",
        "after",
        pl.Series("cause", [in_codes(of) if isinstance(of, list) else of for _, of in rows], dtype=pl.String),
    )
    write_bytes(folder / "revision.csv", revision_csv(table))
    compared = Compared(
        statistic, release, before.release, cells, rows, found, pins, inputs.pins, inputs.definition.span
    )
    page = compared.page()
    write_bytes(folder / "revision.html", revision_html(page, sentences(page)).encode())


def _reporting(pins: Pins | None) -> set[str]:
    """Kommuner that report for others: their deliveries move other kommuner's cells."""
    rows = pins.collaborations if pins else ()
    return {row.komnr_indberetter for row in rows if row.komnr_indberetter != row.komnr_medlem}


def _covered(pins: Pins | None) -> frozenset[str]:
    """Kommuner whose records are inside those of another."""
    return frozenset(pins.covered) if pins else frozenset()


def _cells(statistic: Statistic, before: Published, shown: Mapping[str, pl.DataFrame], shared: Shared) -> pl.DataFrame:
    """Every cell that both show: its texts before and after, and whether it was hidden.

    The text before is told in the signs of today: an old release with ``..`` for a kommune that takes no part changed
    nothing.
    """
    masked = with_symbols(statistic.tables, before.masked(statistic))
    pair = _side(statistic, masked, shared), _side(statistic, shown, shared)
    both = pair[0].join(pair[1], on=list(statistic.cell), how="inner", suffix="_after", maintain_order="left")
    return both.rename({"text": "before", "text_after": "after"})


def _side(statistic: Statistic, shown: Mapping[str, pl.DataFrame], shared: Shared) -> pl.DataFrame:
    return pl.concat(
        shown[spec.name]
        .filter(shared.of(spec))
        .select(*cells_of(statistic, spec), figure_text(spec.measure, spec.decimals).alias("text"), MASK)
        for spec in statistic.tables
    )


class _Causes:
    """The causes of a changed cell as the public may know them."""

    def __init__(
        self,
        statistic: Statistic,
        found: Decomposition,
        cells: pl.DataFrame,
        reporting: set[str],
        covered: Sequence[frozenset[str]],
    ) -> None:
        """``covered``: before and after."""
        self.statistic, self.found, self.reporting = statistic, found, reporting
        self.causes: dict[_Cell, list[Cause]] = {}
        for *cell, kind, komnr, _ in found.causes.iter_rows():
            self.causes.setdefault(tuple(cell), []).append((kind, komnr))
        secret = cells.filter(pl.col(MASK) | pl.col(f"{MASK}_after"))
        self.secret: set[_Cell] = set(secret.select(statistic.cell).iter_rows())
        #: By side, of kommuner that take part: those whose dots say that another kommune reports the figure.
        self.inside = {
            side: kommuner & set(cells.filter(~pl.col(side).is_in(_NOT_THERE)).get_column(statistic.cell[1]))
            for side, kommuner in zip(("before", "after"), covered, strict=True)
        }

    def of(self, row: Mapping[str, Any]) -> list[Cause] | str:
        """Causes (kind, komnr) of a cell shown in both releases, in order; the reason of one shown in one of them only."""
        whole = is_whole(self.statistic, row)
        komnr = row[self.statistic.cell[1]]
        if any(row[side] == NOT_TAKING_PART and komnr in inside for side, inside in self.inside.items()):
            return [("samarbejde", "")]
        if row["before"] in NO_FIGURE or row["after"] in NO_FIGURE:
            return reason(row["before"], row["after"], whole=whole)
        cell = tuple(row[name] for name in self.statistic.cell)
        causes = set(self.causes.get(cell, []))
        if whole:
            causes |= self._always_named(cell)
        return sorted(causes, key=lambda cause: (KIND_ORDER[cause[0]], cause[1]))

    def _always_named(self, cell: _Cell) -> set[Cause]:
        """Causes named for a national cell whether they moved it or not."""
        table, _, *rest, time = cell
        year = int(str(time)[:4])
        spec = self.statistic.table(str(table))
        # What may have moved any kommune's hidden cell: left out, it would tell that it moved the country by nothing.
        anywhere = ("kodelister", "samarbejde", "arkiv", "regler", "registerudtræk", "andet grundlag")
        named: set[Cause] = {(kind, "") for kind in anywhere if kind in self.found.kinds}
        entered = self.found.approvals.get(year, ())
        named |= {("godkendelse", komnr) for komnr in entered}
        for komnr in self.found.reporters:
            own = (table, komnr, *rest, time) in self.secret or spec.dimensions[0].variable.role != "geo"
            if komnr in entered or komnr in self.reporting or own:
                named.add(("genleverance", komnr))
        return named
