"""XML_UGYLDIG: not well-formed, a DTD, not valid by the XSD, attributes that disagree with the name."""

from pathlib import Path

import pytest
from lxml import etree

from hjalp_pipeline.delivery import read_xml, xml_records
from hjalp_pipeline.delivery.layouts.xsd import xsd
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS
from hjalp_tests.delivery.files import CPR, ROOT, read_bytes, row, rows, verdict, xml_record, xml_root, xml_text

#: The schema as it was agreed; the program makes its own from the layout.
CONTRACT = Path(__file__).parent / "contract" / "leverance-1.xsd"
ONE = f"{xml_root(1)}{xml_record(row())}</leverance>"
BILLION = (
    '<!DOCTYPE leverance [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{("&" + a + ";") * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)


def code(folder: Path, content: str | bytes) -> str | None:
    return read_bytes(folder, content, "xml").code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE leverance>",
        BILLION,
        '<!DOCTYPE leverance SYSTEM "http://x.invalid/a.dtd">',
        '<!DOCTYPE leverance [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
        '<!DOCTYPE leverance [<!ENTITY j SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_doctype(tmp_path: Path, doctype: str, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = doctype + ONE.replace("SEL_112", "&j;")
    for size in (16, 1 << 20):
        monkeypatch.setattr(read_xml, "CHUNK_BYTES", size)
        intake = read_bytes(tmp_path, text.encode(encoding), "xml")
        assert verdict(intake) == ("rejected", "XML_UGYLDIG", 0, 0), size
        assert "DTD" in str(intake.detail)


def test_doctype_that_hides_behind_a_declared_encoding(tmp_path: Path) -> None:
    text = f'<?xml version="1.0" encoding="utf-16"?>{BILLION}{ONE}'
    assert code(tmp_path, text.encode("utf-16")) == "XML_UGYLDIG"
    assert code(tmp_path, f"<!-- {'x' * 5000} -->{BILLION}{ONE}") == "XML_UGYLDIG"


@pytest.mark.parametrize(
    "text",
    [
        ONE[:-1],
        ONE[: len(ONE) // 2],
        xml_root(0),
        ONE + "x",
        ONE + "<x/>",
        ONE + ONE,
        " <?xml version='1.0'?>" + ONE,
        "x" + ONE,
        ONE.replace("</pnr>", "</pnrx>"),
        ONE.replace("SEL_112", "&aring;"),
        ONE.replace("SEL_112", "a & b"),
        ONE.replace("SEL_112", "&#0;"),
        ONE.replace("SEL_112", "\0"),
        ONE.replace("SEL_112", "\x01"),
        ONE.replace("SEL_112", "]]>"),
        ONE.replace("SEL_112", "\uffff"),
        "udlaan_id;pnr\n1;2\n",
    ],
)
def test_not_well_formed(tmp_path: Path, text: str) -> None:
    assert code(tmp_path, text) == "XML_UGYLDIG"


@pytest.mark.parametrize(
    "text",
    [
        "<leverance/>",
        ONE.replace("leverance", "levering"),
        ONE.replace("udlaan>", "Udlaan>"),
        ONE.replace("hminr>", "hmi>"),
        ONE.replace("</udlaan>", "<pnr/></udlaan>"),
        ONE.replace("</udlaan>", "x</udlaan>"),
        ONE.replace("<udlaan>", "\u00a0<udlaan>"),
        ONE.replace("<udlaan>", "<udlaan><udlaan/>"),
        ONE.replace("<udlaan>", '<udlaan id="1">'),
        ONE.replace("<pnr>", '<pnr type="x">'),
        ONE.replace("<pnr>", "<pnr><b/>"),
        ONE.replace("<pnr>", "<x:pnr>").replace("</pnr>", "</x:pnr>"),
        ONE.replace("<leverance", '<leverance xmlns="urn:x"'),
        ONE.replace("<leverance", '<leverance ny="1"'),
        ONE.replace(' antal="1"', ""),
        ONE.replace('antal="1"', 'antal="-1"'),
        ONE.replace('antal="1"', 'antal="en"'),
        ONE.replace('antal="1"', 'antal="1" antal="1"'),
        "<leverance>" + xml_record(row()) + "</leverance>",
        f"<a>{ONE}</a>",
    ],
)
def test_not_valid(tmp_path: Path, text: str) -> None:
    assert code(tmp_path, ONE) is None
    assert code(tmp_path, text) == "XML_UGYLDIG"
    with pytest.raises(etree.LxmlError):  # the XSD, asked directly, says the same
        etree.XMLSchema(etree.parse(str(CONTRACT))).assertValid(etree.fromstring(text.encode()))


def test_the_schema_of_version_1_is_the_one_of_the_interface() -> None:
    assert xsd(LAYOUTS.first) == CONTRACT.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("key", "value"), [("komnr", "541"), ("kvartal", "2024K3"), ("system", "cura"), ("system", "Nexus")]
)
def test_attributes_that_disagree_with_the_name(tmp_path: Path, key: str, value: str) -> None:
    assert ROOT[key] != value
    intake = read_bytes(tmp_path, xml_text(rows(1), **{key: value}), "xml")
    assert intake.code == "XML_UGYLDIG"
    assert key in str(intake.detail)


def test_a_late_error_voids_what_was_read_and_tells_no_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_xml, "CHUNK_BYTES", 200)
    text = xml_text(rows(10)).replace("N-10</udlaan_id><komnr", f"N-10</udlaan_id><p{CPR}/><komnr")
    intake = read_bytes(tmp_path, text, "xml")
    assert verdict(intake) == ("rejected", "XML_UGYLDIG", 9, 0)
    assert intake.frame is None
    assert CPR not in str(intake)


