"""The layout of a second statistic, by month, with names and forms of its own, and its deliveries in three formats."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hjalp_pipeline.codelists.periods import Maaned
from hjalp_pipeline.delivery.intake import Intake, read_delivery
from hjalp_pipeline.delivery.layouts.declared_rows import FIELDS_CSV, VERSIONS_CSV, read_rows
from hjalp_pipeline.delivery.layouts.forms import Form
from hjalp_pipeline.delivery.layouts.layout import Declaration
from hjalp_pipeline.delivery.layouts.versions import layouts_of
from hjalp_pipeline.delivery.names import parse_name
from hjalp_tests.delivery.files import write_xlsx

if TYPE_CHECKING:
    from collections.abc import Sequence

STEM, MONTH = "101_eget-depot_20250210T081500", "2025M01"
_VERSIONS = """version;announced;from_period;source
1;;2015M01;Opdigtet
"""
_FIELDS = """version;change;name;form;max_length;required;label;text_da;text_en;example;nillable;values
1;add;ydelse_id;tekst;50;yes;Ydelsens id;Id.;Id.;Y-1;;
1;add;handlekommune;egen_kommune;;yes;Handlekommunen;Kommune.;Kommune.;101;;
1;add;betalingskommune;kommune;;no;Betalingskommunen;Kommune.;Kommune.;147;;
1;add;pnr;personnummer;;yes;Personnummeret;Nummer.;Number.;3002501234;;
1;add;modt_ydelse_kode;cifre;5;yes;Ydelseskoden;Kode.;Code.;107;;
1;add;ydelse_start;dato;;yes;Første dag;Dag.;Day.;2024-01-01;;
1;add;ydelse_slut;dato;;no;Sidste dag;Dag.;Day.;2024-03-31;;
1;add;maalgruppe;punktkoder;;no;Målgruppen;Koder.;Codes.;1.2.1.4 1.1.2;;
1;add;funk_vurd;valg;;no;Funktionsvurderingen;Ciffer.;Digit.;3;;0 1 2 3 4
1;add;prodnr;faste_cifre;10;no;Produktionsnummeret;Nummer.;Number.;0012345678;;
1;add;afdeling_uuid;uuid;;no;Afdelingens UUID;UUID.;UUID.;01234567-89ab-cdef-0123-456789abcdef;;
"""
LAYOUTS = layouts_of(
    Declaration(
        record="ydelse",
        period=Maaned,
        id="ydelse_id",
        needed=frozenset({"modt_ydelse_kode", "ydelse_start"}),
        forms={"ydelse_start": Form.DATO, "ydelse_slut": Form.DATO},
    ),
    read_rows(VERSIONS_CSV, _VERSIONS),
    read_rows(FIELDS_CSV, _FIELDS),
)
Record = dict[str, object]


def record(number: int = 1, **changes: object) -> Record:
    """A faultless record, with changes; "" is null."""
    examples = {field.name: field.example for field in LAYOUTS.first.fields}
    return examples | {"ydelse_id": f"Y-{number}", "pnr": "0101901234"} | changes


def deliver(folder: Path, form: str, records: Sequence[Record], **attributes: str) -> Intake:
    """The records, written as csv, xml or xlsx and read."""
    path, names = folder / f"{STEM}.{form}", LAYOUTS.first.names
    match form:
        case "csv":
            lines = [names, *([str(one[name]) for name in names] for one in records), ["SLUT", str(len(records))]]
            path.write_text("\n".join(map(";".join, lines)) + "\n", encoding="utf-8")
        case "xml":
            said = {"komnr": "101", "periode": MONTH, "system": "eget-depot", "antal": str(len(records))} | attributes
            root = " ".join(f'{key}="{value}"' for key, value in said.items())
            inside = ("".join(f"<{name}>{value}</{name}>" for name, value in one.items() if value) for one in records)
            body = "\n".join(f"<ydelse>{one}</ydelse>" for one in inside)
            path.write_text(f"<leverance {root}>\n{body}\n</leverance>\n", encoding="utf-8")
        case "xlsx":
            write_xlsx(path, [names, *([one[name] for name in names] for one in records)])
    name = parse_name(MONTH, path.name, period=Maaned)
    assert name is not None
    return read_delivery(path, name, "utf-8", LAYOUTS)
