"""Releases that are out: what they showed and hid, and the true figures behind, which never leave the lake."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import polars as pl

from hjalp_pipeline.codelists.spans import Time
from hjalp_pipeline.confidentiality.signing import Decision
from hjalp_pipeline.confidentiality.signing import signing_page as signing_page_of
from hjalp_pipeline.production.quarter.computation import chain_results, figures
from hjalp_pipeline.production.release.disclosure import Audit, Protected, Published
from hjalp_pipeline.production.release.manifest import attempts_of, pins_of, read_pins
from hjalp_pipeline.production.release.release_inputs import ReleaseRefused, collect_inputs, read_definition
from hjalp_pipeline.production.release.side_by_side import each
from hjalp_pipeline.production.release.signed import signing
from hjalp_pipeline.production.release.standing import require_as_published
from hjalp_pipeline.production.release.told_names import word
from hjalp_pipeline.production.release.year_figures import Cell
from hjalp_pipeline.publishing.definition import Definition, is_release_name
from hjalp_pipeline.publishing.statbank import NO_FIGURE
from hjalp_pipeline.storage.entries import ReleaseVerdict, Texts, write_entry
from hjalp_pipeline.storage.files import write_bytes, write_json
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.lake import ChangedError, Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.table_spec import TIME, TableSpec

#: (codes, time) -> figure, None where there is none.
_Figures = dict[tuple[tuple[str, ...], Time], int | None]


def keep_figures(root: DataRoot, release: str, tables: Mapping[str, pl.DataFrame]) -> None:
    """Keep a release's unsuppressed tables in the lake, so that later ones can be protected against it."""
    for name, table in tables.items():
        Lake(root).save_frame(f"udgivelser/{name}", release, table)


def load_published(root: DataRoot, release: str) -> Published:
    """A release that stands; ReleaseRefused when there is none, it is not as it was published, or its figures can no longer be told.

    The true figures come from the lake; when they are gone (another machine, a new lake) or not as they were written they
    are made again from the release's definition, and must agree with every figure that was published.
    """
    folder = root.releases / release
    if not is_release_name(release) or not (folder / "manifest.json").is_file():
        raise ReleaseRefused(release, [f"releases/{release} does not stand: it cannot be protected against or audited"])
    require_as_published(root, release)
    definition = read_definition(root, release)
    everything = _kept_figures(root, definition) or _figures_again(root, definition)
    # A table that was declared later was not published then.
    specs = [spec for spec in root.declared.every.tables if (folder / spec.csv).is_file()]
    tables = {spec.name: everything[spec.name] for spec in specs}
    hidden: set[tuple[Cell, Time]] = set()
    for spec in specs:
        if spec.shares_mask_of:
            continue
        shown = _figures(spec, _shown(root, release, spec).cast({TIME: tables[spec.name].schema[TIME]}))
        true = _figures(spec, tables[spec.name])
        _require_agreement(release, shown, true)
        hidden |= {
            ((spec.name, *codes), aar)
            for (codes, aar), one in shown.items()
            if one is None and true[codes, aar] is not None
        }
    pins = pins_of(root, release)
    sources, members = (pins.sources, pins.members) if pins else ({}, {})
    owned = pins.owned(definition) if pins else definition.owned_untold
    return Published(
        release,
        definition.span.times,
        tables,
        frozenset(hidden),
        sources,
        owned,
        members,
        attempts_of(root, release),
    )


def _kept_figures(root: DataRoot, definition: Definition) -> dict[str, pl.DataFrame] | None:
    """The figures as the lake keeps them; None when one is gone or not as it was written."""
    lake, names = Lake(root), [spec.name for spec in root.declared.asked(definition.tables).tables]
    try:
        return {name: lake.frame(f"udgivelser/{name}", definition.release) for name in names}
    except (FileNotFoundError, ChangedError):
        return None


def _figures_again(root: DataRoot, definition: Definition) -> dict[str, pl.DataFrame]:
    """The figures from what the release was made of, whatever was decided or delivered since."""
    release, pins = definition.release, read_pins(root, definition.release)
    if pins is None:
        return collect_inputs(root, definition).tables
    entries = chain_results(root, release, pins)
    return figures(root, release, pins, entries, definition.span, named=definition.tables)


def protected_then(root: DataRoot, definition: Definition, inputs: Iterable[str]) -> tuple[str, ...]:
    """What a release that was made before was protected against, in the order of then: ``inputs`` of its manifest.

    A release made since does not change one that stands.
    """
    found = [named[1] for name in inputs if (named := re.fullmatch(r"releases/([^/]+)/manifest\.json", name))]
    now = earlier_releases(root, definition)
    return tuple(name for name in now if name in found) + tuple(name for name in found if name not in now)


