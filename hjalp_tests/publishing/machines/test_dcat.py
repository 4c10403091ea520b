"""A release's catalogue is read by an RDF library, has what DCAT-AP-DK asks (by SHACL), and says licence and citation everywhere."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hjalp_pipeline.publishing.machines.dcat import catalogue
from hjalp_pipeline.publishing.machines.turtle import iri, literal
from hjalp_pipeline.publishing.table import Text, Value, Variable
from hjalp_tests.missing import missing
from hjalp_tests.publishing.machines.released import ADDRESS, described
from hjalp_tests.publishing.made_up import CELLS, KOEN, STED, table

QUARTERS = Variable(
    "Tid", Text("tid", "time"), tuple(Value(code, Text(code, code)) for code in ("2023K4", "2024K1")), role="time"
)
TITLE = Text("Katalog", "Catalogue")


def written(*releases: Any) -> bytes:
    services = {"https://tal.example.dk/v1": Text("Et API", "An API")}
    return catalogue("https://tal.example.dk/releases/catalog.ttl", TITLE, TITLE, releases or [described()], services)


def graph(content: bytes) -> Any:
    if importlib.util.find_spec("pyshacl") is None:
        missing("pyshacl", "HJALP_ALL_READERS")
    import rdflib

    return rdflib.Graph().parse(data=content, format="turtle")


def faults(content: bytes) -> str:
    """What the shapes say of it; empty when it is well."""
    found = graph(content)
    import pyshacl

    fits, _, told = pyshacl.validate(found, shacl_graph=graph((Path(__file__).parent / "dcat_ap_dk.ttl").read_bytes()))
    return "" if fits else told


def test_it_has_what_the_profile_asks() -> None:
    of_quarters = table(id="PROEVE2", variables=(STED, KOEN, QUARTERS), cells=CELLS)
    later = described(of_quarters, release="2024v2", address=ADDRESS.replace("v1", "v2"))
    assert faults(written(described(), later)) == ""


@pytest.mark.parametrize(
    "left_out", ["dcat:accessURL", "dct:license", "foaf:name", "dcat:endpointURL", "dcat:startDate", "a dct:MediaType"]
)
def test_the_shapes_find_what_is_left_out(left_out: str) -> None:
    assert "Constraint Violation" in faults(written().replace(left_out.encode(), left_out.encode() + b"NOT"))


def test_texts_come_back_as_they_were() -> None:
    found = graph(written())
    rows = found.query(
        "select ?word where { ?one a dcat:Dataset ; dcat:keyword ?word filter(lang(?word) = 'en') } order by ?word"
    )
    assert [str(row[0]) for row in rows] == ["Apples", "Social conditions", 'Visits "at home"\\']


def test_every_dataset_and_file_says_licence_and_citation() -> None:
    found = graph(written())
    cited = "Statistics Denmark (2025): Apples by place, sex and time. PROEVE1, 2024v1. https://en"
    rows = found.query(
        """select ?where ?licence ?cited where {
            ?one a dcat:Distribution ; dcat:downloadURL ?where ; dct:license ?licence ; dct:description ?cited
            filter(lang(?cited) = 'en') } order by ?where"""
    )
    licence = "https://creativecommons.org/licenses/by/4.0/"
    ends = ("csv", "json", "px", "sdmx.csv")
    assert [tuple(map(str, row)) for row in rows] == [(f"{ADDRESS}PROEVE1.{end}", licence, cited) for end in ends]


def test_a_dataset_has_one_address_in_whatever_catalogue() -> None:
    assert f"<{ADDRESS}dcat.ttl#PROEVE1>\n    a dcat:Dataset".encode() in written()


def test_a_quarter_is_its_first_and_its_last_day() -> None:
    content = written(described(table(variables=(STED, KOEN, QUARTERS), cells=CELLS)))
    assert b'dcat:startDate "2023-10-01"^^xsd:date ; dcat:endDate "2024-03-31"^^xsd:date' in content


def test_a_mail_address_is_one_for_programs_too() -> None:
    publication = replace(
        table().publication, contact=Text("Kontoret, tal@example.dk, 1", "The office, tal@example.dk")
    )
    assert b"vcard:hasEmail <mailto:tal@example.dk>" in written(described(table(publication=publication)))
    assert b"hasEmail" not in written()


def test_what_cannot_stand_in_turtle_is_escaped() -> None:
    assert literal('a "b"\\\r\n', "da") == '"a \\"b\\"\\\\\\r\\n"@da'
    assert iri("https://a/b c>") == "<https://a/b%20c%3E>"
