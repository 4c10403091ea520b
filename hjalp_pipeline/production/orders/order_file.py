"""The order of a table, a toml file: what is counted, of whom, by what, for whom and what for (seed 8.8)."""

import tomllib
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Strict, StringConstraints, ValidationInfo

from hjalp_pipeline.microdata_spec import OrderedStock, OrderVariable
from hjalp_pipeline.publishing.definition import ReleaseName
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.typed import Faults, Says, Sentence, checked

#: So many dimensions a table has at most: with more nearly every cell is small.
MOST_DIMENSIONS = 4


def _known(name: str, stock: OrderedStock) -> OrderVariable:
    found = {variable.name: variable for variable in stock.variables}
    if name not in found:
        raise ValueError(f"{name!r} is none of {', '.join(found)}")
    return found[name]


def _dimensions(names: tuple[str, ...], known: ValidationInfo) -> tuple[str, ...]:
    for name in names:
        _known(name, known.context)  # type: ignore[arg-type]  # parse_order always tells it
    if not names or len(names) > MOST_DIMENSIONS or len(set(names)) < len(names):
        raise ValueError(f"must be one to {MOST_DIMENSIONS} variables, each once")
    return names


def _population(named: dict[str, tuple[str, ...]], known: ValidationInfo) -> dict[str, tuple[str, ...]]:
    for name, codes in named.items():
        wrong = [code for code in codes if code not in _known(name, known.context).texts]  # type: ignore[arg-type]  # see above
        if wrong or not codes or len(set(codes)) < len(codes):
            none = f"; not one: {', '.join(map(repr, wrong))}" if wrong else ""
            raise ValueError(f"{name} must hold codes, each once{none}")
    return {name: tuple(sorted(codes)) for name, codes in sorted(named.items())}


def _counted(written: object, known: ValidationInfo) -> object:
    stock: OrderedStock = known.context  # type: ignore[assignment]  # parse_order always tells it
    counts = stock.counts
    if written not in counts:
        raise ValueError(f"must be {' or '.join(counts)}")
    return written


#: What an order may be called.
ORDER_ID = r"^[a-z0-9][a-z0-9-]{0,39}$"


@dataclass(frozen=True, kw_only=True)
class Order:
    """A table as it is ordered. ``release``: whose records are counted, in all its years; ``population``: codes by variable."""

    id: Annotated[
        str,
        StringConstraints(strict=True, pattern=ORDER_ID),
        Says("must be small letters, digits and hyphens, at most 40"),
    ]
    release: Annotated[ReleaseName, Says("must be the name of a release, 2024v1")]
    customer: Annotated[Sentence, Says("must say who ordered it")]
    purpose: Annotated[Sentence, Says("must say what it is for")]
    ordered_at: Annotated[date, Strict(), Says("must be a date, 2025-11-20")]
    counts: Annotated[str, BeforeValidator(_counted)]
    dimensions: Annotated[tuple[str, ...], Says("must be a list of variables"), AfterValidator(_dimensions)]
    population: Annotated[
        dict[str, tuple[str, ...]],
        Says("must be a table of variables with lists of codes"),
        AfterValidator(_population),
    ] = field(default_factory=dict)


class OrderError(InputError):
    """An order that cannot be used. Names the file, each key that is at fault and what is wrong."""


def parse_order(name: str, content: bytes, stock: OrderedStock) -> Order:
    """Read an order of tables from a stock; OrderError tells everything that is wrong. ``name``: of the file, in messages."""
    try:
        return checked(Order, tomllib.loads(content.decode("utf-8-sig")), "an order", stock)
    except UnicodeDecodeError:
        raise OrderError(f"{name} is not UTF-8") from None
    except tomllib.TOMLDecodeError as fault:
        raise OrderError(f"{name}: {fault}") from None
    except Faults as fault:
        raise OrderError("\n".join(f"{name}, {key}: {rule}" for key, rule in fault.faults)) from None