def earlier_releases(root: DataRoot, definition: Definition) -> tuple[str, ...]:
    """What a release is protected against, oldest first: the releases it names, and any other that stands, comes out
    no later than it and holds one of its years (whoever reads the new one has the old one as well, R11).
    """
    others = {}
    for folder in sorted(root.releases.glob("*/manifest.json")):
        name = folder.parent.name
        if name == definition.release or not is_release_name(name):
            continue
        other = read_definition(root, name)
        same = set(other.span.times) & set(definition.span.times)
        if name in definition.protect_against or (same and other.publish_at <= definition.publish_at):
            others[name] = other.publish_at
    missing = [name for name in definition.protect_against if name not in others]
    return (*missing, *sorted(others, key=lambda name: (others[name], name)))


def keep_verdict(root: DataRoot, release: str, protected: Protected) -> Path:
    """Keep the verdict on a release in the lake: counts by year, and the cells that are not protected by name."""
    path = verdict_path(root, release)
    found = ReleaseVerdict(
        verdict=protected.verdict,
        hidden={str(audit.aar): audit.counts() for audit in protected.audits},
        fails=tuple(protected.fails),
        suppressor_and_attacker_differ=tuple(protected.differ),
        no_pattern_protects=tuple(protected.inherent),
        no_pattern_protects_if_equal_is_unchanged=tuple(protected.guessed),
        accept_unprotectable=protected.unprotectable,
        nothing_keeps_from_a_kommune=tuple(word(name) for audit in protected.audits for name in audit.told),
        price_of_kommuner={str(audit.aar): asdict(audit.price) for audit in protected.audits if audit.price},
    )
    write_entry(path, ReleaseVerdict, found)
    return path


def verdict_path(root: DataRoot, release: str) -> Path:
    """Where the attacker's verdict on a release lies (confidential)."""
    return Lake(root).of_release("fortrolighed", release, "json")


def keep_pages(root: DataRoot, release: str, audits: Sequence[Audit]) -> None:
    """Keep the pages for whoever signs the release in the lake, with the ranges and witnesses: the office's alone.

    What they are by SHA-256 lies beside them, for ``hjalp verify``.
    """
    pages: Texts = {}
    decision = Decision(
        f"releases/{release}.toml",
        f"{root.command('release')} {release}",
        {str(audit.aar): number for audit in audits if (number := len(audit.inherent) + len(audit.guessed))},
    )

    def page_of(audit: Audit) -> str:
        title = f"{release}, {audit.aar}"
        return signing_page_of(signing(audit, root.declared.every, release), title=title, decision=decision)

    for audit, page in zip(audits, each(page_of, audits), strict=True):
        path = signing_page(root, release, audit.aar)
        write_bytes(path, page.encode())
        if audit.evidence is not None:
            write_json(path.with_suffix(".json"), audit.evidence)
        for page_or_evidence in (path, path.with_suffix(".json")):
            if page_or_evidence.is_file():
                pages[page_or_evidence.name] = sha256(page_or_evidence)
    write_entry(Lake(root).of_release("sider", release, "json"), Texts, pages)


def signing_page(root: DataRoot, release: str, aar: Time) -> Path:
    """Where the page for whoever signs the release lies (confidential)."""
    return Lake(root).of_release("fortrolighed", f"{release}_{aar}", "html")


def load_all(root: DataRoot, releases: Sequence[str]) -> list[Published]:
    """Several releases in the order given."""
    return [load_published(root, release) for release in releases]


def _figures(spec: TableSpec, table: pl.DataFrame) -> _Figures:
    """A table as a mapping of codes and time to figure."""
    return {(row[:-2], row[-2]): row[-1] for row in table.select(*spec.keys, spec.measure).iter_rows()}


def _shown(root: DataRoot, release: str, spec: TableSpec) -> pl.DataFrame:
    """What a published table says: null where it has no figure."""
    frame = pl.read_csv(root.releases / release / spec.csv, separator=";", infer_schema=False, glob=False)
    figure = pl.col("INDHOLD").str.replace(",", "", literal=True)  # whole numbers of 10^-decimals
    number = pl.when(~pl.col("INDHOLD").is_in(NO_FIGURE)).then(figure).cast(pl.Int64)
    return frame.select(*(pl.col(key.upper()).alias(key) for key in spec.keys), number.alias(spec.measure))


def _require_agreement(release: str, shown: _Figures, true: _Figures) -> None:
    different = [key for key, figure in shown.items() if figure is not None and true.get(key) != figure]
    if different or set(shown) != set(true):
        what = f"the figures behind {release} can no longer be told: {len(different)} of those published come out otherwise"
        raise ReleaseRefused(release, [what])
