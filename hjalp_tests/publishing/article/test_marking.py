"""Why a correction has changed a figure, as its article tells it in both languages."""

from __future__ import annotations

import itertools

import pytest

from hjalp_pipeline.production.release.differences import KINDS
from hjalp_pipeline.production.release.revision_words import in_codes, reason
from hjalp_pipeline.publishing.article.marking import Marking
from hjalp_pipeline.publishing.article.shown_table import Figure
from hjalp_pipeline.publishing.statbank import NO_FIGURE

#: Kinds that name kommuner.
OF_KOMMUNER = ("godkendelse", "genleverance")
MANY = tuple(str(number) for number in range(800, 812))
CAUSES = [
    *(in_codes([(kind, "540")] if kind in OF_KOMMUNER else [(kind, "")]) for kind in KINDS),
    *(in_codes([(kind, komnr) for komnr in MANY]) for kind in OF_KOMMUNER),
    *(
        reason(before, after, whole=whole)
        for before, after in itertools.permutations(("1", *sorted(NO_FIGURE)), 2)
        for whole in (False, True)
    ),
]
DANISH = {
    "regler",
    "kodelister",
    "samarbejde",
    "arkiv",
    "grundlag",
    "kommune",
    "kommunen",
    "kommuner",
    "deltager",
    "skjult",
}


def figure(*names: str) -> Figure:
    return Figure(1, frozenset((name,) for name in names))


@pytest.mark.parametrize("cause", dict.fromkeys(CAUSES))
def test_no_danish_word_is_in_the_english_reason(cause: str) -> None:
    marking = Marking({("a",): cause})
    told = marking.reason((figure("a"),), "en")
    assert told
    assert not {"registerudtræk", "godkendelse", "genleverance", "og", "er", *DANISH} & set(
        told.replace(",", "").split()
    )
    assert len(told.split()) > 1, "a cause without its words"
    assert len(told.split(", ")) == len(cause.split(" + "))


def test_all_causes_are_named_once() -> None:
    marking = Marking({("a",): "regler + genleverance 540", ("b",): "regler", ("c",): "arkiv"})
    assert marking.reason((figure("a", "b"),), "da") == "regler, genleverance Sønderborg"
    assert marking.reason((), "da") == "regler, genleverance Sønderborg"
    assert Marking().reason((figure("a"),), "da") == ""
