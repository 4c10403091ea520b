"""What a cell holds: values that are not what they seem are findings, never silently empty."""

from pathlib import Path

import pytest

from hjalp_pipeline.delivery.intake import Intake
from hjalp_tests.delivery.files import read_bytes
from hjalp_tests.delivery.workbook.parts import HEADER, MAIN, packed, parts, record, styles, text_cell, workbook


def intake_of(folder: Path, members: dict[str, str]) -> Intake:
    return read_bytes(folder, packed(members), "xlsx")


def one_cell(folder: Path, field: str, cell: str, **changes: str | None) -> tuple[list[tuple[str, str]], object]:
    """Findings of one cell among forty records, and what the field became where there are none."""
    rows = [record(n, **({field: cell} if n == 7 else {})) for n in range(1, 41)]
    intake = intake_of(folder, parts(HEADER, *rows, **changes))
    assert (intake.status, intake.records) == ("accepted", 40)
    assert intake.frame is not None
    found = [(finding.field, finding.code) for finding in intake.findings]
    assert {finding.record for finding in intake.findings} <= {7}
    return found, None if found else intake.frame[field][6]


#: Fields that are text, whatever stands in them.
TEXTS = ("udlaan_id", "komnr_betaling", "pnr", "hminr", "hmiiso", "hminavn", "lov_tekst", "lov_navn")


@pytest.mark.parametrize(
    "cell",
    [
        '<c t="e"><v>#N/A</v></c>',
        "<c t='e'><v>#N/A</v></c>",
        '<c t="e"/>',
        '<c t="e"><f>NA()</f><v>#N/A</v></c>',
        '<c t="b"><v>1</v></c>',
        "<c><f>DATE(2024,6,1)</f></c>",
        "<c><f>1+1</f><v></v></c>",
        '<c><f t="shared" si="0"/><v/></c>',
        '<c t="str"><f>A1</f></c>',
        '<c s="1"><v>45292</v></c>',
        '<c s="1"><v>0.5</v></c>',
        '<c t="d"><v>2024-01-05</v></c>',
        "<c><v>1.5</v></c>",
        "<c><v>1E+15</v></c>",
        "<c><v>1000000000000000</v></c>",
        "<c><v>-1e15</v></c>",
        "<c><v>nan</v></c>",
        "<c><v>1_000</v></c>",
        "<c><v>٣</v></c>",
        '<c t="inlineStr"><is><t>a_x0000_b</t></is></c>',
    ],
)
def test_cells_that_are_no_text_are_findings(tmp_path: Path, cell: str) -> None:
    """Each field of a record of its own."""
    rows = [record(n, **({TEXTS[n - 7]: cell} if 7 <= n < 7 + len(TEXTS) else {})) for n in range(1, 201)]
    intake = intake_of(tmp_path, parts(HEADER, *rows))
    assert (intake.status, intake.records) == ("accepted", 200)
    assert [(one.record, one.field, one.code) for one in intake.findings] == [
        (n, field, "FELT") for n, field in enumerate(TEXTS, start=7)
    ]


