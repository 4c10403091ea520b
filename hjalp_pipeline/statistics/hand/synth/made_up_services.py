"""Everything this statistic gets of the made-up country: code lists, approvals, release definitions, the inbox."""

from collections.abc import Container
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.statistics.hand.synth.ordinary_years import ORDINARY
from hjalp_pipeline.statistics.hand.synth.programme import Programme
from hjalp_pipeline.statistics.hand.synth.received import make_services
from hjalp_pipeline.statistics.hand.synth.service_records import FORM, as_delivered, make_rows
from hjalp_pipeline.statistics.hand.synth.vendor_systems import (
    COLLABORATIONS,
    SUPPLIERS,
    make_senders,
    of_sender,
    reported_by,
)
from hjalp_pipeline.synth.country import Country, Given, Progress
from hjalp_pipeline.synth.delivery_files import write_delivery
from hjalp_pipeline.synth.source_systems import Delivery, Sender, codelist_texts, write_texts


class MadeUpServices:
    """The services of a country, ready to be delivered."""

    def __init__(self, country: Country, programme: Programme = ORDINARY) -> None:
        """Make the services; of the country only the persons are kept."""
        self.persons, self.seed, self.programme = country.persons, country.seed, programme
        self.services = make_services(country)

    def write(self, out: Path, tell: Progress) -> Given:
        """Write the statistic's folder ``out``."""
        programme, senders = self.programme, make_senders(self.programme.changes)
        write_texts(out / "codelists", codelists(programme, programme.listed_wrongly))
        write_texts(out / "approvals", programme.approvals(self.seed))
        write_texts(out / "releases", {f"{name}.toml": text for name, text in programme.releases.items()})
        deliveries = self._write_inbox(out, senders, tell)
        return Given(
            periods=tuple(str(month) for month in programme.months),
            rows={str(month): _rows(deliveries, month) for month in programme.months},
            releases=tuple(programme.releases),
            deliveries=tuple(deliveries),
        )

    def _write_inbox(self, out: Path, senders: tuple[Sender, ...], tell: Progress) -> list[Delivery]:
        """Write all deliveries, one kommune (and the one it reports for) at a time."""
        done: list[Delivery] = []
        planned = self.programme.deliveries(senders, self.seed)
        for komnr in dict.fromkeys(row.sender.komnr for row in planned):
            tell(f"deliveries of {komnr}", 0.55 + 0.45 * len(done) / len(planned))
            rows = pl.concat([self._rows_of(code) for code in reported_by(komnr)], rechunk=True)
            for delivery in (row for row in planned if row.sender.komnr == komnr):
                month = delivery.period
                own = of_sender(self.programme.plant(komnr, str(month), rows), delivery.sender, self.programme.changes)
                count = write_delivery(as_delivered(own, delivery), delivery, FORM, out / "inbox")
                done.append(replace(delivery, records=count))
        return done

    def _rows_of(self, komnr: str) -> pl.DataFrame:
        kommune = KOMNR.index(komnr)
        first, end = np.searchsorted(self.services.kom, [kommune, kommune + 1])
        services = self.services.take(np.arange(first, end))
        return make_rows(kommune, services, int(first), persons=self.persons, seed=self.seed)


def _rows(deliveries: list[Delivery], month: object) -> int:
    return sum(row.records for row in deliveries if row.period == month and row.story in ("full", "half"))


def codelists(programme: Programme, listed_wrongly: Container[str] = ()) -> dict[str, str]:
    """Text of the office's lists; of kommuner listed wrongly, the old system is not carried forward."""
    senders = [
        replace(row, carry_forward=row.carry_forward and row.komnr not in listed_wrongly)
        for row in make_senders(programme.changes)
    ]
    return codelist_texts(
        "period", senders=senders, suppliers=SUPPLIERS, collaborations=COLLABORATIONS, extensions=programme.extensions()
    )
