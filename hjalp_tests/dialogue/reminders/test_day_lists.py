"""Reminders on disk: the settings a statistician keeps, the log that is only added to, the day's list."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from hjalp_pipeline.dialogue.reminders.day_lists import (
    add_sent,
    list_days,
    read_approval_deadlines,
    read_proposed,
    read_sent,
    read_steps,
    record_sent,
    reminders_lock,
    write_list,
)
from hjalp_pipeline.dialogue.reminders.reminder_states import Sent, Step
from hjalp_pipeline.storage import lists
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.root import DataRoot

PROJECT = Path(__file__).resolve().parents[2]
DAY = date(2025, 1, 17)
FIRST = Sent(DAY, "leverance 2024K4", "540", "brev1")
OTHER = Sent(DAY, "leverance 2024K4", "101", "brev1")


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    (tmp_path / "hjalp" / "codelists").mkdir(parents=True)
    return DataRoot(tmp_path)


def put(root: DataRoot, name: str, *lines: str) -> None:
    path = root.file(name)
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def test_the_programs_own_steps(root: DataRoot) -> None:
    assert [(step.channel, step.days_after_deadline) for step in read_steps(root)] == [
        ("brev", 3),
        ("brev", 14),
        ("telefon", 21),
        ("ministerium", 45),
    ]


HEADER = "step;channel;days_after_deadline;days_after_previous"


def test_steps_are_a_setting(root: DataRoot) -> None:
    put(root, "codelists/reminder_steps.csv", HEADER, "ring;telefon;5;2")
    assert read_steps(root) == [Step("ring", "telefon", 5, 2)]
    put(root, "codelists/reminder_steps.csv", HEADER)
    assert read_steps(root) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Ring op;telefon;5;2", "line 2: 'Ring op' is no name of a step"),
        ("ring;telefon;snart;2", "line 2: 'snart' is not a whole number"),
        ("ring;fax;5;2", "step ring: channel 'fax'"),
        ("ring;telefon;5", "line 2: wrong number of fields"),
    ],
)
def test_faulty_steps_name_file_and_fault(root: DataRoot, line: str, said: str) -> None:
    put(root, "codelists/reminder_steps.csv", HEADER, line)
    with pytest.raises(InputError, match=f"reminder_steps.csv.*{said}"):
        read_steps(root)


def test_approval_deadlines(root: DataRoot) -> None:
    assert read_approval_deadlines(root) == []
    put(root, "codelists/approval_deadlines.csv", "aar;deadline", "2024;2025-05-30", "2023;2024-05-31")
    assert read_approval_deadlines(root) == [(2023, date(2024, 5, 31)), (2024, date(2025, 5, 30))]
    put(root, "codelists/approval_deadlines.csv", "aar;deadline", "2024;2025-05-30", "2024;2025-06-30")
    with pytest.raises(InputError, match="line 3: 2024 stands already in line 2"):
        read_approval_deadlines(root)


def test_what_was_sent_is_added_once_whatever_the_day(root: DataRoot) -> None:
    assert read_sent(root) == []
    assert add_sent(root, [FIRST], "abc") == ([FIRST], [])
    before = (root.reminders / "sent.csv").read_bytes()
    again = Sent(date(2025, 1, 20), FIRST.matter, FIRST.komnr, FIRST.step)
    assert add_sent(root, [again, OTHER, OTHER], "ÆØ") == ([OTHER], [again, OTHER])
    after = (root.reminders / "sent.csv").read_bytes()
    assert after.startswith(before)
    assert after.decode() == (
        "sent_at;matter;komnr;step;by\n"
        "2025-01-17;leverance 2024K4;540;brev1;abc\n"
        "2025-01-17;leverance 2024K4;101;brev1;ÆØ\n"
    )
    assert read_sent(root) == [FIRST, OTHER]


def test_the_log_is_taken_apart_once_as_long_as_it_is_the_same(root: DataRoot) -> None:
    add_sent(root, [FIRST], "abc")
    read_sent(root)
    before = lists._rows.cache_info()
    assert read_sent(root) == [FIRST]
    after = lists._rows.cache_info()
    assert (after.hits - before.hits, after.misses - before.misses) == (1, 0)


def put_list(root: DataRoot, *entries: Sent) -> None:
    write_list(root, DAY, ("matter", "komnr", "step"), [(one.matter, one.komnr, one.step) for one in entries])


def test_recording_takes_the_lists_proposals_or_those_of_some_kommuner(root: DataRoot) -> None:
    put_list(root, FIRST, OTHER)
    with pytest.raises(InputError, match=r"not on the list of 2025-01-17: 155, 183"):
        record_sent(root, DAY, ["540", "183", "155"], "abc")
    assert read_sent(root) == []
    assert record_sent(root, DAY, ["540"], "abc") == ([FIRST], [])
    assert record_sent(root, DAY, None, "abc") == ([OTHER], [FIRST])


def test_recording_sees_the_list_as_it_is_when_its_turn_has_come(root: DataRoot) -> None:
    put_list(root, FIRST, OTHER)
    with ThreadPoolExecutor(1) as pool:
        with reminders_lock(root):
            waiting = pool.submit(record_sent, root, DAY, None, "abc")
            put_list(root, OTHER)  # a delivery of 540 has come, the day is made again
        assert waiting.result(timeout=600) == ([OTHER], [])


@pytest.mark.parametrize("by", ["", "a b", "a;b", "x\ny", "langtnavn", "a.b"])
def test_only_initials(root: DataRoot, by: str) -> None:
    with pytest.raises(ValueError, match="initials"):
        add_sent(root, [FIRST], by)
    assert not root.reminders.exists()


def test_a_line_that_was_cut_off_is_named_and_nothing_is_added_to_it(root: DataRoot) -> None:
    add_sent(root, [FIRST, OTHER], "abc")
    path = root.reminders / "sent.csv"
    path.write_bytes(path.read_bytes()[:-9])
    torn = path.read_bytes()
    for use in (lambda: read_sent(root), lambda: add_sent(root, [FIRST], "abc")):
        with pytest.raises(InputError, match=r"sent.csv, line 3: the line is cut off"):
            use()
    assert path.read_bytes() == torn


def test_a_faulty_line_is_named(root: DataRoot) -> None:
    put(root, "reminders/sent.csv", "sent_at;matter;komnr;step;by", "17.1.2025;leverance 2024K4;540;brev1;abc")
    with pytest.raises(InputError, match=r"line 2: .* is not a day of the form"):
        read_sent(root)


def test_a_disk_that_gives_up_leaves_the_log_as_it_was(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    add_sent(root, [FIRST], "abc")

    def full(*_arguments: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("hjalp_pipeline.storage.files.os.fsync", full)
    with pytest.raises(OSError, match="disk full"):
        add_sent(root, [OTHER], "abc")
    monkeypatch.undo()
    assert read_sent(root) == [FIRST]
    assert sorted(path.name for path in root.reminders.iterdir()) == ["sent.csv"]


ADDING = """
import sys
from datetime import date
from pathlib import Path
from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.dialogue.reminders.reminder_states import Sent
from hjalp_pipeline.dialogue.reminders.day_lists import add_sent
from hjalp_pipeline.storage.root import DataRoot
for number in range(10**6):
    add_sent(DataRoot(Path(sys.argv[1])), [Sent(date(2025, 1, 1), f"leverance {number}", k, "brev1") for k in KOMNR], "abc")
    print(number, flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("batches", [1, 4, 9])
def test_killed_while_adding_the_log_holds_whole_batches(root: DataRoot, batches: int) -> None:
    command = [sys.executable, "-c", ADDING, str(root.path)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(batches):
            process.stdout.readline()
        process.kill()
    found = read_sent(root)
    assert len(found) >= 98 * batches
    assert len(found) % 98 == 0
    assert add_sent(root, [FIRST], "abc") == ([FIRST], [])


def test_the_days_list(root: DataRoot) -> None:
    columns = ("matter", "komnr", "kommune", "step")
    write_list(
        root, DAY, columns, [("leverance 2024K4", "540", "Sønderborg", "brev1"), ("leverance 2024K4", "147", "x", "")]
    )
    path = root.reminders / "2025-01-17.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbfmatter;")
    assert read_proposed(root, DAY) == [FIRST]
    assert list_days(root) == [DAY]
    with pytest.raises(InputError, match=r"2025-01-18\.csv is missing"):
        read_proposed(root, date(2025, 1, 18))