@pytest.mark.parametrize(
    "cell",
    [
        '<c t="e"><v>#N/A</v></c>',
        '<c t="b"><v>0</v></c>',
        '<c s="1"><f>DATE(2024,6,1)</f></c>',
        "<c><v>45292</v></c>",  # a number that nothing shows as a date
        '<c s="1"><v>45292.25</v></c>',
        '<c s="1"><v>60</v></c>',  # 29 February 1900
        '<c s="1"><v>0</v></c>',
        '<c s="1"><v>-1</v></c>',
        '<c s="1"><v>2958466</v></c>',
        '<c s="99"><v>45292</v></c>',
        '<c t="d"><v>2024-01-05T10:00:00Z</v></c>',
        '<c t="d"><v>2024-01-04T23:00:00.000Z</v></c>',
        '<c t="d"><v>2024-01-05T00:00:00+01:00</v></c>',
        '<c t="d"><v>2024-02-30</v></c>',
        '<c t="d"><v>i går</v></c>',
        '<c t="inlineStr"><is><t>2024-01-05T00:00:00</t></is></c>',
    ],
)
@pytest.mark.parametrize("field", ["udleveringsdato", "indleveringsdato"])
def test_cells_that_are_no_day(tmp_path: Path, field: str, cell: str) -> None:
    assert one_cell(tmp_path, field, cell)[0] == [(field, "DATO")]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ('<c s="1"><v>45296</v></c>', "2024-01-05"),
        ('<c s="1" t="n"><v>45296.0</v></c>', "2024-01-05"),
        ('<c s="1"><f>DATE(2024,1,5)</f><v>45296</v></c>', "2024-01-05"),
        ('<c s="1"><v>4.5296E4</v></c>', "2024-01-05"),
        ('<c s="1"><v>59</v></c>', "1900-02-28"),
        ('<c s="1"><v>61</v></c>', "1900-03-01"),
        ('<c s="1"><v>1</v></c>', "1900-01-01"),
        ('<c s="1"><v>2958465</v></c>', "9999-12-31"),
        ('<c t="d"><v>2024-01-05T00:00:00.000Z</v></c>', "2024-01-05"),
        ('<c t="d"><v>2024-01-05T00:00:00</v></c>', "2024-01-05"),
        ('<c t="d"><v>2024-01-05</v></c>', "2024-01-05"),
        ('<c t="str"><f>TEXT(A1,"x")</f><v>2024-01-05</v></c>', "2024-01-05"),
    ],
)
def test_days(tmp_path: Path, cell: str, day: str) -> None:
    found, value = one_cell(tmp_path, "udleveringsdato", cell)
    assert (found, str(value)) == ([], day)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c t="inlineStr"><is><r><rPr><b/></rPr><t>Køre</t></r><r><t>stol</t></r></is></c>', "Kørestol"),
        ('<c t="inlineStr"><is><r><rPr><i/><u/></rPr><t>Køre</t></r><r><t>stol</t></r></is></c>', "Kørestol"),
        (
            '<c t="inlineStr"><is><t>Kørestol</t><phoneticPr fontId="1"/></is><extLst><ext uri="x"/></extLst></c>',
            "Kørestol",
        ),
        ('<c t="str"><v>Køre<!-- x -->stol</v></c>', "Kørestol"),
        ('<c t="inlineStr"><is><t>Kørestol</t><rPh sb="0" eb="1"><t>ko</t></rPh></is></c>', "Kørestol"),
        ('<c t="str"><v>Kørestol</v></c>', "Kørestol"),
        ("<c><is><t>Kørestol</t></is></c>", "Kørestol"),
        ('<c t="inlineStr"><is><t><![CDATA[a & b]]></t></is></c>', "a & b"),
        ('<c t="inlineStr"><is><t>a_x000D__x000a_b_x005F_x0041_</t></is></c>', "a\r\nb_x0041_"),
        ('<c t="inlineStr"><is><t>_xD83D__xDE00_</t></is></c>', "\U0001f600"),
        ("<c><v>12</v></c>", "12"),
        ("<c><v>1.2E1</v></c>", "12"),
        ("<c><v>999999999999999</v></c>", "999999999999999"),
        ('<c t="str"><f>IF(1,"","x")</f><v></v></c>', None),
        ("<c/>", None),
        ('<c s="1"/>', None),
        ('<c t="s"/>', None),
        ("<c><v></v></c>", None),
        ('<c t="inlineStr"><is/></c>', None),
    ],
)
def test_texts(tmp_path: Path, cell: str, text: str | None) -> None:
    assert one_cell(tmp_path, "hminavn", cell) == ([], text)


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("yyyy-mm-dd", True),
        ("[$-406]d. mmmm yyyy;@", True),
        ('d"." mmm', True),
        ("[Red]dd/mm/yy", True),
        ("[h]:mm", True),
        ("General", False),
        ("0.00", False),
        ('0" dage"', False),
        (r"0\d", False),
        ("#,##0_d", False),
        ("[Red]0", False),
        ("@", False),
        ("0.0E+00", False),
        ('"a;b"yyyy', True),
        ("[=0];yyyy-mm-dd", True),
        ("General;yyyy", False),
        ('[=9]0;0" dage"', False),
    ],
)
def test_formats_of_dates(tmp_path: Path, code: str, is_date: bool) -> None:
    own = f'<numFmt numFmtId="200" formatCode="{code.replace(chr(34), "&quot;")}"/>'
    changes = {"xl/styles.xml": styles(0, 200, own=own)}
    found, _ = one_cell(tmp_path, "udleveringsdato", '<c s="1"><v>45296</v></c>', **changes)
    assert found == ([] if is_date else [("udleveringsdato", "DATO")])
    found, _ = one_cell(tmp_path, "hminr", '<c s="1"><v>45296</v></c>', **changes)
    assert found == ([("hminr", "FELT")] if is_date else [])


@pytest.mark.parametrize(
    ("number", "is_date"), [(13, False), (14, True), (22, True), (23, False), (27, True), (47, True), (49, False)]
)
def test_formats_every_workbook_has(tmp_path: Path, number: int, is_date: bool) -> None:
    found, _ = one_cell(
        tmp_path, "udleveringsdato", '<c s="1"><v>45296</v></c>', **{"xl/styles.xml": styles(0, number)}
    )
    assert (found == []) is is_date


