"""The layout of the deliveries of loans (interfaces.md, "Delivery"): its versions stand in ``fields.csv`` and ``versions.csv``."""

from hjalp_pipeline.codelists.periods import KVARTAL
from hjalp_pipeline.delivery.specification.forms import Form
from hjalp_pipeline.delivery.specification.layout import Declaration
from hjalp_pipeline.delivery.specification.versions import Layouts, read_layouts

LOAN = Declaration(
    record="udlaan",
    period=KVARTAL,
    id="udlaan_id",
    needed=frozenset({"pnr", "udleveringsdato"}),
    forms={
        "udlaan_id": Form.TEKST,
        "komnr_indberetter": Form.EGEN_KOMMUNE,
        "pnr": Form.PERSONNUMMER,
        "udleveringsdato": Form.DATO,
        "indleveringsdato": Form.DATO,
    },
)
LAYOUTS: Layouts = read_layouts(LOAN, __package__)
