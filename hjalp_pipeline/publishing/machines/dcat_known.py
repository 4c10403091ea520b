"""Addresses of others that a catalogue names, and what they are: a strict check by SHACL asks that of the document itself."""

from collections.abc import Iterable, Iterator, Sequence

from hjalp_pipeline.publishing.machines.described import Described
from hjalp_pipeline.publishing.machines.turtle import both, iri, literal, resource

EU = "http://publications.europa.eu/resource/authority/"
_IANA = "https://www.iana.org/assignments/media-types/"
LANGUAGES_USED = [iri(f"{EU}language/DAN"), iri(f"{EU}language/ENG")]
DENMARK = iri(f"{EU}country/DNK")
THEMES = iri(f"{EU}data-theme")
PUBLIC = iri(f"{EU}access-right/PUBLIC")
#: How often, as the settings write it, by the EU's list of frequencies.
_FREQUENCIES = {"Årlig": "ANNUAL", "Halvårlig": "ANNUAL_2", "Kvartalsvis": "QUARTERLY", "Månedlig": "MONTHLY"}


def frequency(written: str) -> str:
    """How often, by the EU's list."""
    return iri(f"{EU}frequency/{_FREQUENCIES.get(written, 'OTHER')}")


def file_type(kind: str) -> str:
    """What a file is, by the EU's list."""
    return iri(f"{EU}file-type/{kind}")


def media_type(media: str) -> str:
    """What a file is, by IANA's list."""
    return iri(_IANA + media)


def known(releases: Sequence[Described], forms: Iterable[tuple[str, str]], standards: Sequence[str]) -> Iterator[str]:
    """A resource for each; ``forms``: types of file (EU, IANA) that are named, ``standards``: what files keep to."""
    documents, forms = _documents(releases), list(forms)
    for of in {one.terms.publisher: one for one in releases}.values():
        documents.pop(publisher := iri(of.terms.publisher), None)
        kinds = ["foaf:Agent", "foaf:Organization", "org:Organization", "foaf:Document"]
        yield resource(publisher, ("a", kinds), ("foaf:name", both(of.source)))
    for of in {one.terms.theme: one for one in releases}.values():
        yield resource(iri(of.terms.theme), ("a", ["skos:Concept"]), ("skos:prefLabel", both(of.terms.theme_text)))
    yield resource(THEMES, ("a", ["skos:ConceptScheme"]), ("dct:title", [literal("Data theme", "en")]))
    often = [table.publication.update_frequency for of in releases for table in of.tables.values()]
    for kind, addresses in (
        ("dct:LicenseDocument", [iri(of.terms.license) for of in releases]),
        ("dct:LinguisticSystem", LANGUAGES_USED),
        ("dct:Location", [DENMARK]),
        ("dct:RightsStatement", [PUBLIC]),
        ("dct:Frequency", map(frequency, often)),
        ("dct:MediaTypeOrExtent", [file_type(kind) for kind, _ in forms]),
        ("dct:MediaType", [media_type(media) for _, media in forms]),
        ("dct:Standard", standards),
        ("foaf:Document", documents),
    ):
        yield from (resource(one, ("a", [kind])) for one in dict.fromkeys(addresses))


def _documents(releases: Iterable[Described]) -> dict[str, None]:
    links = [link for of in releases for table in of.tables.values() for link in table.publication.link]
    pages = [of.address + "quality.json" for of in releases if "quality.json" in of.files]
    return dict.fromkeys(map(iri, [*links, *pages]))
