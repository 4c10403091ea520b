"""``xsi:nil`` is no part of the first version of the layout, and is null in the next where that says it may be."""

from pathlib import Path

import pytest

from hjalp_pipeline.delivery.intake import Intake, read_delivery
from hjalp_pipeline.delivery.layouts.xsd import xsd
from hjalp_pipeline.delivery.names import parse_name
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS
from hjalp_tests.delivery.files import row, xml_record
from hjalp_tests.delivery.test_cases import CASES

FIRST = LAYOUTS.versions[0]
NEXT = next(version for version in LAYOUTS.versions if version.layout.by_name["hminavn"].nillable)
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def _read(folder: Path, text: str, kvartal: str, komnr: str = "540", system: str = "nexus") -> Intake:
    path = folder / f"{komnr}_{system}_20250410T081500.xml"
    path.write_text(text, encoding="utf-8")
    name = parse_name(kvartal, path.name)
    assert name is not None
    return read_delivery(path, name, "utf-8", LAYOUTS)


def _delivery(field: str, kvartal: str, *, space: str = XSI) -> str:
    body = xml_record(row(1)).replace("<indleveringsdato>2024-02-29</indleveringsdato>", field)
    return f'<leverance {space} komnr="540" kvartal="{kvartal}" system="nexus" antal="1">{body}</leverance>'


def test_the_case_in_the_quarter_of_each_version(tmp_path: Path) -> None:
    text = (CASES / "xsi-nil.xml").read_text(encoding="utf-8")
    assert _read(tmp_path, text, "2025K1", "430", "hjm-xml").code == "XML_UGYLDIG"
    later = _read(tmp_path, text.replace("2025K1", NEXT.from_period), NEXT.from_period, "430", "hjm-xml")
    assert (later.status, later.records, later.bad_records) == ("accepted", 3, 0)
    assert later.frame is not None
    assert later.frame["indleveringsdato"].null_count() == 3


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ('<indleveringsdato xsi:nil="true"/>', None),
        ('<indleveringsdato xsi:nil="1"></indleveringsdato>', None),
        ('<indleveringsdato xsi:nil="false">2024-02-29</indleveringsdato>', None),
        ('<indleveringsdato xsi:nil="true">2024-02-29</indleveringsdato>', "XML_UGYLDIG"),
        ('<indleveringsdato xsi:nil="true"> </indleveringsdato>', "XML_UGYLDIG"),
        ('<indleveringsdato xsi:nil="ja"/>', "XML_UGYLDIG"),
        ('<indleveringsdato nil="true"/>', "XML_UGYLDIG"),
        ('<indleveringsdato xsi:nix="true"/>', "XML_UGYLDIG"),
    ],
)
def test_what_the_next_version_takes(tmp_path: Path, field: str, code: str | None) -> None:
    kvartal = NEXT.from_period
    assert _read(tmp_path, _delivery(field, kvartal), kvartal).code == code


def test_a_field_that_is_required_may_not_be_nil(tmp_path: Path) -> None:
    kvartal = NEXT.from_period
    text = _delivery("", kvartal).replace("<pnr>0101901234</pnr>", '<pnr xsi:nil="true"/>')
    assert _read(tmp_path, text, kvartal).code == "XML_UGYLDIG"


def test_the_next_version_is_announced_in_time() -> None:
    assert NEXT.validity.announced is not None
    assert (NEXT.validity.first_day - NEXT.validity.announced).days >= 181
    assert NEXT.validity.first_day.month in (1, 7)
    assert "nillable" not in xsd(FIRST.layout)
    assert xsd(NEXT.layout).count('nillable="true"') == sum(not field.required for field in FIRST.layout.fields)
