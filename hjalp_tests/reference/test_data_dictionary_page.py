"""docs/data-dictionary.md is made of the contracts, the analysts' database and the microdata, and leaves no column out."""

from __future__ import annotations

from pathlib import Path

import pytest

from hjalp_pipeline import statistic as declarations
from hjalp_pipeline.contracts.states import columns, contracts, of_table
from hjalp_pipeline.data_root.empty_root import begin
from hjalp_pipeline.production.relations import relations
from hjalp_pipeline.reference.data_dictionary_page import data_dictionary_page, of_contracts, of_database, of_microdata
from hjalp_pipeline.statistic import Statistic, declared
from hjalp_pipeline.storage.root import DataRoot

DOCS = Path(__file__).parents[2] / "docs"
REMAKE = "python -m hjalp_pipeline.reference.data_dictionary_page {} > docs/{}"
PAGES = pytest.mark.parametrize(
    ("name", "page"), [("hjalp", "data-dictionary.md"), ("hand", "data-dictionary-hand.md")]
)


@pytest.fixture
def empty(statistic: Statistic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataRoot:
    """A data root without data."""
    monkeypatch.setitem(declarations.OTHERS, statistic.name, statistic)
    begin(tmp_path, statistic.name)
    return DataRoot(tmp_path, statistic.name)


@PAGES
def test_the_page_has_what_the_contracts_and_registers_make(name: str, page: str) -> None:
    text, statistic = (DOCS / page).read_text(encoding="utf-8"), declared(name)
    assert text.startswith(of_contracts(statistic)), REMAKE.format(name, page)
    assert text.endswith(of_microdata(statistic)), REMAKE.format(name, page)


@PAGES
@pytest.mark.slow
def test_the_page_is_what_all_of_it_makes(tmp_path: Path, name: str, page: str) -> None:
    begin(tmp_path, name)
    made = data_dictionary_page(declared(name), DataRoot(tmp_path, name))
    assert (DOCS / page).read_text(encoding="utf-8") == made, REMAKE.format(name, page)


def test_no_column_of_a_contract_and_no_variable_is_left_out(statistic: Statistic) -> None:
    page = of_contracts(statistic)
    sections = {part.partition("\n")[0]: part for part in page.split("\n### ")}
    for name, contract in {**contracts(statistic), **{one.id: of_table(one) for one in statistic.tables}}.items():
        for column, kind, _, nullable in columns(contract):
            assert f"\n| `{column}` | {kind} | {'yes' if nullable else 'no'} | " in sections[name], (name, column)
    told = of_microdata(statistic)
    for register in statistic.microdata.registers if statistic.microdata else ():
        assert all(f"\n| `{variable.name}` | {variable.kind} | " in told for variable in register.variables)
    assert bool(told) == (statistic.microdata is not None)


@pytest.mark.slow
def test_every_relation_of_the_database_has_its_columns(empty: DataRoot) -> None:
    page = of_database(empty)
    sections = {part.partition("\n")[0]: part for part in page.split("\n### ")[1:]}
    assert sorted(sections) == sorted(f"`{relation.name}`" for relation in relations(empty))
    for name, text in sections.items():
        rows = [line for line in text.splitlines() if line.startswith("| `")]
        assert rows, name
        assert not [row for row in rows if row.endswith("|  |")], name
