"""The revision of a release against the one before it, as the public may see it (R13, R11).

Amounts by cause stay in the lake. What is published: cells whose published text changed, before and after as published,
and causes in words. A cell hidden in either release gets a reason but no cause, since a cause tells that the hidden figure
moved. A national figure is the sum of the kommuner, and the deliveries (or approvals) of one kommune move it by what they
move in that kommune's own cell. So where that cell is not shown in both releases (it is hidden, or the kommune takes part in
one of them only) the kommune is named among the causes of the national cell whether it moved it or not; and so are the
program, the register extract and the code lists wherever they are others than before. What remains could be read from cells
that are shown, or from the manifests.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from hjalp_pipeline.codelists.age_groups import AGE_GROUPS, ALDER_I_ALT
from hjalp_pipeline.codelists.kommuner import HELE_LANDET, NAVN
from hjalp_pipeline.production.decomposition import CELL, KINDS, VALUE, Decomposition, Side, decompose
from hjalp_pipeline.production.disclosure import Published
from hjalp_pipeline.production.manifest import pins_of
from hjalp_pipeline.production.pins import Pins
from hjalp_pipeline.production.release_inputs import ReleaseInputs
from hjalp_pipeline.production.symbols import with_symbols
from hjalp_pipeline.production.tables import TABLES, hide
from hjalp_pipeline.publishing.revision import Page, Pair, Shown, Total, revision_csv, revision_html
from hjalp_pipeline.publishing.statbank import HIDDEN, NO_FIGURE, NO_POPULATION, NOT_TAKING_PART, figure_text
from hjalp_pipeline.rules.approval import taking_part
from hjalp_pipeline.storage.files import write_bytes

CONFIDENTIAL = "skjult af hensyn til fortrolighed"
NO_LONGER = "ikke længere skjult af hensyn til fortrolighed"
#: Kommuner named one by one in a cause; more of them are counted.
NAMED = 10
_WHY_NOT = {HIDDEN: CONFIDENTIAL, NO_POPULATION: "ingen befolkning at sætte i forhold til"}
KIND_ORDER: Mapping[str, int] = {kind: number for number, kind in enumerate(KINDS)}
_WHAT = {"hjalp1": "udlånte hjælpemidler", "hjalp2": "personer med hjælpemidler"}
_SEX = {"0": "mænd og kvinder", "1": "mænd", "2": "kvinder"}
_AGE = {ALDER_I_ALT: "alder i alt", **{group.code: group.text_da for group in AGE_GROUPS}}
#: (table, kommune, sex, age, year)
_Cell = tuple[str, str, str, str, int]
_Cause = tuple[str, str]


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
    found = decompose(root, release, Side(before.tables, pins), Side(inputs.tables, inputs.pins), years)
    inputs.lake.save_frame("udgivelser/revision", release, found.causes)
    cells = _cells(before, shown, years)
    reporting = {*_reporting(pins), *_reporting(inputs.pins)}
    causes = _Causes(found, cells, reporting)
    changed = cells.filter(pl.col("before") != pl.col("after"))
    rows = [(row, causes.of(row)) for row in changed.iter_rows(named=True)]
    table = changed.select(
        pl.col("table").str.to_uppercase(),
        *(pl.col(name).alias(name.upper()) for name in ("kommunedk", "konams", "alerams")),
        pl.col("tid").cast(pl.String).alias("TID"),
        "before",
        "after",
        pl.Series("cause", [in_codes(of) if isinstance(of, list) else of for _, of in rows], dtype=pl.String),
    )
    write_bytes(folder / "revision.csv", revision_csv(table))
    page = Page(
        release=release,
        earlier=before.release,
        inputs=_what_changed(found, pins, inputs.pins),
        counts=_counts(changed),
        national=_national(cells),
        totals=_totals(rows),
        hidden=[Shown(_name(row), row["before"], row["after"], of) for row, of in rows if isinstance(of, str)],
    )
    write_bytes(folder / "revision.html", revision_html(page).encode())


def _reporting(pins: Pins | None) -> set[str]:
    """Kommuner that report for others: their deliveries move other kommuner's cells."""
    rows = pins.collaborations if pins else ()
    return {row.komnr_indberetter for row in rows if row.komnr_indberetter != row.komnr_medlem}


