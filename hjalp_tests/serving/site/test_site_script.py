"""Rows that are ticked are drawn and rows are found in both languages; without script the page has all its figures and nothing to tick."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from hjalp_tests.pages.axe import HERE
from hjalp_tests.publishing.readers import absent
from hjalp_tests.serving.shelf_world import World
from hjalp_tests.serving.site.site_world import Read, site

READ = """
const { JSDOM } = require("jsdom");
const { document, Event } = new JSDOM(require("fs").readFileSync(process.argv[1], "utf8"), { runScripts: "dangerously" }).window;
const boxes = [...document.querySelectorAll("tbody input")], drawn = () => document.querySelectorAll("#drawn circle").length;
const tick = (box) => { box.checked = !box.checked; box.dispatchEvent(new Event("change")); return drawn(); };
const found = { labels: boxes.map((box) => box.getAttribute("aria-label")), points: [tick(boxes[0]), tick(boxes[1])] };
found.axis = [...document.querySelectorAll("#drawn text")].map((text) => text.textContent);
found.named = document.querySelector("#drawn svg").getAttribute("aria-label");
found.off = [tick(boxes[1]), tick(boxes[0]), document.getElementById("drawn").textContent];
document.querySelectorAll("th button")[1].click();
found.sorted = [...document.querySelectorAll("tbody th")].map((head) => head.textContent);
console.log(JSON.stringify(found));
"""


@pytest.mark.parametrize(("folder", "most"), [("hjalp", "1.500.000"), ("hjalp/en", "1,500,000")])
def test_ticked_rows_are_drawn(world: World, tmp_path: Path, folder: str, most: str) -> None:
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules" / "jsdom").is_dir():
        absent("node or jsdom")
    path = tmp_path / "page.html"
    path.write_bytes(site(world)[f"{folder}/PROEVE1/index.html"])
    done = subprocess.run(
        [str(node), "-e", READ, str(path)], capture_output=True, text=True, timeout=600, check=True, cwd=HERE
    )
    found = json.loads(done.stdout)
    place = "Hele landet" if folder == "hjalp" else "All Denmark"
    assert found["labels"][0] == f"{'Vis i figuren' if folder == 'hjalp' else 'Show in the chart'}: {place}"
    assert found["points"] == [2, 4]
    assert found["axis"][-3:] == [most, "2023", "2024"]
    assert found["named"].startswith(f"{place}; ")
    assert found["off"] == [2, 0, ""]
    assert found["sorted"][-1] == place  # the largest figure, with points or commas in it


def test_without_script_nothing_is_to_be_ticked_and_no_section_is_empty(world: World) -> None:
    page = site(world)["hjalp/PROEVE1/index.html"]
    assert b"<input" not in page.partition(b"<script>")[0]
    assert b'<div id="own" class="screen" hidden>' in page
    assert len(Read(page).rows) == 4
