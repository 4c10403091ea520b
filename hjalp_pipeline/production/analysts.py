"""The analysts' database: made anew after each run and each release, also before anything was run."""

from dataclasses import dataclass
from pathlib import Path

from hjalp_pipeline.production.relations import relations
from hjalp_pipeline.production.release import participation
from hjalp_pipeline.production.release.embargo import held_back
from hjalp_pipeline.production.release.published_cells import release_names, shown_by_releases
from hjalp_pipeline.production.released_relations import SHOWN
from hjalp_pipeline.publishing.definition import DefinitionError
from hjalp_pipeline.storage.catalog import WHOLE, CatalogFault, prepare_catalog, write_catalog
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.entries import Texts, read_entry, write_entry
from hjalp_pipeline.storage.fingerprints import fingerprint
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot

#: What the database looks like: a later program makes one of an earlier form anew.
_FORM = "2"
#: Of what it was made from: a hash of all that it shows, and the file as it was written. Only who makes it asks for them.
_SHOWS, _FILE = _OF_CONTENT = ("shows", "file")


@dataclass(frozen=True, slots=True)
class Catalog:
    """What was made: the relations by name, and the releases that are left out with why."""

    relations: list[str]
    left_out: dict[str, str]


def make_catalog(root: DataRoot) -> Catalog:
    """Write ``{statistic}.duckdb`` from what stands in the lake and in the releases, unless the same stands there."""
    lake = Lake(root)
    made_of = _made_of(root)
    lake.save_frame(participation.DATASET, WHOLE, participation.catalog_frame(root))
    shown = shown_by_releases(root)
    for name, frame in {"releases": shown.releases, "revision": shown.revision, **shown.tables}.items():
        lake.save_frame(f"{SHOWN}/{name}", WHOLE, frame)
    prepared = prepare_catalog(root, relations(root))
    made_of |= {_SHOWS: prepared.made_of}
    if read_entry(_made_at(root), Texts) != {**made_of, _FILE: _as_written(root)}:
        write_catalog(root, prepared)
        write_entry(_made_at(root), Texts, {**made_of, _FILE: _as_written(root)})
    return Catalog(prepared.names, shown.faults)


def _as_written(root: DataRoot) -> str:
    """Size and time of the database, empty when there is none: whoever changes it gets another."""
    try:
        found = root.catalog.stat()
    except FileNotFoundError:
        return ""
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ino}"


def mend_catalog(root: DataRoot) -> bool:
    """Make the database anew when it is of an earlier form, a release has come or gone otherwise than by a run, another
    day was confirmed for one, or the data root was moved or copied: its views name files by their whole path. Whether that was done.

    What keeps it from being made is said by the job whose business it is, and must not keep that job from mending it.
    """
    made = read_entry(_made_at(root), Texts) or {}
    if not root.catalog.is_file() or {name: one for name, one in made.items() if name not in _OF_CONTENT} == _made_of(
        root
    ):
        return False
    try:
        make_catalog(root)
    except (InputError, DefinitionError, CatalogFault):
        return False
    return True


def _made_of(root: DataRoot) -> Texts:
    waiting = {name: opens and opens.isoformat() for name, opens in held_back(root).items()}
    return {
        "root": str(root.folder),
        "form": _FORM,
        "releases": " ".join(release_names(root)),
        "waiting": fingerprint(sorted(waiting.items())),
    }


def _made_at(root: DataRoot) -> Path:
    return Lake(root).file("catalog.json")
