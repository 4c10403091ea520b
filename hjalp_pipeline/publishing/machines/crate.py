"""A release as an RO-Crate 1.2: every file that programs read, with its terms, and what the release was made of, also in words of PROV.

Public is who made it, when it came out, with which version of the program, of what kind of sources, and against which releases it
was protected. How many records each kommune delivered, and the hashes of what they sent, are not: they stay with the owner.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hjalp_pipeline.publishing.jsonstat import json_bytes
from hjalp_pipeline.publishing.machines.described import Described, citation, citation_of_release, span

MEDIA = "application/ld+json; charset=utf-8"
#: What a crate's metadata is called.
NAME = "ro-crate-metadata.json"
_SPECIFICATION = "https://w3id.org/ro/crate/1.2"
_MAKING, _PROGRAM, _DELIVERED, _REGISTERS = "#making", "#program", "#deliveries", "#registers"
#: What the sources are, as everybody may know it.
_SOURCES = (
    (_DELIVERED, "Deliveries", "What the municipalities that take part have delivered and approved. Not public."),
    (_REGISTERS, "Registers", "Extracts of Statistics Denmark's registers of persons. Not public."),
)
#: No data set: of those a crate holds every one as a part of it.
_SOURCE = ["CreativeWork", "prov:Entity"]
Entity = dict[str, Any]


def crate(of: Described, files: Mapping[str, str], program: str, protected_against: Sequence[str]) -> bytes:
    """The crate's metadata. ``files``: every file beside it by name, with its media type; ``program``: the version that made the
    release, empty where that is not known; ``protected_against``: earlier releases.
    """
    firsts, lasts = zip(*(span(table) for table in of.tables.values()), strict=True)
    earlier = [f"{of.address.removesuffix(f'{of.release}/')}{release}/" for release in protected_against]
    graph: list[Entity] = [
        {"@id": NAME, "@type": "CreativeWork", "conformsTo": _ref(_SPECIFICATION), "about": _ref("./"), **_terms(of)},
        {
            "@id": "./",
            "@type": "Dataset",
            "identifier": of.address,
            "name": f"{of.title.en}, {of.release}",
            "description": f"Release {of.release} of the statistic {of.title.en} ({of.title.da}): its tables and what "
            "describes them.",
            "version": of.release,
            "datePublished": of.moment.isoformat(timespec="seconds"),
            "temporalCoverage": f"{min(firsts).isoformat()}/{max(lasts).isoformat()}",
            "publisher": _ref(of.terms.publisher),
            "author": _ref(of.terms.publisher),
            "hasPart": [_ref(name) for name in files],
            "mentions": _ref(_MAKING),
            "prov:wasGeneratedBy": _ref(_MAKING),
            **_terms(of),
            "creditText": citation_of_release(of, "en"),
        },
        {"@id": of.terms.publisher, "@type": "Organization", "name": of.source.en, "url": of.terms.publisher},
        {"@id": of.terms.license, "@type": "CreativeWork", "name": of.terms.license},
        *_made(of, files, program, earlier),
        *({"@id": one, "@type": _SOURCE, "name": f"{of.title.en}, an earlier release"} for one in earlier),
        *(_file(of, name, media) for name, media in files.items()),
    ]
    context = [f"{_SPECIFICATION}/context", {"prov": "http://www.w3.org/ns/prov#"}]
    return json_bytes({"@context": context, "@graph": graph})


def _made(of: Described, files: Mapping[str, str], program: str, earlier: Sequence[str]) -> Iterable[Entity]:
    """How the release came about."""
    sources = [_ref(source) for source, _, _ in _SOURCES]
    yield {
        "@id": _MAKING,
        "@type": ["CreateAction", "prov:Activity"],
        "name": f"The making of release {of.release}",
        "agent": _ref(of.terms.publisher),
        "instrument": _ref(_PROGRAM),
        "object": [*sources, *map(_ref, earlier)],
        "result": [_ref(name) for name in files if name in of.files],
        "prov:used": [*sources, *map(_ref, earlier)],
        "prov:wasAssociatedWith": _ref(of.terms.publisher),
    }
    version = {"softwareVersion": program} if program else {}
    yield {"@id": _PROGRAM, "@type": "SoftwareApplication", "name": "hjalp", **version}
    for source, name, description in _SOURCES:
        yield {"@id": source, "@type": _SOURCE, "name": name, "description": description}


def _file(of: Described, name: str, media: str) -> Entity:
    """A file: what it is, and whether it is as it was published or was made for whoever asked."""
    published = of.files.get(name)
    table = of.tables.get(name.split(".", 1)[0])
    found: Entity = {
        "@id": name,
        "@type": "File",
        "name": name,
        "encodingFormat": media.partition(";")[0],
        **_terms(of),
    }
    if table is not None:
        found |= {"description": table.title.en, "creditText": citation(of, table, "en")}
    if published is None:
        return found
    of_making = {"prov:wasGeneratedBy": _ref(_MAKING)}
    return found | {"sha256": published.sha256, "contentSize": str(published.size), **of_making}


def _terms(of: Described) -> Entity:
    return {"license": _ref(of.terms.license), "creditText": citation_of_release(of, "en")}


def _ref(name: str) -> Entity:
    return {"@id": name}
