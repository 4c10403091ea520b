"""Both releases of the demo, byte by byte. A figure that changes is a line in ``docs/changelog.md``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from hjalp_pipeline import cli
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.golden.hashes import OF_THE_PATTERN, RELEASES, SCALE, golden, hashes
from hjalp_tests.production.public_files import everything_small
from hjalp_tests.terminal import analysts_page

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DataRoot]:
    """The demo at ``SCALE``: the one ``HJALP_GOLDEN_DEMO`` names, else made here, which takes some minutes."""
    made = os.environ.get("HJALP_GOLDEN_DEMO")
    folder = Path(made) if made else tmp_path_factory.mktemp("demo")
    before = dict(os.environ)
    os.environ |= {"HJALP_DATA": str(folder), "DAGSTER_HOME": str(folder / "dagster_home")}
    try:
        if not made:
            assert cli.main(["demo", "--statistic", "hjalp", "--scale", SCALE]) == 0
        yield DataRoot(folder)
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest.mark.parametrize("release", RELEASES)
def test_files_and_figures_are_the_golden_ones(root: DataRoot, release: str) -> None:
    found, wanted = hashes(root, release), golden(release)
    assert set(found) == set(wanted)
    differ = [name for name, digest in wanted.items() if found[name] != digest]
    of_the_pattern = [name for name in differ if any(fnmatch(name, pattern) for pattern in OF_THE_PATTERN)]
    assert differ == of_the_pattern


def test_the_answers_of_the_analysts_page(root: DataRoot) -> None:
    """But for those that count hidden cells, which hold the pattern."""
    page = analysts_page.PAGE.read_text(encoding="utf-8")
    wanted = {sql: answer for sql, answer in analysts_page.questions(page).values() if "released." not in sql}
    assert len(wanted) > 5
    assert {sql: analysts_page.answer(sql) for sql in wanted} == wanted


def test_the_pattern_holds_whichever_it_is(root: DataRoot) -> None:
    assert cli.main(["audit", *RELEASES]) == 0


@pytest.mark.parametrize("release", RELEASES)
def test_no_public_file_counts_one_or_two(root: DataRoot, release: str) -> None:
    """Where thousands of cells are hidden, also such as nothing protects."""
    assert everything_small(root, release) == {}
