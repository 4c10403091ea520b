"""The quality declaration of a release as SDMX metadata (SDMX-ML 3.0): the concepts of SIMS 2.0 that its ``quality.json`` tells.

SDMX has no code list of SIMS with the numbers of its concepts, which are no identifiers either (``S.13.1``): they are called ``S_13_1``.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from hjalp_pipeline.publishing.machines.described import Described
from hjalp_pipeline.publishing.machines.sdmx_terms import version
from hjalp_pipeline.publishing.machines.sdmx_xml import add, annotations, content, message, terms_told, texts, urn
from hjalp_pipeline.publishing.table import Text

#: The file of a release that it is made from.
QUALITY = "quality.json"
MEDIA = "application/vnd.sdmx.metadata+xml; version=3.0.0; charset=utf-8"
_NAME = Text("Kvalitetsdeklaration efter SIMS 2.0", "Quality declaration by SIMS 2.0")


class Told(NamedTuple):
    """A concept of SIMS: its number and name, the code of the ESS quality indicator or nothing, and what is told of it."""

    number: str
    name: str
    indicator: str | None
    value: Any

    @property
    def id(self) -> str:
        """What it is called in SDMX."""
        return self.number.replace(".", "_")


def told_in(quality: bytes) -> list[Told]:
    """The concepts of a ``quality.json``; ValueError or KeyError when it is none."""
    found = json.loads(quality)["concepts"]
    return [Told(one["concept"], one["name"], one["qpi"], one["value"]) for one in found]


def sims(of: Described, now: Mapping[str, Mapping[str, object]] | None = None) -> bytes:
    """The metadata set, of all tables of the release. Texts are Danish, as in ``quality.json``; what is a table there is JSON here.

    ``now``: by number of a concept that it tells, what holds by now instead of parts of its value.
    """
    told = told_in(of.read(QUALITY))
    told = [one._replace(value={**one.value, **now[one.number]}) if now and one.number in now else one for one in told]
    agency, name, of_release = of.terms.agency, _name(of), version(of)
    root = message(of, "GenericMetadata")
    structure = add(root[-1], "mes:Structure", structureID=name)
    add(structure, "com:Structure", text=urn("MetadataStructure", agency, name, of_release))
    whole = add(root, "mes:MetadataSet", id=name, agencyID=agency, version=of_release)
    annotations(whole, terms_told(of))
    texts(whole, "com:Name", _NAME)
    add(whole, "md:Metadataflow", text=urn("Metadataflow", agency, name, of_release))
    for table in of.tables:
        add(whole, "md:Target", text=urn("Dataflow", agency, table, of_release))
    for one in told:
        if one.value is not None:
            add(add(whole, "md:Attribute", id=one.id), "md:Value", text=_value(one.value))
    return content(root)


def sims_structures(of: Described) -> bytes:
    """What the metadata set keeps to: its concepts, flow and structure. A message by itself: sdmx1 cannot read one with a flow of
    metadata, and shall read the structures of the tables.
    """
    told, agency, name, of_release = told_in(of.read(QUALITY)), of.terms.agency, _name(of), version(of)
    root = message(of, "Structure")
    structures = add(root, "mes:Structures")
    own = {"id": name, "agencyID": agency, "version": of_release}
    scheme = add(add(structures, "str:ConceptSchemes"), "str:ConceptScheme", **own)
    texts(scheme, "com:Name", _NAME)
    flow = add(add(structures, "str:Metadataflows"), "str:Metadataflow", **own)
    annotations(flow, terms_told(of))
    texts(flow, "com:Name", _NAME)
    add(flow, "str:Structure", text=urn("MetadataStructure", agency, name, of_release))
    for table in of.tables:
        add(flow, "str:Target", text=urn("Dataflow", agency, table, of_release))
    kind = add(add(structures, "str:MetadataStructures"), "str:MetadataStructure", **own)
    texts(kind, "com:Name", _NAME)
    parts = add(
        add(kind, "str:MetadataStructureComponents"), "str:MetadataAttributeList", id="MetadataAttributeDescriptor"
    )
    for one in told:
        concept = add(scheme, "str:Concept", id=one.id)
        indicator = [("QPI", Text(one.indicator, one.indicator))] if one.indicator else []
        annotations(concept, [("SIMS", Text(one.number, one.number)), *indicator])
        add(concept, "com:Name", text=one.name)
        part = add(parts, "str:MetadataAttribute", id=one.id, minOccurs="0")
        add(part, "str:ConceptIdentity", text=urn("Concept", agency, name, of_release, one.id))
        add(add(part, "str:LocalRepresentation"), "str:TextFormat", textType="String")
    return content(root)


def _name(of: Described) -> str:
    return f"SIMS_{of.statistic.upper()}"


def _value(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "\n".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