def test_a_workbook_without_styles(tmp_path: Path) -> None:
    changes = {"xl/styles.xml": None}
    assert one_cell(tmp_path, "udleveringsdato", '<c s="1"><v>45296</v></c>', **changes)[0] == [
        ("udleveringsdato", "DATO")
    ]


@pytest.mark.parametrize("said", ["1", "true"])
def test_days_counted_from_1904(tmp_path: Path, said: str) -> None:
    main = workbook(properties=f'<workbookPr date1904="{said}"/>')
    for serial, day in (("43834", "2024-01-05"), ("0", "1904-01-01"), ("60", "1904-03-01")):
        _, value = one_cell(tmp_path, "udleveringsdato", f'<c s="1"><v>{serial}</v></c>', **{"xl/workbook.xml": main})
        assert str(value) == day


def test_shared_texts(tmp_path: Path) -> None:
    shared = (
        f'<sst xmlns="{MAIN}"><si><t>Seng</t></si><si><r><t>Køre</t></r><r><t>stol</t></r><rPh sb="0" eb="1"><t>x</t></rPh></si>'
        "<si><t/></si><si><t xml:space='preserve'> a&amp;b </t></si></sst>"
    )
    members = {
        "xl/sharedStrings.xml": shared,
        "xl/_rels/workbook.xml.rels": parts()["xl/_rels/workbook.xml.rels"].replace(
            "</Relationships>",
            '<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"'
            ' Target="/xl/sharedStrings.xml"/></Relationships>',
        ),
    }
    for number, text in enumerate(["Seng", "Kørestol", None, " a&b "]):
        assert one_cell(tmp_path, "hminavn", f'<c t="s"><v>{number}</v></c>', **members) == ([], text)
    for number in ("4", "-1", "99999999999999999999", "x", "0.5"):
        broken = parts(HEADER, record(1, hminavn=f'<c t="s"><v>{number}</v></c>'), **members)
        assert intake_of(tmp_path, broken).code == "XLSX_UGYLDIG"


@pytest.mark.parametrize("style", ["1", "01", "+1", " 1 ", "0001"])
def test_a_style_in_any_spelling(tmp_path: Path, style: str) -> None:
    cell = f'<c s="{style}"><v>45296</v></c>'
    assert [str(value) for value in one_cell(tmp_path, "udleveringsdato", cell)] == ["[]", "2024-01-05"]
    assert one_cell(tmp_path, "hminr", cell)[0] == [("hminr", "FELT")]
    changes = {"xl/styles.xml": styles(0, 14).replace('"14"/></cellXfs>', '" 014"/></cellXfs>')}
    assert one_cell(tmp_path, "hminr", cell, **changes)[0] == [("hminr", "FELT")]


def test_a_cell_without_style_has_the_first(tmp_path: Path) -> None:
    changes = {"xl/styles.xml": styles(14, 0)}
    for cell in ("<c><v>45296</v></c>", '<c s=""><v>45296</v></c>', '<c s="0"><v>45296</v></c>'):
        assert one_cell(tmp_path, "hminr", cell, **changes)[0] == [("hminr", "FELT")]
    assert one_cell(tmp_path, "hminr", '<c s="1"><v>45296</v></c>', **changes)[0] == []


@pytest.mark.parametrize(
    "cell",
    [
        '<c t="inlineStr"><v>a</v><is><t>b</t></is></c>',
        '<c t="inlineStr"><is><t>b</t></is><v>a</v></c>',
        '<c t="inlineStr"><is><t>a</t></is><is><t>b</t></is></c>',
        '<c t="str"><v>a</v><v>b</v></c>',
        '<c t="str"><v>a<b>c</b></v></c>',
        "<c><w>5</w></c>",
        "<c>5</c>",
        '<c t="inlineStr"><is>a</is></c>',
        '<c t="inlineStr"><is><x:t xmlns:x="urn:x">a</x:t></is></c>',
        '<c s="x"><v>5</v></c>',
        '<c s="-1"><v>5</v></c>',
        '<c t="dato"><v>5</v></c>',
    ],
)
def test_a_cell_nobody_could_tell_the_value_of(tmp_path: Path, cell: str) -> None:
    assert intake_of(tmp_path, parts(HEADER, record(1, hminavn=cell))).code == "XLSX_UGYLDIG"


def test_a_number_below_zero_is_no_code(tmp_path: Path) -> None:
    """Its sign is no hyphen between digits."""
    for field in ("hmiiso", "hminr"):
        assert one_cell(tmp_path, field, "<c><v>-12</v></c>")[0] == [(field, "FELT")]
    assert one_cell(tmp_path, "komnr_betaling", "<c><v>-12</v></c>")[0] == [("komnr_betaling", "KOMNR")]
    assert one_cell(tmp_path, "hmiiso", text_cell("12-22-03")) == ([], "122203")
