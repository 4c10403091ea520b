"""What is told to machines of a release that is out: its public files as they stand, and files made from them when asked for."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hjalp_pipeline.production.release.publication_list import read_publication
from hjalp_pipeline.production.release.punctuality import PUNCTUALITY, came
from hjalp_pipeline.production.release.release_calendar import read_days
from hjalp_pipeline.publishing.machines import crate, ddi, sdmx_csv, sdmx_structures, sims
from hjalp_pipeline.publishing.machines.dcat import SDMX_CSV, catalogue
from hjalp_pipeline.publishing.machines.described import Described, ReleasedFile
from hjalp_pipeline.publishing.publication import terms_of
from hjalp_pipeline.publishing.table import Text
from hjalp_pipeline.serving.published_shelf import Damaged, Out
from hjalp_pipeline.serving.px_reader import NotRead
from hjalp_pipeline.serving.pxweb_api import PREFIX as PXWEB
from hjalp_pipeline.serving.released_folder import MANIFEST, as_published
from hjalp_pipeline.serving.statbank_api import PREFIX as STATBANK
from hjalp_pipeline.storage.codelists import InputError

#: Where everything of this module is found.
PREFIX = "/releases"
#: What figures can be asked of, by its address.
_SERVICES = {STATBANK: Text("Statistikbankens API", "The StatBank's API"), PXWEB: Text("PxWebApi 2", "PxWebApi 2")}
#: The file of a release that says against which earlier ones it is protected.
_AUDIT = "disclosure_audit.json"
#: What a file is by the end of its name; others of a release (its pages) are not given here.
_MEDIA = {
    ".csv": "text/csv; charset=utf-8",
    ".px": "text/plain; charset=utf-8",
    ".json": "application/json; charset=utf-8",
}
_ABOUT = Text(
    "Udgivne tabeller. Hvor et tal ikke må vises, står der et tegn.",
    "Released tables. Where a figure may not be shown there is a sign.",
)


@dataclass(frozen=True, slots=True)
class MachineFile:
    """A file: its media type, and what makes its bytes. Damaged when they are not what was published."""

    media: str
    make: Callable[[], bytes]


def files_of(out: Out, of: Described) -> Mapping[str, MachineFile]:
    """Every file of a release, ``described``, by name."""
    found = {name: MachineFile(_media(name), partial(_published, out, name)) for name in of.files}
    found |= {name: MachineFile(media, partial(make, of)) for name, (media, make) in _MADE.items()}
    if sims.QUALITY in of.files:
        found["sims.sdmx.xml"] = MachineFile(sims.MEDIA, partial(_sims, out, of))
        found["sims.structures.sdmx.xml"] = MachineFile(sdmx_structures.MEDIA, partial(sims.sims_structures, of))
    if microdata := out.root.declared.microdata:
        make = partial(ddi.ddi, ddi.study_of(of), microdata.intro, microdata.registers, microdata.further)
        found["ddi.xml"] = MachineFile(ddi.MEDIA, make)
    found |= {
        f"{table}{SDMX_CSV}": MachineFile(sdmx_csv.MEDIA, partial(_as_sdmx, out, of, table)) for table in of.tables
    }
    media = {name: file.media for name, file in sorted(found.items())}
    return found | {crate.NAME: MachineFile(crate.MEDIA, partial(_as_crate, out, of, media))}


def _as_crate(out: Out, of: Described, media: Mapping[str, str]) -> bytes:
    against = json.loads(of.read(_AUDIT))["protected_against"] if _AUDIT in of.files else ()
    return crate.crate(of, media, out.release.program, against)


def described(out: Out, base: str) -> Described:
    """A release as the makers take it; ``base``: what addresses begin with. Damaged when a table of it cannot be given."""
    if out.release.faults or not out.release.tables:
        raise Damaged
    root, name = out.root, out.folder.name
    try:
        files, terms = dict(_files(out)), terms_of(read_publication(root))
    except (InputError, OSError):  # by which licence is not guessed
        raise Damaged from None
    return Described(
        statistic=root.statistic,
        title=root.declared.title,
        release=name,
        moment=out.release.moment,
        tables={table: cube.form for table, (cube, _) in sorted(out.release.tables.items())},
        files=files,
        terms=terms,
        address=f"{base}{PREFIX}/{root.statistic}/{name}/",
        read=partial(_published, out),
    )


def in_catalogue(releases: Mapping[tuple[str, str], Out], base: str) -> list[Described]:
    """Every release that can be given, newest first; Damaged when there is none."""
    whole = [out for out in releases.values() if out.release.tables and not out.release.faults]
    if not whole:
        raise Damaged
    return [described(out, base) for out in reversed(whole)]


def whole_catalogue(releases: Sequence[Described], base: str) -> bytes:
    """The catalogue of these releases."""
    source = releases[0].source
    title = Text(f"{source.da}: udgivne tabeller", f"{source.en}: released tables")
    services = {f"{base}{where}": text for where, text in _SERVICES.items()}
    return catalogue(f"{base}{PREFIX}/catalog.ttl", title, _ABOUT, releases, services)


def _of_release(of: Described) -> bytes:
    title = Text(f"{of.title.da}, udgivelse {of.release}", f"{of.title.en}, release {of.release}")
    return catalogue(f"{of.address}dcat.ttl", title, _ABOUT, [of])


def _sims(out: Out, of: Described) -> bytes:
    """As ``quality.json`` was published, but for the days it came late: it was written before."""
    _, late = came(out.folder, read_days(out.root), out.release.moment)
    return sims.sims(of, {PUNCTUALITY: {"days": late}})


def _as_sdmx(out: Out, of: Described, table: str) -> bytes:
    return sdmx_csv.sdmx_csv(of, out.release.tables[table][0].whole())


TURTLE = "text/turtle; charset=utf-8"
#: The files that are made of a release as a whole, by name: media type, and what makes them.
_MADE: Mapping[str, tuple[str, Callable[[Described], bytes]]] = {
    "dcat.ttl": (TURTLE, _of_release),
    "structures.sdmx.xml": (sdmx_structures.MEDIA, sdmx_structures.sdmx_structures),
}


def _files(out: Out) -> list[tuple[str, ReleasedFile]]:
    """Public files of a release that programs read. What is not there, or cannot be, is not told."""
    found = []
    for name, digest in sorted(out.release.sums.items()):
        path = out.folder / name
        if Path(name).name == name and name != MANIFEST and path.suffix in _MEDIA and path.is_file():
            found.append((name, ReleasedFile(name, digest, path.stat().st_size)))
    return found


def _published(out: Out, name: str) -> bytes:
    try:
        return as_published(out.folder / name, out.release.sums, out.release.sums)
    except (OSError, NotRead):
        raise Damaged from None


def _media(name: str) -> str:
    return _MEDIA[Path(name).suffix]
