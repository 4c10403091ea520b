"""The causes and reasons of a revision in words."""

import pytest

from hjalp_pipeline.production.release.revision_words import CONFIDENTIAL, NO_LONGER, in_codes, reason

SHOWN = "der er nu befolkning at sætte i forhold til"
NOBODY_LIVES = "ingen befolkning at sætte i forhold til"


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("7", "..", CONFIDENTIAL),
        ("..", "7", NO_LONGER),
        ("7", "...", "kommunen deltager ikke"),
        ("..", "...", "kommunen deltager ikke"),
        (".", "...", "kommunen deltager ikke"),
        ("...", "7", "kommunen deltager nu"),
        ("...", "..", f"kommunen deltager nu + {CONFIDENTIAL}"),
        ("...", ".", f"kommunen deltager nu + {NOBODY_LIVES}"),
        (".", "7,0", SHOWN),
        (".", "..", CONFIDENTIAL),
        ("7,0", ".", NOBODY_LIVES),
        ("..", ".", NOBODY_LIVES),
    ],
)
def test_why_a_cell_has_no_figure_or_has_one(before: str, after: str, wanted: str) -> None:
    assert reason(before, after, whole=False) == wanted
    in_all = wanted.replace("kommunen deltager ikke", "ingen kommune deltager")
    assert reason(before, after, whole=True) == in_all.replace(
        "kommunen deltager nu", "der er nu kommuner der deltager"
    )


def test_many_kommuner_are_counted_not_named() -> None:
    many = [("genleverance", f"{number}") for number in range(101, 112)]
    assert in_codes([("registerudtræk", ""), *many]) == "registerudtræk + genleverance 11 kommuner"
    assert in_codes(many[:10]) == f"genleverance {', '.join(str(number) for number in range(101, 111))}"
