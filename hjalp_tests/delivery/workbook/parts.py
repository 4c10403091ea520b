"""A workbook from its parts: every one of them can be replaced by something odd."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from hjalp_pipeline.delivery.intake import Intake
from hjalp_tests.delivery.files import FIELDS, read_bytes, row

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEET = "xl/worksheets/sheet1.xml"


def relations(*targets: tuple[str, str], kinds: str = RELATIONS) -> str:
    """A part of relationships: kind and target of each, numbered rId1 on."""
    lines = (
        f'<Relationship Id="rId{n}" Type="{kinds}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{"".join(lines)}</Relationships>'


def text_cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def row_of(cells: Sequence[str], number: int | None = None) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>' if number else f"<row>{''.join(cells)}</row>"


HEADER = row_of([text_cell(field) for field in FIELDS])


def record(number: int = 1, **cells: str) -> str:
    """A faultless record as a row; ``cells`` are cells of some fields as xml."""
    values = row(number)
    return row_of([cells.get(field, text_cell(values[field])) for field in FIELDS])


def sheet(*rows: str, space: str = MAIN, behind: str = "") -> str:
    return f'<worksheet xmlns="{space}"><sheetData>{"".join(rows)}</sheetData>{behind}</worksheet>'


def workbook(*sheets: str, space: str = MAIN, kinds: str = RELATIONS, properties: str = "") -> str:
    """The main part; ``sheets`` are further attributes of each sheet."""
    listed = "".join(
        f'<sheet name="Ark{n}" sheetId="{n}" {more} r:id="rId{n}"/>' for n, more in enumerate(sheets or ("",), 1)
    )
    return f'<workbook xmlns="{space}" xmlns:r="{kinds}">{properties}<sheets>{listed}</sheets></workbook>'


def styles(*formats: int, own: str = "") -> str:
    """Cell styles 0, 1, ... by the number of their number format; ``own``: elements numFmt."""
    cells = "".join(f'<xf numFmtId="{number}"/>' for number in formats)
    other = '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    return f'<styleSheet xmlns="{MAIN}"><numFmts>{own}</numFmts>{other}<cellXfs>{cells}</cellXfs></styleSheet>'


def parts(*rows: str, **changes: str | None) -> dict[str, str]:
    """The parts of a workbook with these rows; ``changes`` by part, None leaves it out."""
    made = {
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": workbook(),
        "xl/_rels/workbook.xml.rels": relations(("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")),
        SHEET: sheet(*rows),
        "xl/styles.xml": styles(0, 14),
    }
    return {name: content for name, content in (made | changes).items() if content is not None}


def packed(members: dict[str, str] | Sequence[tuple[str, str | bytes]]) -> bytes:
    """The zip of some members, also of the same name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items() if isinstance(members, dict) else members:
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


#: Two faultless records.
RECORDS = [record(n) for n in (1, 2)]


def intake_of(folder: Path, members: dict[str, str] | bytes) -> Intake:
    """A workbook of these members as the program takes it in."""
    return read_bytes(folder, members if isinstance(members, bytes) else packed(members), "xlsx")
