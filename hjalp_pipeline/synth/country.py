"""Puts the made-up country together, registers and a statistic's folder: the same bytes for the same seed and scale."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from hjalp_pipeline.synth.addresses import Addresses, Spells, make_addresses, make_spells
from hjalp_pipeline.synth.made_registers import write_extracts
from hjalp_pipeline.synth.population import Persons, make_persons
from hjalp_pipeline.synth.sources import EXTRACTS

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Country:
    """Persons with where they have lived, made by a seed."""

    persons: Persons
    spells: Spells
    addresses: Addresses
    seed: int


@dataclass(frozen=True, slots=True)
class Given:
    """What a statistic was given: its periods, records of the accepted full deliveries of each, releases, and each delivery."""

    periods: tuple[str, ...]
    rows: dict[str, int]
    releases: tuple[str, ...]
    deliveries: tuple[Any, ...]


class MadeUp(Protocol):
    """What a country holds for one statistic; it may keep the country's persons, and nothing else of it."""

    def write(self, out: Path, tell: Progress) -> Given:
        """Write the statistic's folder; ``tell`` is told what is being made and the share done, from 0.55 on."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was made. ``deliveries`` says of each file how many records it holds and with which code it is rejected."""

    kvartaler: tuple[str, ...]
    rows: dict[str, int]
    persons: int
    spells: int
    extracts: tuple[str, ...]
    releases: tuple[str, ...]
    deliveries: tuple[Any, ...]


def generate(
    out: Path,
    made_up: Callable[[Country], MadeUp],
    *,
    registers: Path | None,
    scale: float = 0.01,
    seed: int = 1,
    progress: Progress | None = None,
) -> Summary:
    """Write a made-up country: what the statistic gets below ``out``, register extracts below ``registers`` (None: they stand).

    ``made_up``: what a statistic declares (``Statistic.made_up``). ``scale`` 1 is national size; every kommune exists at
    any scale. ``progress`` is told what is being made and the share done.
    """
    tell = progress or (lambda _what, _share: None)
    out.mkdir(parents=True, exist_ok=True)
    tell("persons", 0.0)
    persons = make_persons(scale, seed)
    tell("addresses", 0.05)
    addresses, first_address = make_addresses(scale, seed)
    spells = make_spells(persons, first_address, scale, seed)
    tell("what persons get", 0.15)
    for_statistic = made_up(Country(persons, spells, addresses, seed))
    if registers is not None:
        write_extracts(registers, persons, spells, addresses, seed=seed, progress=tell)
    spell_count = len(spells.key)
    del spells, addresses, first_address  # the largest arrays: deliveries are made without them
    given = for_statistic.write(out, tell)
    tell("done", 1.0)
    return Summary(
        kvartaler=given.periods,
        rows=given.rows,
        persons=len(persons),
        spells=spell_count,
        extracts=tuple(extract.isoformat() for extract in EXTRACTS),
        releases=given.releases,
        deliveries=given.deliveries,
    )
