"""Html pages from templates: nothing unescaped, nothing undefined, numbers and dates as Danes write them."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, Template

from hjalp_pipeline.pages.charts import danish

_DANISH_TIME = ZoneInfo("Europe/Copenhagen")


def danish_date(day: date | str | None) -> str:
    """10.01.2025 from a date or its ISO text; the Danish day of a point in time; nothing for null."""
    return f"{_danish(datetime.fromisoformat(str(day))):%d.%m.%Y}" if day else ""


def danish_moment(moment: datetime | str | None) -> str:
    """Danish date and time: 10.01.2025 kl. 08.15; ``ukendt`` for null. One without zone is Danish already."""
    return f"{_danish(datetime.fromisoformat(str(moment))):%d.%m.%Y kl. %H.%M}" if moment else "ukendt"


def _danish(moment: datetime) -> datetime:
    return moment.astimezone(_DANISH_TIME) if moment.tzinfo else moment


def danish_percent(share: float | None, decimals: int = 1) -> str:
    """A share as 12,3 %; nothing for null."""
    return "" if share is None else f"{100 * share:.{decimals}f} %".replace(".", ",").replace("-", "−")


def danish_decimal(value: float, decimals: int = 1) -> str:
    """A number with decimals: 1.234,5."""
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,")).replace("-", "−")


def environment(*packages: str) -> Environment:
    """Templates of these packages, the first that has one counts. Filters: ``number`` (Danish thousands), ``decimal``, ``day``,
    ``moment``, ``percent`` (of a share).
    """
    found = Environment(
        loader=ChoiceLoader([PackageLoader(one, ".") for one in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "number": danish,
        "decimal": danish_decimal,
        "day": danish_date,
        "moment": danish_moment,
        "percent": danish_percent,
    }
    return found


@lru_cache
def template(package: str, name: str, *, also: str | None = None) -> Template:
    """The template ``name`` that lies in ``package``; it may extend those of the package ``also`` and ``base.html.j2``."""
    packages = (package, also, "hjalp_pipeline.pages")
    return environment(*(one for one in packages if one)).get_template(name)
