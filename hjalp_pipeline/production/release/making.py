"""A release: figures and microdata from its own inputs, written as one folder, whole or not at all (R13)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from hjalp_pipeline import __version__
from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.confidentiality.evidence import KOMMUNER
from hjalp_pipeline.confidentiality.keyed import OfficeKey
from hjalp_pipeline.confidentiality.progress import Progress
from hjalp_pipeline.production.orders.release_beside import BesideOrders, beside_orders, no_new_orders
from hjalp_pipeline.production.quarter.hiding import with_symbols
from hjalp_pipeline.production.release.behind_closed import is_closed
from hjalp_pipeline.production.release.decision import refusals
from hjalp_pipeline.production.release.disclosure import Protected, Published, protect_tables
from hjalp_pipeline.production.release.embargo import PRIVATE, is_embargoed, set_modes
from hjalp_pipeline.production.release.following import following
from hjalp_pipeline.production.release.keyed_year import Keyed, attempts_in
from hjalp_pipeline.production.release.known_defects import defects_of
from hjalp_pipeline.production.release.large_moves import check_moves
from hjalp_pipeline.production.release.linked_tables import of_counted
from hjalp_pipeline.production.release.manifest import (
    Confidentiality,
    Manifest,
    Program,
    attempts_of,
    keep_manifest,
    known_manifest,
    manifest_hashes,
    write_manifest,
)
from hjalp_pipeline.production.release.microdata_files import write_microdata
from hjalp_pipeline.production.release.paced import Paced
from hjalp_pipeline.production.release.pattern import RULE
from hjalp_pipeline.production.release.pinned_key import key_of
from hjalp_pipeline.production.release.pins import Gate
from hjalp_pipeline.production.release.published import (
    earlier_releases,
    keep_figures,
    keep_pages,
    keep_verdict,
    load_all,
    protected_then,
)
from hjalp_pipeline.production.release.published_tables import Beside, absent, files_of, write_tables
from hjalp_pipeline.production.release.release_inputs import (
    ReleaseInputs,
    ReleaseRefused,
    collect_inputs,
    read_definition,
)
from hjalp_pipeline.production.release.release_order import out_of_order
from hjalp_pipeline.production.release.revision_causes import write_revision
from hjalp_pipeline.production.release.standing import sums
from hjalp_pipeline.production.release.unchanged import require_same, require_standing
from hjalp_pipeline.publishing.definition_sense import contradictions
from hjalp_pipeline.storage.approvals import approvals_lock
from hjalp_pipeline.storage.entries import ReleaseResults, ResultFiles
from hjalp_pipeline.storage.files import scratch, sweep, sync, write_bytes, write_json
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot

#: Writes documents for people into the folder a release is built in, from its inputs and the releases before it, oldest
#: first. The same inputs must give the same bytes.
Documents = Callable[[ReleaseInputs, Sequence[str], Path], None]


@dataclass(frozen=True)
class Release:
    """A release that stands: where, what was counted, and what its manifest says."""

    name: str
    path: Path
    manifest: Manifest
    made: bool


def taking_part(manifest: Manifest) -> list[str]:
    """How many kommuner take part in each year of a release, one sentence a year; none in an old manifest that does not say."""
    return [f"{aar}: {number} of {len(KOMNR)} kommuner take part" for aar, number in manifest.taking_part.items()]


def make_release(
    root: DataRoot,
    release: str,
    now: datetime | None = None,
    documents: Sequence[Documents] = (),
    say: Callable[[str], None] | None = None,
) -> Release:
    """Make a release, or find that the one that stands is the same; ReleaseRefused otherwise.

    The folder appears by one rename. Before ``publish_at`` and its day's confirmation the owner alone may read it; its microdata
    and approval reports never anyone else. ``documents`` come from the floor above. ``say``: told how far the protection is.
    """
    definition = read_definition(root, release)
    embargoed = is_embargoed(root, definition, now := now or datetime.now(UTC))
    target = root.releases / release
    with Lake(root).lock(f"release-{release}"):
        require_standing(root, release)
        if known_manifest(root, release) is None and (
            faults := contradictions(definition, now, root.declared.first_period, root.declared.first_quarter)
            + out_of_order(root, definition)
        ):
            raise ReleaseRefused(release, faults, Gate.DEFINITION)
        inputs = collect_inputs(root, definition)
        sweep(root.releases)
        with scratch(root.releases) as folder:
            building = folder / release
            building.mkdir(mode=0o700)
            made = known_manifest(root, release)
            earlier = (
                protected_then(root, definition, made.inputs)
                if made and made.inputs
                else earlier_releases(root, definition)
            )
            before = load_all(root, earlier)
            check_moves(inputs, before)
            key = key_of(root, release, inputs.pins, earlier)
            protected = _protect(inputs, before, key, Paced(say) if say else None, again=made is not None)
            orders = BesideOrders() if made else beside_orders(inputs, protected, before)
            if say and orders.of_its_years:
                say(f"tried beside tables delivered to order: {orders.of_its_years}")
            specs = inputs.published.tables
            shown = with_symbols(specs, protected.tables)
            write_tables(specs, shown, building)
            write_revision(inputs, before, shown, building)
            for write in documents:
                write(inputs, earlier, building)
            manifest = _write(inputs, protected, shown, earlier, building)
            stands = target.is_dir()
            if made is not None:
                require_same(release, made, manifest)
            if stands:
                set_modes(target, embargoed=embargoed)
            else:
                set_modes(building, embargoed=embargoed or any(is_closed(root, one) for one in earlier))
                for path in building.rglob("*"):
                    sync(path)
                keep_figures(root, release, inputs.tables)
                inputs.lake.save_release_results(release, _results(inputs))
                keep_pages(root, release, protected.audits)
                with approvals_lock(root), no_new_orders(inputs):
                    inputs.check_still()  # nobody may decide otherwise between the figures and their appearance
                    if made is None:
                        orders.check_still(inputs)
                    building.rename(target)
                    sync(root.releases)
            keep_manifest(root, release, manifest)
    return Release(release, target, manifest, made=not stands)


def _results(inputs: ReleaseInputs) -> ReleaseResults:
    """The chain results behind a release by quarter and komnr: what they are called, not what is in them."""
    found: ReleaseResults = {}
    for komnr, entry in inputs.entries.items():
        kvartal = inputs.pins.deliveries[komnr].kvartal
        found.setdefault(kvartal, {})[komnr] = ResultFiles(entry.key, entry.raw_file, entry.files)
    return found


def _protect(
    inputs: ReleaseInputs, before: Sequence[Published], key: OfficeKey | None, progress: Progress | None, *, again: bool
) -> Protected:
    """The tables with everything hidden that must be; ReleaseRefused while the attacker breaks what could be protected, or a
    person has to decide. ``again``: it was made before.
    """
    definition = inputs.definition
    protected = protect_tables(
        inputs.statistic,
        definition.release,
        inputs.tables,
        definition.span.times,
        before,
        sources=inputs.pins.sources,
        members=inputs.pins.members,
        against_insiders=definition.protect_insiders,
        of_one=of_counted(inputs.statistic.linked, inputs.tables_of),
        owned=inputs.pins.owned(definition),
        keyed=Keyed(key, definition.audit_bound, attempts_of(inputs.root, definition.release)) if key else None,
        progress=progress,
    )
    path = keep_verdict(inputs.root, definition.release, protected)
    reasons = refusals(protected, definition, again=again)
    if reasons:
        if not again:  # what was signed of a release that stands stays as it was
            keep_pages(inputs.root, definition.release, protected.audits)
        # Which cells are small is nobody's business who reads a log, nor how many nothing protects.
        where = inputs.root.name(path)
        raise ReleaseRefused(
            definition.release, [f"{reason}; {where} names them" for reason in reasons], Gate.CONFIDENTIALITY
        )
    return protected


def _write(
    inputs: ReleaseInputs,
    protected: Protected,
    shown: Mapping[str, pl.DataFrame],
    earlier: Sequence[str],
    building: Path,
) -> Manifest:
    """Write every other file of the release (``shown``: its tables) and the manifest last; returns the manifest."""
    beside = Beside(
        absent(inputs.deltagere, inputs.definition.span.years),
        defects_of(inputs.definition, inputs.pins.known_defects),
        inputs.pins.publication,
    )
    for name, content in files_of(inputs.statistic, shown, inputs.definition, beside).items():
        write_bytes(building / name, content)
    release = inputs.definition.release
    evidence = {
        "release": release,
        "protected_against": list(earlier),
        **({} if (owned := inputs.pins.protect_kommuner) is None else {"kommuner": KOMMUNER[owned]}),
        "years": [audit.public for audit in protected.audits],
        "follow": following(inputs.published.tables, protected.tables),
    }
    write_json(building / "disclosure_audit.json", evidence)
    microdata = write_microdata(inputs, building / "microdata")
    write_bytes(building / "SHA256SUMS", sums(building, lambda name: PRIVATE.isdisjoint(name.parts)))
    files = [path for path in sorted(building.rglob("*")) if path.is_file()]
    manifest = Manifest(
        release=release,
        confidentiality=Confidentiality(
            rule=RULE,
            verdict=protected.verdict,
            protected_against=tuple(earlier),
            hidden={str(audit.aar): audit.hidden_cells() for audit in protected.audits},
            attempts=attempts_in(protected.audits),
        ),
        program=Program(__version__),
        publish_at=inputs.definition.publish_at.isoformat(),
        publish_at_reason=inputs.definition.publish_at_reason,
        taking_part={str(aar): inputs.taking_part(aar) for aar in inputs.definition.span.years},
        inputs=inputs.hashes() | manifest_hashes(inputs.root, earlier),
        pins=inputs.pins,
        approval_files=inputs.approval_files(),
        rows=inputs.rows() | {"microdata": microdata},
        outputs={path.relative_to(building).as_posix(): sha256(path) for path in files},
    )
    write_manifest(building / "manifest.json", manifest)
    return manifest
