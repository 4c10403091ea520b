"""The structures of a release's tables in SDMX-ML 3.0: code lists, concepts, and a data structure and dataflow for each table."""

from collections.abc import Mapping

from hjalp_pipeline.publishing.machines.described import Described, citation
from hjalp_pipeline.publishing.machines.sdmx_terms import (
    CONF_STATUS,
    CONFIDENTIALITY,
    DECIMALS,
    FREQ,
    FREQUENCY,
    NAMES,
    OBS_STATUS,
    OF_A_TABLE,
    STATUS,
    TIME,
    VALUE,
    Standard,
    code,
    component,
    version,
)
from hjalp_pipeline.publishing.machines.sdmx_xml import Node, add, annotations, content, message, texts, urn
from hjalp_pipeline.publishing.table import TableForm, Text, Variable

_SDMX = "SDMX"
MEDIA = "application/vnd.sdmx.structure+xml; version=3.0.0; charset=utf-8"
_TYPES = {DECIMALS: "Integer"}


def sdmx_structures(of: Described) -> bytes:
    """The message. Dataflows and data structures are called as the tables, their version is the release (2024v2 is 2024.2.0)."""
    root = message(of, "Structure")
    structures = add(root, "mes:Structures")
    lists = _lists(of)
    _codelists(of, structures, lists)
    _concepts(of, structures)
    flows, kinds = add(structures, "str:Dataflows"), add(structures, "str:DataStructures")
    for table in of.tables.values():
        _dataflow(of, flows, table)
        _data_structure(of, kinds, table, lists)
    return content(root)


def _own(of: Described) -> dict[str, str]:
    """The attributes of everything that is ours."""
    return {"agencyID": of.terms.agency, "version": version(of)}


def _lists(of: Described) -> dict[tuple[str, str], str]:
    """The name of the code list of each table and variable: tables whose variable has the same codes share one."""
    by_variable: dict[str, dict[tuple[object, ...], str]] = {}
    found = {}
    for table in of.tables.values():
        for variable in _coded(table):
            name = f"CL_{of.statistic.upper()}_{component(variable)}"
            known = by_variable.setdefault(name, {})
            found[table.id, variable.code] = known.setdefault(variable.values, f"{name}_{table.id}" if known else name)
    return found


def _coded(table: TableForm) -> list[Variable]:
    return [variable for variable in table.variables if variable.role != "time"]


def _codelists(of: Described, structures: Node, lists: Mapping[tuple[str, str], str]) -> None:
    whole = add(structures, "str:Codelists")
    for standard in (FREQ, OBS_STATUS, CONF_STATUS):
        attributes = {"id": standard.id, "agencyID": _SDMX, "version": standard.version, "isPartial": "true"}
        _items(add(whole, "str:Codelist", **attributes), "str:Code", standard.text, standard.codes)
    written = set()
    for table in of.tables.values():
        for variable in _coded(table):
            name = lists[table.id, variable.code]
            if name not in written:
                written.add(name)
                codes = {code(value.code): value.text for value in variable.values}
                _items(add(whole, "str:Codelist", id=name, **_own(of)), "str:Code", variable.text, codes)


def _items(scheme: Node, name: str, text: Text, items: Mapping[str, Text]) -> None:
    texts(scheme, "com:Name", text)
    for item, said in items.items():
        texts(add(scheme, name, id=item), "com:Name", said)


def _scheme(of: Described) -> str:
    return f"CS_{of.statistic.upper()}"


def _concepts(of: Described, structures: Node) -> None:
    found = dict(NAMES)
    for table in of.tables.values():
        found |= {component(variable): variable.text for variable in _coded(table)}
    schemes = add(structures, "str:ConceptSchemes")
    _items(add(schemes, "str:ConceptScheme", id=_scheme(of), **_own(of)), "str:Concept", of.title, found)


def _dataflow(of: Described, flows: Node, table: TableForm) -> None:
    flow = add(flows, "str:Dataflow", id=table.id, **_own(of))
    licence = Text(of.terms.license, of.terms.license)
    told = [("LICENCE", licence), ("CITATION", Text(citation(of, table, "da"), citation(of, table, "en")))]
    annotations(flow, [*told, *((f"NOTE_{place}", note) for place, note in enumerate(table.notes, start=1))])
    texts(flow, "com:Name", table.title)
    add(flow, "str:Structure", text=urn("DataStructure", of.terms.agency, table.id, version(of)))


def _data_structure(of: Described, kinds: Node, table: TableForm, lists: Mapping[tuple[str, str], str]) -> None:
    kind = add(kinds, "str:DataStructure", id=table.id, **_own(of))
    texts(kind, "com:Name", table.title)
    parts = add(kind, "str:DataStructureComponents")
    dimensions = add(parts, "str:DimensionList", id="DimensionDescriptor")
    _coded_part(of, dimensions, "str:Dimension", FREQUENCY, _of_sdmx(FREQ), position="1")
    for position, variable in enumerate(_coded(table), start=2):
        listed = urn("Codelist", of.terms.agency, lists[table.id, variable.code], version(of))
        _coded_part(of, dimensions, "str:Dimension", component(variable), listed, position=str(position))
    _plain_part(of, dimensions, "str:TimeDimension", TIME, "ObservationalTimePeriod")
    attributes = add(parts, "str:AttributeList", id="AttributeDescriptor")
    for name, standard in ((STATUS, OBS_STATUS), (CONFIDENTIALITY, CONF_STATUS)):
        part = _coded_part(of, attributes, "str:Attribute", name, _of_sdmx(standard), usage="mandatory")
        add(add(part, "str:AttributeRelationship"), "str:Observation")
    for name in OF_A_TABLE:
        part = _plain_part(of, attributes, "str:Attribute", name, _TYPES.get(name, "String"), usage="mandatory")
        # The same in the whole table, as its frequency is. "str:Dataflow" would say so better, and sdmx1 cannot read it.
        add(add(part, "str:AttributeRelationship"), "str:Dimension", text=FREQUENCY)
    measures = add(parts, "str:MeasureList", id="MeasureDescriptor")
    _plain_part(of, measures, "str:Measure", VALUE, "Double", usage="optional")


def _of_sdmx(standard: Standard) -> str:
    return urn("Codelist", _SDMX, standard.id, standard.version)


def _coded_part(of: Described, parts: Node, kind: str, name: str, listed: str, **attributes: str) -> Node:
    part = _part(of, parts, kind, name, attributes)
    add(add(part, "str:LocalRepresentation"), "str:Enumeration", text=listed)
    return part


def _plain_part(of: Described, parts: Node, kind: str, name: str, type_: str, **attributes: str) -> Node:
    part = _part(of, parts, kind, name, attributes)
    add(add(part, "str:LocalRepresentation"), "str:TextFormat", textType=type_)
    return part


def _part(of: Described, parts: Node, kind: str, name: str, attributes: Mapping[str, str]) -> Node:
    part = add(parts, kind, id=name, **attributes)
    add(part, "str:ConceptIdentity", text=urn("Concept", of.terms.agency, _scheme(of), version(of), name))
    return part
