"""Accessibility of pages by axe-core (npm) in jsdom: ``assert_accessible(path, ...)``.

``npm install --prefix hjalp_tests/pages/axe`` is not always run; ``HJALP_ALL_READERS=1``, which CI sets, turns its absence
from a skip into a failure. Contrast needs a browser that draws: it is looked at in Chromium, not here.
"""

import json
import shutil
import subprocess
from pathlib import Path

from hjalp_tests.publishing.readers import absent

HERE = Path(__file__).parent


def violations(*pages: Path) -> dict[Path, list[str]]:
    """Per html file its violations: rule, what it asks for, the first elements. One node process for all of them."""
    node = shutil.which("node")
    if node is None or not all((HERE / "node_modules" / name).is_dir() for name in ("axe-core", "jsdom")):
        absent("node, axe-core or jsdom")
    done = subprocess.run(
        [str(node), str(HERE / "axe.cjs"), *map(str, pages)], capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    return {
        page: [f"{one['rule']} ({one['help']}) {' '.join(one['nodes'][:2])[:300]}" for one in report[str(page)]]
        for page in pages
    }


def assert_accessible(*pages: Path) -> None:
    """Fails with every violation in these html files."""
    found = [f"{page.name}: {text}" for page, texts in violations(*pages).items() for text in texts]
    assert not found, "\n".join(found)
