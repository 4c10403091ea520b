"""Which changes are made. Cosmic Ray makes them and keeps the session; this chooses among its operators and places."""

import ast
import hashlib
import random
from dataclasses import dataclass
from functools import cache
from typing import Final

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_item import MutationSpec, WorkItem

from bench.mutation.tests import ROOT

FOLDERS: Final = ("rules", "statistics/hjalp/rules", "production", "publishing")
#: Of the ways to replace an operator those that a person could have written by mistake: the boundary, the opposite,
#: and/or, plus/minus. The rest (``>`` by ``is``, ``+`` by ``<<``) mostly dies by a TypeError, which proves nothing.
_REPLACED: Final = {
    "ReplaceComparisonOperator": "Eq_NotEq NotEq_Eq Lt_LtE Lt_GtE LtE_Lt LtE_Gt Gt_GtE Gt_LtE GtE_Gt GtE_Lt Is_IsNot IsNot_Is",
    "ReplaceBinaryOperator": "Add_Sub Sub_Add Mul_Div Div_Mul FloorDiv_Mul Mod_Mul BitAnd_BitOr BitOr_BitAnd Sub_BitAnd",
    "ReplaceUnaryOperator": "Delete_Invert Delete_Not Delete_USub",
}
_PLAIN: Final = (
    "AddNot NumberReplacer ReplaceAndWithOr ReplaceOrWithAnd ReplaceTrueWithFalse ReplaceFalseWithTrue "
    "ReplaceBreakWithContinue ReplaceContinueWithBreak ZeroIterationForLoop"
)
OPERATORS: Final = (
    *(f"core/{name}" for name in _PLAIN.split()),
    *(f"core/{kind}_{pair}" for kind, pairs in _REPLACED.items() for pair in pairs.split()),
)
#: Keywords that guard against a fault of the program itself: of dataclasses, and of ``zip``.
FLAGS: Final = ("frozen", "slots", "strict")
Place = tuple[int, int]


@cache
def source(module: str) -> str:
    """The text of the module at this path, relative to the root."""
    return (ROOT / module).read_text(encoding="utf-8")


def modules(folder: str) -> list[str]:
    """The paths of a folder's modules."""
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "hjalp_pipeline" / folder).rglob("*.py"))


def digest() -> str:
    """Names the state of the program and its tests: results hold for one state only."""
    found = hashlib.sha256()
    for folder in FOLDERS:
        for module in modules(folder):
            found.update(source(module).encode())
    return found.hexdigest()[:10]


def _left_alone(text: str) -> list[tuple[Place, Place]]:
    """Where a change says nothing about what the program does: annotations, and the flags ``FLAGS``."""
    found: list[ast.expr] = []
    for node in ast.walk(ast.parse(text)):
        found += (
            part for part in (getattr(node, "annotation", None), getattr(node, "returns", None)) if part is not None
        )
        if isinstance(node, ast.keyword) and node.arg in FLAGS:
            found.append(node.value)
    return [((part.lineno, part.col_offset), (part.end_lineno or 0, part.end_col_offset or 0)) for part in found]


def _binary(text: str) -> list[tuple[Place, Place]]:
    """Where binary operators stand. Cosmic Ray also takes the star of ``def f(*, a)`` for one, which says nothing, and that of
    ``f(*a)``, whose mutant is no Python.
    """
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.BinOp)]
    return [
        ((node.left.end_lineno or 0, node.left.end_col_offset or 0), (node.right.lineno, node.right.col_offset))
        for node in nodes
    ]


@cache
def mutants(module: str) -> tuple[WorkItem, ...]:
    """All changes to one module; the id of each is its place, so that it is the same in every run."""
    alone, binary = _left_alone(source(module)), _binary(source(module))
    nodes = list(ast_nodes(get_ast(source(module))))
    found = []
    for name in OPERATORS:
        operator = get_operator(name)()
        positions = ((node, place) for node in nodes for place in operator.mutation_positions(node))
        for occurrence, (_node, (start, end)) in enumerate(positions):
            between = "BinaryOperator" not in name or any(first <= start <= last for first, last in binary)
            if between and not any(first <= start <= last for first, last in alone):
                spec = MutationSpec(module, name, occurrence, start, end)
                found.append(WorkItem.single(f"{module}:{start[0]}:{start[1]}:{name}:{occurrence}", spec))
    return tuple(found)


def drawn(folder: str, size: int | None, seed: int) -> list[WorkItem]:
    """A random sample of this size (None: all) of a folder's mutants. A larger one with the same seed holds the smaller."""
    items = [item for module in modules(folder) for item in mutants(module)]
    random.Random(seed).shuffle(items)  # noqa: S311
    return items[:size]


@dataclass(frozen=True)
class Mutant:
    """One change: its place, the module's text after it, and the lines that differ."""

    module: str
    line: int
    text: str
    was: str
    now: str


def mutant(item: WorkItem) -> Mutant:
    """Make the change."""
    spec = item.mutations[0]
    module = str(spec.module_path)
    text = mutate_code(source(module), get_operator(spec.operator_name)(), spec.occurrence)
    if text is None:
        raise LookupError(f"{item.job_id} changes nothing")
    was, now = _differing(source(module).splitlines(), text.splitlines())
    return Mutant(module, spec.start_pos[0], text, was, now)


def _differing(old: list[str], new: list[str]) -> tuple[str, str]:
    pairs = [(was.strip(), now.strip()) for was, now in zip(old, new, strict=False) if was != now]
    return pairs[0] if pairs else ("", "")
