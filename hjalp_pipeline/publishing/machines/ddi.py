"""The codebook of a release's microdata as DDI Codebook 2.5: the study, its files, their variables and codes, and how to get at them.

It is made of the data dictionary alone. Nothing is counted: not a row, not how often a code occurs.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from lxml import etree

from hjalp_pipeline.publishing.machines.described import Described, citation_of_release, span
from hjalp_pipeline.publishing.microdata import CodeList, MicroVariable, Register
from hjalp_pipeline.publishing.publication import Terms
from hjalp_pipeline.publishing.table import LANGUAGES, Text

MEDIA = "application/xml; charset=utf-8"
_DDI = "ddi:codebook:2_5"
_SPACES: dict[str, str] = {None: _DDI}  # type: ignore[dict-item]  # what lxml calls the namespace without a name
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
#: What a variable is by its kind: type and the ISO name of a date's form.
_FORMATS = {"tekst": {"type": "character"}, "heltal": {"type": "numeric"}, "tal": {"type": "numeric"}} | {
    "dato": {"type": "character", "category": "date", "formatname": "ISO8601"}
}
_DATA = Text("Mikrodata", "Microdata")
Node = etree._Element


class Study(NamedTuple):
    """What microdata are of: the statistic, its full title, the release and the day it came out; who gives them and whom to ask; the
    first and the last day of what the release shows, none where that is not known; how it is cited.
    """

    statistic: str
    title: Text
    release: str
    day: date
    source: Text
    subject: Text
    contact: Text
    terms: Terms
    days: tuple[date, date] | None
    cited: Text


def study_of(of: Described) -> Study:
    """The study of a release that is out."""
    table = next(iter(of.tables.values()))
    firsts, lasts = zip(*map(span, of.tables.values()), strict=True)
    return Study(
        of.statistic,
        of.title,
        of.release,
        of.moment.date(),
        of.source,
        table.subject_area,
        table.publication.contact,
        of.terms,
        (min(firsts), max(lasts)),
        Text(*(citation_of_release(of, language) for language in LANGUAGES)),
    )


def ddi(of: Study, intro: Iterable[str], registers: Sequence[Register], further: Sequence[CodeList] = ()) -> bytes:
    """The codebook. ``intro``: paragraphs on the data, of which the last says how they may be used; ``further``: code lists that no
    variable holds as they are. The licence is that of the codebook: microdata come under an agreement.
    """
    root = etree.Element(f"{{{_DDI}}}codeBook", {"version": "2.5", _LANGUAGE: "da"}, nsmap=_SPACES)
    _document(of, _add(root, "docDscr"))
    _study(of, _add(root, "stdyDscr"), list(intro), further)
    for register in registers:
        text = _add(_add(root, "fileDscr", ID=register.name), "fileTxt")
        _add(text, "fileName", register.name)
        _add(text, "fileCont", register.title)
        _add(text, "fileType", "Apache Parquet")
    variables = _add(root, "dataDscr")
    for register in registers:
        for variable in register.variables:
            _variable(variables, register, variable)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _document(of: Study, document: Node) -> None:
    """Of the codebook itself: its licence and citation."""
    cited = _add(document, "citation")
    _titles(of, cited, "Kodebog: ", "Codebook: ")
    made = _add(cited, "prodStmt")
    _add(made, "producer", of.source.da, abbr=of.terms.agency)
    _add(made, "copyright", of.terms.license)
    _add(_add(cited, "verStmt"), "version", of.release, date=of.day.isoformat())
    _both(cited, "biblCit", of.cited)


def _study(of: Study, study: Node, intro: Sequence[str], further: Sequence[CodeList]) -> None:
    cited = _add(study, "citation")
    _titles(of, cited)
    _both(_add(cited, "rspStmt"), "AuthEnty", of.source)
    given = _add(cited, "distStmt")
    _add(given, "distrbtr", of.source.da, URI=of.terms.publisher)
    _both(given, "contact", of.contact)
    _add(given, "distDate", date=of.day.isoformat())
    _add(_add(cited, "verStmt"), "version", of.release)
    _both(cited, "biblCit", of.cited)
    about = _add(study, "stdyInfo")
    _both(_add(about, "subject"), "topcClas", of.subject)
    for paragraph in intro:
        _add(about, "abstract", paragraph)
    what = _add(about, "sumDscr")
    for event, day in zip(("start", "end"), of.days or (), strict=False):
        _add(what, "timePrd", day.isoformat(), event=event, date=day.isoformat())
    _add(what, "nation", "Danmark", abbr="DK")
    _both(what, "dataKind", _DATA)
    use = _add(_add(study, "dataAccs"), "useStmt")
    _add(use, "restrctn", intro[-1] if intro else "")
    _both(use, "contact", of.contact)
    for codes in further:
        told = "; ".join(f"{code}: {text}" for code, text in codes.texts.items())
        _add(study, "notes", f"{codes.title}. {told}", subject=codes.name)


def _titles(of: Study, cited: Node, da: str = "", en: str = "") -> None:
    titles = _add(cited, "titlStmt")
    _add(titles, "titl", f"{da}{of.title.da}, {of.release}")
    _add(titles, "parTitl", f"{en}{of.title.en}, {of.release}").set(_LANGUAGE, "en")
    _add(titles, "IDNo", f"{of.statistic}/{of.release}/microdata", agency=of.terms.agency)


def _variable(variables: Node, register: Register, variable: MicroVariable) -> None:
    of = {"ID": f"{register.name}.{variable.name}", "name": variable.name, "files": register.name}
    node = _add(variables, "var", **of, intrvl="discrete" if variable.codes or variable.kind == "tekst" else "contin")
    _both(node, "labl", Text(variable.label_da, variable.label_en))
    _add(node, "txt", variable.description)
    for code, text in variable.codes.texts.items() if variable.codes else ():
        category = _add(node, "catgry")
        _add(category, "catValu", code)
        _add(category, "labl", text)
    _add(node, "varFormat", **_FORMATS[variable.kind])
    _add(node, "notes", f"{variable.source}. Kan mangle: {'ja' if variable.may_be_missing else 'nej'}.")


def _both(parent: Node, name: str, text: Text) -> None:
    for language in LANGUAGES:
        _add(parent, name, getattr(text, language)).set(_LANGUAGE, language)


def _add(parent: Node, name: str, text: str | None = None, /, **attributes: str) -> Node:
    node = etree.SubElement(parent, f"{{{_DDI}}}{name}", attributes)
    node.text = text
    return node
