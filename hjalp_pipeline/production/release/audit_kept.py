"""What ``hjalp audit`` leaves in the lake for whoever asked: per year and table the counts, and the cells that fail."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from hjalp_pipeline.confidentiality.model import Name
from hjalp_pipeline.production.release.disclosure import Audit
from hjalp_pipeline.production.release.person_readers import ReaderKind
from hjalp_pipeline.production.release.told_names import word
from hjalp_pipeline.storage.entries import AuditedYear, AuditEntry, read_entry, write_entry
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot


def save_audit(
    root: DataRoot, releases: Sequence[str], audits: Sequence[Audit], readers: Collection[ReaderKind] = ()
) -> None:
    """Keep the outcome of an attack, by the releases attacked together and as whom (none: as their definitions ask)."""
    years = tuple(
        AuditedYear(
            audit.aar,
            audit.counts(),
            _words(audit.fails),
            _words(audit.inherent),
            _words(audit.guessed),
            _words(audit.told),
        )
        for audit in audits
    )
    entry = AuditEntry(tuple(releases), years, tuple(sorted(set(readers))))
    write_entry(_path(root, releases, readers), AuditEntry, entry)


def read_audit(root: DataRoot, releases: Sequence[str], readers: Collection[ReaderKind] = ()) -> AuditEntry | None:
    """The outcome of the last attack on these releases together as these readers, None when there was none."""
    return read_entry(_path(root, releases, readers), AuditEntry)


def _words(names: Iterable[Name]) -> tuple[str, ...]:
    return tuple(word(name) for name in names)


def _path(root: DataRoot, releases: Sequence[str], readers: Collection[ReaderKind]) -> Path:
    """Attacks as other readers are other files: none writes over another."""
    return Lake(root).file(f"audits/{'-'.join(['_'.join(releases), *sorted(set(readers))])}.json")
