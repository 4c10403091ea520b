"""What is told to whoever signs a release of each attack on it: cells in words, why each is hidden, and its picture (R11)."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product

from hjalp_pipeline.codelists.spans import Time
from hjalp_pipeline.confidentiality.evidence import assumptions_with
from hjalp_pipeline.confidentiality.linked_evidence import ASSUMPTIONS
from hjalp_pipeline.confidentiality.model import THRESHOLD, Name
from hjalp_pipeline.confidentiality.signing import Signing, Why
from hjalp_pipeline.pages.charts import danish
from hjalp_pipeline.pages.grid import Grid, Mark
from hjalp_pipeline.production.quarter.telling import telling_of
from hjalp_pipeline.production.release import told_to_readers
from hjalp_pipeline.production.release.cell_words import CellWords
from hjalp_pipeline.production.release.linked_audit import LinkedAudit
from hjalp_pipeline.production.release.pattern import RULE
from hjalp_pipeline.production.release.told_of_year import notes_of_year, persons_of_year
from hjalp_pipeline.production.release.verdict import YearAudit
from hjalp_pipeline.production.release.year_figures import Cell
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.table_spec import TableSpec

_LEGEND: Mapping[Mark, str] = {
    "full": "lille i sig selv",
    "hollow": "skjult for de smås skyld",
    "crossed": "kan ikke beskyttes",
}
_OFTEN: Mapping[Mark, str] = {
    "dot": "skjult en enkelt gang",
    "hollow": "skjult i nogle af tiderne",
    "full": "skjult i mindst halvdelen",
}


def signing(audit: YearAudit | LinkedAudit, statistic: Statistic, release: str) -> Signing:
    """What the page of an attack on ``release`` and those before it tells."""
    words = CellWords(statistic, release)
    if isinstance(audit, YearAudit):
        return _of_year(audit, statistic, words)
    return _of_links(audit, words)


def _of_year(audit: YearAudit, statistic: Statistic, words: CellWords) -> Signing:
    system, new = audit.year.system, audit.out[-1]
    place = {cell: audit.year.cells[new.release, cell] for cell in new.cells}
    small = {cell for cell in new.hidden if system.primary[place[cell]]}
    lost = {cell for cell in new.hidden if _is_lost(audit, cell, system.names[place[cell]])}
    marks: dict[Cell, Mark] = {
        cell: "crossed" if cell in lost else "full" if cell in small else "hollow" for cell in new.hidden
    }
    return Signing(
        audit.system_counts,
        RULE,
        assumptions_with(audit.year.known),
        readers=[
            told_to_readers.outsider(audit.counts()),
            told_to_readers.kommune(audit.told_to_owners),
            persons_of_year(audit),
            told_to_readers.program(audit.program),
        ],
        pictures=[_picture(audit, statistic, marks)] if marks else [],
        why=_grouped(
            words,
            {cell: None if cell in small else audit.serves.get(cell, ()) for cell in new.hidden},
            {
                (spec.name, *codes)
                for spec in statistic.protected
                if spec.name in new.tables
                for codes in telling_of(spec, new.tables[spec.name].values)
            },
            audit.for_readers,
        ),
        fails=[words.name(name) for name in audit.fails],
        unprotectable=[words.name(name) for name in audit.inherent],
        guessed=[words.name(name) for name in audit.guessed],
        told=[words.name(name) for name in audit.told],
        notes=notes_of_year(audit),
    )


def _is_lost(audit: YearAudit, cell: Cell, name: Name) -> bool:
    """Whether nothing keeps a cell of the newest release from somebody; a guess names it by any release with its figure."""
    # The kommuner that can tell a cell are named after its release.
    inherent, guessed = (
        {(*one[:-1], one[-1].split(",")[0]) for one in (*of, *audit.told)} for of in (audit.inherent, audit.guessed)
    )
    figures = {of.release: of.tables[cell[0]].values.get(cell[1:]) for of in audit.out if cell[0] in of.tables}
    same = (release for release, figure in figures.items() if figure == figures[audit.out[-1].release])
    return name in inherent or any((*name[:-1], release) in guessed for release in same)


def _grouped(
    words: CellWords, why: Mapping[Cell, Sequence[Cell] | None], tell: Collection[Cell], readers: Collection[Cell]
) -> dict[str, list[Why]]:
    """Hidden cells by their first code. A cell that protects one of the same kommune names it without."""
    found: dict[str, list[Why]] = {}
    for cell in sorted(why):
        served = why[cell]
        first = words.codes(cell[0], cell[1:])[0]
        found.setdefault(first, []).append(
            Why(
                words.cell(cell[0], cell[1:]),
                None if served is None else [_short(words, one, cell) for one in served],
                tells=cell in tell,
                readers=cell in readers,
            )
        )
    return dict(sorted(found.items()))


def _short(words: CellWords, cell: Cell, beside: Cell) -> str:
    codes = words.codes(cell[0], cell[1:])
    same = cell[:2] == beside[:2] and len(codes) > 1
    return ", ".join(codes[1:] if same else codes) if cell[0] == beside[0] else words.cell(cell[0], cell[1:])


def _picture(audit: YearAudit, statistic: Statistic, marks: Mapping[Cell, Mark]) -> Grid:
    """The tables side by side: a row for each code of the first dimension that takes part. One of the whole country is not drawn."""
    new = audit.out[-1]
    told = [spec for spec in statistic.protected if spec.name in new.tables]
    specs = [spec for spec in told if len(spec.dimensions[0].variable.codes) > 1]
    left = "".join(f" {spec.id} har alene tal for hele landet og er ikke tegnet." for spec in told if spec not in specs)
    taking_part = {cell[1] for cell in new.cells}
    first = specs[0].dimensions[0]
    rows = [code for code in first.variable.codes if code in taking_part]
    columns = [
        (spec, codes) for spec in specs for codes in product(*(one.variable.codes for one in spec.dimensions[1:]))
    ]
    at = {(spec.name, *codes): number for number, (spec, codes) in enumerate(columns)}
    kinds = {mark: sum(one == mark for one in marks.values()) for mark in _LEGEND}
    kind = ", ".join(f"{danish(number)} {_LEGEND[mark]}" for mark, number in kinds.items() if number)
    return Grid(
        f"De skjulte celler {audit.aar}",
        f"{danish(len(marks))} af {danish(len(new.cells))} celler er skjult: {kind}. En linje for hver kommune, der er med.{left}",
        [first.word(code) for code in rows],
        [group for spec in specs for group in _groups(spec)],
        {(rows.index(cell[1]), at[key]): mark for cell, mark in marks.items() if (key := (cell[0], *cell[2:])) in at},
        {mark: text for mark, text in _LEGEND.items() if kinds[mark]},
    )


def _groups(spec: TableSpec) -> Iterator[tuple[str, list[str]]]:
    """The columns of a table by all its dimensions but the first and the last."""
    if len(spec.dimensions) == 1:
        yield spec.id, [spec.words.label if spec.words else ""]
        return
    *outer, last = spec.dimensions[1:]
    for codes in product(*(dimension.variable.codes for dimension in outer)):
        labels = [last.word(code) for code in last.variable.codes]
        yield ", ".join([spec.id, *(one.word(code) for one, code in zip(outer, codes, strict=True))]), labels


def _of_links(audit: LinkedAudit, words: CellWords) -> Signing:
    when: dict[tuple[Cell, bool], list[Time]] = {}
    serves: dict[Cell, dict[Cell, None]] = {}
    for link, hidden in audit.links:
        cells = {at: cell for at in sorted(hidden) if (cell := link.cells[at]) is not None}
        small = {at for at in cells if link.link.figures[at].value < THRESHOLD}
        for at, cell in cells.items():
            when.setdefault((cell, at in small), []).append(link.tid)
            if at not in small:
                serves.setdefault(cell, {}).update(dict.fromkeys(cells[one] for one in sorted(small)))
    times = Counter(cell for (cell, _), of_cell in when.items() for _ in of_cell)
    every = sorted({link.tid for link, _ in audit.links}, key=str)
    why: dict[str, list[Why]] = {}
    for (cell, is_small), of_cell in sorted(when.items(), key=lambda one: one[0]):
        served = None if is_small else [words.cell(*_split(one)) for one in serves[cell]]
        first = words.codes(*_split(cell))[0]
        why.setdefault(f"{words.spec(cell[0]).id}, {first}", []).append(
            Why(words.cell(*_split(cell)), served, spans(of_cell, every))
        )
    return Signing(
        audit.system_counts,
        RULE,
        ASSUMPTIONS,
        readers=[
            told_to_readers.outsider(audit.counts()),
            told_to_readers.kommune(audit.told_to_owners),
            told_to_readers.persons(audit.insiders, audit.alone, audit.alone),
            told_to_readers.program_of_links(),
        ],
        pictures=list(_pictures_of_links(audit, words, times)),
        why=dict(sorted(why.items())),
        fails=[words.name(name) for name in audit.fails],
        unprotectable=[words.name(name) for name in audit.inherent],
        linked=True,
    )


def spans(times: Collection[Time], every: Sequence[Time]) -> str:
    """Times in words, those that follow one another in ``every`` as one span: ``2023K4-2024K2, 2024K4``."""
    found: list[list[Time]] = []
    for before, time in zip([None, *every], every, strict=False):
        if time in times:
            if found and found[-1][-1] == before:
                found[-1].append(time)
            else:
                found.append([time])
    return ", ".join(f"{of[0]}-{of[-1]}" if len(of) > 1 else str(of[0]) for of in found)


def _split(cell: Cell) -> tuple[str, tuple[str, ...]]:
    return cell[0], cell[1:]


def _pictures_of_links(audit: LinkedAudit, words: CellWords, times: Mapping[Cell, int]) -> Iterator[Grid]:
    """A picture of each table, over all times: how often a cell is hidden. The columns are what the tables have in common."""
    most = len({link.tid for link, _ in audit.links})
    for name in audit.tables:
        spec = words.spec(name)
        common = [d for d in spec.dimensions if all(d.column in words.spec(of).codes for of in audit.tables)]
        others = [d for d in spec.dimensions if d not in common]
        of_table = {cell: number for cell, number in times.items() if cell[0] == name}
        if not of_table:
            continue
        at = [spec.dimensions.index(d) for d in others], [spec.dimensions.index(d) for d in common]
        placed = {tuple(tuple(cell[1 + i] for i in of) for of in at): number for cell, number in of_table.items()}
        used = {row for row, _ in placed}
        rows = [codes for codes in product(*(d.variable.codes for d in others)) if codes in used]
        columns = list(product(*(d.variable.codes for d in common)))
        yield Grid(
            f"{spec.id}: de skjulte celler {audit.aar}",
            f"Et felt for hver kombination, over {most} {'tid' if most == 1 else 'tider'}. Kun linjer med skjulte celler er vist.",
            [", ".join(d.word(code) for d, code in zip(others, codes, strict=True)) for codes in rows],
            [("", [", ".join(d.word(code) for d, code in zip(common, codes, strict=True)) for codes in columns])],
            {
                (rows.index(row), columns.index(column)): _often(number, most)
                for (row, column), number in placed.items()
            },
            _OFTEN,
        )


def _often(number: int, most: int) -> Mark:
    return "full" if 2 * number >= most else "dot" if number == 1 else "hollow"
