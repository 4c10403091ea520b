"""The accessibility harness itself: it passes a good page, and names what is wrong with a bad one."""

from __future__ import annotations

from pathlib import Path

import pytest

from hjalp_tests.pages.axe import assert_accessible, violations

GOOD = '<!DOCTYPE html><html lang="da"><head><title>En side</title></head><body><main><h1>En side</h1>{}</main></body></html>'


def page(tmp_path: Path, body: str, name: str = "page.html") -> Path:
    path = tmp_path / name
    path.write_text(GOOD.format(body), encoding="utf-8")
    return path


BAD = {
    "image-alt": "<img src='x.png'>",
    "label": "<input type='text'>",
    "script": "<script>nowhere();</script>",
    "select-name": "<script>document.querySelector('h1').outerHTML = '<select></select>';</script>",
}


def test_a_good_page_passes_and_bad_ones_are_named_with_their_fault(tmp_path: Path) -> None:
    good = page(tmp_path, "<p>Hej</p><script>document.querySelector('p').textContent = 'Hej igen';</script>")
    bad = {rule: page(tmp_path, body, f"{rule}.html") for rule, body in BAD.items()}
    found = violations(good, *bad.values())
    assert found[good] == []
    for rule, path in bad.items():
        assert [text.split(" ")[0] for text in found[path] if text.startswith(rule)] == [rule]


def test_assert_accessible_fails_with_page_and_rule(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("hjalp_tests.pages.axe.violations", lambda *pages: {page: ["label (x)"] for page in pages})
    with pytest.raises(AssertionError, match=r"page.html: label \(x\)"):
        assert_accessible(tmp_path / "page.html")


def test_without_the_package_a_test_is_skipped_or_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("hjalp_tests.pages.axe.HERE", tmp_path)
    monkeypatch.delenv("HJALP_ALL_READERS", raising=False)
    with pytest.raises(pytest.skip.Exception, match="axe-core"):
        assert_accessible(tmp_path / "page.html")
    monkeypatch.setenv("HJALP_ALL_READERS", "1")
    with pytest.raises(pytest.fail.Exception, match="axe-core"):
        assert_accessible(tmp_path / "page.html")
