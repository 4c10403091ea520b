"""The lists that law and Danmarks Statistik fix."""

from itertools import pairwise

import polars as pl

from hjalp_pipeline.codelists.kommuner import HELE_LANDET, KOMMUNER, KOMNR, NAVN
from hjalp_pipeline.codelists.shipped_lists import read_codelist
from hjalp_pipeline.statistics.hjalp.codelists.age_groups import AGE_GROUPS, ALDER_I_ALT
from hjalp_pipeline.statistics.hjalp.codelists.iso_classes import ISO_CLASSES
from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import PARAGRAPHS
from hjalp_pipeline.statistics.hjalp.rules.period import STATISTIC_BEGINS


def test_the_98_kommuner() -> None:
    assert len(KOMNR) == len(set(KOMNR)) == len(set(NAVN.values())) == 98
    assert list(KOMNR) == sorted(KOMNR)
    assert not {"411", HELE_LANDET} & set(KOMNR)
    assert (NAVN["101"], NAVN["540"], NAVN["851"]) == ("København", "Sønderborg", "Aalborg")
    assert len({kommune.region_code for kommune in KOMMUNER}) == 5
    assert len({kommune.landsdel_code for kommune in KOMMUNER}) == 11
    by_region = pl.DataFrame({"region": [kommune.region for kommune in KOMMUNER]}).group_by("region").len()
    assert dict(by_region.rows()) == {
        "Region Hovedstaden": 29,
        "Region Sjælland": 17,
        "Region Syddanmark": 22,
        "Region Midtjylland": 19,
        "Region Nordjylland": 11,
    }


#: The value set of the source (seed 2.2): a code may end, never go.
FROM_THE_BEGINNING = {
    *("SEL_83", "SEL_83A", "SEL_86", "SEL_112", "SEL_113", "SEL_114", "SEL_116", "SEL_128"),
    *("AML_15", "SUL_138", "SUL_140"),
}


def test_paragraphs() -> None:
    codes = [paragraph.code for paragraph in PARAGRAPHS]
    assert len(codes) == len(set(codes))
    assert {p.code for p in PARAGRAPHS if p.from_date == STATISTIC_BEGINS} == FROM_THE_BEGINNING
    assert {p.code for p in PARAGRAPHS if p.from_date.year == 2025} == {"AEL_10"}
    for paragraph in PARAGRAPHS:
        law, _, number = paragraph.code.partition("_")
        assert paragraph.paragraph.replace(" ", "").upper() == number
        assert law.isupper()
        assert paragraph.from_date >= STATISTIC_BEGINS
        assert paragraph.to_date is None or paragraph.to_date >= paragraph.from_date
        assert paragraph.text


def test_age_groups_cover_every_age_once() -> None:
    assert [group.code for group in AGE_GROUPS] == [
        "0024",
        "2549",
        "5059",
        "6064",
        "6569",
        "7074",
        "7579",
        "8084",
        "8589",
        "90-",
    ]
    assert (AGE_GROUPS[0].lower, AGE_GROUPS[-1].upper) == (0, None)
    for younger, older in pairwise(AGE_GROUPS):
        assert younger.upper is not None
        assert younger.upper + 1 == older.lower
    assert ALDER_I_ALT not in {group.code for group in AGE_GROUPS}
    assert (AGE_GROUPS[0].text_da, AGE_GROUPS[-1].text_da) == ("Under 25 år", "90 år og derover")


def test_iso_classes() -> None:
    assert all(len(code) == 2 and code.isdigit() and text for code, text in ISO_CLASSES.items())
    assert {"04", "12", "18", "30"} <= set(ISO_CLASSES)


def test_read_codelist() -> None:
    first, *_ = read_codelist("paragraphs.csv", package="hjalp_pipeline.statistics.hjalp.codelists")
    assert list(first) == ["code", "law", "paragraph", "text", "from_date", "to_date"]
    assert all(None not in row and None not in row.values() for row in read_codelist("kommuner.csv", ","))
