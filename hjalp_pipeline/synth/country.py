"""Puts the made-up country together, registers and a statistic's folder: the same bytes for the same seed and scale."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.synth.addresses import make_addresses, make_spells
from hjalp_pipeline.synth.delivered_records import make_records
from hjalp_pipeline.synth.deliveries import Delivery, extensions, plan
from hjalp_pipeline.synth.given_approvals import RELEASES, write_approvals, write_releases
from hjalp_pipeline.synth.loans import Loans, make_loans
from hjalp_pipeline.synth.made_registers import write_extracts
from hjalp_pipeline.synth.planted_oddities import plant
from hjalp_pipeline.synth.population import Persons, make_persons
from hjalp_pipeline.synth.products import Catalogue, make_catalogue
from hjalp_pipeline.synth.senders import COLLABORATIONS, SYSTEMS, Sender, make_senders, members
from hjalp_pipeline.synth.sources import EXTRACTS, KVARTALER, stream
from hjalp_pipeline.synth.system_records import delivered_fields
from hjalp_pipeline.synth.write import write_delivery

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Summary:
    """What was made. ``deliveries`` says of each file how many records it holds and with which code it is rejected."""

    kvartaler: tuple[str, ...]
    rows: dict[str, int]
    persons: int
    spells: int
    extracts: tuple[str, ...]
    releases: tuple[str, ...]
    deliveries: tuple[Delivery, ...]


def generate(
    out: Path, *, registers: Path, scale: float = 0.01, seed: int = 1, progress: Progress | None = None
) -> Summary:
    """Write a made-up country: what the statistic gets below ``out``, register extracts below ``registers``.

    ``scale`` 1 is national size; every kommune exists at any scale. ``progress`` is told what is being made and the
    share done. The rows of the summary are those of the accepted full deliveries of each quarter.
    """
    tell = progress or (lambda _what, _share: None)
    out.mkdir(parents=True, exist_ok=True)
    tell("persons", 0.0)
    persons = make_persons(scale, seed)
    tell("addresses", 0.05)
    addresses, first_address = make_addresses(scale, seed)
    spells = make_spells(persons, first_address, scale, seed)
    tell("loans", 0.15)
    catalogue = make_catalogue()
    loans = make_loans(persons, spells, addresses, catalogue, seed)
    write_extracts(registers, persons, spells, addresses, seed=seed, progress=tell)
    spell_count = len(spells.key)
    del spells, addresses, first_address
    senders = make_senders()
    _write_codelists(out, senders)
    write_approvals(out, seed)
    write_releases(out)
    deliveries = _write_inbox(out, senders, loans, persons, catalogue=catalogue, seed=seed, tell=tell)
    tell("done", 1.0)
    return Summary(
        kvartaler=tuple(str(kvartal) for kvartal in KVARTALER),
        rows={str(kvartal): _rows(deliveries, kvartal) for kvartal in KVARTALER},
        persons=len(persons),
        spells=spell_count,
        extracts=tuple(extract.isoformat() for extract in EXTRACTS),
        releases=tuple(RELEASES),
        deliveries=tuple(deliveries),
    )


def _rows(deliveries: list[Delivery], kvartal: object) -> int:
    return sum(row.records for row in deliveries if row.kvartal == kvartal and row.story in ("full", "half"))


def _write_inbox(
    out: Path,
    senders: tuple[Sender, ...],
    loans: Loans,
    persons: Persons,
    *,
    catalogue: Catalogue,
    seed: int,
    tell: Progress,
) -> list[Delivery]:
    """Write all deliveries, one kommune (and those it reports for) at a time."""
    bounds = np.searchsorted(loans.kom, np.arange(len(KOMNR) + 1))

    def records_of(komnr: str) -> pl.DataFrame:
        kommune = KOMNR.index(komnr)
        rows = np.arange(bounds[kommune], bounds[kommune + 1], dtype=np.int32)
        # Systems list their records by id, not by person or date.
        order = stream(seed, 8, kommune).permutation(len(rows))
        made = make_records(
            kommune, loans.take(rows), int(bounds[kommune]), persons=persons, catalogue=catalogue, seed=seed
        )
        return plant(komnr, made[order])

    done: list[Delivery] = []
    planned = plan(senders, seed)
    for komnr in dict.fromkeys(row.sender.komnr for row in planned):
        tell(f"deliveries of {komnr}", 0.55 + 0.45 * len(done) / len(planned))
        cache: dict[str, pl.DataFrame] = {}
        for delivery in (row for row in planned if row.sender.komnr == komnr):
            reported = members(komnr, delivery.kvartal) or (komnr,)
            for member in reported:
                if member not in cache:
                    cache[member] = records_of(member)
            records = pl.concat([cache[member] for member in reported], rechunk=True)
            count = write_delivery(delivered_fields(records, delivery), delivery, out / "inbox")
            done.append(replace(delivery, records=count))
    return done


def _write_codelists(out: Path, senders: tuple[Sender, ...]) -> None:
    folder = out / "codelists"
    folder.mkdir(parents=True, exist_ok=True)
    systems = ["komnr;system;leverandoer;format;encoding;from_quarter;to_quarter;carry_forward"]
    systems += [
        f"{row.komnr};{row.system};{SYSTEMS[row.system][0]};{row.format};{row.encoding};{row.from_quarter};"
        f"{row.to_quarter or ''};{'yes' if row.carry_forward else 'no'}"
        for row in senders
    ]
    together = ["komnr_indberetter;komnr_medlem;from_date;to_date"]
    together += [
        f"{row.komnr_indberetter};{row.komnr_medlem};{row.from_date};{row.to_date or ''}" for row in COLLABORATIONS
    ]
    granted = ["komnr;quarter;new_deadline;reason"]
    granted += [f"{row.komnr};{row.kvartal};{row.new_deadline};{row.reason}" for row in extensions()]
    for name, lines in (("systems", systems), ("collaborations", together), ("extensions", granted)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
