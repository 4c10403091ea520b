"""The rule chain over a quarter, kommune by kommune or several together: reads each raw partition once and
writes all data states of it.

A kommune's result is kept by what it was made from (raw data, register extract, rules): after a re-delivery only that
kommune is computed again, and a release with another extract finds what it shares with the quarter.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache

import polars as pl

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.contracts.states import BESTAND, GONE, RAW, of_state
from hjalp_pipeline.contracts.validation import require
from hjalp_pipeline.rules.chain import Block, ChainResult, run_chain
from hjalp_pipeline.rules.collaborations import Collaboration
from hjalp_pipeline.rules.register import Register
from hjalp_pipeline.rules.several import run_several
from hjalp_pipeline.rules.step import LedgerError, Step
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.entries import ChainEntry, LedgerLine, RawPartition, UnknownCodes
from hjalp_pipeline.storage.files import read_parquet
from hjalp_pipeline.storage.fingerprints import code_fingerprint, fingerprint, package_fingerprint
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.registers import preparation_code


def dataset(statistic: Statistic, state: str) -> str:
    """Lake dataset of a data state, the same as its asset key; of ``GONE``: the rows removed, with why."""
    return f"{state}/{statistic.thing}"


def datasets(statistic: Statistic) -> tuple[str, ...]:
    """Datasets of a chain result, a file of each for every kommune: the data states, removed rows, the stock."""
    return (*(dataset(statistic, state) for state in (*statistic.rulebook.states, GONE)), BESTAND)


@cache
def _code(statistic: Statistic) -> str:
    engine = code_fingerprint("rules", "codelists", "contracts")
    return fingerprint(engine, package_fingerprint(*statistic.code), preparation_code())


class QuarterChain:
    """The chain for one quarter and register extract."""

    def __init__(
        self, lake: Lake, kvartal: str, extract_fingerprint: str, collaborations: Iterable[Collaboration]
    ) -> None:
        """``extract_fingerprint`` says which register the results are for; ``compute`` takes the register itself."""
        self.lake = lake
        self.kvartal = Period.parse(kvartal)
        self.extract_fingerprint = extract_fingerprint
        self.collaborations = tuple(collaborations)

    @property
    def statistic(self) -> Statistic:
        """The statistic as it is declared."""
        return self.lake.root.declared

    def key(self, komnr: str, raw: RawPartition) -> str:
        """What a kommune's chain result is made from, in one hash."""
        return fingerprint(
            raw.key, self.extract_fingerprint, self.blocks(komnr, raw), self.kvartal, _code(self.statistic)
        )

    def stored(self, komnr: str, raw: RawPartition) -> ChainEntry | None:
        """The result if it was computed before."""
        return self.lake.chain(str(self.kvartal), komnr, self.key(komnr, raw))

    def unusable(self, entry: ChainEntry) -> str | None:
        """Why a result that the quarter stood on cannot stand in it beside those of now: another version, or not whole; else None.

        Reads its files, unless they stand as they were when they were read last.
        """
        rulebook = self.statistic.rulebook
        steps = {line.step for line in entry.ledger} | set(entry.remarks)
        if not steps <= set(rulebook.steps) or set(entry.rows) != set(rulebook.states):
            return "it has the steps of another version"
        if set(entry.files) != set(datasets(self.statistic)):
            return "it has the files of another version"
        if not self.lake.intact_chain(entry):
            return "a file of it is gone or not as it was written"
        kept = {state.name: state.stored for state in rulebook.chain}
        for dataset, name in entry.files.items():
            state = dataset.partition("/")[0]
            now = of_state(self.statistic, state).empty().select(kept.get(state, pl.all()))
            if pl.read_parquet_schema(self.lake.file(name)) != now.schema:
                return f"{dataset} has the columns of another version"
        return None

    def compute(self, komnr: str, raw: RawPartition, register: Register) -> ChainEntry:
        """Run the chain on one raw partition, hold every contract, write the states; ContractError writes nothing."""
        where = f"{self.kvartal} {komnr}"
        try:
            result = run_chain(self.statistic.rulebook, self._raw(raw), register, komnr, self.blocks(komnr, raw))
        except LedgerError as fault:
            raise LedgerError(f"{where}: {fault}") from None
        stock = self.statistic.stock.take(result.steps[-1].frame, self.kvartal)
        self._require(result.steps, result.gone, stock, where)
        return self._save(komnr, raw, result, stock)

    def compute_together(self, raws: Mapping[str, RawPartition], register: Register) -> dict[str, ChainEntry]:
        """The same of several kommuner, each of one delivery, that ``batches`` has put together.

        Whatever is wrong with one of them is raised for all; which it is, only ``compute`` can tell.
        """
        first, *_others = raws.items()
        frames = {komnr: self._raw(raw) for komnr, raw in raws.items()}
        if any(frame.height != sum(part.rows for part in raws[komnr].deliveries) for komnr, frame in frames.items()):
            raise LedgerError(f"{self.kvartal}: the deliveries of a kommune do not account for its rows")
        several = run_several(self.statistic.rulebook, frames, register, self.blocks(*first)[0])
        results = dict(several.apart())
        stocks = {
            komnr: self.statistic.stock.take(result.steps[-1].frame, self.kvartal) for komnr, result in results.items()
        }
        self._require(several.steps, several.gone, pl.concat(stocks.values()), str(self.kvartal))
        return {komnr: self._save(komnr, raw, results[komnr], stocks[komnr]) for komnr, raw in raws.items()}

    def _raw(self, raw: RawPartition) -> pl.DataFrame:
        return read_parquet(self.lake.file(raw.file), columns=list(self.statistic.rulebook.input))

    def _require(self, steps: Iterable[Step], gone: pl.DataFrame, stock: pl.DataFrame, where: str) -> None:
        """Hold the contracts of all that is stored."""
        for step in steps:
            require(step.frame, of_state(self.statistic, step.name), where)
        require(gone, of_state(self.statistic, GONE), where)
        require(stock, of_state(self.statistic, BESTAND), where)

    def _save(self, komnr: str, raw: RawPartition, result: ChainResult, stock: pl.DataFrame) -> ChainEntry:
        every = (*result.states.values(), result.gone, stock)
        frames = dict(zip(datasets(self.statistic), every, strict=True))
        return self.lake.save_chain(str(self.kvartal), komnr, frames, self._entry(komnr, raw, result))

    def blocks(self, komnr: str, raw: RawPartition) -> list[Block]:
        """The deliveries behind a raw partition as the rules see them, in the order of its rows."""
        blocks = []
        for part in raw.deliveries:
            kvartal = Period.parse(part.kvartal)
            agreed = self.statistic.agreed(self.collaborations, komnr, kvartal, self.kvartal)
            blocks.append(Block(kvartal, part.rows, agreed))
        return blocks

    def _entry(self, komnr: str, raw: RawPartition, result: ChainResult) -> ChainEntry:
        return ChainEntry(
            key=self.key(komnr, raw),
            raw_key=raw.key,
            raw_file=raw.file,
            raw_sha256=raw.sha256,
            records=raw.records,
            ledger=(*raw.ledger, *_ledger_lines(result)),
            remarks={**raw.remarks, **{step.name: dict(step.remarks) for step in result.steps if step.remarks}},
            rows={step.name: step.frame.height for step in result.steps},
            unknown_codes=tuple(self._unknown(raw, result)),
            files={},
            sha256={},
        )

    def _unknown(self, raw: RawPartition, result: ChainResult) -> Iterator[UnknownCodes]:
        if self.statistic.unknown is None:
            return
        state, code = self.statistic.unknown
        for part, steps in zip(raw.deliveries, result.of_blocks, strict=True):
            (step,) = (step for step in steps if step.name == state)
            removed = step.removed.get(code, 0)
            records, unknown = step.frame.height + removed, step.remarks.get(code, 0) + removed
            yield UnknownCodes(part.kvartal, part.filename, records, unknown)


