"""Child processes of the benchmark, one measurement each: ``python -m bench.children NAME ROOT``.

``prepare`` the register extract; ``plain`` the quarter by the same functions as ``hjalp run``, without Dagster; ``rules`` from
typed Parquet through R3-R10 to the tables, nothing written and no contract held; ``rules_whole`` the same with contracts,
ledger and everything written; ``P_polars``, ``P_duckdb`` typed csv parse thrown away; ``S`` decode of the columns rules and
tables need, of deliveries (typed copies), register and addresses (the extract as delivered).
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl

from bench.country import QUARTER
from hjalp_pipeline.storage.root import DataRoot

_DELIVERED = ["pnr", "pnr_tekst", "udleveringsdato", "indleveringsdato", "lov_navn", "lov_tekst"]
_REGISTER = {
    "person": ["pnr", "koen", "foed_dag"],
    "dod": ["pnr", "doddato"],
    "befbop": ["pnr", "adresse_id", "bop_vfra", "bop_vtil"],
    "befadr": ["adresse_id", "kom", "adr_vfra", "adr_vtil"],
}


def prepare(root: DataRoot) -> None:
    """Validate the newest extract and lay it out as sorted arrays."""
    from hjalp_pipeline.storage import registers  # noqa: PLC0415 (each child imports what it measures)

    registers.prepare(root, registers.newest_extract(root))


def plain(root: DataRoot) -> None:
    """Everything ``hjalp run`` does, in the same order, called directly."""
    from hjalp_pipeline.production.analysts import make_catalog  # noqa: PLC0415
    from hjalp_pipeline.production.inbox.gate import gate, gate_frame  # noqa: PLC0415
    from hjalp_pipeline.production.inbox.partitions import refresh_raw  # noqa: PLC0415
    from hjalp_pipeline.production.quarter.quarter_run import refresh_quarter  # noqa: PLC0415
    from hjalp_pipeline.production.quarter.quarter_tables import suppressed_of_quarter, tables_of_quarter  # noqa: PLC0415
    from hjalp_pipeline.storage.lake import Lake  # noqa: PLC0415

    refresh_raw(root, QUARTER)
    refresh_quarter(root, QUARTER)
    Lake(root).save_frame("status", QUARTER, gate_frame(gate(root, QUARTER)))
    tables_of_quarter(root, QUARTER)
    suppressed_of_quarter(root, QUARTER)
    make_catalog(root)


def rules(root: DataRoot) -> None:
    """R3-R10 and the counting on the raw partitions, kommune by kommune, in memory."""

    from hjalp_pipeline.codelists.periods import Kvartal  # noqa: PLC0415
    from hjalp_pipeline.production.quarter import chain_results as chain  # noqa: PLC0415
    from hjalp_pipeline.production.quarter import counting  # noqa: PLC0415
    from hjalp_pipeline.rules.approval import standing_decisions  # noqa: PLC0415
    from hjalp_pipeline.rules.chain import run_chain  # noqa: PLC0415
    from hjalp_pipeline.storage.codelists import read_collaborations  # noqa: PLC0415
    from hjalp_pipeline.storage.decisions import read_approvals  # noqa: PLC0415
    from hjalp_pipeline.storage.lake import Lake  # noqa: PLC0415
    from hjalp_pipeline.storage.registers import load, newest_extract  # noqa: PLC0415

    lake, kvartal, extract = Lake(root), Kvartal.parse(QUARTER), newest_extract(root)
    register, statistic = load(root, extract), root.declared
    quarter = chain.QuarterChain(lake, QUARTER, register.fingerprint, read_collaborations(root))
    stock = []
    for komnr, raw in lake.raw_of(QUARTER).items():
        frame = pl.read_parquet(lake.path / raw.file, columns=list(statistic.rulebook.input))
        blocks = quarter.blocks(komnr, raw)
        done = run_chain(statistic.rulebook, frame, register, komnr, blocks)
        stock.append(statistic.stock.take(done.steps[-1].frame, kvartal))
    span = statistic.span(kvartal)
    folketal = pl.read_parquet(root.registers / extract / "folketal.parquet")
    taking_part = counting.participants(statistic, standing_decisions(read_approvals(root)), span)
    counting.count_tables(statistic, pl.concat(stock), taking_part, folketal, span, where=QUARTER)


def rules_whole(root: DataRoot) -> None:
    """The chain with contracts, ledger and states written, and the tables; what it made before is removed by the caller."""
    from hjalp_pipeline.production.quarter.quarter_run import refresh_quarter  # noqa: PLC0415
    from hjalp_pipeline.production.quarter.quarter_tables import tables_of_quarter  # noqa: PLC0415

    refresh_quarter(root, QUARTER)
    tables_of_quarter(root, QUARTER)


def _plan(root: DataRoot) -> dict:  # type: ignore[type-arg]
    plan: dict = json.loads((root.path.parent / "plan.json").read_text(encoding="utf-8"))  # type: ignore[type-arg]
    return plan


def parse_polars(root: DataRoot) -> None:
    """P by Polars: every delivery in force parsed to types and thrown away."""
    for delivery in _plan(root)["deliveries"]:
        kinds: dict[str, type[pl.DataType]] = {
            name: pl.Date if name.endswith("leveringsdato") else pl.UInt32 if name == "pnr" else pl.String
            for name in delivery["columns"]
        }
        pl.read_csv(
            delivery["path"],
            separator=";",
            schema=kinds,
            encoding="utf8" if delivery["encoding"] == "utf-8" else "utf8-lossy",
            ignore_errors=True,
        )


def parse_duckdb(root: DataRoot) -> None:
    """P by DuckDB: the same; ``count`` of every column makes it convert them."""
    import duckdb  # noqa: PLC0415

    from bench.fused import scan  # noqa: PLC0415
    from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS  # noqa: PLC0415

    scans = " union all ".join(scan(nr, delivery) for nr, delivery in enumerate(_plan(root)["deliveries"]))
    counts = ", ".join(f"count({name})" for name in LAYOUTS.first.names)
    with duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "4GB"}) as base:
        base.execute(f"select {counts} from ({scans})").fetchall()


def decode(root: DataRoot) -> None:
    """S: read the columns and let them go."""
    from hjalp_pipeline.storage.lake import Lake  # noqa: PLC0415
    from hjalp_pipeline.storage.registers import newest_extract  # noqa: PLC0415

    lake = Lake(root)
    for raw in lake.raw_of(QUARTER).values():
        pl.read_parquet(lake.path / raw.file, columns=_DELIVERED)
    for name, columns in _REGISTER.items():
        source = root.registers / newest_extract(root) / f"{name}.parquet"
        groups = pl.scan_parquet(source).select(columns)
        for _batch in groups.collect_batches(maintain_order=False):
            pass


CHILDREN: dict[str, Callable[[DataRoot], None]] = {
    "prepare": prepare,
    "plain": plain,
    "rules": rules,
    "rules_whole": rules_whole,
    "P_polars": parse_polars,
    "P_duckdb": parse_duckdb,
    "S": decode,
}

if __name__ == "__main__":
    CHILDREN[sys.argv[1]](DataRoot(Path(sys.argv[2])))
