"""The layout of the services and what a receipt remarks; how the readers take it stands in ``delivery/layouts/test_second``."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.statistics.hand.layout.receipt_remarks import TEXTS, look
from hjalp_pipeline.statistics.hand.layout.ydelse import LAYOUTS
from hjalp_tests.delivery.layouts.second import deliver, record

RECEIVED = date(2025, 2, 10)
#: Name and whether it is required, as the specification has them.
FIELDS = {
    "ydelse_id": True,
    "handlekommune": True,
    "betalingskommune": False,
    "pnr": True,
    "modt_ydelse_kode": True,
    "ydelse_start": True,
    "ydelse_slut": False,
    "maalgruppe": False,
    "funk_vurd": False,
    "prodnr": False,
    "afdeling_uuid": False,
}
REMARKS = [
    # field, value -> remark
    ("modt_ydelse_kode", "31202", None),
    ("modt_ydelse_kode", "107", "YDELSE_UKENDT"),
    ("pnr", "101901234", "PNR_NI_CIFRE"),
    ("pnr", "0101901234", None),
    ("maalgruppe", "", None),
    ("maalgruppe", "1.1.1 1.2.2.7", None),
    ("maalgruppe", "1.1.1 1.3", "MAALGRUPPE_UKENDT"),
    ("ydelse_start", "1950-01-01", None),
    ("ydelse_start", "1949-12-31", "STARTET_FOER_1950"),
    ("ydelse_start", "2025-02-10", None),
    ("ydelse_start", "2025-02-11", "STARTET_FREMTID"),
    ("ydelse_id", "Y\ufffd", "TEGN_FORVANSKET"),
]


def test_its_fields() -> None:
    assert {field.name: field.required for field in LAYOUTS.first.fields} == FIELDS
    assert LAYOUTS.first.declaration.period.pattern.startswith("[0-9]{4}M")
    assert [version.from_period for version in LAYOUTS.versions] == ["2013M10"]


@pytest.mark.parametrize("form", ["csv", "xml"])
@pytest.mark.parametrize(("field", "value", "remark"), REMARKS)
def test_what_a_receipt_remarks(tmp_path: Path, form: str, field: str, value: str, remark: str | None) -> None:
    frame = deliver(tmp_path, form, [record(1, **{field: value})]).frame
    assert frame is not None
    assert look(frame, RECEIVED) == ({remark: 1} if remark else {})
    assert remark in {None, "TEGN_FORVANSKET", *TEXTS}


def test_nothing_delivered_is_nothing_odd() -> None:
    assert look(pl.DataFrame(schema=LAYOUTS.typed_schema), RECEIVED) == {}
