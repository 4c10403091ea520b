"""What is wrong with the register extracts.

One that a run has prepared was looked at then: its files are those, by their marks, and they are not read again. Another one
is read as a run would read it: a lazy pass over each file, persons and deaths in memory (measured on national size: 15 s, 1 GB).
"""

from collections.abc import Iterator

from hjalp_pipeline.data_root.wrong import PAGE, Wrong
from hjalp_pipeline.publishing.definition import Definition
from hjalp_pipeline.storage.entries import PreparedExtract, read_entry
from hjalp_pipeline.storage.extract_contract import CONTRACT, told_of_years
from hjalp_pipeline.storage.extract_rows import look
from hjalp_pipeline.storage.hashes import mark
from hjalp_pipeline.storage.inbox import README
from hjalp_pipeline.storage.registers import extracts, preparation_code
from hjalp_pipeline.storage.root import DataRoot


def wrong_extracts(root: DataRoot, planned: list[Definition]) -> Iterator[Wrong]:
    """Faults of every extract, also of the years that the releases ``planned`` ask of it; and what lies beside them."""
    for name in extracts(root):
        population_of = root.declared.population_of
        years = {aar for one in planned if one.registers == name for aar in population_of(one.span, needed=True)}
        for fault in _faults(root, name, years):
            yield Wrong(
                f"registers/{name}: {fault}", f"put a corrected extract in its place; what the files hold: {PAGE}"
            )
    yield from _beside(root)


def _faults(root: DataRoot, name: str, needed: set[int]) -> list[str]:
    source = root.registers / name
    known = read_entry(root.lake / "registers" / name / "extract.json", PreparedExtract)
    paths = {file: source / f"{file}.parquet" for file in CONTRACT}
    marks = {file: mark(path.stat()) for file, path in paths.items() if path.is_file()}
    if known is not None and known.marks == marks and known.code == preparation_code():
        faults, population = [], known.population
    else:
        looked = look(source)
        faults, population = looked.faults, looked.population
    first = root.declared.first_year
    asked = dict.fromkeys((aar for aar in population if aar >= first), False) | dict.fromkeys(needed, True)
    whole = "folketal" in marks and (population or not faults)
    return faults + (told_of_years(population, asked) if whole else [])


def _beside(root: DataRoot) -> Iterator[Wrong]:
    """What lies in ``registers/`` and is no extract, so that nobody reads it."""
    if not root.registers.is_dir():
        return
    known = {*extracts(root), README}
    for path in sorted(root.registers.iterdir()):
        if path.name in known or path.name.startswith("."):
            continue
        if path.is_dir():
            yield Wrong(
                f"registers/{path.name} is not read: a folder there is called by the date of its extract",
                "call it so: 2025-04-04",
            )
        elif path.stem in CONTRACT:
            yield Wrong(
                f"registers/{path.name} is not read: it lies in no extract",
                "put it into a folder called by its date: 2025-04-04",
            )
