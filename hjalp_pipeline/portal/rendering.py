"""Pages from templates, with what every page has around it."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, Template

from hjalp_pipeline.pages.template import environment

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
    return environment("hjalp_pipeline.portal.screens", "hjalp_pipeline.portal")


def page_template(name: str) -> Template:
    """A page's template by its name."""
    return _environment().get_template(f"{name}.html.j2")


def render(name: str, values: Mapping[str, Any]) -> str:
    """A page as text."""
    return page_template(name).render(menu=MENU, **values)