def _cells(before: Published, shown: Mapping[str, pl.DataFrame], years: Sequence[int]) -> pl.DataFrame:
    """Every cell of the years: its texts before and after, and whether it was hidden.

    The text before is told in the signs of today: an old release with ``..`` for a kommune that takes no part changed
    nothing.
    """
    masked = hide(
        before.tables,
        sorted(((cell, aar) for cell, aar in before.hidden_persons)),
        sorted(before.hidden_loans),
    )
    pair = _side(with_symbols(masked), years), _side(shown, years)
    both = pair[0].join(pair[1], on=list(CELL), how="inner", suffix="_after", maintain_order="left")
    return both.rename({"text": "before", "text_after": "after"})


def _side(shown: Mapping[str, pl.DataFrame], years: Sequence[int]) -> pl.DataFrame:
    parts = []
    for name in TABLES:
        table = shown[name].filter(pl.col("tid").is_in(list(years)))
        codes = [
            pl.col(code) if code in table.columns else pl.lit("").alias(code)
            for code in ("kommunedk", "konams", "alerams")
        ]
        parts.append(
            table.select(
                pl.lit(name).alias("table"),
                *codes,
                pl.col("tid").cast(pl.Int32),
                figure_text(VALUE[name], 1 if name == "hjalp3" else 0).alias("text"),
                "skjult",
            )
        )
    return pl.concat(parts)


class _Causes:
    """The causes of a changed cell as the public may know them."""

    def __init__(self, found: Decomposition, cells: pl.DataFrame, reporting: set[str]) -> None:
        self.found, self.reporting = found, reporting
        self.causes: dict[_Cell, list[_Cause]] = {}
        for *cell, kind, komnr, _ in found.causes.iter_rows():
            self.causes.setdefault((cell[0], cell[1], cell[2], cell[3], cell[4]), []).append((kind, komnr))
        secret = cells.filter(pl.col("skjult") | pl.col("skjult_after"))
        self.secret: set[_Cell] = set(secret.select(CELL).iter_rows())

    def of(self, row: Mapping[str, Any]) -> list[_Cause] | str:
        """Causes (kind, komnr) of a cell shown in both releases, in order; the reason of one shown in one of them only."""
        if row["before"] in NO_FIGURE or row["after"] in NO_FIGURE:
            return reason(row["before"], row["after"], whole=row["kommunedk"] == HELE_LANDET)
        cell = (row["table"], row["kommunedk"], row["konams"], row["alerams"], row["tid"])
        causes = set(self.causes.get(cell, []))
        if row["kommunedk"] == HELE_LANDET:
            causes |= self._always_named(cell)
        return sorted(causes, key=lambda cause: (KIND_ORDER[cause[0]], cause[1]))

    def _always_named(self, cell: _Cell) -> set[_Cause]:
        """Causes named for a national cell whether they moved it or not."""
        table, _, *rest, aar = cell
        # What may have moved any kommune's hidden cell: left out, it would tell that it moved the country by nothing.
        anywhere = ("kodelister", "regler", "registerudtræk", "andet grundlag")
        named: set[_Cause] = {(kind, "") for kind in anywhere if kind in self.found.kinds}
        entered = self.found.approvals.get(aar, ())
        named |= {("godkendelse", komnr) for komnr in entered}
        for komnr in self.found.reporters:
            if komnr in entered or komnr in self.reporting or (table, komnr, *rest, aar) in self.secret:
                named.add(("genleverance", komnr))
        return named


