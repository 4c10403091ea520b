"""The layout of the deliveries of loans (interfaces.md, "Delivery"): its versions stand in ``fields.csv`` and ``versions.csv``."""

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.delivery.layouts.forms import Form
from hjalp_pipeline.delivery.layouts.layout import Declaration
from hjalp_pipeline.delivery.layouts.versions import Layouts, read_layouts
from hjalp_pipeline.statistics.hjalp.layout.receipt_remarks import TEXTS, look

LOAN = Declaration(
    record="udlaan",
    period=Kvartal,
    id="udlaan_id",
    needed=frozenset({"pnr", "udleveringsdato"}),
    forms={
        "udlaan_id": Form.TEKST,
        "komnr_indberetter": Form.EGEN_KOMMUNE,
        "pnr": Form.PERSONNUMMER,
        "udleveringsdato": Form.DATO,
        "indleveringsdato": Form.DATO,
    },
    statistic="Udlån af hjælpemidler",
    things="udlån",
    the_things="udlånene",
    record_da="ét udlån: ét hjælpemiddel udleveret til én borger",
    id_da="Udlåns-id",
    look=look,
    remarks=TEXTS,
)
LAYOUTS: Layouts = read_layouts(LOAN, __package__)
