"""The site of this folder and the README: ``uv run --group docs sphinx-build -W -c docs . site``.

Everything is a warning that would be a dead end for a reader (a link, an anchor, a page that no menu names), and ``-W`` makes
warnings errors. Pages are plain Markdown that GitHub shows as well; links to files of the repository become files of the site.
"""

from pathlib import Path
from typing import Any

#: The menu, in its order: ``README`` is where a reader starts.
PAGES = {
    "Start": ("README", "docs/data-root", "docs/commands"),
    "Operations": (
        "docs/quarter",
        "docs/drift",
        "docs/web",
        "docs/several-machines",
        "docs/object-storage",
        "docs/dialogue",
        "docs/portal",
        "docs/portal-kommune",
        "docs/serve",
        "docs/machines",
        "docs/site",
        "docs/device-types",
        "docs/tailored-tables",
        "docs/analysts",
    ),
    "Reference": (
        "docs/rules",
        "docs/rules-hand",
        "docs/readings",
        "docs/data-dictionary",
        "docs/data-dictionary-hand",
        "docs/confidentiality",
    ),
    "Evidence": ("docs/performance", "docs/scaling", "docs/reliability", "docs/mutation"),
    "The program": ("docs/architecture", "docs/decisions", "docs/change", "docs/changelog", "docs/glossary"),
}
_ROOT = Path(__file__).resolve().parents[1]

project = html_title = "hjalp"
root_doc = "README"
extensions = ["myst_parser"]
include_patterns = ["README.md", "docs/*.md"]
exclude_patterns = [path.name for path in _ROOT.iterdir() if path.name not in ("README.md", "docs")]
#: Anchors as GitHub has them.
myst_heading_anchors = 4
highlight_language = "text"
#: ``--quarter`` is not a dash.
smartquotes = False
html_theme = "furo"
html_copy_source = html_show_copyright = html_show_sphinx = False


def _menu(_app: Any, name: str, source: list[str]) -> None:
    if name == root_doc:
        for caption, pages in PAGES.items():
            listed = "\n".join("Start <self>" if page == root_doc else f"/{page}" for page in pages)
            source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{listed}\n```\n"


def _front_door(app: Any, failed: Exception | None) -> None:
    if failed is None:
        to = f'<meta charset="utf-8"><meta http-equiv="refresh" content="0; url={root_doc}.html">'
        door = f'<!doctype html><html lang="en"><title>{project}</title>{to}<a href="{root_doc}.html">{project}</a></html>\n'
        (Path(app.outdir) / "index.html").write_text(door, encoding="utf-8")


def setup(app: Any) -> None:
    """Called by Sphinx."""
    from pygments.lexers.special import TextLexer  # noqa: PLC0415 (tests read the menu without the tool)

    app.add_lexer("csv", TextLexer)
    app.connect("source-read", _menu)
    app.connect("build-finished", _front_door)
