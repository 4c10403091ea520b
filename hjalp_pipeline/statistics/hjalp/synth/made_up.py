"""Everything this statistic gets of the made-up country: code lists, approvals, release definitions, the inbox."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.statistics.hjalp.synth.delivered_records import make_records
from hjalp_pipeline.statistics.hjalp.synth.deliveries import extensions, plan
from hjalp_pipeline.statistics.hjalp.synth.given_approvals import RELEASES, write_approvals, write_releases
from hjalp_pipeline.statistics.hjalp.synth.loans import make_loans
from hjalp_pipeline.statistics.hjalp.synth.planted_oddities import plant
from hjalp_pipeline.statistics.hjalp.synth.products import make_catalogue
from hjalp_pipeline.statistics.hjalp.synth.senders import (
    COLLABORATIONS,
    KVARTALER,
    SYSTEMS,
    make_senders,
    members,
)
from hjalp_pipeline.statistics.hjalp.synth.system_records import FORM, delivered_fields
from hjalp_pipeline.synth.country import Country, Given, Progress
from hjalp_pipeline.synth.delivery_files import write_delivery
from hjalp_pipeline.synth.source_systems import Delivery, Sender, codelist_texts, write_texts
from hjalp_pipeline.synth.sources import stream


class MadeUpLoans:
    """The loans of a country, ready to be delivered."""

    def __init__(self, country: Country) -> None:
        """Make the loans; of the country only the persons are kept."""
        self.persons, self.seed = country.persons, country.seed
        self.catalogue = make_catalogue()
        self.loans = make_loans(country.persons, country.spells, country.addresses, self.catalogue, country.seed)

    def write(self, out: Path, tell: Progress) -> Given:
        """Write a statistic's folder ``out``."""
        senders = make_senders()
        suppliers = {system: supplier for system, (supplier, _, _) in SYSTEMS.items()}
        texts = codelist_texts(
            "quarter", senders=senders, suppliers=suppliers, collaborations=COLLABORATIONS, extensions=extensions()
        )
        write_texts(out / "codelists", texts)
        write_approvals(out, self.seed)
        write_releases(out)
        deliveries = self._write_inbox(out, senders, tell)
        return Given(
            periods=tuple(str(kvartal) for kvartal in KVARTALER),
            rows={str(kvartal): _rows(deliveries, kvartal) for kvartal in KVARTALER},
            releases=tuple(RELEASES),
            deliveries=tuple(deliveries),
        )

    def _write_inbox(self, out: Path, senders: tuple[Sender, ...], tell: Progress) -> list[Delivery]:
        """Write all deliveries, one kommune (and those it reports for) at a time."""
        done: list[Delivery] = []
        planned = plan(senders, self.seed)
        for komnr in dict.fromkeys(row.sender.komnr for row in planned):
            tell(f"deliveries of {komnr}", 0.55 + 0.45 * len(done) / len(planned))
            cache: dict[str, pl.DataFrame] = {}
            for delivery in (row for row in planned if row.sender.komnr == komnr):
                reported = members(komnr, delivery.period) or (komnr,)
                for member in reported:
                    if member not in cache:
                        cache[member] = self._records_of(member)
                records = pl.concat([cache[member] for member in reported], rechunk=True)
                count = write_delivery(delivered_fields(records, delivery), delivery, FORM, out / "inbox")
                done.append(replace(delivery, records=count))
        return done

    def _records_of(self, komnr: str) -> pl.DataFrame:
        kommune = KOMNR.index(komnr)
        first, end = np.searchsorted(self.loans.kom, [kommune, kommune + 1])
        rows = np.arange(first, end, dtype=np.int32)
        # Systems list their records by id, not by person or date.
        order = stream(self.seed, 8, kommune).permutation(len(rows))
        made = make_records(
            kommune, self.loans.take(rows), int(first), persons=self.persons, catalogue=self.catalogue, seed=self.seed
        )
        return plant(komnr, made[order])


def _rows(deliveries: list[Delivery], kvartal: object) -> int:
    return sum(row.records for row in deliveries if row.period == kvartal and row.story in ("full", "half"))
