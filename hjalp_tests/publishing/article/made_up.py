"""Published files of a small made-up statistic by year and kommune, with two tables, and the rules of its article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from hjalp_pipeline.publishing.article.article import Beside
from hjalp_pipeline.publishing.article.finding_rules import ArticleRules, Headline, Ranking, Total
from hjalp_pipeline.publishing.table import Text, Value, Variable

PLACES = ("000", "101", "540", "741")
NAMES = dict(zip(PLACES, ("Hele landet", "København", "Sønderborg", "Samsø"), strict=True))
AGES = ("TOT", "0", "1", "2")

AREA = Variable(
    "AREA", Text("kommune", "municipality"), tuple(Value(c, Text(NAMES[c], NAMES[c])) for c in PLACES), "000", "geo"
)
AGE = Variable("AGE", Text("alder", "age"), tuple(Value(c, Text(f"Gruppe {c}", f"Group {c}")) for c in AGES), "TOT")


def both(text: str) -> Text:
    """A sentence that is the same in both languages."""
    return Text(text, text)


RULES = ArticleRules(
    both("Prøve"),
    Total(
        "PERSONS",
        Headline(
            both("{number} i alt"),
            both("{pct} flere"),
            both("{pct} færre"),
            both("Tallet er {same}"),
            both("Intet tal"),
        ),
        both("{time} var der {number}."),
        at={"AREA": "000", "AGE": "TOT"},
        stock=True,
    ),
    Ranking(
        "PERSONS",
        "AGE",
        "persons",
        "columns",
        both("Efter alder"),
        {"AREA": "000"},
        leave_out=("TOT",),
        told=(both("Flest er {first}."),),
    ),
    (
        Ranking(
            "PERSONS",
            "AREA",
            "persons",
            "table",
            both("Efter kommune"),
            {"AGE": "TOT"},
            leave_out=("000",),
            heading=both("Flest i {first}"),
            told=(both("Mest steg {riser}, {riser_pct}."), both("Mest faldt {faller}, {faller_pct}.")),
        ),
    ),
    areas=("PERSONS", "AREA"),
    since=2023,
    variables={"AREA": AREA, "AGE": AGE},
    about=tuple(both(f"{number} " + "ord " * 39) for number in range(9)),
)
BESIDE = Beside(
    "2024v1",
    datetime.fromisoformat("2025-06-24T08:00:00+02:00"),
    date(2026, 6, 24),
    both("Kontoret"),
    {"PERSONS": both("https://example.dk/PERSONS")},
)

REPLACES = replace(BESIDE, replaces=("2024v0", datetime.fromisoformat("2025-06-24T08:00:00+02:00")))
CHANGED = (
    "\ufefftable;AREA;AGE;TID;before;after;cause\r\n"
    "PERSONS;000;TOT;2024;1400;1500;registerudtræk + genleverance 540\r\n"
    "PERSONS;540;TOT;2024;..;30;ikke længere skjult af hensyn til fortrolighed\r\n"
).encode()

#: Figures by time, place and age; what is left out is 10.
Figures = Mapping[tuple[str, str, str], str]


def persons_csv(figures: Figures, times: tuple[str, ...] = ("2023", "2024")) -> bytes:
    """The published csv of the table."""
    rows = [
        f"{area};{age};{time};{figures.get((time, area, age), '10')}"
        for area in PLACES
        for age in AGES
        for time in times
    ]
    return b"\xef\xbb\xbf" + "".join(f"{row}\r\n" for row in ("AREA;AGE;TID;INDHOLD", *rows)).encode()


def total(before: str, now: str) -> dict[tuple[str, str, str], str]:
    """Figures of the total at both times."""
    return {("2023", "000", "TOT"): before, ("2024", "000", "TOT"): now}


def out(time: str, *places: str) -> dict[tuple[str, str, str], str]:
    """Kommuner that do not take part at a time."""
    return {(time, place, age): "..." for place in places for age in AGES}