def rows_inside(lake: Lake, entry: ChainEntry, raw: Sequence[str], **states: Sequence[str]) -> pl.DataFrame:
    """A kommune's rows inside the statistic in raw order: columns of the raw data, then of each data state named.

    A row that a later state removes is outside, so every state is cut down to the rows of the last one.
    """
    statistic = lake.root.declared
    last = statistic.rulebook.states[-1]
    inside = read_parquet(lake.file(entry.files[dataset(statistic, last)]), columns=["raekke", *states.get(last, ())])
    raekke = inside.get_column("raekke")
    parts = [read_parquet(lake.file(entry.raw_file), columns=list(raw))[raekke]] if raw else []
    for state, names in states.items():
        if state == last:
            parts.append(inside.select(names))
            continue
        whole = entry.rows[state] == inside.height  # then both hold the same rows
        columns = list(names) if whole else ["raekke", *names]
        frame = read_parquet(lake.file(entry.files[dataset(statistic, state)]), columns=columns)
        parts.append((frame if whole else frame.filter(pl.col("raekke").is_in(raekke.implode()))).select(names))
    return pl.concat(parts, how="horizontal")


def whole_rows(lake: Lake, entry: ChainEntry, only: Collection[str] | None = None) -> pl.DataFrame:
    """A kommune's records inside the statistic: the raw columns with what every data state added, in raw order.

    A column that several of them have is there as the last has it. ``only``: these columns alone.
    """
    declared = lake.root.declared
    last = {name: state.name for state in declared.rulebook.chain for name in state.stored}
    added: dict[str, list[str]] = {}
    for name, state in last.items():
        if name != "raekke" and (only is None or name in only):
            added.setdefault(state, []).append(name)
    raw = [name for name in of_state(declared, RAW).columns if name not in last and (only is None or name in only)]
    return rows_inside(lake, entry, raw, **added)


def _ledger_lines(result: ChainResult) -> Iterator[LedgerLine]:
    for step in result.steps:
        yield LedgerLine(step.name, None, step.frame.height)
        for reason, rows in step.removed.items():
            yield LedgerLine(step.name, reason, rows)
