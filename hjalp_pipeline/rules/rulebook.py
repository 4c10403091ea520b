"""A statistic's rules in the order they apply, and all that follows from the list: steps, codes, the page of rules."""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType

from hjalp_pipeline.rules.rule import Code, DataState, Rule

#: Why a record is left out at intake (the interface's codes), in every statistic.
INTAKE = (
    Code("MANGLER", "Kan ikke læses: et felt, der skal udfyldes, er tomt"),
    Code("DATO", "Kan ikke læses: en dato findes ikke eller har en anden form"),
    Code("KOMNR", "Kan ikke læses: kommunenummeret er ikke jeres"),
    Code("FELT", "Kan ikke læses: et felt har en anden form end aftalt"),
)
INTAKE_REASONS = tuple(code.name for code in INTAKE)


@dataclass(frozen=True, eq=False)
class Rulebook:
    """``raw``: from deliveries to a kommune's raw data; ``oddities``: counted there, in the order they are shown;
    ``chain``: the data states behind, those that are ``whole`` last; ``selected``: what tables and microdata are made of.
    """

    raw: tuple[Rule, ...]
    chain: tuple[DataState, ...]
    oddities: tuple[Rule, ...] = ()
    selected: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        """Raise ImportError when a state by delivery comes after one of all rows: those no longer stand by delivery."""
        if self.by_block + self.whole != self.chain:
            raise ImportError(
                f"rules: data states of all rows stand last: {', '.join(state.name for state in self.whole)}"
            )

    @cached_property
    def by_block(self) -> tuple[DataState, ...]:
        """The data states that run on the rows of each delivery by themselves."""
        return tuple(state for state in self.chain if not state.whole)

    @cached_property
    def whole(self) -> tuple[DataState, ...]:
        """The data states that run on all rows of a kommune."""
        return tuple(state for state in self.chain if state.whole)

    @cached_property
    def by_step(self) -> dict[str, tuple[Rule, ...]]:
        """The rules of each step."""
        of_states = {state.name: state.rules for state in self.chain}
        return {"raw": (*self.raw, *self.oddities), **of_states, "release": self.selected}

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule."""
        return tuple(rule for rules in self.by_step.values() for rule in rules)

    @cached_property
    def states(self) -> tuple[str, ...]:
        """Names of the data states."""
        return tuple(state.name for state in self.chain)

    @cached_property
    def steps(self) -> tuple[str, ...]:
        """Ledger steps in the order rows pass them."""
        return ("leverance", "raw", *self.states)

    @cached_property
    def codes(self) -> dict[str, Code]:
        """Every code that can stand in a ledger, a remark or a column."""
        return {code.name: code for code in (*INTAKE, *(code for rule in self.rules for code in rule.codes))}

    @cached_property
    def in_words(self) -> dict[str, tuple[str, str]]:
        """Why a record was left out or corrected, and which of the two, in Danish and in the order of the rules."""
        found = {code.name: (code.text_da, "udeladt") for code in INTAKE}
        for severity, done in (("removes", "udeladt"), ("corrects", "rettet")):
            hits = [code for rule in self.rules if rule.severity == severity for code in rule.codes]
            found |= {code.name: (code.text_da, done) for code in hits}
        return found

    @cached_property
    def input(self) -> tuple[str, ...]:
        """Columns of the raw data that the chain looks at."""
        return tuple(dict.fromkeys(name for state in self.chain for rule in state.rules for name in rule.reads))

    @cached_property
    def odd_columns(self) -> tuple[str, ...]:
        """Columns of the raw data that the oddities look at."""
        return tuple(dict.fromkeys(name for rule in self.oddities for name in rule.reads))

    def state(self, name: str) -> DataState:
        """A data state by its name. KeyError when there is none."""
        return {state.name: state for state in self.chain}[name]

    def codes_of(self, step: str, *severities: str) -> tuple[str, ...]:
        """Codes that the rules of a step with one of the severities can give."""
        if step == "leverance":
            return INTAKE_REASONS
        return tuple(name for rule in self.by_step[step] if rule.severity in severities for name in rule.names)

    def values_of(self, column: str) -> tuple[str, ...]:
        """Codes that can stand in a column of a data state."""
        return tuple(name for rule in self.rules if rule.column == column for name in rule.names)

    def table(self) -> str:
        """The rules in order as a markdown table, as the page of rules shows it."""
        lines = [
            "| step | rule | | what it does with a hit | codes | source |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for step, rules in self.by_step.items():
            lines += [
                f"| {step} | {rule.id} | {rule.title_da} | {rule.severity} | {', '.join(rule.names)} | {rule.source} |"
                for rule in rules
            ]
        return "\n".join(lines)


def require_whole(declared: Iterable[Rule], listed: Iterable[Rule]) -> None:
    """ImportError unless every declared rule is listed, and each once, by an id of its own."""
    places, ids = Counter(map(id, listed)), Counter(rule.id for rule in listed)
    forgotten = sorted(rule.id for rule in declared if not places[id(rule)])
    twice = sorted(name for name, number in ids.items() if number > 1)
    if forgotten or twice:
        raise ImportError(f"rules: declared but not listed: {forgotten}; listed twice: {twice}")


def declared_in(folder: ModuleType, leave_out: str) -> Iterator[Rule]:
    """Rules that the modules of a package declare; ``leave_out``: the module that lists them."""
    for module in pkgutil.iter_modules(folder.__path__, f"{folder.__name__}."):
        if not module.name.endswith(f".{leave_out}"):
            loaded = importlib.import_module(module.name)
            yield from (value for value in vars(loaded).values() if isinstance(value, Rule))
