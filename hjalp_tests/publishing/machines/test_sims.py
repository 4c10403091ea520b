"""A release's quality declaration comes as SDMX metadata: every concept it tells, under the name its structure gives, which sdmx1 reads."""

from __future__ import annotations

import importlib.util
import io
import re

import pytest
from lxml import etree

from hjalp_pipeline.publishing.machines.sims import sims, sims_structures
from hjalp_tests.missing import missing
from hjalp_tests.publishing.machines.released import described

SPACES = {
    name: f"http://www.sdmx.org/resources/sdmxml/schemas/v3_0/{end}"
    for name, end in (("mes", "message"), ("str", "structure"), ("com", "common"), ("md", "metadata/generic"))
}


def test_every_concept_that_is_told_has_its_value() -> None:
    found = etree.fromstring(sims(described())).findall(".//md:Attribute", SPACES)
    assert {one.get("id"): one.findtext("md:Value", namespaces=SPACES) for one in found} == {
        "S_13_3_1_1": "0.024",
        "S_14_1_2": '{"days": 318}',
        "S_15_2": "Ærø er ny.\nEllers ens.",
    }


def test_it_is_of_every_table_of_the_release_and_says_its_terms() -> None:
    whole = etree.fromstring(sims(described()))
    targets = [one.text for one in whole.findall(".//md:Target", SPACES)]
    assert targets == ["urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=DST:PROEVE1(2024.1.0)"]
    assert whole.findtext(".//com:AnnotationURL", namespaces=SPACES) == "https://creativecommons.org/licenses/by/4.0/"
    assert "Statistics Denmark (2025): Visits" in str(whole.findtext(".//com:AnnotationText[2]", namespaces=SPACES))


def test_the_set_and_its_structure_refer_to_each_other() -> None:
    whole, structures = etree.fromstring(sims(described())), etree.fromstring(sims_structures(described()))
    kind = structures.find(".//str:MetadataStructure", SPACES)
    flow = structures.find(".//str:Metadataflow", SPACES)
    assert kind is not None
    assert flow is not None
    name = f"{kind.get('agencyID')}:{kind.get('id')}({kind.get('version')})"
    assert str(whole.findtext(".//mes:Structure/com:Structure", namespaces=SPACES)).endswith(
        f"MetadataStructure={name}"
    )
    assert str(whole.findtext(".//md:Metadataflow", namespaces=SPACES)).endswith(f"Metadataflow={name}")
    assert str(flow.findtext("str:Structure", namespaces=SPACES)).endswith(f"MetadataStructure={name}")


@pytest.mark.filterwarnings("ignore")
def test_sdmx1_reads_the_structure() -> None:
    if importlib.util.find_spec("sdmx") is None:
        missing("sdmx1", "HJALP_ALL_READERS")
    import sdmx

    # sdmx1 2.28 fails at the flow of metadata of SDMX 3.0, and has no metadata sets of it.
    written = re.sub(rb"<str:Metadataflows>.*</str:Metadataflows>", b"", sims_structures(described()), flags=re.DOTALL)
    read = sdmx.read_sdmx(io.BytesIO(written))
    parts = read.metadatastructure["SIMS_VISITS"].attributes.components
    names = {one.id: str(one.concept_identity.name.localizations["en"]) for one in parts}
    assert names == {
        "S_13_3_1_1": "Over-coverage - rate",
        "S_14_1_2": "Time lag - final results",
        "S_15_2": "Comparability - over time",
        "S_17_2_1": "Data revision - average size",
    }
    concepts = read.concept_scheme["SIMS_VISITS"]
    told = {one.id: one.value for one in concepts["S_14_1_2"].annotations}
    assert told == {"SIMS": "S.14.1.2", "QPI": "TP2"}
