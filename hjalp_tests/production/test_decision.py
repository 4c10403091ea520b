"""What a person has to decide before a release is made, and what the definition says of it (R11)."""

from dataclasses import dataclass

import pytest

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.production.release.decision import refusals
from hjalp_pipeline.production.release.disclosure import Protected
from hjalp_pipeline.publishing.definition import parse_definition
from hjalp_pipeline.publishing.definition_kinds import DefinitionOfYears

CELL = ("HJALP2", "101", "1", "90-", "2024", "2024v1")
TEXT = """
reference_years = [2024]
quarter = "2024K4"
registers = "2025-04-04"
publish_at = 2025-06-24T08:00:00+02:00
approvals_until = 2025-06-20T12:00:00+02:00
"""


@dataclass(frozen=True)
class Attacked:
    """What the attack on a year found, as far as the decision asks."""

    inherent: tuple[tuple[str, ...], ...] = ()
    guessed: tuple[tuple[str, ...], ...] = ()
    fails: tuple[tuple[str, ...], ...] = ()
    differ: tuple[tuple[str, ...], ...] = ()


def reasons(found: Attacked, said: str = "", *, again: bool = False) -> list[str]:
    definition = parse_definition("2024v1", TEXT + said, DefinitionOfYears, Kvartal)
    return refusals(Protected({}, (found,)), definition, again=again)  # type: ignore[arg-type]  # refusals reads nothing else of an audit


@pytest.mark.parametrize(
    ("inherent", "guessed", "said", "made"),
    [
        (0, 0, "", True),
        (1, 0, "", False),
        (0, 1, "", False),
        (2, 1, "accept_unprotectable = 3", True),
        (2, 1, "accept_unprotectable = 2", False),
        (2, 1, "accept_unprotectable = 4\nrefuse_unprotectable = false", False),
        (0, 0, "accept_unprotectable = 1", False),
        (2, 1, "refuse_unprotectable = false", True),
        (2, 1, "refuse_unprotectable = true\naccept_unprotectable = 3", True),
    ],
)
def test_the_exact_number_decides(inherent: int, guessed: int, said: str, made: bool) -> None:
    found = Attacked((CELL,) * inherent, (CELL,) * guessed)
    told = reasons(found, said)
    assert (not told) is made
    # The right number is for the office's own folder.
    assert not any(character.isdigit() for reason in told for character in reason.replace("2024v1", ""))


def test_what_was_decided_once_is_not_asked_again() -> None:
    assert reasons(Attacked((CELL,)), again=True) == []
    assert reasons(Attacked((CELL,), fails=(CELL,)), again=True) != []


def test_no_number_lets_a_cell_go_that_could_be_protected() -> None:
    told = reasons(Attacked((CELL,), fails=(CELL,)), "accept_unprotectable = 1")
    assert told == ["1 hidden cells can be computed or inferred to be below 3"]
