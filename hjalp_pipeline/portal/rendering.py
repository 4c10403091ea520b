"""Pages from templates, with what every page has around it."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, Template

from hjalp_pipeline.pages.charts import danish
from hjalp_pipeline.pages.template import danish_date, danish_decimal, danish_moment, danish_percent

#: The pages of a kommune in the order of the menu: last part of the address, and what it is called.
MENU = (
    ("oversigt", "Oversigt"),
    ("send", "Send fil"),
    ("tast", "Indtast"),
    ("kvitteringer", "Kvitteringer"),
    ("godkend", "Godkend"),
    ("udsaettelse", "Mere tid"),
    ("spoerg", "Spørg"),
    ("jeres-data", "Jeres data hos os"),
    ("krav", "Krav"),
    ("proev", "Prøv en fil"),
)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader(
            [PackageLoader("hjalp_pipeline.portal.screens", "."), PackageLoader("hjalp_pipeline.portal", ".")]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": danish,
        "decimal": danish_decimal,
        "day": danish_date,
        "moment": danish_moment,
        "percent": danish_percent,
    }
    return environment


def page_template(name: str) -> Template:
    """A page's template by its name."""
    return _environment().get_template(f"{name}.html.j2")


def render(name: str, values: Mapping[str, Any]) -> str:
    """A page as text."""
    return page_template(name).render(menu=MENU, **values)
