"""What a release was made of, told so that it can be made again: its pins (R13).

They stand in the release's ``manifest.json`` and so appear with it, in one rename; the lake keeps a copy of the manifest
for the case that the folder is removed. A release is made again from its pins, whatever has been delivered since.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.production.inbox.together import groups
from hjalp_pipeline.production.quarter.counting import declared_counting
from hjalp_pipeline.production.release import pin_texts
from hjalp_pipeline.production.release.known_defects import KnownDefect
from hjalp_pipeline.production.release.pin_texts import Decisions
from hjalp_pipeline.publishing.definition import Definition
from hjalp_pipeline.publishing.table import Text
from hjalp_pipeline.rules.approval import Decision
from hjalp_pipeline.rules.collaborations import Collaboration
from hjalp_pipeline.rules.systems import SystemRow
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.fingerprints import code_fingerprint, fingerprint, package_fingerprint
from hjalp_pipeline.storage.registers import preparation_code
from hjalp_pipeline.typed import Faults, Written, as_json, from_json

#: When a decision was given that a manifest of version 0.2.0 or older counts: not told, and so never outdated.
_UNTOLD = datetime(9999, 12, 30, tzinfo=UTC)  # in Danish time it must be a day too


class Gate(StrEnum):
    """What a release has to pass, in this order; a release that is refused names the one that is closed."""

    DEFINITION = "definition"
    APPROVALS = "approvals"
    POPULATION = "population"
    DELIVERIES = "deliveries"
    LEDGER = "ledger"
    CROSS_PRODUCT = "cross_product"
    MOVES = "moves"
    CONFIDENTIALITY = "confidentiality"
    UNCHANGED = "unchanged"


class ReleaseRefused(Exception):
    """A check that blocks failed. ``reasons`` names each kommune or file; nothing was written."""

    def __init__(self, release: str, reasons: list[str], gate: Gate = Gate.UNCHANGED) -> None:
        """``reasons``: one sentence each; ``gate``: which one is closed, without it that what stands is as it was."""
        self.release, self.reasons, self.gate = release, reasons, gate
        super().__init__(f"release {release} is refused:\n" + "\n".join(f"- {reason}" for reason in reasons))


class PinsError(InputError, ValueError):
    """The pins in a manifest cannot be read. Names the keys and what is wrong with each."""

    def __init__(self, what: str) -> None:
        """``what``: keys and rules."""
        super().__init__(f"the pins of a manifest cannot be read: {what}")


@dataclass(frozen=True, slots=True)
class KommunePin:
    """The deliveries in force of a reporting kommune: the quarter, and SHA-256 by ``kvartal/filename``, newest system first."""

    kvartal: str
    files: Annotated[tuple[tuple[str, str], ...], Written(dict[str, str], lambda files: tuple(files.items()), dict)]


@dataclass(frozen=True, slots=True)
class ArchivePin:
    """An earlier release whose microdata stand in for records that ended by a day, with SHA-256 by register."""

    release: str
    until: date
    files: Mapping[str, str]


#: Rows of the code lists as a manifest holds them.
_System = Annotated[SystemRow, Written(str, pin_texts.system, pin_texts.system_text)]
_Collaboration = Annotated[Collaboration, Written(str, pin_texts.collaboration, pin_texts.collaboration_text)]
_Defect = Annotated[
    KnownDefect,
    Written(tuple[str, tuple[str, ...], date | None, date | None, str], lambda row: KnownDefect(*row), astuple),
]


@dataclass(frozen=True, slots=True)
class Pins:
    """Every input of a release. ``dataclasses.replace`` gives the release with one input changed.

    ``definition``: SHA-256 of its toml; ``registers`` and ``register_files``: date of the extract and SHA-256 by file;
    ``systems`` and ``collaborations``: the code lists' rows; ``decisions``: the approvals that count, ``decided_at``: when
    each was given (documents say it, no figure depends on it); ``files``: SHA-256 of the code lists' files,
    ``approval_files``: of the approvals', as they were; ``code``: of the code that counted. ``known_defects`` (those of the
    release's years) and ``publication``: the code lists' rows that stand beside its figures. ``covered``: see
    ``Statistic.covered``.
    """

    definition: str
    registers: str
    register_files: Mapping[str, str]
    deliveries: Mapping[str, KommunePin]
    systems: tuple[_System, ...]
    collaborations: tuple[_Collaboration, ...]
    decisions: Annotated[Decisions, Written(dict[str, dict[str, str]], pin_texts.decisions, pin_texts.decisions_text)]
    #: Manifests of version 0.2.0 and older do not tell it.
    decided_at: Annotated[
        Mapping[tuple[int, str, str], datetime],
        Written(dict[str, dict[str, dict[str, str]]], pin_texts.moments, pin_texts.moments_text),
    ]
    files: Mapping[str, str]
    approval_files: Mapping[str, str]
    code: str
    #: Manifests of version 0.3.1 and older have neither.
    known_defects: tuple[_Defect, ...] = ()
    publication: Mapping[str, Text] = field(default_factory=dict)
    #: Kommuner whose records are inside those of another; left out of the manifest where there are none.
    covered: tuple[str, ...] = ()
    #: Left out of the manifest where there is none.
    archive: ArchivePin | None = None
    #: SHA-256 of the office's key; left out of the manifest where there is none.
    key: str = ""
    #: Whether figures were kept from each kommune too; releases made before it was the default do not tell it.
    protect_kommuner: bool | None = None
    #: The confirmed day it was announced for; left out of the manifest where there was none.
    announced: date | None = None

    @property
    def silent(self) -> frozenset[str]:
        """Those of them that have delivered nothing themselves."""
        return frozenset(self.covered) - self.deliveries.keys()

    @property
    def latest(self) -> dict[tuple[int, str, str], Decision]:
        """The decisions that count, with when they were given."""
        return {
            key: Decision(self.decided_at.get(key, _UNTOLD), *key, approved) for key, approved in self.decisions.items()
        }

    @property
    def sources(self) -> dict[str, str]:
        """For each kommune a hash of all that its figures come from: equal in two releases, they cannot have changed (R11).

        The program, the register extract, the list of collaborations and the kommune's own deliveries; those of everyone
        whom collaborations, also ended ones, connect it with, for they are held against each other (R2); and those of
        everyone who reports for others, for he may hold loans of any kommune's residents (R8).
        """
        pairs = {(row.komnr_indberetter, row.komnr_medlem) for row in self.collaborations}
        connected = groups(pair for pair in pairs if pair[0] != pair[1])
        reporters = {reporter for reporter, member in pairs if reporter != member}
        rows = [pin_texts.collaboration_text(row) for row in self.collaborations]
        common = (self.code, sorted(self.register_files.items()), rows)

        def delivered(komnr: str) -> tuple[object, ...]:
            return (
                komnr,
                self.deliveries.get(komnr),
                [pin_texts.system_text(row) for row in self.systems if row.komnr == komnr],
            )

        shared = [delivered(komnr) for komnr in sorted(reporters)]
        own = {komnr: [delivered(other) for other in connected.get(komnr, (komnr,))] for komnr in KOMNR}
        return {komnr: fingerprint(common, shared, own[komnr]) for komnr in KOMNR}

    @property
    def members(self) -> dict[str, frozenset[str]]:
        """For each kommune that reports or has reported for others: those, whose figures it knows (R11)."""
        found: dict[str, frozenset[str]] = {}
        for row in self.collaborations:
            if row.komnr_indberetter != row.komnr_medlem:
                found[row.komnr_indberetter] = found.get(row.komnr_indberetter, frozenset()) | {row.komnr_medlem}
        return found

    def owned(self, definition: Definition) -> bool:
        """Whether figures were kept from each kommune too, whatever the default has become since."""
        return definition.owned_untold if self.protect_kommuner is None else self.protect_kommuner

    def hashes(self, release: str) -> dict[str, str]:
        """SHA-256 of every input by its path below the data root; approvals by the decisions that counted."""
        inputs = {f"releases/{release}.toml": self.definition, **self.files}
        inputs |= {f"registers/{self.registers}/{name}.parquet": digest for name, digest in self.register_files.items()}
        inputs["approvals"] = fingerprint(*sorted(self.decisions.items()))
        for pin in self.deliveries.values():
            inputs |= {f"inbox/{name}": digest for name, digest in pin.files}
        if self.archive is not None:
            folder = f"releases/{self.archive.release}/microdata"
            inputs |= {f"{folder}/{name}.parquet": digest for name, digest in self.archive.files.items()}
        return inputs

    def names(self) -> set[str]:
        """The deliveries (``inbox/2024K4/..``) and the register extract (``registers/2025-04-04``) below the data root."""
        files = {f"inbox/{name}" for pin in self.deliveries.values() for name, _ in pin.files}
        return files | {f"registers/{self.registers}"}

    def as_json(self) -> dict[str, Any]:
        """The pins as the manifest holds them."""
        written: dict[str, Any] = as_json(Pins, self)
        for name in ("covered", "archive", "key", "announced"):
            if not written[name]:
                del written[name]
        if self.protect_kommuner is None:
            del written["protect_kommuner"]
        first = {"definition": written.pop("definition")}
        return (
            first | {"registers": {"date": written.pop("registers"), "files": written.pop("register_files")}} | written
        )

    @classmethod
    def from_json(cls, content: Any) -> "Pins":
        """The pins of a manifest; PinsError when they are of another form, with everything that is."""
        try:
            register = {"registers": content["registers"]["date"], "register_files": content["registers"]["files"]}
            return from_json(cls, {"decided_at": {}, **content, **register})
        except (KeyError, TypeError):
            raise PinsError("registers: must be date and files") from None
        except Faults as fault:
            raise PinsError(str(fault)) from None


def counting_code(statistic: Statistic) -> str:
    """Hash of all code and declarations between a delivery and the unsuppressed tables: with the same inputs it gives the same figures."""
    inbox = [
        f"production/inbox/{name}.py"
        for name in ("delivered", "delivery_reader", "reading", "partitions", "quarter_inbox", "together")
    ]
    quarter = [f"production/quarter/{name}.py" for name in ("chain_results", "counting")]
    python = code_fingerprint("rules", "codelists", "contracts", "delivery", *inbox, *quarter)
    declared = package_fingerprint(*statistic.reading, *statistic.code)
    return fingerprint(python, declared, preparation_code(), declared_counting(statistic))
