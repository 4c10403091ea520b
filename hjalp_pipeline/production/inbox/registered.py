"""Under which row of ``systems.csv`` a delivery comes, and which part of its name no row has."""

from collections.abc import Iterable, Sequence

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.delivery.names import DeliveryName
from hjalp_pipeline.rules.systems import SystemRow


def sender_of(systems: Sequence[SystemRow], name: DeliveryName) -> SystemRow | None:
    """The row a delivery comes under, None = UKENDT_AFSENDER."""
    period = Period.parse(name.kvartal)
    for row in systems:
        if (row.komnr, row.system, row.format) == (name.komnr, name.system, name.format) and row.in_force(period):
            return row
    return None


def unknown_part(systems: Sequence[SystemRow], name: DeliveryName) -> str:
    """Which part of the name is not registered, in Danish; tells what is registered, and nothing of the name."""
    of_kommune = [row for row in systems if row.komnr == name.komnr]
    if not of_kommune:
        return "Kommunen har intet anmeldt system."
    of_system = [row for row in of_kommune if row.system == name.system]
    if not of_system:
        return f"Kommunen har ikke anmeldt systemet. Anmeldt: {_listed(row.system for row in of_kommune)}."
    of_format = [row for row in of_system if row.format == name.format]
    if not of_format:
        return (
            f"Systemet er ikke anmeldt med formatet {name.format}. Anmeldt: {_listed(row.format for row in of_system)}."
        )
    spells = _listed(
        f"fra {row.from_quarter}" + (f" til {row.to_quarter}" if row.to_quarter else "") for row in of_format
    )
    return f"Systemet er ikke anmeldt for {name.kvartal}. Anmeldt: {spells}."


def _listed(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))
