"""Releases as a catalogue of datasets by DCAT-AP-DK 2.0, in Turtle: a dataset for each table of each release.

What catalogue, dataset, distribution and service must have by the profile is there, and most of what they should have.
Availability, sizes and checksums of files are not: the profile and DCAT-AP 3 ask for them in ways that exclude each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from hjalp_pipeline.publishing.machines.dcat_known import (
    DENMARK,
    LANGUAGES_USED,
    PUBLIC,
    THEMES,
    file_type,
    frequency,
    known,
    media_type,
)
from hjalp_pipeline.publishing.machines.described import Described, citation, mail_in, span
from hjalp_pipeline.publishing.machines.turtle import Said, blank, both, iri, literal, resource, turtle
from hjalp_pipeline.publishing.table import LANGUAGES, TableForm, Text

#: The end of the name of a table as SDMX-CSV, which is no file of the release.
SDMX_CSV = ".sdmx.csv"
_PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


class Form(NamedTuple):
    """What a table is given as: the end of the file's name, what it is, its type by the EU and by IANA, what it keeps to, and whether
    it is made when asked for and no file of the release.
    """

    end: str
    text: Text
    kind: str
    media: str
    standard: str = ""
    made: bool = False


FORMS = (
    Form(".csv", Text("csv med koder, adskilt af semikolon", "csv of codes, semicolon-separated"), "CSV", "text/csv"),
    Form(".px", Text("PX, begge sprog", "PX, both languages"), "TXT", "text/plain"),
    Form(
        ".json",
        Text("JSON-stat 2.0 på dansk", "JSON-stat 2.0 in Danish"),
        "JSON",
        "application/json",
        "https://json-stat.org/full/",
    ),
    Form(
        SDMX_CSV,
        Text("SDMX-CSV 2.0 med status for hver værdi", "SDMX-CSV 2.0 with the status of each value"),
        "CSV",
        "application/vnd.sdmx.data+csv",
        "https://github.com/sdmx-twg/sdmx-csv",
        made=True,
    ),
)


def catalogue(
    address: str,
    title: Text,
    description: Text,
    releases: Sequence[Described],
    services: Mapping[str, Text] | None = None,
) -> bytes:
    """The catalogue at an address, with every table of these releases (one or more), and their distributions. ``services``: by address
    what figures of them can be asked of.
    """
    services = services or {}
    terms = releases[0].terms
    datasets = [(of, table) for of in releases for table in of.tables.values()]
    moments = [of.moment for of in releases]
    forms = [(form.kind, form.media) for form in FORMS]
    standards = [iri(form.standard) for form in FORMS if form.standard]
    return turtle(
        _PREFIXES,
        [f"{title.en}. Licence: {', '.join(dict.fromkeys(of.terms.license for of in releases))}"],
        [
            resource(
                iri(f"{address}#catalog"),
                ("a", ["dcat:Catalog"]),
                ("dct:title", both(title)),
                ("dct:description", both(description)),
                ("dct:publisher", [iri(terms.publisher)]),
                ("dct:license", [iri(terms.license)]),
                ("dct:language", LANGUAGES_USED),
                ("dct:spatial", [DENMARK]),
                ("dct:issued", [_moment(min(moments))]),
                ("dct:modified", [_moment(max(moments))]),
                ("dcat:themeTaxonomy", [THEMES]),
                ("foaf:homepage", [iri(terms.publisher)]),
                ("dcat:dataset", [_dataset_iri(of, table) for of, table in datasets]),
                ("dcat:service", [iri(where) for where in services]),
            ),
            *(
                resource(
                    iri(where),
                    ("a", ["dcat:DataService"]),
                    ("dct:title", both(text)),
                    ("dcat:endpointURL", [iri(where)]),
                    ("dct:publisher", [iri(terms.publisher)]),
                    ("dct:license", [iri(terms.license)]),
                    ("dct:accessRights", [PUBLIC]),
                )
                for where, text in services.items()
            ),
            *known(releases, forms, standards),
            *(part for of, table in datasets for part in _dataset(of, table)),
        ],
    )


def _dataset_iri(of: Described, table: TableForm) -> str:
    return iri(f"{of.address}dcat.ttl#{table.id}")


def _dataset(of: Described, table: TableForm) -> Iterable[str]:
    """A table of a release, and what it is given as."""
    publisher, quality = iri(of.terms.publisher), "quality.json"
    found = [form for form in FORMS if form.made or table.id + form.end in of.files]
    yield resource(
        _dataset_iri(of, table),
        ("a", ["dcat:Dataset"]),
        ("dct:title", both(table.title)),
        ("dct:description", both(_description(of, table))),
        ("dct:identifier", [literal(f"{of.statistic}/{of.release}/{table.id}")]),
        ("owl:versionInfo", [literal(of.release)]),
        ("dct:publisher", [publisher]),
        ("dct:creator", [publisher]),
        ("dcat:contactPoint", [_contact(table)]),
        ("dcat:theme", [iri(of.terms.theme)]),
        ("dcat:keyword", [*both(table.subject_area), *both(of.title), *both(table.contents)]),
        ("dct:language", LANGUAGES_USED),
        ("dct:spatial", [DENMARK]),
        ("dct:temporal", [_period(table)]),
        ("dct:accrualPeriodicity", [frequency(table.publication.update_frequency)]),
        ("dct:issued", [_moment(table.updated)]),
        ("dct:modified", [_moment(table.updated)]),
        ("dct:accessRights", [PUBLIC]),
        ("dcat:landingPage", list(dict.fromkeys(map(iri, table.publication.link)))),
        ("foaf:page", [iri(of.address + quality)] if quality in of.files else []),
        ("dct:bibliographicCitation", _cited(of, table)),
        ("dcat:distribution", [_distribution_iri(of, table, form) for form in found]),
    )
    for form in found:
        where = iri(of.address + table.id + form.end)
        yield resource(
            _distribution_iri(of, table, form),
            ("a", ["dcat:Distribution"]),
            ("dct:title", both(Text(*(f"{table.id}: {text}" for text in form.text)))),
            ("dct:description", _cited(of, table)),
            ("dcat:accessURL", [where]),
            ("dcat:downloadURL", [where]),
            ("dct:license", [iri(of.terms.license)]),
            ("dct:format", [file_type(form.kind)]),
            ("dcat:mediaType", [media_type(form.media)]),
            ("dct:conformsTo", [iri(form.standard)] if form.standard else []),
            ("dct:issued", [_moment(table.updated)]),
        )


def _distribution_iri(of: Described, table: TableForm, form: Form) -> str:
    return iri(f"{of.address}dcat.ttl#{table.id}{form.end}")


def _cited(of: Described, table: TableForm) -> list[str]:
    return [literal(citation(of, table, language), language) for language in LANGUAGES]


def _contact(table: TableForm) -> str:
    contact = table.publication.contact
    mail = mail_in(contact.da)
    said: list[Said] = [("a", ["vcard:Kind"]), ("vcard:fn", both(contact))]
    return blank(*said, ("vcard:hasEmail", [iri(f"mailto:{mail}")] if mail else []))


def _period(table: TableForm) -> str:
    first, last = (literal(day.isoformat(), datatype="xsd:date") for day in span(table))
    return blank(("a", ["dct:PeriodOfTime"]), ("dcat:startDate", [first]), ("dcat:endDate", [last]))


def _description(of: Described, table: TableForm) -> Text:
    told = [Text(f"{of.title.da}, udgivelse {of.release}.", f"{of.title.en}, release {of.release}."), *table.notes]
    return Text(*(" ".join(getattr(text, language) for text in told) for language in LANGUAGES))


def _moment(moment: datetime) -> str:
    return literal(moment.isoformat(timespec="seconds"), datatype="xsd:dateTime")
