"""Html pages from templates: nothing unescaped, nothing undefined, numbers and dates as Danes write them."""

from datetime import date, datetime
from functools import lru_cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, Template

from hjalp_pipeline.pages.charts import danish


def danish_date(day: date | str | None) -> str:
    """10.01.2025 from a date or its ISO text; the day alone of a point in time; nothing for null."""
    return f"{date.fromisoformat(str(day)[:10]):%d.%m.%Y}" if day else ""


def danish_moment(moment: datetime | str | None) -> str:
    """Date and time as on the clock it was given in: 10.01.2025 kl. 08.15; ``ukendt`` for null."""
    return f"{datetime.fromisoformat(str(moment)):%d.%m.%Y kl. %H.%M}" if moment else "ukendt"


def danish_percent(share: float | None, decimals: int = 1) -> str:
    """A share as 12,3 %; nothing for null."""
    return "" if share is None else f"{100 * share:.{decimals}f} %".replace(".", ",").replace("-", "−")


@lru_cache
def template(package: str, name: str) -> Template:
    """The template ``name`` that lies in ``package``; it may extend ``base.html.j2``.

    Filters: ``number`` (Danish thousands), ``day``, ``moment``, ``percent`` (of a share).
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package, "."), PackageLoader("hjalp_pipeline.pages", ".")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": danish,
        "day": danish_date,
        "moment": danish_moment,
        "percent": danish_percent,
    }
    return environment.get_template(name)
