"""What only looks is there at once: it loads no library that takes part of a second and is of no use to it."""

import subprocess
import sys

CODE = """
import sys
from hjalp_pipeline import cli
from hjalp_pipeline.terminal import status_command
heavy = ("dagster", "pandera", "duckdb", "pyarrow", "scipy", "highspy", "sqlalchemy", "xlsxwriter", "urllib.request", "obstore",
    "hjalp_pipeline.storage.objects")
print([name for name in heavy if name in sys.modules])
"""


def test_the_status_loads_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")
