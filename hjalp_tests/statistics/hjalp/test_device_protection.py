"""HJALP4 and HJALP5 are protected and attacked together with HJALP1 and HJALP2: what one of them shows is known of the others."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import cache

import pytest

from hjalp_pipeline.confidentiality.attack import attack
from hjalp_pipeline.production.release.pattern import find_pattern, readings
from hjalp_pipeline.production.release.protection import YearSystem, year_system
from hjalp_pipeline.production.release.signed import signing
from hjalp_pipeline.production.release.verdict import YearAudit, judge
from hjalp_pipeline.production.release.year_figures import Cell, Figures, YearFigures
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_tests.naive import fixed
from hjalp_tests.naive.device_types import device_tables

EVERY = STATISTIC.every
YEAR = 2024
COUNTRY, ALL = "000", "TOT"


@dataclass(frozen=True)
class Loan:
    """A loan: who has it from where, of what, by what; his sex and age group follow from the number of the person."""

    person: int
    komnr: str
    subclass: str
    paragraph: str = "SEL_112"


def some(
    loans: int, *, komnr: str = "101", subclass: str = "1222", first: int = 0, paragraph: str = "SEL_112"
) -> list[Loan]:
    """Loans of one type, each of another person."""
    return [Loan(first + number, komnr, subclass, paragraph) for number in range(loans)]


#: 101 has wheelchairs (1222), lifters (1236) and seats (0933), 155 wheelchairs and seats; person 0 of 101 has one of each.
BASE = [
    *some(9),
    *some(6, subclass="1236"),
    *some(5, subclass="0933", first=4),
    Loan(0, "101", "0933"),
    *some(8, komnr="155", first=100),
    *some(7, komnr="155", subclass="0933", first=106),
    *some(4, komnr="155", subclass="1236", first=110, paragraph="SEL_113"),
]


def made(loans: list[Loan], release: str = "2024v1", *, owned: bool = False) -> YearFigures:
    """The figures of a year of loans; each of their kommuner takes part."""
    kommuner = sorted({loan.komnr for loan in loans})
    rows = [
        {
            "pnr": loan.person,
            "komnr_statbank": loan.komnr,
            "hminr": "90000" if loan.subclass == "LOKAL" else "1",
            "hmiiso": loan.subclass if loan.subclass.isdigit() else None,
            "lov_navn_opret": None if loan.paragraph == "UOPL" else loan.paragraph,
        }
        for loan in loans
    ]
    counted, persons = dict[tuple[str, ...], int](), dict[tuple[str, ...], set[int]]()
    for loan in loans:
        sex, age = str(1 + loan.person % 2), fixed.AGE_GROUPS[loan.person % 3 + 6]
        for komnr in (COUNTRY, loan.komnr):
            counted[komnr,] = counted.get((komnr,), 0) + 1
            for codes in ((s, a) for s in ("0", sex) for a in (ALL, age)):
                persons.setdefault((komnr, *codes), set()).add(loan.person)
    codes = [(k, s, a) for k in (COUNTRY, *kommuner) for s in ("0", "1", "2") for a in (ALL, *fixed.AGE_GROUPS)]
    tables = {
        "hjalp1": Figures(counted, {(komnr,): len(persons[komnr, "0", ALL]) for (komnr,) in counted}),
        "hjalp2": Figures({key: len(persons.get(key, ())) for key in codes}),
    }
    for name, cells in device_tables(rows, YEAR, set(kommuner)).items():
        values = {key[:-1]: value for key, value in cells.items() if value is not None}
        tables[name.lower()] = Figures(values, {key: values[*key[:-1], "PERS"] for key in values})
    return YearFigures(release, tables, owned=owned)


@cache
def base() -> YearFigures:
    """The figures of ``BASE``."""
    return made(BASE)


@cache
def base_system() -> YearSystem:
    """What an outsider holds of it."""
    return year_system(EVERY, YEAR, [base()])


def ranges(figures: YearFigures, *hidden: Cell) -> dict[Cell, tuple[int, int]]:
    """What an outsider can narrow hidden cells to."""
    year = base_system() if figures is base() else year_system(EVERY, YEAR, [figures])
    found = attack(year.system, year.hidden(frozenset(hidden)))
    by_index = {index: cell for (_, cell), index in year.cells.items() if cell in hidden}
    return {by_index[one.cell]: (one.low, one.high) for one in found}


@pytest.mark.slow
def test_a_total_is_the_figure_of_the_other_table() -> None:
    year = base_system()

    def cell(*codes: str) -> int:
        return year.cells["2024v1", codes]

    for komnr in (COUNTRY, "101", "155"):
        assert cell("hjalp5", komnr, ALL, "PERS") == cell("hjalp2", komnr, "0", ALL)
        assert cell("hjalp5", komnr, ALL, "UDL") == cell("hjalp1", komnr)
    assert cell("hjalp4", COUNTRY, ALL, ALL, "PERS") == cell("hjalp2", COUNTRY, "0", ALL)
    assert cell("hjalp4", COUNTRY, ALL, ALL, "UDL") == cell("hjalp1", COUNTRY)


def test_loans_hidden_alone_are_computed_and_persons_are_not() -> None:
    loans, persons = ("hjalp5", "101", "12", "UDL"), ("hjalp5", "101", "12", "PERS")
    assert ranges(base(), loans) == {loans: (15, 15)}
    # Persons of all Denmark are those of the kommuner, less who is counted twice, which everybody is taken to know.
    assert ranges(base(), persons) == {persons: (9, 9)}
    country = ("hjalp5", COUNTRY, "12", "PERS")
    # By type nothing adds up: at most all persons of 101 (9); at least the 17 of subclass 1222 less the 12 of 155.
    assert ranges(base(), persons, country)[persons] == (5, 9)


def test_a_kommunes_loans_by_type_add_up_to_hjalp1() -> None:
    hidden = [("hjalp5", komnr, "12", "UDL") for komnr in ("101", "155", COUNTRY)]
    assert ranges(base(), *hidden) == dict(zip(hidden, [(15, 15), (12, 12), (27, 27)], strict=True))
    hidden = [("hjalp5", komnr, iso, "UDL") for komnr in ("101", "155") for iso in ("12", "09")]
    # Each of the four could be moved against its neighbours, if as many persons as are shown had not each a loan.
    assert ranges(base(), *hidden)["hjalp5", "101", "12", "UDL"] == (15, 15)
    hidden += [(*cell[:3], "PERS") for cell in hidden]
    # 155 has at least 12 of the 21 persons of class 12, as 101 has 9 in all: no fewer than 12 loans; and at least 4 of the 13 of 09.
    assert ranges(base(), *hidden)["hjalp5", "101", "12", "UDL"] == (12, 15)


def test_subclasses_are_the_parts_of_a_class() -> None:
    hidden = ("hjalp4", COUNTRY, "1236", ALL, "UDL"), ("hjalp4", COUNTRY, "1236", "SEL_113", "UDL")
    assert ranges(base(), *hidden)[hidden[0]] == (10, 10)
    hidden += ("hjalp4", COUNTRY, ALL, "SEL_113", "UDL"), ("hjalp4", COUNTRY, ALL, "SEL_112", "UDL")
    hidden += (("hjalp4", COUNTRY, "1222", ALL, "UDL"), ("hjalp4", COUNTRY, "1222", "SEL_112", "UDL"))
    # 27 loans of class 12, of them 6 of 1236 by another paragraph; the persons shown, 17 and 4, are no more than the rest.
    found = ranges(base(), *hidden)
    assert found["hjalp4", COUNTRY, "1236", "SEL_113", "UDL"] == (4, 4)
    found = ranges(base(), *hidden, *((*cell[:4], "PERS") for cell in hidden))
    assert found["hjalp4", COUNTRY, "1236", "SEL_113", "UDL"] == (1, 20)


@pytest.mark.slow
def test_persons_are_at_most_loans() -> None:
    loans = [*BASE, *some(1, komnr="155", subclass="0403", first=500)]
    hidden = [("hjalp5", komnr, "04", "PERS") for komnr in ("155", COUNTRY)]
    assert ranges(made(loans), *hidden) == dict.fromkeys(hidden, (1, 1))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("owned", [False, True])
def test_what_is_found_withstands_the_attack_and_no_cell_of_it_can_be_left_out(seed: int, owned: bool) -> None:
    drawn = random.Random(seed)
    loans = [
        Loan(
            drawn.randrange(60),
            drawn.choice(("101", "155", "540", "741")),
            drawn.choices(("1222", "1236", "0933", "0403", "UOPL", "LOKAL"), (30, 10, 10, 2, 3, 3))[0],
            drawn.choices(("SEL_112", "SEL_113", "UOPL"), (20, 3, 1))[0],
        )
        for _ in range(260)
    ]
    figures = made(loans, owned=owned)
    systems = readings(EVERY, YEAR, [figures])
    found = find_pattern(systems, 50_000)
    year = systems["unchanged"]
    assert verdict(systems["unchanged"], figures, found.mask).fails == ()
    tables = {cell[0] for cell in found.mask}
    assert {"hjalp4", "hjalp5"} <= tables
    # Whoever shows the loans behind hidden persons, or a figure that keeps another, is found out.
    small = {cell for (_, cell), index in year.cells.items() if year.system.primary[index]}
    beside = sorted(cell for cell in found.mask - small if cell[0] in ("hjalp4", "hjalp5"))
    assert beside
    assert any(verdict(year, figures, found.mask - {cell}).fails for cell in beside)


def verdict(year: YearSystem, figures: YearFigures, mask: frozenset[Cell], *before: YearFigures) -> YearAudit:
    """The verdict of the attacker on what is hidden."""
    return judge({"unchanged": year}, mask, [*before, replace(figures, hidden=mask)], {})


@pytest.mark.slow
def test_where_nobody_has_two_types_or_paragraphs_persons_of_each_add_up() -> None:
    """Whatever is hidden of the loans."""
    loans = 2 * [
        *some(5),
        *some(2, first=10, paragraph="SEL_113"),
        *some(2, komnr="155", subclass="0933", first=20),
        *some(6, komnr="155", subclass="0933", first=30, paragraph="SEL_113"),
    ]
    corners = [("hjalp4", COUNTRY, iso, law) for iso in ("1222", "0933") for law in ("SEL_112", "SEL_113")]
    hidden = [(*corner, "UDL") for corner in corners] + [(*corner, "PERS") for corner in corners[1:3]]
    found = ranges(made(loans), *hidden)
    assert [found[cell] for cell in hidden[4:]] == [(2, 2), (2, 2)]


@pytest.mark.slow
def test_a_release_that_names_them_later_is_attacked_with_the_one_before_it() -> None:
    """2024v1 showed the total of 101; 2024v2 cannot hide it, and hides what would tell a small type by it."""
    loans = [*BASE, *some(2, subclass="0403", first=20), *some(3, komnr="155", subclass="0403", first=120)]
    whole = made(loans, "2024v2")
    before = replace(
        made(loans), tables={name: whole.tables[name] for name in ("hjalp1", "hjalp2")}, sources={"101": "a"}
    )
    after = replace(whole, sources={"101": "a"})
    systems = readings(EVERY, YEAR, [before, after])
    found = find_pattern(systems, 50_000)
    assert ("hjalp5", "101", "04", "PERS") in found.mask
    assert ("hjalp1", "101") not in found.mask
    audit = judge(systems, found.mask, [before, replace(after, hidden=found.mask)], found.reports, known=found.known)
    assert audit.fails == ()
    page = signing(audit, EVERY, "2024v2")
    (picture,) = page.pictures
    assert "HJALP4 har alene tal for hele landet og er ikke tegnet" in picture.description
    assert {group.partition(",")[0] for group, _ in picture.groups} == {"HJALP1", "HJALP2", "HJALP5"}


@pytest.mark.slow
def test_the_kommune_that_comes_in_is_not_told_by_subtracting_two_countries() -> None:
    """No table has its figures by subclass and paragraph, but the country's of two releases differ by them."""
    seat = ("hjalp4", COUNTRY, "0933")
    came = [*some(2, komnr="540", subclass="0933", first=300), *some(5, komnr="540", first=310)]
    before, after = made(BASE), made([*BASE, *2 * came], "2024v2")
    hidden = {(*seat, "SEL_112", unit) for unit in ("PERS", "UDL")} | {(*seat, ALL, unit) for unit in ("PERS", "UDL")}
    figures = after.tables["hjalp4"].values
    assert all(figures[cell[1:]] - before.tables["hjalp4"].values[cell[1:]] in (2, 4) for cell in hidden)
    year = readings(EVERY, YEAR, [before, after])["unchanged"]
    small = {
        cell for (release, cell), index in year.cells.items() if release == "2024v2" and year.system.primary[index]
    }
    assert hidden <= small
    # 1222 has five persons of 540 more, and all of the country are a figure of HJALP2.
    assert small & {("hjalp4", COUNTRY, "1222", "SEL_112", "PERS"), ("hjalp4", COUNTRY, ALL, ALL, "PERS")} == set()
    mask = find_pattern(readings(EVERY, YEAR, [before, after]), 20_000).mask
    assert hidden <= mask
    audit = verdict(year, after, mask, before)
    assert audit.fails == ()
    # Two that come in together have each other, as in every sum.
    both = year_system(EVERY, YEAR, [before, made([*BASE, *2 * came, *some(9, komnr="741", first=400)], "2024v2")])
    assert not any(both.system.primary[both.cells["2024v2", cell]] for cell in hidden)


