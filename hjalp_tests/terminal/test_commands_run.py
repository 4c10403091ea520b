"""Every command that README and docs tell somebody to type is run: here, one after the other, or where ``ELSEWHERE`` says."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import KVARTAL, country, deliver, delivery, system, write_world
from hjalp_tests.statistics.hand.world import write_three
from hjalp_tests.terminal.test_documented_commands import PAGES, ROOT, commands

#: What a person fills in.
FILLED = {
    "DIR": "{out}",
    "order.toml": "{beside}/order.toml",
    '"$PWD/data"': "{out}",
    "INITIALS": "abc",
    "{name}": "hand",
    '"select ..."': '"select count(*) from released.hjalp1"',
    "--at ...": "--at 2026-01-05T09:30",
    "--scale 0.01": "--scale 0.0005",  # of that size `.ci/run` makes one
    '"..."': "x",
    "...": "x",
}
#: A table to order that tells of many or of nobody.
ORDER = """
id = "typer"
release = "2024v1"
customer = "Foreningen"
purpose = "Overblik"
ordered_at = 2025-11-20
counts = "udlån"
dimensions = ["KOMNR_STATBANK"]
"""
#: A small office's story, in which every command has what it needs. A function: what happens meanwhile.
STORY: tuple[str | Callable[[DataRoot], object], ...] = (
    "hjalp init DIR",
    "hjalp init DIR --statistic {name}",
    'hjalp init "$PWD/data"',
    "hjalp synth --out DIR [--scale 0.01] [--seed 1]",
    "hjalp check",
    "hjalp run --quarter 2024K4",
    "hjalp status --quarter 2024K4",
    "hjalp reports --quarter 2024K4 --aar 2024",
    "hjalp approve --aar 2024 --kommune 101 --kind ALLE --decision godkendt --by afdelingen",
    "hjalp release 2024v1",
    "hjalp query",
    "hjalp query released.hjalp1",
    'hjalp query "select ..."',
    'hjalp query ["select ..."] [--format csv] [--rows 50]',
    "hjalp microdata 2024v1 --format sav --out DIR",
    lambda root: (root.path.parent / "order.toml").write_text(ORDER, encoding="utf-8"),
    "hjalp table order.toml",
    lambda root: run("hjalp table order.toml", root.path),  # the same again
    lambda root: deliver(root, delivery("101", 20, kvartal="2025K1"), delivery("155", 12, kvartal="2025K1")),
    "hjalp run --quarter 2025K1 [--kommune 540 741]",
    "hjalp status [--quarter 2025K1] [--json]",
    "hjalp remind [--date 2025-04-22]",
    "hjalp remind --sent 2025-04-22 [--kommune 540 741] --by INITIALS",
    "hjalp remind",
    lambda _root: run("hjalp remind --date 2025-08-11"),  # the list that the schedule made at 07:00
    "hjalp remind --sent 2025-08-11 --by abc",
    "hjalp reports --aar 2024 [--quarter 2025K1] [--until 2025-06-20]",
    lambda root: deliver(root, delivery("540", 31, kvartal="2025K3")),
    "hjalp run --quarter 2025K3",
    "hjalp status --quarter 2025K3",
    "hjalp status",
    'hjalp approve --aar 2024 --kommune 540 --kind K1 --kind K2 --decision godkendt --by "Sønderborg, hjælpemiddeldepotet"',
    'hjalp approve --aar 2024 --kommune 540 --kind K3 --decision afvist --by "..." --note "august mangler"',
    "hjalp approve --aar 2024 --kommune 540 --kind K4 --decision godkendt --by ... [--note ...] [--at ...]",
    lambda _root: run(
        "hjalp approve --aar 2024 --kommune 540 --kind K3 --decision godkendt --by x"
    ),  # it was put right
    "hjalp approvals --aar 2024",
    "hjalp approvals --aar 2024 --release 2024v1",
    "hjalp approvals --aar 2024 [--release 2024v1] [--json]",
    "hjalp release --propose 2024v2 --from 2024v1",
    "hjalp release 2024v2",
    "hjalp audit 2024v1 2024v2",
    "hjalp key",
    "hjalp audit 2024v1 --reader program",
    "hjalp audit 2024v1 --reader kommune",
    "hjalp audit 2024v1 --reader person",
    "hjalp verify [2024v1]",
    "hjalp verify",
    "hjalp specification [--date 2025-07-01]",
    "hjalp specification",
    "hjalp prune [--yes] [--inputs --by INITIALS]",
    "hjalp migrate",
    "hjalp portal --verify-log",
    lambda root: write_three(root.path),
    "hjalp run --statistic hand --month 2025M01",
)
#: A command that finds something: 2024v1 was made before there was a key.
FINDS = {"hjalp audit 2024v1 --reader program": "was made without a key of the office"}
#: Where the others are run: a test below ``hjalp_tests``, or ``.ci/run``.
ELSEWHERE = {
    "hjalp demo": ".ci/run",
    "hjalp ui": "hjalp_tests/web",
    "hjalp portal": "hjalp_tests/portal",
    "hjalp mail": "hjalp_tests/terminal/test_mail.py",
    "hjalp serve": "hjalp_tests/serving",
    "hjalp site": "hjalp_tests/serving/site",
}


def filled(command: str, out: Path) -> list[str]:
    """The command as somebody types it, with all that may be left out."""
    typed = re.sub(r"[\[\]]", "", command)
    for blank, text in FILLED.items():
        typed = typed.replace(blank, text)
    return shlex.split(typed.replace("{out}", str(out)).replace("{beside}", str(out.parent)))[1:]


def run(command: str, out: Path = Path()) -> str:
    """What the command prints; it has to succeed, or to find what it is to find."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        code = main(filled(command, out))
    assert code == (command in FINDS), f"{command}: {printed.getvalue()}"
    assert FINDS.get(command, "") in printed.getvalue()
    return printed.getvalue()


def documented() -> Iterator[str]:
    """Every command that is to be typed, but for names of commands that are only spoken of."""
    for page in PAGES:
        if page.name != "changelog.md":
            yield from (one for one in commands(page.read_text(encoding="utf-8")) if len(one.split()) > 2)


def run_here(command: str) -> bool:
    """Whether the story has it, perhaps of another release or with more options: `hjalp audit --reader kommune` is spoken of."""
    same = words(command)
    return any(same <= words(one) for one in STORY if isinstance(one, str))


def words(command: str) -> set[str]:
    """What a command is made of: the same for every release, and for every name of an option."""
    plain = re.sub(r"2024v\d", "2024v1", " ".join(filled(command, Path())))
    return set(re.sub(r"--(period|month)", "--quarter", plain).split())


def test_every_documented_command_is_run_somewhere() -> None:
    missing = {one for one in documented() if not run_here(one) and " ".join(one.split()[:2]) not in ELSEWHERE}
    assert missing == set()
    assert [place for place in ELSEWHERE.values() if not (ROOT / place).exists()] == []


@pytest.mark.slow
def test_the_documented_commands_in_a_small_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_world(tmp_path / "data", country(systems=[system(komnr) for komnr in ("101", "155", "540", "741")]))
    monkeypatch.setenv("HJALP_DATA", str(root.path))
    monkeypatch.setenv("DAGSTER_HOME", str(root.dagster_home))
    monkeypatch.setenv("COLUMNS", "200")
    assert KVARTAL == "2024K4"
    for number, step in enumerate(STORY):
        if callable(step):
            step(root)
        else:
            run(step, tmp_path / f"out{number}")
