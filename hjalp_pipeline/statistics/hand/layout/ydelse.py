"""The layout of the deliveries of services (hand.md, "Delivery"): its versions stand in ``fields.csv`` and ``versions.csv``."""

from hjalp_pipeline.codelists.periods import Maaned
from hjalp_pipeline.delivery.layouts.forms import Form
from hjalp_pipeline.delivery.layouts.layout import Declaration
from hjalp_pipeline.delivery.layouts.versions import Layouts, read_layouts
from hjalp_pipeline.statistics.hand.layout.receipt_remarks import TEXTS, look

#: The day by which everything up to the end of the year before must be in [S: 11 February 2022 for 2015K1-2021K4].
SPAN_DUE = (2, 11)

SERVICE = Declaration(
    record="ydelse",
    period=Maaned,
    id="ydelse_id",
    needed=frozenset({"pnr", "modt_ydelse_kode", "ydelse_start"}),
    forms={
        "ydelse_id": Form.TEKST,
        "handlekommune": Form.EGEN_KOMMUNE,
        "pnr": Form.PERSONNUMMER,
        "modt_ydelse_kode": Form.CIFRE,
        "ydelse_start": Form.DATO,
        "ydelse_slut": Form.DATO,
        "maalgruppe": Form.PUNKTKODER,
    },
    statistic="Handicap og udsatte (voksne)",
    things="ydelser",
    the_things="ydelserne",
    record_da="én ydelse: én ydelse til én borger fra en første til en sidste dag",
    id_da="Ydelses-id",
    span_due=SPAN_DUE,
    look=look,
    remarks=TEXTS,
)
LAYOUTS: Layouts = read_layouts(SERVICE, __package__)
