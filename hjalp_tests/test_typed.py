"""What people write, read by types: everything that is wrong, each with its key and the rule in words."""

from dataclasses import dataclass, field
from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, Strict

from hjalp_pipeline.typed import Described, Faults, Holds, Means, Says, Sentence, checked, described, parsed


def known(key: str) -> str:
    if key not in ("a", "b"):
        raise ValueError("is neither a nor b")
    return key


@dataclass(frozen=True, slots=True)
class Written:
    name: str
    number: Annotated[int, Strict(), Says("must be a number", shown=True)]
    size: Annotated[str, parsed(int), Says("must be of digits")] = "1"
    texts: Annotated[tuple[Sentence, ...], Says("must be texts")] = ()
    table: Annotated[
        dict[Annotated[str, AfterValidator(known)], Annotated[Sentence, Says("must be a text")]],
        Says("must be a table"),
    ] = field(default_factory=dict)


def read(**content: Any) -> Written:
    return checked(Written, content, "the example", name="x")


def test_what_is_right_is_read() -> None:
    assert read(number=1, size="12", texts=[" one "], table={"a": "A"}) == Written("x", 1, 12, ("one",), {"a": "A"})  # type: ignore[arg-type]  # as it stands in JSON
    assert read(number=1) == Written("x", 1)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({}, ["number: must be a number, not None"]),
        ({"number": True}, ["number: must be a number, not True"]),
        ({"number": 1, "size": "tolv"}, ["size: must be of digits"]),
        ({"number": 1, "size": 12}, ["size: must be of digits"]),
        ({"number": 1, "texts": "one"}, ["texts: must be texts"]),
        ({"number": 1, "texts": ["one", " "]}, ["texts: must be texts"]),
        ({"number": 1, "table": []}, ["table: must be a table"]),
        ({"number": 1, "table": {"c": "C", "a": 1}}, ["table.c: is neither a nor b", "table.a: must be a text"]),
        ({"number": 1, "name": "y"}, ["name: is not a key of the example (number, size, table, texts)"]),
        ({"size": 1, "sise": 1}, ["number: must be a number, not None", "size: must be of digits",
                                  "sise: is not a key of the example (number, size, table, texts)"]),
    ],
)  # fmt: skip
def test_every_fault_is_told_with_its_key(content: dict[str, Any], told: list[str]) -> None:
    with pytest.raises(Faults) as fault:
        read(**content)
    assert str(fault.value).split("; ") == told


@dataclass(frozen=True, slots=True)
class Told:
    needed: Annotated[Annotated[str, Holds("a text")], Holds("a name", "nobody"), Means("Who it is.", "'Per'")]
    size: Annotated[int, Says("must be a number"), Means("How large.")] = 1
    text: str = ""


def test_a_field_in_words() -> None:
    assert described(Told) == (
        Described("needed", "a name", "nobody", "Who it is.", "'Per'", True),
        Described("size", "a number", None, "How large.", "", False),
        Described("text", "text", None, "", "", False),
    )
