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

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.production.quarter.hiding import MASK, with_symbols
from hjalp_pipeline.production.release.decomposition import KINDS, Decomposition, Side, cells_of, decompose
from hjalp_pipeline.production.release.disclosure import Published
from hjalp_pipeline.production.release.manifest import pins_of
from hjalp_pipeline.production.release.pins import Pins
from hjalp_pipeline.production.release.release_inputs import ReleaseInputs
from hjalp_pipeline.production.release.revision_words import Cause, in_codes, in_words, reason
from hjalp_pipeline.publishing.revision import Page, Pair, Shown, Total, revision_csv, revision_html
from hjalp_pipeline.publishing.statbank import NO_FIGURE, figure_text
from hjalp_pipeline.publishing.table import enumerated
from hjalp_pipeline.rules.approval import Approval
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.files import write_bytes
from hjalp_pipeline.table_spec import TIME, TableSpec, Words

KIND_ORDER: Mapping[str, int] = {kind: number for number, kind in enumerate(KINDS)}
#: (table, its codes, year), the codes empty where the table has no such dimension.
_Cell = tuple[str | int, ...]


def write_revision(
    inputs: ReleaseInputs, earlier: Sequence[Published], shown: Mapping[str, pl.DataFrame], folder: Path
) -> None:
    """Write ``revision.csv`` and ``revision.html`` against the newest of the ``earlier`` releases (oldest first) that
    holds one of the years; nothing when none does. ``shown``: the tables with their symbols. Amounts go to the lake.
    """
    release, root = inputs.definition.release, inputs.root
    before = next((one for one in reversed(earlier) if set(one.years) & set(inputs.definition.reference_years)), None)
    if before is None:
        return
    years = [aar for aar in inputs.definition.reference_years if aar in before.years]
    pins = pins_of(root, before.release)
    # A table published for the first time changes nothing.
    statistic = inputs.statistic.only(before.tables)
    found = decompose(
        statistic, root, release, Side(before.tables, pins), Side(inputs.tables, inputs.pins), years=years
    )
    inputs.lake.save_frame("udgivelser/revision", release, found.causes)
    cells = _cells(statistic, before, shown, years)
    reporting = {*_reporting(pins), *_reporting(inputs.pins)}
    causes = _Causes(statistic, found, cells, reporting)
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
    totals = [f"{spec.words.totals} ({spec.id})" for spec in statistic.tables if spec.words]
    page = Page(
        statistic=statistic.layouts.declaration.statistic,
        listed=enumerated(totals, "og"),
        release=release,
        earlier=before.release,
        inputs=_what_changed(inputs.statistic.approval, found, pins, inputs.pins),
        counts=[_counts(spec, changed) for spec in statistic.tables],
        national=_national(statistic, cells),
        totals=_totals(statistic, rows),
        hidden=[
            Shown(_name(statistic, row), row["before"], row["after"], of) for row, of in rows if isinstance(of, str)
        ],
    )
    write_bytes(folder / "revision.html", revision_html(page).encode())


def _reporting(pins: Pins | None) -> set[str]:
    """Kommuner that report for others: their deliveries move other kommuner's cells."""
    rows = pins.collaborations if pins else ()
    return {row.komnr_indberetter for row in rows if row.komnr_indberetter != row.komnr_medlem}


def _cells(
    statistic: Statistic, before: Published, shown: Mapping[str, pl.DataFrame], years: Sequence[int]
) -> pl.DataFrame:
    """Every cell of the years: its texts before and after, and whether it was hidden.

    The text before is told in the signs of today: an old release with ``..`` for a kommune that takes no part changed
    nothing.
    """
    masked = with_symbols(statistic.tables, before.masked(statistic))
    pair = _side(statistic, masked, years), _side(statistic, shown, years)
    both = pair[0].join(pair[1], on=list(statistic.cell), how="inner", suffix="_after", maintain_order="left")
    return both.rename({"text": "before", "text_after": "after"})


def _side(statistic: Statistic, shown: Mapping[str, pl.DataFrame], years: Sequence[int]) -> pl.DataFrame:
    of_years = pl.col(TIME).is_in(list(years))
    return pl.concat(
        shown[spec.name]
        .filter(of_years)
        .select(*cells_of(statistic, spec), figure_text(spec.measure, spec.decimals).alias("text"), MASK)
        for spec in statistic.tables
    )


