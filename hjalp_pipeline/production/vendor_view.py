"""The select of deliveries and their errors by vendor, with the names a statistic has for what it counts."""

from hjalp_pipeline.production.quarter.quarter_run import unknown_codes
from hjalp_pipeline.report_spec import VendorPage
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.catalog import Relation, Select
from hjalp_pipeline.storage.duck import sql_text

#: What the view is called; its select is the only one in ``sql/`` that belongs to no statistic and no register.
NAME = "leverandoerer"
_TEXTS = {
    "leverandoer": "Leverandøren, ukendt = filens afsender er ikke anmeldt",
    "kommuner": "Kommuner, den har leveret for",
    "leverancer": "Leverancer",
    "afviste": "Leverancer, der er afvist",
    "poster": "Poster i de leverancer, der er læst til ende",
    "fejlposter": "Poster med fejl i dem",
    "andel_afviste": "Afviste leverancers andel af leverancerne (0-1)",
    "andel_fejlposter": "Fejlposters andel af posterne (0-1), tom = ingen læst",
}


def counts(statistic: Statistic) -> tuple[str, str, str]:
    """Columns of the view with what the statistic follows: its records, those whose code no list knows, and their share.

    ValueError when it follows no code.
    """
    unknown = unknown_codes(statistic)
    if unknown is None:
        raise ValueError(f"{statistic.name}: a page on vendors shows the records Statistic.unknown follows")
    return statistic.thing, unknown, f"andel_{unknown}"


def vendor_select(statistic: Statistic) -> str:
    """The select over the relations ``leverancer``, ``systems`` and ``unknown_codes`` of the statistic."""
    followed, unknown, _ = counts(statistic)
    text = sql_text(NAME)
    for name, own in {"period": statistic.period.attribute, "followed": followed, "unknown": unknown}.items():
        text = text.replace(f"{{{{ {name} }}}}", own)
    return text


def vendor_view(statistic: Statistic, declared: VendorPage, office: str) -> Relation:
    """The same as a view of the analysts' database; ``office``: who may see it."""
    of_columns = (declared.followed[1], declared.unknown[1], declared.share[1])
    return Relation(
        NAME,
        f"Deliveries and their errors by vendor and {statistic.period.word}. {office}",
        _TEXTS | dict(zip(counts(statistic), of_columns, strict=True)),
        Select(vendor_select(statistic)),
    )
