"""Appending decisions: whole lines or nothing, never an edit."""

import multiprocessing
import os
from datetime import UTC, datetime

import pytest

from hjalp_pipeline.rules.approval import Decision
from hjalp_pipeline.storage.approvals import ApprovalRow, append_approvals, approvals_lock
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.decisions import APPROVAL_COLUMNS, read_approvals
from hjalp_pipeline.storage.root import DataRoot

HEADER = ";".join(APPROVAL_COLUMNS) + "\n"
AT = datetime(2025, 5, 20, 7, 30, tzinfo=UTC)


def row(kind: str = "K1", note: str = "", *, komnr: str = "540", by: str = "kommunen") -> ApprovalRow:
    return ApprovalRow(Decision(AT, 2024, komnr, kind, approved=True), by, note)


def test_a_new_file_and_one_more_line(root: DataRoot) -> None:
    path = append_approvals(root, 2024, [row()])
    first = path.read_text(encoding="utf-8")
    assert first == f"{HEADER}2025-05-20T09:30:00+02:00;2024;540;K1;godkendt;kommunen;\n"
    append_approvals(root, 2024, [row("K2", 'se "bilag"; side 2')])
    assert path.read_text(encoding="utf-8").startswith(first)
    assert [decision.kind for decision in read_approvals(root)] == ["K1", "K2"]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_file_a_spreadsheet_has_saved(root: DataRoot, mark: str, ending: str) -> None:
    root.approvals.mkdir(parents=True)
    line = "2025-05-01T09:00:00+02:00;2024;540;K1;afvist;afdelingen;"
    path = root.approvals / "2024.csv"
    path.write_bytes((mark + HEADER.strip() + ending + line + ending).encode())
    append_approvals(root, 2024, [row()])
    assert [decision.approved for decision in read_approvals(root)] == [False, True]


@pytest.mark.parametrize("torn", ["2025-05-01T09:00:00+02:00;2024;540;K1;god", "2025"])
def test_a_torn_last_line_is_named_and_nothing_is_added(root: DataRoot, torn: str) -> None:
    path = append_approvals(root, 2024, [row()])
    path.write_text(path.read_text(encoding="utf-8") + torn, encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(InputError, match=r"approvals/2024\.csv, line 3: torn"):
        append_approvals(root, 2024, [row("K2")])
    assert path.read_bytes() == before


def test_another_header_is_refused(root: DataRoot) -> None:
    root.approvals.mkdir(parents=True)
    (root.approvals / "2024.csv").write_text("komnr;aar\n", encoding="utf-8")
    with pytest.raises(InputError, match="header"):
        append_approvals(root, 2024, [row()])


def test_a_full_disk_leaves_the_file_as_it_was(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    path = append_approvals(root, 2024, [row()])
    before, write = path.read_bytes(), os.write
    monkeypatch.setattr(os, "write", lambda handle, content: write(handle, content[:20]))
    with pytest.raises(OSError, match="only a part"):
        append_approvals(root, 2024, [row("K2")])
    assert path.read_bytes() == before


def _append_many(root: DataRoot, komnr: str) -> None:
    for kind in ("K1", "K2", "K3", "K4") * 5:
        with approvals_lock(root):
            append_approvals(root, 2024, [row(kind, komnr=komnr), row(kind, komnr=komnr)])


@pytest.mark.slow
def test_two_processes_at_once(root: DataRoot) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_append_many, args=(root, komnr)) for komnr in ("540", "101")]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    found = [decision.komnr for decision in read_approvals(root)]
    assert len(found) == 80
    assert found[::2] == found[1::2], "what was appended together stands together"
