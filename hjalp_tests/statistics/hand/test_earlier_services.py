"""Services read back from the microdata of an earlier release are those that were written."""

from __future__ import annotations

from datetime import date

import polars as pl
from polars.testing import assert_frame_equal

from hjalp_pipeline.microdata_spec import ReleaseFacts
from hjalp_pipeline.statistics.hand.earlier_services import as_stock, read_services
from hjalp_pipeline.statistics.hand.microdata.handic import HANDIC, HANDICM
from hjalp_pipeline.statistics.hand.microdata.services_given import Services
from hjalp_pipeline.statistics.hand.rules.stock import stock
from hjalp_tests.rules.made_up import Person, register
from hjalp_tests.statistics.hand.rules.made_services import MONTH, OTHER, chained, raw, service

#: A number the register knows although it is too large for a whole number of 32 bits, and one with letters.
LARGE, LETTERS = "7101609001", "AB01609001"
PEOPLE = register(Person(doed="2024-06-15"), Person(OTHER, 2, "1960-02-02"), Person(LARGE), Person(LETTERS, 2))


def test_there_and_back() -> None:
    delivered = [
        service(ydelse_id="1", maalgruppe="2 1.2.1", ydelse_start="2010-05-05"),
        service(
            ydelse_id="2", pnr=OTHER, modt_ydelse_kode="31181", ydelse_start="2019-01-01", ydelse_slut="2021-01-01"
        ),
        service(ydelse_id="3", pnr=LARGE, maalgruppe="9.9"),
        service(ydelse_id="4", pnr=LETTERS, maalgruppe="1.1.1", ydelse_slut="2024-02-29"),
    ]
    last = chained(delivered, PEOPLE).steps[-1].frame
    made = Services(ReleaseFacts("2024v1", (), {}))
    handic = made.rows("101", last)
    ((_, _, handicm),) = made.others()
    read = read_services({HANDIC.name: handic, HANDICM.name: handicm})
    assert read.select("pnr", "pnr_tekst").sort("pnr", "pnr_tekst").rows() == (
        raw(delivered).select("pnr", "pnr_tekst").sort("pnr", "pnr_tekst").rows()
    )
    known = read.with_columns(PEOPLE.find(read["pnr"], read["pnr_tekst"]).alias("person"))
    assert_frame_equal(as_stock(known, PEOPLE).sort(pl.all()), stock(last, MONTH))
    assert read.filter(PNR=LETTERS)["slutter"].to_list() == [date(2024, 2, 29)]
