"""Pages from templates, with what every page has around it."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, Template

from hjalp_pipeline.pages.template import environment
from hjalp_pipeline.storage.portal_lists import READS, SENDS

#: The pages of a kommune in the order of the menu: last part of the address, what it is called, and the role it needs.
MENU = (
    ("oversigt", "Oversigt", READS),
    ("send", "Send fil", SENDS),
    ("tast", "Indtast", SENDS),
    ("kvitteringer", "Kvitteringer", READS),
    ("godkend", "Godkend", READS),
    ("udsaettelse", "Mere tid", READS),
    ("spoerg", "Spørg", READS),
    ("jeres-data", "Jeres data hos os", READS),
    ("krav", "Krav", READS),
    ("proev", "Prøv en fil", SENDS),
)


@cache
def _environment() -> Environment:
    return environment("hjalp_pipeline.portal.screens", "hjalp_pipeline.portal")


def page_template(name: str) -> Template:
    """A page's template by its name."""
    return _environment().get_template(f"{name}.html.j2")


def render(name: str, values: Mapping[str, Any]) -> str:
    """A page as text."""
    return page_template(name).render(menu=MENU, **values)
