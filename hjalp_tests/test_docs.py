"""README and docs/ without the tool that makes a site of them: links, anchors, the menu, and words to avoid."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = ["README.md", *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md"))]
#: Pages that keep the words of others: what was, and what is published or declared in English.
NOT_OURS = ("docs/changelog.md", "docs/data-dictionary.md", "docs/data-dictionary-hand.md", "docs/glossary.md")
_FENCE = re.compile(r"^(```+).*?^\1$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"(`+).+?\1", re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: dict[str, int] = {}
    made = set()
    for heading in _HEADING.findall(_FENCE.sub("", text)):
        plain = _LINK.sub(lambda link: link[0][1 : link[0].index("]")], heading).strip().lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        found[slug] = found.get(slug, -1) + 1
        made.add(f"{slug}-{found[slug]}" if found[slug] else slug)
    return made


def dead_links(page: Path) -> Iterator[str]:
    """Relative links of a page to a file that is not there, outside the repository, or to no heading."""
    text = page.read_text(encoding="utf-8")
    for link in _LINK.findall(_CODE.sub("", _FENCE.sub("", text))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        # resolve() keeps what is written: on a disk that takes Readme.md for README.md, GitHub does not
        there = target.is_file() and target.name in {other.name for other in target.parent.iterdir()}
        if not there or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            yield link


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    assert list(dead_links(ROOT / page)) == []


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text(
        "# Two `words`, [linked](x.md)\n\n```\n# no heading\n```\n\n## Twice\n\n## Twice\n"
    )
    page = tmp_path / "page.md"
    alive = (
        "other.md other.md#two-words-linked other.md#twice other.md#twice-1 #here https://example.org/#x mailto:a@b.dk"
    )
    dead = ["nix.md", "other.md#no-heading", "other.md#twice-2", "Other.md", "#nix", "nix.png", "other.md#Twice"]
    links = "".join(f"[a]({link}) ![b]({link})\n" for link in [*alive.split(), *dead])
    page.write_text(f"# Here\n\n{links}\n`[c](nix)`\n```\n[d](nix)\n```\n")
    assert sorted(set(dead_links(page))) == sorted(dead)


def test_the_menu_of_the_site_has_every_page_once() -> None:
    menu = runpy.run_path(str(ROOT / "docs" / "conf.py"))["PAGES"]
    assert sorted(f"{page}.md" for pages in menu.values() for page in pages) == sorted(PAGES)


def avoided() -> list[str]:
    """The words of the glossary's last column, in its tables that have one."""
    words: list[str] = []
    column = False
    for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells or cells[-1] == "avoid":
            column = bool(cells)
        elif column and not cells[-1].startswith("---"):
            words += [word.strip() for word in cells[-1].split(",") if word.strip()]
    return words


@pytest.mark.parametrize("page", [page for page in PAGES if page not in NOT_OURS])
def test_no_page_uses_a_word_to_avoid(page: str) -> None:
    """But for a word in quotes, and its explanation in brackets where a page begins."""
    text = _CODE.sub("", _FENCE.sub("", (ROOT / page).read_text(encoding="utf-8")))
    text = re.sub(r"\([a-z]+\)|\"[^\"]*\"|: municipality\.", "", text)
    words = avoided()
    assert len(words) > 40
    assert [word for word in words if re.search(rf"\b{re.escape(word)}s?\b", text, re.IGNORECASE)] == []
