"""In which order releases may come out: what keeps a new one from being published when its definition says."""

from hjalp_pipeline.production.release.behind_closed import is_closed
from hjalp_pipeline.production.release.definition_files import planned_definitions, read_definition
from hjalp_pipeline.production.release.release_calendar import CALENDAR, read_days, too_soon
from hjalp_pipeline.publishing.definition import Definition, is_release_name
from hjalp_pipeline.storage.root import DataRoot


def out_of_order(root: DataRoot, definition: Definition) -> list[str]:
    """What keeps a new release from being published when its definition says: the calendar announces a later day, or a release
    of one of its years that stands comes out after it. That one is not protected against the new one, and the pages of the
    new one would show its figures before their time, whether its definition or the calendar says so. And a release it names
    that does not stand.
    """
    faults = [*unfit_tables(root, definition), *left_out(root, definition), *too_soon(root, definition)]
    faults += [
        f"protect_against: releases/{name} does not stand, so nothing can be protected against it"
        for name in definition.protect_against
        if not (root.releases / name / "manifest.json").is_file()
    ]
    days = read_days(root)
    opens = days.opens_at(definition.release, definition.publish_at)
    for other in _standing_of_its_years(root, definition):
        first = days.opens_at(other.release, other.publish_at)
        what = f"{other.release}, which has been made and holds one of its years"
        if other.publish_at > definition.publish_at:
            faults.append(f"publish_at: before that of {what}; take its moment or a later one")
        elif opens is not None and is_closed(root, other.release) and (first is None or first > opens):
            faults.append(
                f"publish_at: {CALENDAR.place} keeps {what}, closed until after it; take its moment or a later one"
            )
    return faults


def unfit_tables(root: DataRoot, definition: Definition) -> list[str]:
    """What is wrong with the tables a release names: none is called so, or one is left out that is protected by itself. The
    evidence tells which cells such a table hides, so it can only come with the others.
    """
    declared, named = root.declared, definition.tables
    known = sorted(spec.id for spec in declared.every.tables)
    faults = [f"tables: {name} is none of {', '.join(known)}" for name in named if name not in known]
    needed = [spec.id for spec in declared.protected if named and spec.id not in named]
    return faults + (
        [f"tables: {', '.join(needed)} must be among them; only what follows from others may come later"]
        if needed
        else []
    )


def left_out(root: DataRoot, definition: Definition, *, foreseen: bool = False) -> list[str]:
    """Tables that a release leaves out and an earlier one of its years has published: what changed in them since would stand in
    no revision. One under development is left out unless it is named. ``foreseen``: or will have, by its definition.
    """
    declared = root.declared
    named = set(definition.tables or (spec.id for spec in declared.tables))
    later = [spec for spec in declared.every.tables if spec.id not in named]
    if not later:
        return []
    shown = {
        spec.id: f"{other.release}, which holds one of its years, has published it"
        for other in _standing_of_its_years(root, definition)
        for spec in later
        if (root.releases / other.release / spec.csv).is_file()
    }
    for other in _planned_before(root, definition) if foreseen else ():
        for spec in later:
            if spec.id in other.tables or (not other.tables and spec in declared.tables):
                shown.setdefault(
                    spec.id, f"{other.release}, which holds one of its years, comes before and publishes it"
                )
    return [f"tables: {spec.id} must be among them; {shown[spec.id]}" for spec in later if spec.id in shown]


def _planned_before(root: DataRoot, definition: Definition) -> list[Definition]:
    """Definitions of its years that come out no later and whose releases are not made."""
    key = (definition.publish_at, definition.release)
    return [
        other
        for other in planned_definitions(root)
        if (other.publish_at, other.release) < key
        and set(other.span.times) & set(definition.span.times)
        and not (root.releases / other.release / "manifest.json").is_file()
    ]


def _standing_of_its_years(root: DataRoot, definition: Definition) -> list[Definition]:
    names = sorted(path.parent.name for path in root.releases.glob("*/manifest.json"))
    others = [read_definition(root, name) for name in names if name != definition.release and is_release_name(name)]
    return [other for other in others if set(other.span.times) & set(definition.span.times)]
