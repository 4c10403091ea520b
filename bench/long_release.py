"""The release of 40 quarters of the second statistic: ``uv run --group bench python -m bench.long_release --scale 1``.

Takes the made-up country of ``bench.month`` (``--data``), in which kommuner have approved five years. Here they approve ten:
every kommune but two takes part in all quarters. The month the release is taken from is run first, as in the office's year;
what is measured is ``hjalp release`` after it, a first one with nothing earlier to be protected against.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from bench.measure import Cost, median
from bench.month import STATISTIC, Month
from bench.report import machine
from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.storage.decisions import ApprovalLine
from hjalp_pipeline.storage.lists import columns_of

#: What it may cost: seconds of CPU.
AT_MOST = 180.0
RELEASE, TAKEN_FROM = "2024v9", "2025M01"
FIRST, LAST = Kvartal(2015, 1), Kvartal(2024, 4)
#: Kommuner that have not approved all of it, as in the made-up country's own releases.
WITHOUT = ("360", "540")
DEFINITION = f"""\
period = "{TAKEN_FROM}"
first_quarter = "{FIRST}"
last_quarter = "{LAST}"
registers = "2025-04-04"
publish_at = 2025-07-02T08:00:00+02:00
protect_against = []
approvals_until = 2025-06-27T12:00:00+02:00
refuse_unprotectable = false  # made-up people
next_release = 2026-08-27

[period_overrides]
"""


class LongRelease(Month):
    """The release, in a country of its own approvals."""

    def __init__(self, folder: Path, scale: float) -> None:
        """The country of the month, with approvals of ten years and the definition."""
        super().__init__(folder, scale)
        lines = [
            f"2025-05-20T12:00:00+02:00;{aar};{komnr};K{nr};godkendt;kommunen;"
            for aar in range(FIRST.aar, LAST.aar + 1)
            for komnr in KOMNR
            if komnr not in WITHOUT
            for nr in range(1, 5)
        ]
        header = ";".join(columns_of(ApprovalLine))
        (self.root.approvals / "ten-years.csv").write_text("\n".join((header, *lines, "")), encoding="utf-8")
        (self.root.releases / f"{RELEASE}.toml").write_text(DEFINITION, encoding="utf-8")

    def release(self) -> Cost:
        """Made, and not compared with what stands."""
        shutil.rmtree(self.root.releases / RELEASE, ignore_errors=True)
        shutil.rmtree(self.root.lake / "udgivelser", ignore_errors=True)
        self.hjalp("run", "--month", TAKEN_FROM)
        return self.hjalp("release", RELEASE)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.long_release")
    parser.add_argument("--scale", type=float, default=1, help="1 is national size")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "hjalp-bench-month")
    options = parser.parse_args()
    folder = options.data.resolve() / f"scale-{options.scale:g}"
    folder.mkdir(parents=True, exist_ok=True)
    bench = LongRelease(folder, options.scale)
    cost = median([bench.release() for _ in range(options.repeat)])
    sys.stdout.write(
        f"{STATISTIC} {RELEASE}, {FIRST}-{LAST} at scale {options.scale:g}, medians of {options.repeat}; {machine()}\n"
        f"{cost.cpu:.1f} CPU s, {cost.wall:.1f} s, {cost.memory:.0f} MiB; at most {AT_MOST:g} CPU s: "
        f"{'met' if cost.cpu <= AT_MOST else 'not met'}\n"
    )


if __name__ == "__main__":
    main()
