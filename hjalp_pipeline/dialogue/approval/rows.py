"""The records of a reporting kommune that were removed or corrected as faulty, one by one, for its own look-up (seed 3.4).

Which reason a row left for is what the chain stored; no rule is worked out here. Rows that are merely not active are no
fault and only counted.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from hjalp_pipeline.contracts.states import GONE
from hjalp_pipeline.delivery.names import safe_name
from hjalp_pipeline.dialogue.approval.cpr_like import CPR_LIKE_ID
from hjalp_pipeline.production.quarter.chain_results import dataset
from hjalp_pipeline.rules.gengangere import Combining
from hjalp_pipeline.rules.step import LedgerError
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.entries import ChainEntry, RawPart, RawPartition, Verdict
from hjalp_pipeline.storage.files import read_parquet
from hjalp_pipeline.storage.lake import Lake

#: ``post``: number of the record in its file, 1 = first; ``id`` null: not known, or ``vist_ikke``, because it looks
#: like a CPR number; ``felt``: of a record that could not be read.
SCHEMA = pl.Schema(
    {
        "aarsag": pl.String,
        "fil": pl.String,
        "post": pl.Int64,
        "id": pl.String,
        "vist_ikke": pl.Boolean,
        "felt": pl.String,
    }
)


def faulty_rows(lake: Lake, komnr: str, entry: ChainEntry, raw: RawPartition) -> pl.DataFrame:
    """Rows of ``SCHEMA`` by reason, file and record, of a reporting kommune's chain result and the raw partition behind it.

    A verdict keeps the first findings of a file only, so of bad records and DUBLET there may be fewer rows than the
    ledger counts, the first of each file. LedgerError when the other rows are not those the ledger counts; InputError
    when the verdict is not in the lake.
    """
    statistic = lake.root.declared
    how = statistic.combining
    no_fault = [code.name for code in statistic.rulebook.codes.values() if not code.fault]
    removed = _removed_by_chain(lake, komnr, entry)
    _require_ledger(komnr, entry, removed, statistic.rulebook.states)
    frame = pl.concat([removed.filter(~pl.col("aarsag").is_in(no_fault)), *_corrected(lake, entry, statistic)])
    columns = read_parquet(lake.file(entry.raw_file), columns=["post", how.id]).rename({how.id: "id"})
    chain = pl.concat([frame.drop("raekke"), columns[frame.get_column("raekke")]], how="horizontal").with_columns(
        fil=_files(raw)[frame.get_column("raekke")], felt=pl.lit(None, dtype=pl.String)
    )
    parts = [chain.select("aarsag", "fil", pl.col("post").cast(pl.Int64), "id", "felt")]
    parts += [_of_delivery(lake, raw, part, how) for part in raw.deliveries]
    hides = pl.col("id").str.contains(CPR_LIKE_ID).fill_null(value=False)
    return (
        pl.concat(parts)
        .with_columns(vist_ikke=hides, id=pl.when(~hides).then("id"))
        .select(SCHEMA.names())
        .sort("aarsag", "fil", "post", "felt", nulls_last=True)
    )


def _removed_by_chain(lake: Lake, komnr: str, entry: ChainEntry) -> pl.DataFrame:
    """raekke and aarsag of every row that a rule of the chain removed."""
    gone = dataset(lake.root.declared, GONE)
    if gone not in entry.files:  # made by older code
        raise InputError(f"the data of {komnr} have to be run first: why rows were removed was not kept then")
    return read_parquet(lake.file(entry.files[gone]), columns=["raekke", "aarsag"])


def _require_ledger(komnr: str, entry: ChainEntry, removed: pl.DataFrame, states: Sequence[str]) -> None:
    counted: dict[str, int] = {}
    for step, reason, rows in entry.ledger:
        if reason is not None and step in states:
            counted[reason] = counted.get(reason, 0) + rows
    found = dict(removed.group_by("aarsag").len().iter_rows())
    if found != counted:
        raise LedgerError(f"{komnr}: the rows removed are not those the ledger counts")


def _corrected(lake: Lake, entry: ChainEntry, statistic: Statistic) -> Iterator[pl.DataFrame]:
    """raekke and aarsag of every row a rule of the chain corrected, column by column."""
    for state in statistic.rulebook.chain:
        for column in dict.fromkeys(rule.column for rule in state.rules if rule.column and rule.severity == "corrects"):
            path = lake.file(entry.files[dataset(statistic, state.name)])
            rows = read_parquet(path, columns=["raekke", column])
            yield rows.filter(pl.col(column).is_not_null()).select("raekke", aarsag=column)


def _files(raw: RawPartition) -> pl.Series:
    """The file each raw row came with; the deliveries' rows follow one another."""
    names = [safe_name(part.filename) for part in raw.deliveries]
    place = np.repeat(np.arange(len(names), dtype=np.uint32), [part.rows for part in raw.deliveries])
    return pl.Series("fil", names).gather(pl.Series(place))


