"""What a guess tells beside what is known: by which kommune counts, and whether everybody can."""

from __future__ import annotations

import pytest

from hjalp_pipeline.production.release.told_names import more_than


@pytest.mark.parametrize(
    ("known", "guessed", "more"),
    [
        ("2024v1", "2024v2", False),  # everybody knows: whichever release it is named by
        ("2024v1", "2024v2, 540", False),
        ("2024v1, 540", "2024v2, 540", False),
        ("2024v1, 101 540", "2024v2, 540", False),
        ("2024v1, 540", "2024v2", True),  # one kommune knows, then everybody
        ("2024v1, 540", "2024v2, 101", True),
        ("2024v1, 540", "2024v2, 101 540", True),
    ],
)
def test_only_what_is_known_as_widely_is_no_news(known: str, guessed: str, *, more: bool) -> None:
    name = ("HJALP2", "550", "M", "50-59", "2024", guessed)
    assert more_than({name}, {(*name[:-1], known)}) == ({name} if more else set())
    assert more_than({name}, {("HJALP2", "000", *name[2:-1], known)}) == {name}
