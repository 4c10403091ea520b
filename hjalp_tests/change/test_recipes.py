"""What ``docs/change.md`` says is all that has to be done: its recipes, applied to a copy of the package, which then runs."""

from __future__ import annotations

import re
import shutil
import textwrap
from pathlib import Path

import pytest

from hjalp_tests.change.copying import PAGE, add_to_person, edit, list_rule, quarter, run

pytestmark = pytest.mark.slow


def test_as_it_is(copy: Path) -> None:
    found = quarter(copy)
    assert "UDLEVERET_FOER_FOEDSEL" not in found["removed"]
    assert found["rettelse"] == ["RETTET_DOED", "RETTET_DOED_31"]
    assert found["corrected"] == {"RETTET_DOED": 1}


def test_change_a_rule(copy: Path) -> None:
    (line,) = re.findall(r"`rules/dates.py`: `(DAYS_AFTER_DEATH = [0-9]+)`", PAGE)
    edit(copy / "hjalp_pipeline" / "statistics" / "hjalp" / "rules" / "dates.py", "DAYS_AFTER_DEATH = 31", line)
    found = quarter(copy)
    assert found["rettelse"] == ["RETTET_DOED", "RETTET_DOED_14"]
    assert found["corrected"] == {"RETTET_DOED": 1, "RETTET_DOED_14": 1}
    assert "mere end 14 dage efter" in found["sentences"]["RETTET_DOED_14"]
    assert not [title for title in found["titles"] if "31 dage" in title]
    assert found["sentences"]["RETTET_DOED_14"] in found["report"]


def test_add_a_rule(copy: Path) -> None:
    before = quarter(copy)
    shutil.rmtree(copy / "data")
    block, _ = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    add_to_person(copy, textwrap.dedent("   " + block.lstrip()))
    unlisted = run(copy, "-c", "import hjalp_pipeline.statistics.hjalp.rules.rule_list")
    assert "declared but not listed: ['R9b']" in unlisted.stderr, "a rule that is only coded does not load"
    list_rule(copy, "BEFORE_BIRTH")
    found = quarter(copy)
    assert found["removed"] == before["removed"] | {"UDLEVERET_FOER_FOEDSEL": 1}
    assert found["loans"] == before["loans"] - 1
    assert "UDLEVERET_FOER_FOEDSEL" in found["contract"]
    assert found["sentences"]["UDLEVERET_FOER_FOEDSEL"] in found["report"]


CODE = (
    "SEL_118;Lov om social service;118;Pasning af nærtstående;2027-01-01;\n",
    "2027-01-01;2026-06-15;Bekendtgørelsen\n",
)
READ = """
from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_tests.rules.made_up import enrich_paragraph, loan, raw
for kvartal, issued in (("2024K4", "2024-05-01"), ("2027K1", "2027-02-01")):
    rows = [loan(lov_navn=None, lov_tekst=text, udleveringsdato=issued) for text in ("SEL § 118", "§ 118 og § 112")]
    print(enrich_paragraph(raw(rows), Kvartal.parse(kvartal)).frame["lov_kilde"].to_list())
"""


def test_add_a_paragraph(copy: Path) -> None:
    before = run(copy, "-c", READ).stdout.splitlines()
    for name, line in zip(("paragraphs.csv", "value_sets.csv"), CODE, strict=True):
        assert f"`codelists/{name}`" in PAGE
        with (copy / "hjalp_pipeline" / "statistics" / "hjalp" / "codelists" / name).open(
            "a", encoding="utf-8"
        ) as file:
            file.write(line)
    after = run(copy, "-c", READ).stdout.splitlines()
    assert after[0] == before[0], "a later code changes no earlier reading"
    assert after[1] == "['LOV_TEKST', 'FLERE']"
    assert "Pasning af nærtstående" in run(copy, "-c", SPECIFICATION).stdout


SPECIFICATION = """
from itertools import pairwise
from hjalp_pipeline.statistics.hjalp.codelists.lov_navn import LOV_NAVN
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS
from hjalp_pipeline.dialogue.specification.changes import changes
from hjalp_pipeline.dialogue.specification.editions import editions
for before, after in pairwise(editions(LAYOUTS.versions, LOV_NAVN.versions)):
    for change in changes(before, after):
        print(*change)
"""


def test_add_a_table(copy: Path) -> None:
    (select,) = re.findall(r"```sql\n(.*?)```", PAGE, re.S)
    _, declaration = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    (copy / "sql" / "hjalp" / "hjalp6.sql").write_text(textwrap.dedent(select), encoding="utf-8")
    tables = copy / "hjalp_pipeline" / "statistics" / "hjalp" / "tables.py"
    listed = "#: Each after those it is counted from.\n"
    edit(tables, listed, f"{textwrap.dedent(declaration)}\n{listed}")
    edit(tables, "TABLES = (HJALP1, HJALP2, HJALP3)", "TABLES = (HJALP1, HJALP2, HJALP3, HJALP6)")
    found = quarter(copy)
    assert {"released.hjalp6", "working.hjalp6", "working.suppressed_hjalp6"} <= set(found["views"])
    folder = Path(found["folder"])
    assert all((folder / f"HJALP6.{kind}").is_file() for kind in ("csv", "px", "json"))
    loans, per_1000 = (
        {tuple(line.split(";")[:2]): line.split(";")[2] for line in text.splitlines()[1:]}
        for text in ((folder / f"{name}.csv").read_text(encoding="utf-8-sig") for name in ("HJALP1", "HJALP6"))
    )
    hidden = {cell for cell, shown in loans.items() if shown == ".."}
    assert hidden == {cell for cell, shown in per_1000.items() if shown == ".."}
    assert any(shown.isdigit() for shown in per_1000.values())
    assert "Celler i HJALP6" in (folder / "kvalitet.html").read_text(encoding="utf-8")
    assets = run(copy, "-c", ASSETS).stdout.split()
    assert {"tables/hjalp6", "suppressed/hjalp6"} <= {"/".join(key.split("/")[-2:]) for key in assets}


ASSETS = """
from hjalp_pipeline.definitions import defs
for asset in defs.resolve_all_asset_specs():
    print(asset.key.to_user_string())
"""
