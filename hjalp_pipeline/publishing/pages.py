"""Html pages from the templates that lie beside this module: nothing unescaped, nothing undefined."""

from collections.abc import Callable
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template


@lru_cache
def template(name: str, number: Callable[[int], str] = str) -> Template:
    """The template of a page; its filter ``number`` writes whole numbers."""
    environment = Environment(
        loader=PackageLoader("hjalp_pipeline.publishing", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    return environment.get_template(name)
