"""Which tests a mutant meets: those of its own module first, then those of its folder."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Selection:
    """Test files for a mutant; ``wider`` only for those that ``own`` let live."""

    own: tuple[str, ...]
    wider: tuple[str, ...]


@cache
def _imports(path: Path) -> frozenset[str]:
    """The modules of the program that this test file imports itself."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return frozenset(found)


def selection(module: str) -> Selection:
    """The tests for the module at this path: of its folder its namesakes and those that import it; then the rest of the
    folder, and those of other folders that import it. ``test_gate`` is a namesake of ``gate_state``.

    Tests marked slow are left out by the run, and tests that start the program as a process of its own do not see the mutant.
    """
    path = Path(module)
    name = ".".join(path.with_suffix("").parts)
    mirrored = (ROOT / "hjalp_tests" / place.relative_to("hjalp_pipeline") for place in path.parents)
    folder = next(place for place in mirrored if place.is_dir())
    words = path.stem.split("_")
    shorter = "|".join("_".join(words[:end]) for end in range(1, len(words)))
    namesake = re.compile(rf"test_({path.stem}(_|\.)|({shorter or path.stem})\.)")
    every = sorted(
        (ROOT / "hjalp_tests").rglob("test_*.py"), key=lambda test: (not namesake.match(test.name), str(test))
    )
    of_folder = [test for test in every if test.is_relative_to(folder)]
    own = [test for test in of_folder if namesake.match(test.name) or name in _imports(test)]
    wider = [test for test in of_folder if test not in own]
    wider += [test for test in every if test not in of_folder and name in _imports(test)]
    return Selection(tuple(map(_shown, own)), tuple(map(_shown, wider)))


def _shown(test: Path) -> str:
    return str(test.relative_to(ROOT))
