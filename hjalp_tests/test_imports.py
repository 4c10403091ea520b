"""Who may import whom, and what: imports point one way, and some libraries have owners."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache

import pytest

from hjalp_tests.test_architecture import MODULES, tree

#: Floors in their order: a module imports only from its own floor and those below it.
FLOORS = (
    {"typed", "workers"},
    {"codelists"},
    {"rules", "pages"},
    {"delivery", "publishing", "confidentiality", "synth"},
    {"table_parts"},
    {"table_spec", "report_spec", "quality_spec", "microdata_spec"},
    {"statistic"},
    {"contracts", "storage"},
    {"production"},
    {"dialogue", "mail"},
    {"data_root"},
    {"reference"},
    {"statistics"},
    {"defs"},
    {"definitions"},
    {"web"},
    {"portal", "serving"},
    {"terminal"},
    {"cli"},
)
WITHOUT_DAGSTER = (
    "typed",
    "workers",
    "codelists",
    "rules",
    "contracts",
    "storage",
    "delivery",
    "confidentiality",
    "publishing",
    "pages",
    "production",
    "dialogue",
    "mail",
    "data_root",
    "reference",
    "synth",
    "table_spec",
    "report_spec",
    "quality_spec",
    "statistic",
    "statistics",
    "portal",
    "serving",
)
#: Libraries that only some floors may import.
OWNERS = {
    "dagster": {"defs", "definitions", "web", "terminal", "cli"},
    "pandera": {"contracts"},
    "duckdb": {"storage"},
    "obstore": {"storage"},
    "pydantic": {"typed", "storage", "publishing", "production", "dialogue"},
}
#: Upward imports there are, inside a function: running a job needs the assembly point.
AT_CALL_TIME = {("defs/local.py", "hjalp_pipeline.definitions.defs")}


def floor(module: str) -> str:
    return module.removesuffix(".py").partition("/")[0]


def statements(of: ast.AST) -> Iterator[ast.AST]:
    """Every statement in it: imports are nowhere else, and most of a tree is expressions."""
    for name in ("body", "orelse", "handlers", "finalbody", "cases"):
        for node in getattr(of, name, ()):
            yield node
            yield from statements(node)


@cache
def imported(module: str) -> frozenset[str]:
    """Absolute names of everything a module imports, also inside functions."""
    found: set[str] = set()
    for node in statements(tree(module)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are written in full"
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(found)


@pytest.mark.slow
def test_the_lower_floors_import_without_dagster() -> None:
    code = (
        "import importlib, pkgutil, sys\n"
        "sys.modules['dagster'] = None\n"
        "import hjalp_pipeline\n"
        "names = [m.name for m in pkgutil.walk_packages(hjalp_pipeline.__path__, 'hjalp_pipeline.',\n"
        "         onerror=lambda name: None) if m.name.split('.')[1] in sys.argv[1:]]\n"
        "for name in names: importlib.import_module(name)\n"
        "print(len(names))\n"
    )
    # walk_packages imports packages on its way, and those of Dagster fail: none of the wanted ones may.
    done = subprocess.run([sys.executable, "-c", code, *WITHOUT_DAGSTER], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    expected = [module for module in MODULES if floor(module) in WITHOUT_DAGSTER]
    assert int(done.stdout) == len(expected)


@pytest.mark.slow
@pytest.mark.parametrize("library", OWNERS)
def test_only_its_owners_import(library: str) -> None:
    users = {floor(module) for module in MODULES if any(name.partition(".")[0] == library for name in imported(module))}
    assert users <= OWNERS[library]


def test_imports_point_one_way() -> None:
    height = {name: level for level, names in enumerate(FLOORS) for name in names}
    for module in MODULES:
        if module == "__init__.py":
            continue
        mine = floor(module)
        for name in imported(module):
            parts = name.split(".")
            if (module, name) in AT_CALL_TIME or name == "hjalp_pipeline.__version__":
                continue
            if parts[0] == "hjalp_pipeline" and len(parts) > 1 and parts[1] != mine:
                assert parts[1] in height, f"{module} imports {name}"
                assert height[parts[1]] < height[mine], f"{module} imports {name}"


def test_the_made_up_country_knows_only_the_code_lists() -> None:
    used = {
        name.split(".")[1]
        for module in MODULES
        if floor(module) == "synth"
        for name in imported(module)
        if name.startswith("hjalp_pipeline.")
    }
    assert used <= {"synth", "codelists"}


def test_the_rules_read_and_write_nothing() -> None:
    """R1-R10 are pure: no files, no clock, no chance, no environment."""
    forbidden = {"os", "pathlib", "io", "time", "random", "subprocess", "tempfile", "shutil", "logging", "requests"}
    methods = {"today", "now", "utcnow", "read_parquet", "scan_parquet", "write_parquet", "read_csv", "write_csv"}
    for module in MODULES:
        if floor(module) == "rules":
            assert not {name.partition(".")[0] for name in imported(module)} & forbidden, module
            called = {node.attr for node in ast.walk(tree(module)) if isinstance(node, ast.Attribute)}
            names = {node.id for node in ast.walk(tree(module)) if isinstance(node, ast.Name)}
            assert not called & methods, module
            assert not names & {"open", "print", "input"}, module
