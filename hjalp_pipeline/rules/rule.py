"""What a rule is, and what a data state is: an ordered tuple of rules. A statistic's lists of them are the program (``rulebook``).

A rule is declared in a module of the statistic's ``rules/`` and listed in its ``rule_list``. Contracts, ledger, remarks,
reports, colours, the page of rules and the UI read what they say of a rule from here; nothing repeats it.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import polars as pl

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.rules.register import Register

#: Column of rows of several kommuner: who reports each.
REPORTER = "_indberetter"
#: What a hit means: ``removes`` a row, ``corrects`` a value, ``derives`` a column, ``counts`` (shown, changes nothing),
#: ``selects`` (which delivery or loan is looked at).
Severity = Literal["removes", "corrects", "derives", "counts", "selects"]


@dataclass(frozen=True, slots=True)
class Code:
    """How ledger, remarks and reports name a hit: ``text_da`` is the sentence a kommune reads.

    ``colour``: of its bars and lines in plots. ``fault``: what a kommune may look up row by row; False where nothing is wrong.
    """

    name: str
    text_da: str
    colour: str = "#555555"
    fault: bool = True


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules of the chain know beside the rows: the register, who reports, and the delivery the rows came with.

    ``kvartal`` is the delivery's own (an earlier one when a system left is carried forward): what was in force then is
    asked for. ``agreed``: what the collaborations mean for these rows, as the statistic says (``Statistic.agreed``).
    In a state that is ``whole`` both are those of the newest system's delivery.

    ``komnr``: who reports; None where the rows are of several kommuner, those of each together, and ``REPORTER`` says whose.
    """

    register: Register
    komnr: str | None
    kvartal: Period
    agreed: Any

    @property
    def reporter(self) -> pl.Expr:
        """Who reports each row (String)."""
        return pl.col(REPORTER).cast(pl.String) if self.komnr is None else pl.lit(self.komnr)

    @property
    def each(self) -> tuple[str, ...]:
        """Columns that keep kommuner apart: a rule that looks at several rows together looks within them."""
        return (REPORTER,) if self.komnr is None else ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: id as in the specification, Danish title, the function that does it, its codes and its source.

    In a data state ``function`` is called with the rows (DataFrame) and the ``Context``. One that *removes* gives, row by
    row, the code it leaves for, null = stays (String, expression or series); one that *corrects* or *derives* gives the
    same rows with columns changed or added, ``column`` naming the one its codes stand in; one that *counts* gives which
    rows (Boolean expression). Elsewhere it is called as its module says.
    """

    id: str
    title_da: str
    severity: Severity
    function: Callable[..., Any]
    codes: tuple[Code, ...] = ()
    source: str = ""
    column: str | None = None
    #: Columns of the raw data it looks at: a field of the layout is there when a rule names it.
    reads: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Its codes as they are written."""
        return tuple(code.name for code in self.codes)


@dataclass(frozen=True, slots=True)
class StateColumn:
    """A column of a frame and its contract: its type, what it holds (Danish, for the data dictionary), what its values are.

    ``values``: all there may be (of a column that holds codes of rules: those); ``at_least``: none is below; ``ascending``:
    each is above the one before. ``stored``: False for a column that is held to the contract and not written. ``sources``:
    the columns it comes from, each with its data state, ``raw`` or ``register``.
    """

    name: str
    kind: type[pl.DataType] | pl.DataType
    description: str
    values: Collection[Any] | None = None
    at_least: Any = None
    nullable: bool = False
    ascending: bool = False
    stored: bool = True
    sources: tuple[tuple[str, str], ...] = ()


def schema_of(columns: Iterable[StateColumn]) -> pl.Schema:
    """Names and types of columns."""
    return pl.Schema([(column.name, column.kind) for column in columns])


def described(columns: Iterable[StateColumn]) -> dict[str, str]:
    """What each column holds, by name."""
    return {column.name: column.description for column in columns}


#: The first column of every data state. Ascending is cheaper than unique and says more: rows stand in raw order, none twice.
RAEKKE = StateColumn(
    "raekke", pl.UInt32, "Rækkens plads i kommunens rå data; nøglen mellem datatilstandene", ascending=True
)


@dataclass(frozen=True, eq=False)
class DataState:
    """A step of the chain: what it is for, its rules in the order they apply, and what comes out, ``RAEKKE`` first.

    ``checks``: what holds in each row over several columns, of what is stored here or before; null counts as held.
    ``whole``: its rules look at all rows of a kommune together, whatever delivery they came with; no state behind it is otherwise.
    """

    name: str
    columns: tuple[StateColumn, ...]
    title: str
    title_da: str
    rules: tuple[Rule, ...]
    checks: tuple[tuple[str, pl.Expr], ...] = ()
    whole: bool = False

    @property
    def stored(self) -> tuple[str, ...]:
        """Names of the columns it stores."""
        return tuple(column.name for column in self.columns if column.stored)


class Finding(NamedTuple):
    """A record of a delivery that intake cannot use: its number in the file (1 = first), the field, the code of what is wrong.

    ``field`` is "" for the whole record. A receipt tells it; no value of the record is in it.
    """

    record: int
    field: str
    code: str
