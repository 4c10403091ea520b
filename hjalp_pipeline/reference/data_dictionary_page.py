"""``docs/data-dictionary.md``, made of the contracts.

``python -m hjalp_pipeline.reference.data_dictionary_page > docs/data-dictionary.md``; that of another statistic by its name:
``python -m hjalp_pipeline.reference.data_dictionary_page hand > docs/data-dictionary-hand.md``.
"""

import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from hjalp_pipeline.contracts.one_pass import Contract
from hjalp_pipeline.contracts.states import BESTAND, GONE, RAW, columns, contracts, of_table
from hjalp_pipeline.data_root.empty_root import begin
from hjalp_pipeline.data_root.folders import table
from hjalp_pipeline.production.analysts import make_catalog
from hjalp_pipeline.publishing.microdata import CodeList, Register, code_lists
from hjalp_pipeline.statistic import Statistic, declared
from hjalp_pipeline.storage.query import columns_of, relations
from hjalp_pipeline.storage.root import DEFAULT, DataRoot
from hjalp_pipeline.table_spec import TableSpec

#: A code list with more codes is named with their number only.
_SHOWN = 20
_BEGIN = """# Data dictionary{of}

Every column that hjalp makes, as the contracts have it: what is not of this type, or empty where it may not be, stops the kommune or
the release it is in. Descriptions are Danish, as in the program's pages and files. Types are those of Polars, in the analysts' database
those of DuckDB, in microdata those of the codebook. What people write (code lists, register extracts, release definitions) is
described in [Data of your own](data-root.md), the rules that fill the columns in [The rules]({rules}.md).

## Data states

A {period} goes through them in this order. Each stores only the columns it adds, a row a record, by its place in the raw data
(`raekke`). A column that is checked and not stored is marked.
"""
_DATABASE = """
## The analysts' database

`{file}`, made anew after each run and each release; [ten questions with answers](analysts.md). Its schemas: `released` is what each
release shows. `working` is confidential and agrees with no release. What has no schema says how the production stands.
"""
_MICRODATA = """
## Microdata

Registers for researchers, in each release. Where it says *codes*, a variable holds codes of that list.
"""
_ABOUT = {
    RAW: "The deliveries in force put together, a row a record, with CPR numbers.",
    GONE: "Records that the rules removed, and why.",
}


def data_dictionary_page(statistic: Statistic, empty: DataRoot) -> str:
    """The page of a statistic; ``empty``: a data root of its own that holds no data."""
    return of_contracts(statistic) + of_database(empty) + of_microdata(statistic)


def of_contracts(statistic: Statistic) -> str:
    """The page up to its tables: all that is held to a contract."""
    first = statistic.name == DEFAULT
    begin = _BEGIN.format(
        of="" if first else f" of {statistic.layouts.declaration.statistic}",
        rules="rules" if first else f"rules-{statistic.name}",
        period=statistic.period.word,
    )
    return "".join([begin, *_states(statistic), "\n## Tables\n", *map(_table, statistic.every.tables)])


def _states(statistic: Statistic) -> Iterator[str]:
    rulebook, stock = statistic.rulebook, statistic.stock.about
    about = _ABOUT | {BESTAND: f"{stock[0].upper()}{stock[1:]}, from which the tables are counted."}
    for name, contract in contracts(statistic).items():
        state = rulebook.state(name) if name in rulebook.states else None
        title = f"{state.title}. *{state.title_da}.*" if state else about[name]
        unstored = {column.name for column in state.columns if not column.stored} if state else set[str]()
        yield f"\n### {name}\n\n{title}\n\n{_columns(contract, unstored)}"


def _columns(contract: Contract, unstored: Iterable[str] = ()) -> str:
    return table(
        ("column", "type", "may be empty", "description"),
        (
            (
                f"`{name}`",
                kind,
                "yes" if nullable else "no",
                _cell(text) + (" (not stored)" if name in unstored else ""),
            )
            for name, kind, text, nullable in columns(contract)
        ),
    )


def _table(spec: TableSpec) -> str:
    unit = f"{spec.texts.units.en}, {spec.decimals} decimals" if spec.decimals else spec.texts.units.en
    mask = f" Hides the cells that {spec.shares_mask_of.upper()} hides." if spec.shares_mask_of else ""
    developing = " Under development: published where a release names it." if spec.developing else ""
    dimensions = table(
        ("variable", "Danish", "English", "codes", "total"),
        (
            (f"`{one.code}`", one.text.da, one.text.en, f"{len(one.codes)}", f"`{one.total}`" if one.total else "")
            for one in (dimension.variable for dimension in spec.dimensions)
        ),
    )
    notes = "".join(f"- {note.en}\n" for note in spec.texts.notes)
    return (
        f"\n### {spec.id}\n\n{spec.description} Published: `{spec.measure}` ({unit}).{mask}{developing}\n\n{_columns(of_table(spec))}\n"
        f"As it is published:\n\n{dimensions}" + (notes and f"\n{notes}")
    )


def of_database(empty: DataRoot) -> str:
    """What the analysts' database holds, of a data root without data: it is made there and asked."""
    make_catalog(empty)
    return "".join([_DATABASE.format(file=empty.catalog.name), *_relations(empty)])


def _relations(empty: DataRoot) -> Iterator[str]:
    for name, about in relations(empty).rows:
        rows = columns_of(empty, name).rows
        held = ((f"`{column}`", kind, _cell(text or "")) for view, column, kind, text in rows if view == name)
        yield f"\n### `{name}`\n\n{about}\n\n{table(('column', 'type', 'description'), held)}"


def of_microdata(statistic: Statistic) -> str:
    """The registers for researchers; nothing of a statistic without them."""
    given = statistic.microdata
    return "".join([_MICRODATA, *_registers(given.registers, given.further)]) if given else ""


def _registers(registers: tuple[Register, ...], further: tuple[CodeList, ...]) -> Iterator[str]:
    for register in registers:
        rows = (
            (
                f"`{one.name}`",
                one.kind,
                one.codes.name if one.codes else "",
                "yes" if one.may_be_missing else "no",
                one.label_en,
                _cell(f"{one.label_da}. {one.description}"),
                one.source,
            )
            for one in register.variables
        )
        header = ("variable", "type", "codes", "may be empty", "label", "description", "source")
        yield f"\n### {register.name}\n\n{register.title}, ordered by {', '.join(register.order)}.\n\n{table(header, rows)}"
    lists = ((f"`{one.name}`", _cell(one.title), _codes(one)) for one in [*code_lists(registers), *further])
    yield f"\n### Code lists\n\n{table(('list', 'title', 'codes'), lists)}"


def _codes(one: CodeList) -> str:
    if len(one.texts) > _SHOWN:
        return f"{len(one.texts)} codes, in `kodebog_koder.csv` of each release"
    return "<br>".join(f"`{code}` {_cell(text)}" for code, text in one.texts.items())


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").replace("\n", " ")


def main() -> None:
    """Print the page of the statistic that is named, or of the default one."""
    name = (sys.argv[1:] or [DEFAULT])[0]
    with tempfile.TemporaryDirectory() as folder:
        begin(Path(folder) / "data", name)
        sys.stdout.write(data_dictionary_page(declared(name), DataRoot(Path(folder) / "data", name)))


if __name__ == "__main__":
    main()
