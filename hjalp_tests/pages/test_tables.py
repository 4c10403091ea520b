"""Tables sort by a click and rows are found by typing, in the page's own script; without it they are as they were made."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from hjalp_pipeline.pages.template import template
from hjalp_tests.pages.axe import HERE
from hjalp_tests.publishing.readers import absent

PAGE = """<!DOCTYPE html><html lang="da"><head><title>t</title></head><body><main>
<div class="scroll"><table class="sort">
<thead><tr><th>Navn</th><th class="n">Tal</th><th>Dag</th></tr></thead><tbody>{}</tbody></table></div>
</main>{}</body></html>"""
CELLS = [
    ("Ærø", "1.234", "02.01.2025"),
    ("Aarhus", "−5,3 %", "01.02.2025"),
    ("Vejle", "+12", "31.12.2024"),
    ("Odder", "..", "01.01.2025"),
    ("Faxe", "ca. 890", "03.01.2025"),
]
READ = """
const { JSDOM } = require("jsdom");
const { document, Event } = new JSDOM(require("fs").readFileSync(process.argv[1], "utf8"), { runScripts: "dangerously" }).window;
const first = () => [...document.querySelectorAll("tbody tr")].filter((row) => !row.hidden).map((row) => row.cells[0].textContent);
const buttons = [...document.querySelectorAll("th button")], found = { asMade: first() };
for (const [name, place] of [["name", 0], ["number", 1], ["numberDown", 1], ["day", 2]]) { buttons[place].click(); found[name] = first(); }
found.sorted = [...document.querySelectorAll("thead th")].map((head) => head.getAttribute("aria-sort"));
const input = document.querySelector("input");
if (input) {
  input.value = "VEJ";
  input.dispatchEvent(new Event("input"));
  found.typed = first();
  found.status = document.querySelector("[role=status]").textContent;
}
console.log(JSON.stringify(found));
"""


def read(path: Path, cells: list[tuple[str, str, str]]) -> dict[str, list[str]]:
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules" / "jsdom").is_dir():
        absent("node or jsdom")
    rows = "".join(f"<tr><th>{a}</th><td>{b}</td><td>{c}</td></tr>" for a, b, c in cells)
    path.write_text(PAGE.format(rows, template("hjalp_pipeline.pages", "tables.html.j2").render()), encoding="utf-8")
    command = [str(node), "-e", READ, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True, cwd=HERE)
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def test_a_table_sorts_by_names_figures_and_days_as_danes_write_them(tmp_path: Path) -> None:
    found = read(tmp_path / "page.html", CELLS)
    assert found["asMade"] == [name for name, _, _ in CELLS]
    assert found["name"] == ["Faxe", "Odder", "Vejle", "Ærø", "Aarhus"]
    assert found["number"] == ["Odder", "Aarhus", "Vejle", "Faxe", "Ærø"]
    assert found["numberDown"] == found["number"][::-1]
    assert found["day"] == ["Vejle", "Odder", "Ærø", "Faxe", "Aarhus"]
    assert found["sorted"] == [None, None, "ascending"]
    assert "typed" not in found, "a short table needs no search"


def test_rows_of_a_long_table_are_found_by_typing(tmp_path: Path) -> None:
    found = read(tmp_path / "page.html", CELLS * 3)
    assert found["typed"] == ["Vejle"] * 3
    assert found["status"] == "3 af 15"
