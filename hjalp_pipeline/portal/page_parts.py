"""Pages the program has written for people, taken into a page of the portal: their sections without style and script."""

import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import lxml.html
import lxml.html.builder
from markupsafe import Markup

#: Elements that have no place inside another page.
_LEFT_OUT = ("script", "style", "link", "meta", "iframe", "object", "embed", "form", "base")


def sections(path: Path) -> list[tuple[str, Markup]]:
    """The sections of a page with their headings; [] when it is not there."""
    return sections_of(path.read_bytes()) if path.is_file() else []


def sections_of(page: bytes, base: str = "") -> list[tuple[str, Markup]]:
    """The same of a page's bytes. What is in it is the program's, escaped when it was made.

    ``base``: the address of the kommune, to which links between pages of the specification are turned.
    """
    document: Any = lxml.html.document_fromstring(page, parser=lxml.html.HTMLParser(encoding="utf-8"))
    found = []
    for section in document.iterfind(".//main/section"):
        for element in list(section.iter(*_LEFT_OUT)):
            element.drop_tree()
        for element in list(section.iter()):
            _colour(element)
            _link(element, base)
            for name in [name for name in element.attrib if name == "style" or name.startswith("on")]:
                del element.attrib[name]
        heading = section.findtext("h2") or ""
        found.append((heading.strip(), Markup(lxml.html.tostring(section, encoding="unicode"))))  # noqa: S704 (our own page)
    return found


def _link(element: Any, base: str) -> None:
    """Links of the specification lead to its pages here."""
    href = element.get("href", "")
    if not base or element.tag != "a" or not href or href.startswith(("#", "http")):
        return
    page, _, anchor = href.partition("#")
    if page == "overblik.html":
        page = f"{base}/krav"
    elif page.endswith(".html"):
        page = f"{base}/krav/{page.removesuffix('.html')}"
    else:
        page = f"{base}/krav/fil/{page}"
    element.set("href", page + (f"#{anchor}" if anchor else ""))


def _colour(element: Any) -> None:
    """The key of a chart's colours: a style inside a page is not allowed here, a picture's fill is."""
    style = re.fullmatch(r"background:\s*(#[0-9a-fA-F]{3,8})", element.get("style", ""))
    if style and element.tag == "i" and len(element) == 0:
        element.tag, element.attrib["viewBox"], element.attrib["width"] = "svg", "0 0 10 10", "10"
        element.attrib["height"], element.attrib["aria-hidden"] = "10", "true"
        element.append(lxml.html.builder.E.rect(width="10", height="10", fill=style[1]))


@cache
def report_css() -> str:
    """The style of those pages, inside ``.report``: it holds for nothing else of a page. Their rem are pixels here."""
    text = files("hjalp_pipeline.pages").joinpath("base.html.j2").read_text(encoding="utf-8")
    style = re.sub(r"\{%.*?%\}", "", text[text.index("<style>") + len("<style>") : text.index("</style>")])
    style = style.replace(":root", "&").replace("@page { margin: 15mm; }", "")
    pixels = re.sub(r"(\d*\.?\d+)rem", lambda found: f"{float(found[1]) * 16:g}px", style)
    return f".report {{\n{pixels}\n}}\n"
