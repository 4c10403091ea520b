"""What the lake's JSON files say, as types, and how they are read and written.

A file of another form, as another version may have left it, counts as never made, like one that was changed on the disk.
Another kind of file is another class here.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

from hjalp_pipeline.rules.rule import Finding
from hjalp_pipeline.storage.sealed import read_sealed, write_sealed
from hjalp_pipeline.typed import Faults, as_json, from_json

T = TypeVar("T")
#: Rows or records by code.
Counts = dict[str, int]


class LedgerLine(NamedTuple):
    """Rows a step kept (``reason`` null) or removed for a reason."""

    step: str
    reason: str | None
    rows: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a delivery (``delivery.intake.Intake`` without its frame).

    ``rows``: of the typed copy, without ``dubletter``; ``copy_sha256``: of its file, null while there is none.
    """

    status: Literal["accepted", "rejected"]
    code: str | None
    detail: str | None
    records: int
    bad_records: int
    findings: tuple[Finding, ...]
    finding_counts: Counts
    bad_by_code: Counts
    remarks: Counts
    rows: int = 0
    dubletter: int = 0
    copy_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class RawPart:
    """A delivery behind a raw partition. ``key`` finds its verdict and typed copy, ``rows``: of its ``records`` those in it."""

    key: str
    kvartal: str
    filename: str
    sha256: str
    records: int
    rows: int


@dataclass(frozen=True, slots=True)
class RawPartition:
    """A kommune's data of a quarter: the file that holds its rows, the deliveries they come from, ledger and remarks.

    ``basis``: what its own deliveries are, ``made_from``: also those it was held against, ``key``: what the data are; it
    stays while only other kommuner's deliveries change and nothing comes of it.
    """

    key: str
    basis: str
    made_from: str
    rows: int
    file: str
    sha256: str
    deliveries: tuple[RawPart, ...]
    records: int
    ledger: tuple[LedgerLine, ...]
    remarks: dict[str, Counts]


@dataclass(frozen=True, slots=True)
class UnknownCodes:
    """A delivery's records in the data state that looks at their code, and those of them whose code no list knows."""

    kvartal: str
    filename: str
    records: int
    unknown: int


@dataclass(frozen=True, slots=True)
class ChainEntry:
    """What the rules made of a raw partition: what all of it was made from in one hash, the partition, counts by step.

    ``files`` and ``sha256``: its files and their hashes by dataset, empty until the lake has written them.
    """

    key: str
    raw_key: str
    raw_file: str
    raw_sha256: str
    records: int
    ledger: tuple[LedgerLine, ...]
    remarks: dict[str, Counts]
    rows: Counts
    unknown_codes: tuple[UnknownCodes, ...]
    files: dict[str, str]
    sha256: dict[str, str]


@dataclass(frozen=True, slots=True)
class QuarterEntry:
    """What a quarter stands on: the register extract it was run with, and the chain results by komnr."""

    extract: str
    extract_fingerprint: str
    kommuner: dict[str, ChainEntry]


@dataclass(frozen=True, slots=True)
class TablesEntry:
    """What the tables of a quarter were counted from, all of it in ``made_from``, the chain results by komnr in ``results``.

    ``files``: SHA-256 by table; ``suppressed``: the results the suppressed tables come from, null while there are none.
    """

    made_from: str
    files: dict[str, str]
    results: dict[str, str]
    suppressed: dict[str, str] | None = None
    suppressed_files: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ResultFiles:
    """A chain result by its names alone, as a release keeps those it was made of."""

    key: str
    raw_file: str
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class ReleaseVerdict:
    """The attacker's verdict on a release: counts by year and table, and the cells that are not protected, by name. Confidential.

    ``accept_unprotectable``: what a definition has to say that lets it go, the number of cells that nothing protects from
    everybody. ``nothing_keeps_from_a_kommune``: cells by name with the kommuner that can tell them; nobody is asked.
    ``price_of_kommuner``: by year, what it costs to keep figures from kommuner too (``price_of_readers.Price``).
    """

    verdict: str
    hidden: dict[str, dict[str, Counts]]
    fails: tuple[str, ...]
    suppressor_and_attacker_differ: tuple[str, ...]
    no_pattern_protects: tuple[str, ...]
    no_pattern_protects_if_equal_is_unchanged: tuple[str, ...]
    accept_unprotectable: int = 0
    nothing_keeps_from_a_kommune: tuple[str, ...] = ()
    price_of_kommuner: dict[str, Counts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditedYear:
    """A year of releases attacked together: counts by table, and cells by name as ``production.verdict.YearAudit`` has them."""

    tid: int | str
    tables: dict[str, Counts]
    fails: tuple[str, ...]
    inherent: tuple[str, ...]
    guessed: tuple[str, ...]
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What ``hjalp audit`` found, by the releases attacked together; ``readers``: as whom, none: as definitions ask. Confidential."""

    releases: tuple[str, ...]
    years: tuple[AuditedYear, ...]
    readers: tuple[str, ...] = ()


#: By quarter and komnr.
ReleaseResults = dict[str, dict[str, ResultFiles]]
#: Text by name: why a file could not be read, SHA-256 of pages.
Texts = dict[str, str]


@dataclass(frozen=True, slots=True)
class PreparedExtract:
    """A register extract as it was prepared: marks and SHA-256 of its files, the code that prepared it, what was written.

    ``arrays``: the folder, ``parts``: SHA-256 by file in it; ``population``: what is wrong with each year.
    """

    marks: dict[str, str]
    code: str
    files: dict[str, str]
    arrays: str
    parts: dict[str, str]
    counts: Counts
    remarks: Counts
    population: dict[int, list[str]]


def read_entry(path: Path, kind: type[T], *, strict: bool = False) -> T | None:
    """A file of the lake as it was written; None when there is none, it was changed, or it is of another form.

    Also when the disk does not give it, unless ``strict``: then OSError.
    """
    content = read_sealed(path, strict=strict)
    try:
        return None if content is None else from_json(kind, content)
    except Faults:
        return None


def write_entry(path: Path, kind: type[T], entry: T) -> None:
    """Write a file of the lake, whole or not at all, with a hash of itself."""
    write_sealed(path, as_json(kind, entry))
