"""Two years can be compared when the same kommuner are behind them; else it is said which are not."""

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.dialogue.quality.comparability import comparability

ALL = frozenset(KOMNR)


def test_the_same_kommuner() -> None:
    assert comparability({2023: ALL - {"540"}, 2024: ALL - {"540"}}, 2023) == (
        "Data for 2023 og 2024 er sammenlignelige: de samme kommuner indgår i begge år.",
    )
    assert comparability({2024: ALL}, 2023) == ()


def test_other_kommuner_are_named() -> None:
    (one_way,) = comparability({2023: ALL - {"185", "540"}, 2024: ALL}, 2023)
    assert "kun i 2024 indgår Tårnby og Sønderborg." in one_way
    assert "kun i 2023" not in one_way
    assert "er ikke umiddelbart sammenlignelige for 2023 og 2024" in one_way
    (both,) = comparability({2023: ALL - {"185"}, 2024: ALL - {"540"}}, 2023)
    assert "kun i 2023 indgår Sønderborg; kun i 2024 indgår Tårnby." in both


def test_each_two_years_and_the_first_whole_one() -> None:
    found = comparability({2022: ALL, 2023: ALL, 2024: ALL, 2025: ALL - {"101"}}, 2023)
    assert len(found) == 3
    assert found[0].startswith("Data for 2022 og 2023 er ikke sammenlignelige: 2023 er det første år")
    assert found[1].startswith("Data for 2023 og 2024 er sammenlignelige")
    assert "kun i 2024 indgår København" in found[2]