@pytest.mark.slow
def test_a_figure_of_two_tables_is_hidden_in_both_and_for_the_same_cells() -> None:
    loans = [*BASE, Loan(900, "540", "0403"), Loan(901, "540", "0403"), *some(5, komnr="540", first=300)]
    figures = made(loans)
    systems = readings(EVERY, YEAR, [figures])
    found = find_pattern(systems, 50_000)
    pairs = [
        (("hjalp2", komnr, "0", ALL), ("hjalp5", komnr, ALL, "PERS")) for komnr in (COUNTRY, "101", "155", "540")
    ] + [(("hjalp1", komnr), ("hjalp5", komnr, ALL, "UDL")) for komnr in (COUNTRY, "101", "155", "540")]
    audit = judge(systems, found.mask, [replace(figures, hidden=found.mask)], found.reports, known=found.known)
    assert audit.fails == ()
    for one, other in pairs:
        assert (one in found.mask) == (other in found.mask)
        assert audit.serves.get(one) == audit.serves.get(other)


def test_a_small_figure_of_two_tables_is_hidden_in_both() -> None:
    few = made([*some(2), *some(3, komnr="155", first=50), *some(9, komnr="540", first=80)])
    year = year_system(EVERY, YEAR, [few])
    hidden = year.mask(year.system.primary)
    assert {("hjalp2", "101", "0", ALL), ("hjalp5", "101", ALL, "PERS")} <= hidden
    assert {("hjalp1", "101"), ("hjalp5", "101", ALL, "UDL")} <= hidden
