"""The statistic as a value."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from hjalp_pipeline.codelists.kommuner import HELE_LANDET, KOMNR
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.publishing.table import Text
from hjalp_pipeline.report_spec import VendorPage
from hjalp_pipeline.rules.collaborations import Collaboration, reported_until
from hjalp_pipeline.statistic import Statistic, Stock, View
from hjalp_pipeline.statistics.hjalp.approval.kinds import APPROVAL
from hjalp_pipeline.statistics.hjalp.approval.report_part import REPORT
from hjalp_pipeline.statistics.hjalp.article_rules import ARTICLE
from hjalp_pipeline.statistics.hjalp.codelists.age_groups import AGE_GROUPS
from hjalp_pipeline.statistics.hjalp.codelists.first import FIRST_KVARTAL, FIRST_YEAR
from hjalp_pipeline.statistics.hjalp.codelists.iso_classes import ISO_CLASSES
from hjalp_pipeline.statistics.hjalp.codelists.lov_navn import LOV_NAVN
from hjalp_pipeline.statistics.hjalp.devices.device_dimensions import ISOKLASSE, ISOUNDER, LOVNAVN
from hjalp_pipeline.statistics.hjalp.devices.device_tables import DEVELOPING, FINER
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS
from hjalp_pipeline.statistics.hjalp.microdata.register_rows import MICRODATA
from hjalp_pipeline.statistics.hjalp.quality.quality_part import QUALITY
from hjalp_pipeline.statistics.hjalp.rules.combining import COMBINING
from hjalp_pipeline.statistics.hjalp.rules.paragraph import LOV_NAVN_UKENDT
from hjalp_pipeline.statistics.hjalp.rules.rule_list import PARAGRAPH_ENRICHED, RULEBOOK
from hjalp_pipeline.statistics.hjalp.rules.stock import COLUMNS, reference_years, stock
from hjalp_pipeline.statistics.hjalp.tables import TABLES
from hjalp_pipeline.table_spec import Dimension

if TYPE_CHECKING:
    from hjalp_pipeline.synth.country import Country, MadeUp


def _kommuner() -> pl.DataFrame:
    return pl.DataFrame({"komnr": [HELE_LANDET, *KOMNR]})


def _age_groups() -> pl.DataFrame:
    rows = [(group.code, group.lower, group.upper) for group in AGE_GROUPS]
    return pl.DataFrame(rows, schema={"kode": pl.String, "fra": pl.Int32, "til": pl.Int32}, orient="row")


def _numbered(dimension: Dimension) -> Callable[[], pl.DataFrame]:
    """The codes of a dimension in their order."""
    codes = dimension.variable.codes

    def frame() -> pl.DataFrame:
        return pl.DataFrame({"kode": codes, "nr": range(len(codes))}, schema={"kode": pl.String, "nr": pl.Int32})

    return frame


def _made_up(country: "Country") -> "MadeUp":
    from hjalp_pipeline.statistics.hjalp.synth.made_up import MadeUpLoans  # noqa: PLC0415 (a run never needs it)

    return MadeUpLoans(country)


def _agreed(rows: Iterable[Collaboration], komnr: str, delivered: Period, _run: Period) -> date | None:
    return reported_until(rows, komnr, delivered)


def _stock(rows: pl.DataFrame, kvartal: Period) -> pl.DataFrame:
    return stock(rows, reference_years(kvartal))


VENDORS = VendorPage(
    ("Udlån", "Udlån, der er tilbage efter reglerne om CPR og datoer, i leverancer, der gjaldt"),
    ("Ukendt lov_navn", "Dem af dem, hvis lov_navn ikke er en kode i værdisættet"),
    (
        "Andel af udlånene, hvis lov_navn ikke er en kode i værdisættet",
        "Ukendte lov_navns andel af udlånene (0-1), tom = ingen",
    ),
    "Udlån er dem, der er tilbage efter reglerne om CPR og datoer, i de leverancer, der gjaldt, da kvartalet sidst blev kørt; "
    "ukendt lov_navn er dem af dem, hvis lov_navn ikke er en kode i værdisættet på nogen dag.",
)
_LOANS = View(
    "hjalp/udlaan",
    "every loan inside the statistic as it stands, with what was delivered and what the rules made of it, with CPR numbers.",
    {
        "indleveringsdato_leveret": "Indleveringsdatoen, som den er leveret; indleveringsdato er den, reglerne gav",
        "pnr": "Låners CPR-nummer, som det er leveret",
    },
)
STATISTIC = Statistic(
    "hjalp",
    FIRST_KVARTAL,
    LAYOUTS,
    COMBINING,
    RULEBOOK,
    Stock(COLUMNS, _stock),
    TABLES,
    subject_code="05",
    subject_area=Text("Sociale forhold", "Social conditions"),
    watched="hjalp1",
    mapped="hjalp3",
    reading=(f"{__package__}.layout", f"{__package__}.codelists"),
    code=(f"{__package__}.rules", f"{__package__}.codelists"),
    owner="team:hjaelpemidler",
    first_year=FIRST_YEAR,
    approval=APPROVAL,
    lists={
        "kommuner": _kommuner,
        "aldersgrupper": _age_groups,
        "isoklasser": _numbered(ISOKLASSE),
        "isounderklasser": _numbered(ISOUNDER),
        "paragraffer": _numbered(LOVNAVN),
    },
    agreed=_agreed,
    unknown=(PARAGRAPH_ENRICHED.name, LOV_NAVN_UKENDT.name),
    microdata=MICRODATA,
    views_of_states={"udlaan": _LOANS},
    code_texts={"hmiiso": ISO_CLASSES},
    coded=LOV_NAVN,
    vendors=VENDORS,
    approval_report=REPORT,
    quality=QUALITY,
    article=ARTICLE,
    made_up=_made_up,
    developing=DEVELOPING,
    finer=FINER,
    numbered={
        "in_force": "R1",
        "systems": "R2",
        "population": "R10",
        "confidentiality": "R11",
        "release": "R13",
    },
)