def _of_delivery(lake: Lake, raw: RawPartition, part: RawPart, how: Combining) -> pl.DataFrame:
    """Records of one file that never became rows (unreadable ones, duplicates, gengangere), and those filled in by R2."""
    fil = safe_name(part.filename)
    verdict = lake.verdict(part.key)
    if verdict is None:
        raise InputError(f"{part.kvartal} has to be run first: what was found in {fil} is not known any more")
    copy = read_parquet(lake.typed_path(part.key), columns=["post", how.id, "system", *how.filled])
    copy = copy.rename({how.id: "id"})
    bad = _unreadable(verdict)
    parts = [bad, _duplicates(verdict, copy, bad, how.twice.name)]
    if part.rows < copy.height or how.fill.name in raw.remarks["raw"]:
        parts += _of_union(lake, raw, copy, how)
    return pl.concat(parts).with_columns(fil=pl.lit(fil)).select("aarsag", "fil", "post", "id", "felt")


def _unreadable(verdict: Verdict) -> pl.DataFrame:
    """Bad records by their first finding, as far as the verdict names them: the first of the file."""
    schema = {"record": pl.Int64, "field": pl.String, "code": pl.String}
    first = pl.DataFrame(verdict.findings, schema=schema, orient="row").unique(
        "record", keep="first", maintain_order=True
    )
    return first.select(aarsag="code", post="record", id=pl.lit(None, dtype=pl.String), felt="field")


def _duplicates(verdict: Verdict, copy: pl.DataFrame, bad: pl.DataFrame, code: str) -> pl.DataFrame:
    """R2: what is neither a row of the typed copy nor unreadable was followed by a record with the same id (unknown here).

    After the last bad record the verdict names, one it does not name cannot be told from a duplicate.
    """
    named = bad.get_column("post")
    whole = named.len() == verdict.bad_records
    left = np.ones((verdict.records if whole else named.to_list()[-1]) + 1, dtype=bool)
    left[0] = False
    for known in (copy.get_column("post"), named):
        left[known.filter(known < left.size).to_numpy()] = False
    nothing = pl.lit(None, dtype=pl.String)
    return (
        pl.Series("post", np.flatnonzero(left).astype(np.int64))
        .to_frame()
        .select(aarsag=pl.lit(code), post="post", id=nothing, felt=nothing)
    )


def _of_union(lake: Lake, raw: RawPartition, copy: pl.DataFrame, how: Combining) -> list[pl.DataFrame]:
    """R2: rows of a file that are not in the kommune's combined data, and rows filled in there."""
    union = read_parquet(lake.file(raw.file), columns=["system", "post", *how.filled])
    gone = copy.join(union, on=["system", "post"], how="anti")
    both = copy.join(union, on=["system", "post"], how="inner", suffix="_nu")
    filled = both.filter(
        pl.any_horizontal(pl.col(name).is_null() & pl.col(f"{name}_nu").is_not_null() for name in how.filled)
    )
    return [
        rows.select(
            pl.lit(reason).alias("aarsag"),
            pl.col("post").cast(pl.Int64),
            "id",
            pl.lit(None, dtype=pl.String).alias("felt"),
        )
        for reason, rows in ((how.same.name, gone), (how.fill.name, filled))
    ]
