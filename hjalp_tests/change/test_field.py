"""The recipe *add a field*: two rows, and when a rule wants it, nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from hjalp_tests.change.copying import PAGE, ROOT, add_to_person, list_rule, run

pytestmark = pytest.mark.slow

#: Tests that know the shipped layout: none goes red when a field is added.
OF_LAYOUT = (
    "contracts/test_validation.py",
    "contracts/test_raw_columns.py",
    "delivery/layouts",
    "delivery/test_xsi_nil.py",
    "dialogue/specification/test_editions.py",
)
PYTEST = """
import sys, pytest, hjalp_pipeline
code = pytest.main(["-q", "-c", "/dev/null", "--import-mode=importlib", "-p", "no:cacheprovider", "-x", *sys.argv[1:]])
print(hjalp_pipeline.__file__)
sys.exit(code)
"""


def field(package: Path, what: str, data: Path) -> dict[str, Any]:
    done = run(package, "-m", "hjalp_tests.change.field", what, str(data))
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def with_a_field(copy: Path) -> Path:
    """The copy with the recipe's two rows."""
    (block,) = re.findall(r"```csv\n(.*?)```", PAGE, re.S)
    version, row = (line.strip() for line in block.strip().splitlines())
    for name, line in (("versions.csv", version), ("fields.csv", row)):
        assert f"`{name}`" in PAGE or f"/{name}`" in PAGE
        with (copy / "hjalp_pipeline" / "statistics" / "hjalp" / "layout" / name).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    return copy


def test_add_a_field(with_a_field: Path) -> None:
    copy = with_a_field
    before = field(ROOT, "before", copy / "data")
    found = field(copy, "after", copy / "data")
    assert found["package"] == str(copy / "hjalp_pipeline"), "the copy ran, not the package itself"
    assert (found["broken"], found["unread"]) == ([], {})
    assert found["depots"] == [["2027K1 17", 40], ["2027K1 4711", 20], ["2027K1 99", 1]]
    assert found["whole"] == [["2024K4", 62], ["2027K1", 63]], "the lake's older files have no such column"
    assert found["removed"]["FELT"] == 1
    assert found["results"] == before["results"], "the old quarter comes to the same when it is run again"
    assert found["column"] == [["depot", "String", "Depotet, hjælpemidlet er udleveret fra.", True]]
    assert "Depotets nummer skal være 1-4 cifre." in found["receipt"]
    assert sorted(found["pages"]) == [
        "aendringer.html",
        *(f"eksempler/2027K1/540_nexus_20270410T081500.{suffix}" for suffix in ("csv", "xml")),
        "kravspecifikation-2027K1.html",
        "leverance-3.xsd",
    ]
    assert "Nyt felt: 1-4 cifre, må være tomt." in found["pages"]["aendringer.html"]


RULE = """

NOWHERE = Code("DEPOT_UKENDT", "Udleveret fra et ukendt depot", "#6b4a2f")


def unknown_depot(_rows: pl.DataFrame, _context: Context) -> pl.Expr:
    return reason(NOWHERE, pl.col("depot") == "99")


DEPOT = Rule("R9c", "Ukendt depot", "removes", unknown_depot, (NOWHERE,), "seed 3.5", reads=("depot",))
"""


def test_a_rule_that_wants_the_field_names_it_and_no_more(with_a_field: Path) -> None:
    copy = with_a_field
    (reads,) = re.findall(r"`(reads=[^`]*)`", PAGE)
    assert reads in RULE
    add_to_person(copy, RULE)
    list_rule(copy, "DEPOT")
    field(ROOT, "before", copy / "data")
    found = field(copy, "after", copy / "data")
    assert (found["broken"], found["unread"]) == ([], {})
    assert found["removed"]["DEPOT_UKENDT"] == 1


def test_no_test_of_the_layout_goes_red_for_a_field(with_a_field: Path) -> None:
    done = run(with_a_field, "-c", PYTEST, *(f"hjalp_tests/{part}" for part in OF_LAYOUT))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert done.stdout.splitlines()[-1] == str(with_a_field / "hjalp_pipeline" / "__init__.py")
