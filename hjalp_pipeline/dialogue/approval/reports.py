"""Writing the approval reports of all 98 kommuner: before a release below ``approvals/reports``, with one in its folder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.dialogue.approval.content import make_report, unknown_codes
from hjalp_pipeline.dialogue.approval.page import report_html
from hjalp_pipeline.dialogue.approval.report import Report
from hjalp_pipeline.dialogue.approval.report_figures import count_figures, declared_report, those_that_went
from hjalp_pipeline.dialogue.approval.rows import faulty_rows
from hjalp_pipeline.dialogue.approval.source import FIGURES_FILE, Source, of_quarter, of_release, write_figures
from hjalp_pipeline.dialogue.approval.workbook import write_workbook
from hjalp_pipeline.production import report_history
from hjalp_pipeline.production.release.embargo import APPROVAL_REPORTS
from hjalp_pipeline.production.release.release_inputs import ReleaseInputs
from hjalp_pipeline.report_spec import Counted, KommuneYear
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.files import make_folder, write_bytes
from hjalp_pipeline.storage.fingerprints import fingerprint
from hjalp_pipeline.storage.root import DataRoot


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: the folder, kommuner with something to look at, and kommuner whose figures or deliveries are new."""

    folder: Path
    odd: tuple[str, ...]
    changed: int


def write_reports(root: DataRoot, aar: int, kvartal: str, until: date | None = None) -> Made:
    """Write ``approvals/reports/{aar}/{komnr}.html`` and ``.xlsx`` from a quarter, for the owner alone.

    The figures are kept, so that the next reports can say what changed. InputError when the quarter cannot say anything.
    """
    source = of_quarter(root, aar, kvartal, until)
    folder = root.approvals / "reports" / str(aar)
    make_folder(folder)
    for place in (folder.parent, folder):
        place.chmod(0o700)
    with source.lake.lock(f"reports-{aar}"):
        figures = _counted(source)
        kept = _with_origin(source, figures.figures)
        versions = report_history.history(source.lake, aar)
        before = report_history.before(versions, kept.select("komnr", "made_from").unique())
        odd, lost = _write(source, figures, before, folder)
        # Who got a report was told its figures, also when another got none.
        told = kept.filter(~pl.col("komnr").is_in(list(lost)))
        changed = report_history.keep(source.lake, aar, versions, kvartal, told)
        _refuse(lost)
    return Made(folder, odd, changed)


def write_release_reports(inputs: ReleaseInputs, earlier: Sequence[str], building: Path) -> None:
    """Write the reports of a release's latest year into the folder it is built in; the same pins give the same bytes.

    ``earlier``: the releases before it, oldest first.
    """
    source = of_release(inputs, earlier)
    folder = building / APPROVAL_REPORTS
    folder.mkdir(mode=0o700)
    figures = _counted(source)
    _refuse(_write(source, figures, source.before, folder)[1])
    write_figures(folder / FIGURES_FILE, figures.figures)


def _with_origin(source: Source, figures: pl.DataFrame) -> pl.DataFrame:
    """The figures with ``made_from``: a hash of a kommune's figures and of the deliveries behind them."""
    made_from = [
        (komnr, fingerprint(rows.drop("komnr").rows(), *_deliveries(source, komnr)))
        for (komnr,), rows in figures.partition_by("komnr", as_dict=True).items()
    ]
    origin = pl.DataFrame(made_from, schema={"komnr": pl.String, "made_from": pl.String}, orient="row")
    return figures.join(origin, on="komnr", how="inner", maintain_order="left")


def _deliveries(source: Source, komnr: str) -> list[str]:
    return [part.sha256 for reporter in source.reporters(komnr) for part in source.partitions[reporter].deliveries]


def _write(
    source: Source, figures: Counted, before: pl.DataFrame, folder: Path
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Write every report; returns the kommuner that are asked to look at something, and what to say of those without one."""
    works = {year.komnr: (year, source.entries.get(year.komnr)) for year in years_of(source, figures, before)}
    odd, lost = those_that_went(_write_one, (source, folder), source.lake, works)
    return tuple(komnr for komnr, is_odd in odd.items() if is_odd), lost


def _refuse(lost: dict[str, str]) -> None:
    if lost:
        raise InputError("; ".join(lost.values()), list(lost.values()))


def _write_one(shared: tuple[Source, Path], year: KommuneYear) -> bool:
    """Write a kommune's report, in whatever process; returns whether it is asked to look at something."""
    source, folder = shared
    report = report_of(source, year)
    write_bytes(folder / f"{report.komnr}.html", report_html(report).encode())
    write_workbook(folder / f"{report.komnr}.xlsx", report)
    return bool(report.oddities)


def report_of(source: Source, year: KommuneYear) -> Report:
    """A kommune's report as data."""
    entry = source.entries.get(year.komnr)
    rows = faulty_rows(source.lake, year.komnr, entry, source.partitions[year.komnr]) if entry else None
    return make_report(source, declared_report(source.lake.root.declared), year, rows)


def _counted(source: Source) -> Counted:
    return count_figures(source.lake, source.entries, source.aar)


def years_of(source: Source, figures: Counted, before: pl.DataFrame) -> Iterator[KommuneYear]:
    """What each kommune's report is made from, in the order of KOMNR. ``before``: the figures they were last told."""
    now, earlier = _by_kommune(figures.figures), _by_kommune(before)
    details = {name: _by_kommune(frame) for name, frame in figures.details.items()}
    country = figures.figures.group_by("maal", "periode", "kode").agg(pl.col("antal").sum())
    everywhere = {(maal, periode, kode): antal for maal, periode, kode, antal in country.iter_rows()}
    for komnr in KOMNR:
        yield KommuneYear(
            komnr,
            source.aar,
            figures={(maal, periode, kode): antal for maal, periode, kode, antal in now.get(komnr, ())},
            before={(maal, periode, kode): antal for maal, periode, kode, antal in earlier.get(komnr, ())},
            details={name: of.get(komnr, ()) for name, of in details.items()},
            unknown=unknown_codes(source, komnr),
            country=everywhere,
        )


def _by_kommune(frame: pl.DataFrame) -> dict[str, list[tuple[Any, ...]]]:
    parts = frame.partition_by("komnr", as_dict=True)
    return {str(komnr): part.drop("komnr").rows() for (komnr,), part in parts.items()}