def test_deep_wide_and_long_elements_end_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_records, "MAX_TEXT", 200_000)
    assert code(tmp_path, xml_root(1) + "<udlaan>" * 100_000) == "XML_UGYLDIG"
    assert code(tmp_path, xml_root(1) + "<udlaan>" + "<pnr/>" * 100_000) == "XML_UGYLDIG"
    assert code(tmp_path, ONE.replace("SEL_112", "<!-- -->" + "x" * 300_000)) == "XML_UGYLDIG"
    assert code(tmp_path, ONE.replace("SEL_112", "<!-- -->" + "x" * 150_000)) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<udlaan>", "<?a:b x?><udlaan>"),
        ("<?xml ", "<?:xml "),
        ('version="1.0"', 'version="1.x"'),
        ('version="1.0"', 'version="0"'),
        ('version="1.0"', 'version=".0"'),
        ('encoding="UTF-8"', 'encoding="UTF---8"'),
        ('encoding="UTF-8"', 'encoding="UTF"'),
        ("<leverance ", '<leverance xsi:noNamespaceSchemaLocation="leverance-1.xsd" '),
        ("<leverance ", '<leverance xmlns:xsi="http://example/" xsi:noNamespaceSchemaLocation="leverance-1.xsd" '),
    ],
)
def test_what_one_parser_takes_and_another_does_not(tmp_path: Path, old: str, new: str) -> None:
    """Kinds found by mutating valid files: expat alone takes them, lxml with the XSD does not."""
    text = xml_text(rows(2))
    assert read_bytes(tmp_path, text, "xml").code is None
    assert read_bytes(tmp_path, text.replace(old, new, 1), "xml").code in ("XML_UGYLDIG", "TEGNSAET")


def test_a_schema_a_file_names_is_never_looked_up(tmp_path: Path) -> None:
    space = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    for name in ("schemaLocation", "noNamespaceSchemaLocation"):
        text = xml_text(rows(2)).replace("<leverance ", f'<leverance {space} xsi:{name}="file:///a file:///b" ', 1)
        assert read_bytes(tmp_path, text, "xml").code is None
