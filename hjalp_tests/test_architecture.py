"""What holds for the program as a whole: what stands where, how long a module is, its words, and that everything is described."""

import ast
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import hjalp_pipeline

PACKAGE = Path(hjalp_pipeline.__file__).parent
TESTS = Path(__file__).parent
MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
LONGEST = 250


@cache
def tree(module: str) -> ast.Module:
    return ast.parse((PACKAGE / module).read_text(encoding="utf-8"))


#: What stands at the top; whatever a tool leaves there when it is run is no part of the project.
TOP = {
    *("pyproject.toml", "hjalp_pipeline", "hjalp_tests", "workspace.yaml", "dagster.yaml", "sql", "README.md"),
    *("requirements.lock", "LICENSE", "docs", "bench", "deploy"),
}


def test_nothing_else_stands_at_the_top() -> None:
    git = shutil.which("git")
    if git is None or not (TESTS.parent / ".git").exists():
        pytest.skip("no checkout, or no git to say what is tracked")
    tracked = subprocess.run([git, "ls-files"], cwd=TESTS.parent, capture_output=True, text=True, check=True).stdout
    assert {name.partition("/")[0] for name in tracked.splitlines() if not name.startswith(".")} <= TOP


def test_no_module_is_long() -> None:
    lines = {module: (PACKAGE / module).read_text(encoding="utf-8").count("\n") for module in MODULES}
    assert {module: count for module, count in lines.items() if count > LONGEST} == {}


@pytest.mark.parametrize(
    "wing", sorted(path.name for path in (PACKAGE / "statistics").iterdir() if (path / "__init__.py").is_file())
)
def test_a_file_name_occurs_once(wing: str) -> None:
    """In the engine with one statistic; the rooms of another may be called the same."""
    others = [module for module in MODULES if not module.startswith("statistics/")]
    own = [module for module in MODULES if module.startswith(f"statistics/{wing}/")]
    names = Counter(module.rpartition("/")[2] for module in others + own)
    assert [name for name, places in names.items() if places > 1 and name != "__init__.py"] == []


#: A path from the top of some machine, or a place on the network that is not a namespace.
_ABSOLUTE = re.compile(
    r"^(/(home|root|tmp|usr|var|etc|opt|srv|mnt|data|work|Users|app)(/|$)|[A-Za-z]:[\\/]|~/|file:)", re.ASCII
)


def strings(module: str) -> Iterator[str]:
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_no_absolute_path() -> None:
    found = [(module, text) for module in MODULES for text in strings(module) if _ABSOLUTE.search(text)]
    assert found == []
    sql = [
        path for path in (PACKAGE.parent / "sql").rglob("*.sql") if _ABSOLUTE.search(path.read_text(encoding="utf-8"))
    ]
    assert sql == []


def _public(body: list[ast.stmt], where: str) -> Iterator[tuple[str, ast.AST]]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield f"{where}.{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body, f"{where}.{node.name}")


def test_everything_public_is_described() -> None:
    silent = [module for module in MODULES if not ast.get_docstring(tree(module))]
    for module in MODULES:
        for name, node in _public(tree(module).body, module):
            assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            if not ast.get_docstring(node):
                silent.append(name)
    assert silent == []


#: Rule modules without a test file of their own, and the one they are tested in.
_ELSEWHERE = {f"lov_tekst_{part}": "lov_tekst" for part in ("folding", "grammar", "refusal", "tokens", "words")} | {
    "rule": "rule_list",
    "rulebook": "rule_list",
    "collaborations": "kommune",
    "combining": "gengangere",
    "persons": "cpr",
    "counted_oddities": "oddities",
}


def test_every_rule_family_has_its_test_file() -> None:
    families = [path for path in PACKAGE.glob("**/rules/*.py") if path.stem != "__init__"]
    tests = {path.stem for path in TESTS.glob("**/rules/test_*.py")}
    missing = [path.stem for path in families if f"test_{_ELSEWHERE.get(path.stem, path.stem)}" not in tests]
    assert missing == []


def test_no_test_stands_outside_a_package() -> None:
    """Two test files of the same name in folders that are no packages would hide each other."""
    folders = {path.parent for path in TESTS.rglob("test_*.py")}
    assert [folder.name for folder in folders if not (folder / "__init__.py").is_file()] == []


#: Words of the two statistics, and the floors that know of no statistic.
WORDS = re.compile(
    r"hj(?:ae|æ)lpemid|udlaan|udlån|hjalp[1-9]|genhjalp|§|2022-07-01|ydelse|hand0[1-7]|handic|m(?:aa|å)lgruppe",
    re.IGNORECASE,
)
ENGINE = (
    "typed",
    "workers",
    "codelists",
    "rules",
    "pages",
    "delivery",
    "synth",
    "contracts",
    "storage",
    "production",
    "publishing",
    "confidentiality",
    "dialogue",
    "mail",
    "data_root",
    "reference",
    "defs",
    "definitions",
)
#: The law the office itself works by, in its letters.
OFFICE = "lov om Danmarks Statistik § 6"


@pytest.mark.parametrize("floor", [*ENGINE, "statistic", "table_spec", "report_spec", "quality_spec", "web", "serving"])
def test_the_engine_has_no_word_of_a_statistic(floor: str) -> None:
    place = PACKAGE / floor if (PACKAGE / floor).is_dir() else PACKAGE / f"{floor}.py"
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.suffix in {".py", ".j2"}]
    found = [
        (path.name, word)
        for path in files
        for word in WORDS.findall(path.read_text(encoding="utf-8").replace(OFFICE, ""))
    ]
    assert found == [], "the engine reads a statistic's words from its declaration"