def reason(before: str, after: str, *, whole: bool) -> str:
    """Why a cell has no figure now, or has one now. ``whole``: it is of the whole country."""
    if after == NOT_TAKING_PART:
        return "ingen kommune deltager" if whole else "kommunen deltager ikke"
    said = []
    if before == NOT_TAKING_PART:
        said.append("der er nu kommuner der deltager" if whole else "kommunen deltager nu")
    if after in _WHY_NOT:
        said.append(_WHY_NOT[after])
    return " + ".join(said) or {HIDDEN: NO_LONGER, NO_POPULATION: "der er nu befolkning at sætte i forhold til"}[before]


def in_codes(causes: Sequence[_Cause]) -> str:
    """Causes as ``revision.csv`` has them: ``registerudtræk + genleverance 540, 741``."""
    return _joined(causes, lambda komnr: komnr)


def in_words(causes: Sequence[_Cause]) -> str:
    """Causes with the kommuner's names."""
    return _joined(causes, lambda komnr: NAVN[komnr])


def _joined(causes: Sequence[_Cause], name: Callable[[str], str]) -> str:
    parts = []
    for kind in dict.fromkeys(kind for kind, _ in causes):
        kommuner = [komnr for of, komnr in causes if of == kind and komnr]
        if len(kommuner) > NAMED:
            parts.append(f"{kind} {len(kommuner)} kommuner")
        else:
            parts.append(" ".join([kind, *([", ".join(name(komnr) for komnr in kommuner)] if kommuner else [])]))
    return " + ".join(parts)


def _what_changed(found: Decomposition, before: Pins | None, after: Pins) -> list[str]:
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
        now = set(taking_part(after.decisions, aar))
        for verb, of in (("er kommet med", set(kommuner) & now), ("er gået ud", set(kommuner) - now)):
            if of:
                said.append(f"For {aar} {verb}: {_names(sorted(of))}.")
    if found.reporters:
        said.append(f"Andre leverancer end sidst fra: {_names(found.reporters)}.")
    return said or ["Intet: de to udgivelser er lavet af det samme."]


def _names(kommuner: Sequence[str]) -> str:
    return ", ".join(NAVN[komnr] for komnr in kommuner)


def _counts(changed: pl.DataFrame) -> list[tuple[str, int, int, int]]:
    """Per table: cells whose figure changed, that have none now (or none for another reason), that have one now."""
    found = []
    for name in TABLES:
        of = changed.filter(pl.col("table") == name)
        hidden = of.filter(pl.col("after").is_in(NO_FIGURE)).height
        shown = of.filter(pl.col("before").is_in(NO_FIGURE) & ~pl.col("after").is_in(NO_FIGURE)).height
        found.append((name.upper(), of.height - hidden - shown, hidden, shown))
    return found


def _is_total(row: Mapping[str, object]) -> bool:
    return row["table"] == "hjalp1" or (row["table"], row["konams"], row["alerams"]) == ("hjalp2", "0", ALDER_I_ALT)


def _national(cells: pl.DataFrame) -> list[Pair]:
    rows = cells.filter(pl.col("kommunedk") == HELE_LANDET).iter_rows(named=True)
    return [
        Pair(
            f"{'Udlån' if row['table'] == 'hjalp1' else 'Personer'} {row['tid']}", int(row["before"]), int(row["after"])
        )
        for row in rows
        if _is_total(row) and {row["before"], row["after"]}.isdisjoint(NO_FIGURE)
    ]


def _totals(rows: Sequence[tuple[dict[str, Any], list[_Cause] | str]]) -> list[Total]:
    """Totals shown in both releases, in the order of the tables."""
    return [
        Total(
            _WHAT[row["table"]],
            _place(row["kommunedk"]),
            row["tid"],
            int(row["before"]),
            int(row["after"]),
            in_words(of),
        )
        for row, of in rows
        if isinstance(of, list) and _is_total(row)
    ]


def _place(kommunedk: str) -> str:
    return "Hele landet" if kommunedk == HELE_LANDET else NAVN[kommunedk]


def _name(row: Mapping[str, Any]) -> str:
    parts = [row["table"].upper(), _place(row["kommunedk"])]
    if row["konams"]:
        parts += [_SEX[row["konams"]], _AGE[row["alerams"]]]
    return ", ".join([*parts, str(row["tid"])])
