"""The fast path for xml takes nothing the parser would not take, and reads it the same."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjalp_pipeline.delivery import read_xml
from hjalp_pipeline.delivery.intake import Intake
from hjalp_pipeline.delivery.xml_plain import plain_records
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS
from hjalp_tests.delivery.files import read_bytes, row, rows, xml_record, xml_root, xml_text
from hjalp_tests.examples import often

PLAIN = xml_record(row())
SNIPPETS = (
    "<", ">", "&", "&amp;", "&lt;", "&amp;lt;", "&#65;", "&quot;&apos;&gt;", "]]>", "<!-- -->", "<!-- </udlaan> -->",
    "<![CDATA[</udlaan>]]>",
    "<![CDATA[", "<!--", "-->", "<?a b?>", "<pnr/>", "<pnr></pnr>", "</udlaan>", "<udlaan>", "<udlaan></udlaan>", "<udlaan/>",
    "</leverance>", "<hminr/>", "\r", "\r\n", " ", "\n", "\t", "\0", "\x0b", "\x0c", "\x1f", "\x7f", "\x85", "\u2028", "\ufffe", "\uffff",
    "æ", "x", '<pnr a="b">', "<!DOCTYPE leverance>", "<leverance>", " xmlns='x'",
)  # fmt: skip


def read_both(text: str, size: int) -> tuple[Intake, Intake]:
    """The delivery as it is read, and as the parser alone reads it."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(read_xml, "CHUNK_BYTES", size)
        fast = read_bytes(Path(folder), text, "xml")
        patch.setattr(read_xml, "plain_records", lambda *_: None)
        return fast, read_bytes(Path(folder), text, "xml")


INSERTED = given(
    changes=st.lists(st.tuples(st.floats(0, 1), st.sampled_from(SNIPPETS)), max_size=3),
    size=st.sampled_from([90, 400, 1 << 20]),
)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@INSERTED
def test_the_parser_alone_says_the_same(changes: list[tuple[float, str]], size: int) -> None:
    text = xml_text(rows(4))
    for where, snippet in changes:
        at = round(where * len(text))
        text = text[:at] + snippet + text[at:]
    fast, slow = read_both(text, size)
    assert (fast.code, fast.finding_counts) == (slow.code, slow.finding_counts)
    if fast.frame is None or slow.frame is None:
        assert fast.frame is slow.frame
    else:
        assert fast.frame.equals(slow.frame)


test_the_parser_alone_says_the_same_often = often(2000, INSERTED, test_the_parser_alone_says_the_same)


@pytest.mark.parametrize(
    "first",
    ["<udlaan/>", "<udlaan />", PLAIN.replace("<udlaan>", "<udlaan >"), PLAIN.replace("<udlaan>", "<udlaan\n>")],
)
@pytest.mark.parametrize("size", [200, 1 << 20])
def test_a_first_record_written_in_another_way_is_not_lost(
    tmp_path: Path, first: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_xml, "CHUNK_BYTES", size)
    body = first + "".join(xml_record(record) for record in rows(30))
    intake = read_bytes(tmp_path, f"{xml_root(31)}{body}</leverance>", "xml")
    assert (intake.status, intake.records) == ("accepted", 31)
    assert read_bytes(tmp_path, f"{xml_root(30)}{body}</leverance>", "xml").code == "ANTAL"


@pytest.mark.parametrize("at", [f"<{tag}>" for tag in ("udlaan", "pnr", "/pnr", "/udlaan")])
@pytest.mark.parametrize("before", [False, True])
def test_every_snippet_at_every_kind_of_place(at: str, before: bool) -> None:
    text = xml_text(rows(30)).replace("\n", "\r\n")
    head, tail = text[: len(text) // 2], text[len(text) // 2 :]
    for snippet in SNIPPETS:
        fast, slow = read_both(head + tail.replace(at, snippet + at if before else at + snippet, 1), 1 << 20)
        assert (snippet, fast.code, fast.findings) == (snippet, slow.code, slow.findings)
        assert (fast.frame is None) == (slow.frame is None), snippet
        if fast.frame is not None and slow.frame is not None:
            assert fast.frame.equals(slow.frame), snippet


def test_plain_and_not_plain() -> None:
    frame = plain_records((PLAIN * 3).encode(), LAYOUTS.first)
    assert frame is not None
    assert frame.height == 3
    escaped = plain_records(xml_record(row(lov_tekst="&lt; <b> & \"'")).encode(), LAYOUTS.first)
    assert escaped is not None
    assert escaped["lov_tekst"].item() == "&lt; <b> & \"'"
    for other in ("<!-- -->" + PLAIN, PLAIN.replace("540", "&#53;40"), PLAIN + "x" + PLAIN, PLAIN[1:], "x</udlaan>"):
        assert plain_records(other.encode(), LAYOUTS.first) is None


def test_the_line_of_an_error_behind_plain_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_xml, "CHUNK_BYTES", 300)
    records = "\n".join(xml_record(record) for record in rows(20))
    intake = read_bytes(tmp_path, f"{xml_root(20)}\n{records}\n<b/></leverance>", "xml")
    assert intake.records == 19  # those of the piece with the error are not counted
    assert "linje 22" in str(intake.detail)
