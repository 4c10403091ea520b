"""One kommune's approval report as data: everything its page and its workbook show (seed 3.4, R12)."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.delivery.names import parse_name, safe_name
from hjalp_pipeline.dialogue.approval.report import Delivered, Report
from hjalp_pipeline.dialogue.approval.source import Source
from hjalp_pipeline.pages.charts import danish
from hjalp_pipeline.pages.template import danish_date
from hjalp_pipeline.report_spec import ApprovalReport, KommuneYear, Oddity
from hjalp_pipeline.rules.approval import State
from hjalp_pipeline.rules.rulebook import Rulebook
from hjalp_pipeline.storage.entries import ChainEntry


def make_report(source: Source, declared: ApprovalReport, year: KommuneYear, rows: pl.DataFrame | None) -> Report:
    """Put a kommune's report together from the statistic's part (``declared``) and the rows listed for it."""
    komnr, told = year.komnr, declared.tell(year)
    statistic = source.lake.root.declared
    kinds, covered = statistic.approval.kinds, tuple(source.covered_by(komnr))
    standing = source.participation.filter(komnr=komnr).row(0, named=True)
    entry = source.entries.get(komnr)
    return Report(
        statistic=statistic,
        komnr=komnr,
        kommune=NAVN[komnr],
        aar=source.aar,
        release=source.release,
        kvartal=source.quarters[komnr],
        extract=date.fromisoformat(source.extract),
        until=source.until,
        deltager=standing["deltager"],
        hvorfor=standing["hvorfor"],
        states={kind: State(standing[kind.lower()]) for kind in kinds},
        decided={kind: source.decisions[komnr, kind].decided_at for kind in kinds if (komnr, kind) in source.decisions},
        covered_by=tuple(f"{reporter} {NAVN[reporter]}" for reporter in covered),
        delivered=tuple(_delivered(source, komnr)),
        poster=entry.records if entry else 0,
        brugt=entry.rows[statistic.rulebook.states[-1]] if entry else 0,
        reasons=tuple(_reasons(statistic.rulebook, entry)) if entry else (),
        rows=rows,
        told=told,
        template=declared.template,
        changes=tuple(told.changes) if year.before else None,
        before_name=source.before_name,
        contact=source.contact,
        oddities=(*_of_archive(source, komnr), *(told.oddities if source.reporters(komnr) else ())),
        not_yet_in=komnr in source.not_yet_in,
        archive=(source.archive.release, source.archive.until) if source.archive else None,
    )


def _of_archive(source: Source, komnr: str) -> Iterator[Oddity]:
    """What is remarked of a kommune whose number of old records is another than the archive's (H8)."""
    archive = source.archive
    if archive is None or komnr not in archive.differing:
        return
    delivered, archived = archive.differing[komnr]
    declared = source.lake.root.declared.layouts.declaration
    yield Oddity(
        "ARKIV",
        str(source.aar),
        f"I har leveret {danish(delivered)} {declared.things}, der er sluttet senest {danish_date(archive.until)}; i arkivet, udgivelsen "
        f"{archive.release}, er der {danish(archived)}. Tabellerne er lavet af arkivets. Se efter, om jeres system har mistet "
        "eller ændret gamle data.",
    )


def unknown_codes(source: Source, komnr: str) -> int:
    """Records whose code no list knows, of all years: those inside the statistic, or those that left it for that reason."""
    entry, unknown = source.entries.get(komnr), source.lake.root.declared.unknown
    if entry is None or unknown is None:
        return 0
    state, code = unknown
    removed = sum(line.rows for line in entry.ledger if (line.step, line.reason) == (state, code))
    return entry.remarks.get(state, {}).get(code, 0) + removed


def _delivered(source: Source, komnr: str) -> list[Delivered]:
    found = []
    for reporter in source.reporters(komnr):
        for part in source.partitions[reporter].deliveries:
            name = parse_name(part.kvartal, part.filename)
            found.append(
                Delivered(
                    f"{reporter} {NAVN[reporter]}",
                    part.kvartal,
                    safe_name(part.filename),
                    name.received if name else None,
                    part.records,
                    part.rows,
                )
            )
    return found


def _reasons(rulebook: Rulebook, entry: ChainEntry) -> list[tuple[str, int]]:
    """Rows left out and corrected by reason; one that several steps test is summed up."""
    counts = dict.fromkeys(rulebook.in_words, 0)
    for _step, reason, rows in entry.ledger:
        if reason is not None:
            counts[reason] += rows
    for codes in entry.remarks.values():
        for code, rows in codes.items():
            if code in counts:  # what is merely counted is shown elsewhere
                counts[code] += rows
    return [(reason, rows) for reason, rows in counts.items() if rows]
