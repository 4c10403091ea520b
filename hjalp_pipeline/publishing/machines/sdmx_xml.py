"""Messages of SDMX-ML 3.0: names, texts in both languages, references by URN, and the header."""

from collections.abc import Iterable

from lxml import etree

from hjalp_pipeline.publishing.machines.described import Described, citation_of_release
from hjalp_pipeline.publishing.table import LANGUAGES, Text

_SDMX = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/"
_SPACES = {
    "mes": f"{_SDMX}message",
    "str": f"{_SDMX}structure",
    "com": f"{_SDMX}common",
    "md": f"{_SDMX}metadata/generic",
}
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
#: The package in which the model of SDMX has a class.
_PACKAGES = {
    "Codelist": "codelist",
    "Code": "codelist",
    "ConceptScheme": "conceptscheme",
    "Concept": "conceptscheme",
} | {
    "DataStructure": "datastructure",
    "Dataflow": "datastructure",
    "MetadataStructure": "metadatastructure",
    "Metadataflow": "metadatastructure",
}
Node = etree._Element


def message(of: Described, kind: str) -> Node:
    """A message with its header; ``kind``: the name of its root (``Structure``)."""
    root = etree.Element(_name(f"mes:{kind}"), nsmap=_SPACES)
    root.append(etree.Comment(f" Licence: {of.terms.license} "))
    root.append(etree.Comment(f" {citation_of_release(of, 'en').replace('--', '- -')} "))
    header = add(root, "mes:Header")
    add(header, "mes:ID", text=f"{of.statistic}_{of.release}")
    add(header, "mes:Test", text="false")
    add(header, "mes:Prepared", text=of.moment.isoformat(timespec="seconds"))
    add(header, "mes:Sender", id=of.terms.agency)
    return root


def add(parent: Node, name: str, *, text: str | None = None, **attributes: str) -> Node:
    """An element below another; ``name`` with its short namespace (``str:Code``)."""
    node = etree.SubElement(parent, _name(name), attributes)
    node.text = text
    return node


def texts(parent: Node, name: str, text: Text) -> None:
    """A text in each language."""
    for language in LANGUAGES:
        add(parent, name, text=getattr(text, language)).set(_LANGUAGE, language)


def annotations(parent: Node, told: Iterable[tuple[str, Text]]) -> None:
    """What is said of something beside its name: a kind and a text each, which may be an address or the same in each language."""
    whole = add(parent, "com:Annotations")
    for kind, text in told:
        one = add(whole, "com:Annotation", id=kind)
        add(one, "com:AnnotationType", text=kind)
        if text.da == text.en:
            add(one, "com:AnnotationURL" if text.da.startswith("http") else "com:AnnotationValue", text=text.da)
        else:
            texts(one, "com:AnnotationText", text)


def terms_told(of: Described) -> list[tuple[str, Text]]:
    """Licence and citation of a release, for ``annotations``."""
    cited = Text(*(citation_of_release(of, language) for language in LANGUAGES))
    return [("LICENCE", Text(of.terms.license, of.terms.license)), ("CITATION", cited)]


def urn(kind: str, agency: str, name: str, version: str, item: str = "") -> str:
    """How a structure, or an item of it, is referred to."""
    place = f"urn:sdmx:org.sdmx.infomodel.{_PACKAGES[kind]}.{kind}={agency}:{name}({version})"
    return f"{place}.{item}" if item else place


def content(root: Node) -> bytes:
    """The message as a file."""
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _name(name: str) -> str:
    space, local = name.split(":")
    return f"{{{_SPACES[space]}}}{local}"
