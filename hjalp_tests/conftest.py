"""What all tests share: one hypothesis profile, small because the floors are tested on every change; what is made once."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from hjalp_tests import first_pattern
from hjalp_tests.sharing import SHARING

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

    from hjalp_tests.mail.office_post import Post

#: Modules with tests of more than half a minute, the longest first: begun first, or the last of them keeps one process busy
#: when the others have nothing left to take.
LONGEST = (
    "terminal/test_story.py",
    "deploy/test_objects.py",
    "deploy/test_apart.py",
    "web/test_told.py",
    "terminal/test_commands_run.py",
    "web/test_browser.py",
    "statistics/hand/test_same_bytes.py",
    "faults/test_searched.py",
    "deploy/test_workers.py",
    "faults/test_tampered.py",
    "change/test_statistic.py",
)

# No deadline: the first example of a test pays for what is compiled or imported on the way.
settings.register_profile("hjalp", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("hjalp")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: WorkerController) -> None:
    """The processes of a run share one folder; the first of them removes it."""
    node.workerinput["shared"] = str(SHARING.folder())


def pytest_configure(config: pytest.Config) -> None:
    # As many processes run tests as there are cores: several threads in each only wait for one another over small frames.
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    given = getattr(config, "workerinput", {}).get("shared")
    SHARING.begin(Path(given) if given else None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    turns = {Path(__file__).parent / module: turn for turn, module in enumerate(LONGEST)}
    items.sort(key=lambda item: turns.get(item.path, len(turns)))


def pytest_collection_finish() -> None:
    """Every module of the tests is loaded now."""
    SHARING.install()
    first_pattern.install()
    gc.freeze()  # tests and modules by the thousand stay: no collection need look at them again


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Before its fixtures are made: whether a test shares what others have made, and how its releases hide."""
    SHARING.on = SHARING.takes_part(item)
    first_pattern.choose(item)
    try:
        return (yield)
    finally:
        SHARING.on = False


def promise(item: pytest.Item) -> str:
    """What a test shows, in the words of its docstring, else its module's: the rule or promise that is broken when it fails."""
    told = getattr(item, "obj", None).__doc__ or getattr(item, "module", None).__doc__ or ""
    return told.strip().partition("\n")[0]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """The first line of what is printed of a failing test, and its line in the summary, say what broke."""
    report = yield
    if report.failed and (what := promise(item)):
        path, line, name = report.location
        report.location = (path, line, f"{name}: {what}")
        crash = getattr(report.longrepr, "reprcrash", None)
        if crash is not None:
            crash.message = f"{what} {crash.message}"
    return report


def pytest_unconfigure() -> None:
    gc.unfreeze()
    SHARING.clear()


@pytest.fixture(scope="module")
def three_reports() -> Generator[None]:
    """The approval reports of three kommuner for those of 98: the others are written by the same calls."""
    from hjalp_pipeline.dialogue.approval import reports
    from hjalp_tests.production.world import KOMMUNER

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reports, "KOMNR", KOMMUNER)
        yield


@pytest.fixture(scope="session")
def mail_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    """A mail server in a process of its own."""
    from hjalp_tests.mail.office_post import post_office

    with post_office(tmp_path_factory.mktemp("post")) as post:
        yield post


@pytest.fixture
def post(mail_server: Post, monkeypatch: pytest.MonkeyPatch) -> Post:
    """The server with nothing in its box; its certificate is trusted."""
    mail_server.empty()
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_server.authority))
    return mail_server