class _Causes:
    """The causes of a changed cell as the public may know them."""

    def __init__(self, statistic: Statistic, found: Decomposition, cells: pl.DataFrame, reporting: set[str]) -> None:
        self.statistic, self.found, self.reporting = statistic, found, reporting
        self.causes: dict[_Cell, list[Cause]] = {}
        for *cell, kind, komnr, _ in found.causes.iter_rows():
            self.causes.setdefault(tuple(cell), []).append((kind, komnr))
        secret = cells.filter(pl.col(MASK) | pl.col(f"{MASK}_after"))
        self.secret: set[_Cell] = set(secret.select(statistic.cell).iter_rows())

    def of(self, row: Mapping[str, Any]) -> list[Cause] | str:
        """Causes (kind, komnr) of a cell shown in both releases, in order; the reason of one shown in one of them only."""
        whole = _is_whole(self.statistic, row)
        if row["before"] in NO_FIGURE or row["after"] in NO_FIGURE:
            return reason(row["before"], row["after"], whole=whole)
        cell = tuple(row[name] for name in self.statistic.cell)
        causes = set(self.causes.get(cell, []))
        if whole:
            causes |= self._always_named(cell)
        return sorted(causes, key=lambda cause: (KIND_ORDER[cause[0]], cause[1]))

    def _always_named(self, cell: _Cell) -> set[Cause]:
        """Causes named for a national cell whether they moved it or not."""
        table, _, *rest, aar = cell
        year = int(aar)
        # What may have moved any kommune's hidden cell: left out, it would tell that it moved the country by nothing.
        anywhere = ("kodelister", "regler", "registerudtræk", "andet grundlag")
        named: set[Cause] = {(kind, "") for kind in anywhere if kind in self.found.kinds}
        entered = self.found.approvals.get(year, ())
        named |= {("godkendelse", komnr) for komnr in entered}
        for komnr in self.found.reporters:
            if komnr in entered or komnr in self.reporting or (table, komnr, *rest, aar) in self.secret:
                named.add(("genleverance", komnr))
        return named


def _what_changed(approval: Approval, found: Decomposition, before: Pins | None, after: Pins) -> list[str]:
    """Sentences on what the new release is made from that the old one was not; all of it stands in the manifests."""
    if before is None:
        return ["Den tidligere udgivelse har ikke fastholdt sit grundlag; årsagerne kan ikke skilles ad."]
    said = []
    if "regler" in found.kinds:
        said.append("Programmet, der regner tallene ud, er ændret.")
    if "registerudtræk" in found.kinds:
        said.append(f"Registerudtrækket fra {before.registers} er erstattet af udtrækket fra {after.registers}.")
    if "kodelister" in found.kinds:
        said.append("Listen over kommuner, der indberetter for andre, er ændret.")
    for aar, kommuner in found.approvals.items():
        now = set(approval.taking_part(after.decisions, aar))
        for verb, of in (("er kommet med", set(kommuner) & now), ("er gået ud", set(kommuner) - now)):
            if of:
                said.append(f"For {aar} {verb}: {_names(sorted(of))}.")
    if found.reporters:
        said.append(f"Andre leverancer end sidst fra: {_names(found.reporters)}.")
    return said or ["Intet: de to udgivelser er lavet af det samme."]


def _names(kommuner: Sequence[str]) -> str:
    return ", ".join(NAVN[komnr] for komnr in kommuner)


def _counts(spec: TableSpec, changed: pl.DataFrame) -> tuple[str, int, int, int]:
    """Cells of a table whose figure changed, that have none now (or none for another reason), that have one now."""
    of = changed.filter(pl.col("table") == spec.name)
    hidden = of.filter(pl.col("after").is_in(NO_FIGURE)).height
    shown = of.filter(pl.col("before").is_in(NO_FIGURE) & ~pl.col("after").is_in(NO_FIGURE)).height
    return spec.id, of.height - hidden - shown, hidden, shown


def _is_whole(statistic: Statistic, row: Mapping[str, Any]) -> bool:
    """Whether a cell is of the whole country: the total of its table's first dimension."""
    kommune = statistic.table(row["table"]).dimensions[0]
    return bool(row[kommune.column] == kommune.total)


def _words(statistic: Statistic, row: Mapping[str, Any]) -> Words | None:
    """How a cell is named that is a kommune's total, or the country's, of a table whose totals are listed; else None."""
    spec = statistic.table(row["table"])
    return spec.words if all(row[one.column] == one.total for one in spec.dimensions[1:]) else None


def _national(statistic: Statistic, cells: pl.DataFrame) -> list[Pair]:
    return [
        Pair(f"{words.label} {row[TIME]}", int(row["before"]), int(row["after"]))
        for row in cells.iter_rows(named=True)
        if _is_whole(statistic, row)
        and (words := _words(statistic, row))
        and {row["before"], row["after"]}.isdisjoint(NO_FIGURE)
    ]


def _totals(statistic: Statistic, rows: Sequence[tuple[dict[str, Any], list[Cause] | str]]) -> list[Total]:
    """Totals shown in both releases, in the order of the tables."""
    return [
        Total(words.sentence, _codes(statistic, row)[0], row[TIME], int(row["before"]), int(row["after"]), in_words(of))
        for row, of in rows
        if isinstance(of, list) and (words := _words(statistic, row))
    ]


def _codes(statistic: Statistic, row: Mapping[str, Any]) -> list[str]:
    """The codes of a cell in words."""
    return [one.word(row[one.column]) for one in statistic.table(row["table"]).dimensions]


def _name(statistic: Statistic, row: Mapping[str, Any]) -> str:
    return ", ".join([statistic.table(row["table"]).id, *_codes(statistic, row), str(row[TIME])])
