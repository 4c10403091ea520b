"""Rows that are ticked are drawn and rows are found in both languages; without script the page has all its figures and nothing to tick."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from hjalp_tests.pages.axe import HERE
from hjalp_tests.publishing.readers import absent
from hjalp_tests.serving.shelf_world import World
from hjalp_tests.serving.site.site_world import Read, site

READ = """
const { JSDOM } = require("jsdom");
const read = (file) => {
  const { document, Event } = new JSDOM(require("fs").readFileSync(file, "utf8"), { runScripts: "dangerously" }).window;
  const boxes = [...document.querySelectorAll("tbody input")], drawn = () => document.querySelectorAll("#drawn circle").length;
  const tick = (box) => { box.checked = !box.checked; box.dispatchEvent(new Event("change")); return drawn(); };
  const found = { label: boxes[0].getAttribute("aria-label"), points: [tick(boxes[0]), tick(boxes[1])] };
  found.axis = [...document.querySelectorAll("#drawn text")].map((text) => text.textContent).slice(-3);
  found.named = document.querySelector("#drawn svg").getAttribute("aria-label");
  found.off = [tick(boxes[1]), tick(boxes[0]), document.getElementById("drawn").textContent];
  document.querySelectorAll("th button")[1].click();
  found.largest = [...document.querySelectorAll("tbody th")].pop().textContent;
  return found;
};
console.log(JSON.stringify(process.argv.slice(1).map(read)));
"""


def test_ticked_rows_are_drawn_and_figures_sort_as_each_language_writes_them(world: World, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules" / "jsdom").is_dir():
        absent("node or jsdom")
    files, paths = site(world), [tmp_path / "da.html", tmp_path / "en.html"]
    for path, folder in zip(paths, ("hjalp", "hjalp/en"), strict=True):
        path.write_bytes(files[f"{folder}/PROEVE1/index.html"])
    command = [str(node), "-e", READ, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True, cwd=HERE)
    danish, english = json.loads(done.stdout)
    assert danish == {
        "label": "Vis i figuren: Hele landet",
        "points": [2, 4],
        "axis": ["1.500.000", "2023", "2024"],
        "named": "Hele landet; Ærø; den lille",
        "off": [2, 0, ""],
        "largest": "Hele landet",
    }
    assert (english["label"], english["axis"][0]) == ("Show in the chart: All Denmark", "1,500,000")
    assert (english["points"], english["largest"]) == ([2, 4], "All Denmark")


def test_without_script_nothing_is_to_be_ticked_and_no_section_is_empty(world: World) -> None:
    page = site(world)["hjalp/PROEVE1/index.html"]
    assert b"<input" not in page.partition(b"<script>")[0]
    assert b'<div id="own" class="screen" hidden>' in page
    assert len(Read(page).rows) == 4
