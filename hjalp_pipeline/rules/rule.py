"""What a rule is, and what a data state is: an ordered tuple of rules. The lists of them are the program (``rule_list``).

A rule is declared in the module that holds its function, and listed in ``rule_list``. Contracts, ledger, remarks, reports,
colours, the README's table and the UI read what they say of a rule from here; nothing repeats it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.rules.register import Register

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

    ``kvartal`` is the delivery's own (an earlier one when a system left is carried forward): R7 and R8 ask what was in
    force then. ``reported_until``: last day of issue of loans that it may hold for other kommuner, None = for nobody (R8).
    """

    register: Register
    komnr: str
    kvartal: Kvartal
    reported_until: date | None


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
class DataState:
    """A step of the chain: what it stores (``raekke`` first), what it is for, and its rules in the order they apply."""

    name: str
    columns: tuple[str, ...]
    title: str
    title_da: str
    rules: tuple[Rule, ...]


class Finding(NamedTuple):
    """A record of a delivery that intake cannot use: its number in the file (1 = first), the field, the code of what is wrong.

    ``field`` is "" for the whole record. A receipt tells it; no value of the record is in it.
    """

    record: int
    field: str
    code: str
