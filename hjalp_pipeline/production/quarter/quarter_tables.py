"""The tables of a quarter as they stand in the lake: counted when anything they are counted from has changed."""

from collections.abc import Collection
from dataclasses import replace
from functools import cache

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.production.quarter.counting import (
    count_tables,
    declared_counting,
    participants,
    quarter_bestand,
)
from hjalp_pipeline.production.quarter.hiding import suppress
from hjalp_pipeline.rules.approval import standing_decisions
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.codelists import read_collaborations
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.entries import QuarterEntry, TablesEntry
from hjalp_pipeline.storage.files import read_parquet
from hjalp_pipeline.storage.fingerprints import code_fingerprint, fingerprint, package_fingerprint, sha256
from hjalp_pipeline.storage.lake import Lake, NotMadeError
from hjalp_pipeline.storage.root import DataRoot


def tables_of_quarter(root: DataRoot, kvartal: str) -> dict[str, pl.DataFrame]:
    """Confidential tables of a quarter as it stands, by today's approvals, saved as ``tables/{name}``.

    Tables counted from the very same before are read instead of counted again.
    """
    lake, statistic = Lake(root), root.declared
    quarter = lake.quarter(kvartal)
    if quarter is None:
        raise NotMadeError(f"{kvartal} has not been run")
    span = statistic.span(Period.parse(kvartal))
    covered = _covered(root, kvartal)
    silent = [komnr for komnr in covered if komnr not in quarter.kommuner]
    deltagere = participants(statistic, standing_decisions(read_approvals(root)), span, silent)
    made_from = _made_from(statistic, quarter, deltagere, span, covered)
    standing = _standing(lake, statistic, kvartal, made_from)
    if standing is not None:
        return standing
    folketal = read_parquet(root.registers / quarter.extract / "folketal.parquet")
    bestand = quarter_bestand(lake, quarter.kommuner.values())
    tables = count_tables(statistic, bestand, deltagere, folketal, span, where=kvartal, covered=covered)
    paths = {name: lake.save_frame(f"tables/{name}", kvartal, table) for name, table in tables.items()}
    files = {name: sha256(path) for name, path in paths.items()}
    lake.save_counted_tables(kvartal, TablesEntry(made_from, files, _results(quarter)))
    return tables


def counted(lake: Lake, kvartal: str) -> dict[str, str]:
    """The chain results by komnr that the tables of a quarter were counted from; empty unless both kinds of tables stand.

    By whose approvals is not asked: a decision makes nobody's delivery stale.
    """
    entry = lake.counted_tables(kvartal)
    if entry is None or entry.suppressed_files is None or entry.results != entry.suppressed:
        return {}
    kinds = [(f"tables/{name}", digest) for name, digest in entry.files.items()]
    kinds += [(f"suppressed/{name}", digest) for name, digest in entry.suppressed_files.items()]
    whole = all(lake.intact(lake.relative(lake.frame_path(kind, kvartal)), digest) for kind, digest in kinds)
    return entry.results if whole else {}


def _results(quarter: QuarterEntry) -> dict[str, str]:
    return {komnr: entry.key for komnr, entry in sorted(quarter.kommuner.items())}


def _covered(root: DataRoot, kvartal: str) -> tuple[str, ...]:
    """Kommuner whose records are inside those of another in a period."""
    of = root.declared.covered
    return of(read_collaborations(root), dict.fromkeys(KOMNR, Period.parse(kvartal))) if of else ()


def _made_from(
    statistic: Statistic, quarter: QuarterEntry, deltagere: pl.DataFrame, span: Span, covered: Collection[str]
) -> str:
    """Everything the tables of a quarter are counted from, and the code that counts, in one hash."""
    extract, times = quarter.extract_fingerprint, [str(time) for time in span.times]
    return fingerprint(
        sorted(_results(quarter).items()), extract, deltagere.rows(), times, sorted(covered), _code(statistic)
    )


@cache
def _code(statistic: Statistic) -> str:
    python = code_fingerprint("production/quarter/counting.py", "storage/duck.py", "contracts", "codelists", "rules")
    return fingerprint(python, package_fingerprint(*statistic.code), declared_counting(statistic))


def _standing(lake: Lake, statistic: Statistic, kvartal: str, made_from: str) -> dict[str, pl.DataFrame] | None:
    """The tables that stand, when they were counted from the very same and are as they were written."""
    entry = lake.counted_tables(kvartal)
    if entry is None or entry.made_from != made_from:
        return None
    names = [spec.name for spec in statistic.tables]
    paths = {name: lake.frame_path(f"tables/{name}", kvartal) for name in names}
    if any(not path.is_file() or sha256(path) != entry.files.get(name) for name, path in paths.items()):
        return None
    return {name: lake.frame(f"tables/{name}", kvartal) for name in names}


def suppressed_of_quarter(root: DataRoot, kvartal: str) -> dict[str, pl.DataFrame]:
    """``suppressed/{name}`` of a quarter from its stored tables, saved."""
    lake, specs = Lake(root), root.declared.tables
    hidden = suppress(specs, {spec.name: lake.frame(f"tables/{spec.name}", kvartal) for spec in specs})
    paths = {name: lake.save_frame(f"suppressed/{name}", kvartal, table) for name, table in hidden.items()}
    entry = lake.counted_tables(kvartal)
    if entry is not None:
        files = {name: sha256(path) for name, path in paths.items()}
        lake.save_counted_tables(kvartal, replace(entry, suppressed=entry.results, suppressed_files=files))
    return hidden
