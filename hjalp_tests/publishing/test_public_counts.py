"""How counts may be told to everybody."""

import pytest

from hjalp_pipeline.publishing.public_counts import FEW, FEWEST_ROWS, enough, per_cent, rounded, share_told, told


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        (0, FEW),
        (1, FEW),
        (2, FEW),
        (3, "3-9"),
        (9, "3-9"),
        (10, "ca. 10"),
        (14, "ca. 10"),
        (15, "ca. 20"),
        (123, "ca. 120"),
    ],
)
def test_how_a_number_is_told(number: int, wanted: str) -> None:
    assert told(number) == wanted


@pytest.mark.parametrize(("number", "wanted"), [(0, 0), (49, 0), (50, 100), (149, 100), (150, 200)])
def test_counts_of_the_country_are_hundreds(number: int, wanted: int) -> None:
    assert rounded(number) == wanted


@pytest.mark.parametrize(("part", "whole", "wanted"), [(0, 7, 0), (1, 200, 1), (1, 201, 0), (3, 200, 2), (7, 7, 100)])
def test_per_cent_is_whole_half_away_from_zero(part: int, whole: int, wanted: int) -> None:
    assert per_cent(part, whole) == wanted


@pytest.mark.parametrize(
    ("part", "whole", "wanted"),
    [
        (100, 74_800, "under 1 %"),  # it may be 50 or 149: 0,13 % would say more than is known
        (28_300, 74_800, "38 %"),
        (900, 90_000, "1 %"),
        (100, 8_000_000, "under 0,1 %"),
        (8_000, 8_000_000, "0,1 %"),
        (3_037_000, 8_000_000, "38,0 %"),
        (0, 0, ""),
    ],
)
def test_a_share_has_no_more_digits_than_the_rounding_leaves_sure(part: int, whole: int, wanted: str) -> None:
    assert share_told(part, whole) == wanted


def test_few_records_have_no_shares() -> None:
    assert (enough(FEWEST_ROWS - 1), enough(FEWEST_ROWS)) == (False, True)


def _told(whole: int) -> set[frozenset[int]]:
    """What a share can tell of how many records it is of, and of how many it leaves out."""
    of: dict[int, set[int]] = {}
    for part in range(whole + 1):
        of.setdefault(per_cent(part, whole), set()).add(part)
    return {frozenset(parts) for some in of.values() for parts in (some, {whole - part for part in some})}


@pytest.mark.parametrize("whole", [FEWEST_ROWS, FEWEST_ROWS + 1, 677, 1000, 4711])
def test_no_share_tells_that_it_is_of_one_or_two_records(whole: int) -> None:
    assert not any(parts <= {1, 2} for parts in _told(whole))


def test_of_fewer_records_it_would() -> None:
    assert any(parts <= {1, 2} for parts in _told(FEWEST_ROWS - 1))
