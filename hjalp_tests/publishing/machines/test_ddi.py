"""The DDI codebook has every variable and code of the data dictionary, counts nothing, and says how microdata may be used."""

from __future__ import annotations

from lxml import etree

from hjalp_pipeline.publishing.machines.ddi import ddi, study_of
from hjalp_pipeline.publishing.microdata import CodeList, Register
from hjalp_tests.publishing.machines.released import described
from hjalp_tests.publishing.registers import PROEVE

SECOND = Register("PROEVE_G", "Et til", PROEVE.variables[:2], ("TEKST",))
REGISTERS = (PROEVE, SECOND)

SPACE = {"d": "ddi:codebook:2_5"}
INTRO = ("Besøg.", "Data må kun bruges efter aftale.")


def written() -> etree._Element:
    return etree.fromstring(ddi(study_of(described()), INTRO, REGISTERS, (CodeList("grp", "Grupper", {"1": "En"}),)))


def test_every_variable_is_there_with_labels_and_codes() -> None:
    found = {}
    for node in written().findall("d:dataDscr/d:var", SPACE):
        labels = tuple(label.text for label in node.findall("d:labl", SPACE))
        codes = {
            one.findtext("d:catValu", namespaces=SPACE): one.findtext("d:labl", namespaces=SPACE)
            for one in node.findall("d:catgry", SPACE)
        }
        found[node.get("files"), node.get("name")] = (*labels, codes)
    assert found == {
        (register.name, one.name): (one.label_da, one.label_en, dict(one.codes.texts) if one.codes else {})
        for register in REGISTERS
        for one in register.variables
    }


def test_identifiers_are_unique_and_variables_name_files_that_are_there() -> None:
    whole = written()
    identifiers = [str(node.get("ID")) for node in whole.iter() if node.get("ID")]
    assert len(identifiers) == len(set(identifiers)) == 8
    assert {node.get("files") for node in whole.findall("d:dataDscr/d:var", SPACE)} == {
        node.get("ID") for node in whole.findall("d:fileDscr", SPACE)
    }


def test_nothing_is_counted() -> None:
    names = {etree.QName(node).localname for node in written().iter()}
    assert names.isdisjoint({"caseQnty", "varQnty", "catStat", "sumStat", "dimensns", "recPrCas"})


def test_it_says_licence_citation_and_how_the_data_may_be_used() -> None:
    whole = written()
    licence = "d:docDscr/d:citation/d:prodStmt/d:copyright"
    assert whole.findtext(licence, namespaces=SPACE) == "https://creativecommons.org/licenses/by/4.0/"
    for part in ("docDscr", "stdyDscr"):
        da, en = (str(node.text) for node in whole.findall(f"d:{part}/d:citation/d:biblCit", SPACE))
        assert da.startswith("Danmarks Statistik (2025): Besøg")
        assert en.startswith("Statistics Denmark (2025): Visits")
    assert whole.findtext("d:stdyDscr/d:dataAccs/d:useStmt/d:restrctn", namespaces=SPACE) == INTRO[-1]
    assert whole.findtext("d:stdyDscr/d:notes", namespaces=SPACE) == "Grupper. 1: En"
