"""The speed of a month of the second statistic: ``uv run --group bench python -m bench.month --scale 1``.

Makes the made-up country once (``--data``), then measures the newest month by ``hjalp run`` from nothing but its inputs and
the prepared register extract (``fresh``), once more with nothing changed, and with one process instead of all cores
(``alone``). Prints medians.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from bench.country import wipe
from bench.measure import PRODUCTION, Cost, median, python, run
from bench.report import machine
from hjalp_pipeline.storage.root import ENVIRONMENT_VARIABLE, DataRoot
from hjalp_pipeline.workers import how_many

STATISTIC = "hand"
#: What a month may cost, CPU seconds and GiB.
AT_MOST = {"cpu": 8.0, "memory": 1.0}
ORDER = ("fresh", "unchanged", "alone")


class Month:
    """The newest month of one country."""

    def __init__(self, folder: Path, scale: float) -> None:
        """Make the country unless it is there; the extract is prepared by the first run."""
        self.log, self.root = folder / "bench.log", DataRoot(folder / "root", STATISTIC)
        ready = folder / "ready"
        if not ready.exists():
            from hjalp_pipeline.terminal.demo import synthesise  # noqa: PLC0415 (minutes; rarely wanted)

            shutil.rmtree(self.root.path, ignore_errors=True)
            if synthesise(self.root, scale=scale, seed=1):
                raise RuntimeError("the made-up country could not be written")
            ready.touch()
        self.month = max(path.name for path in self.root.inbox.iterdir() if path.is_dir())
        if not (self.root.lake / "registers").is_dir():
            self._run()

    def _run(self, **environment: str) -> Cost:
        return self.hjalp("run", "--month", self.month, **environment)

    def hjalp(self, command: str, *arguments: str, **environment: str) -> Cost:
        """The command line as a process of its own."""
        settings = PRODUCTION | {ENVIRONMENT_VARIABLE: str(self.root.path.resolve())} | environment
        return run(python("hjalp_pipeline.cli", command, "--statistic", STATISTIC, *arguments), self.log, settings)

    def measure(self, name: str) -> Cost:
        """One measurement by its name in ``ORDER``."""
        if name == "unchanged":
            return self._run()
        wipe(self.root, prepared=True)
        return self._run(**({how_many.ENVIRONMENT_VARIABLE: "1"} if name == "alone" else {}))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.month")
    parser.add_argument("--scale", type=float, default=1, help="1 is national size")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "hjalp-bench-month")
    options = parser.parse_args()
    folder = options.data.resolve() / f"scale-{options.scale:g}"
    folder.mkdir(parents=True, exist_ok=True)
    bench = Month(folder, options.scale)
    costs: dict[str, list[Cost]] = {name: [] for name in ORDER}
    for _ in range(options.repeat):
        for name in ORDER:
            costs[name].append(bench.measure(name))
    sys.stdout.write(f"{bench.month} at scale {options.scale:g}, medians of {options.repeat}; {machine()}\n")
    sys.stdout.write("| measured | CPU s | wall s | peak MiB |\n| --- | ---: | ---: | ---: |\n")
    for name, found in costs.items():
        cost = median(found)
        sys.stdout.write(f"| {name} | {cost.cpu:.1f} | {cost.wall:.1f} | {cost.memory:.0f} |\n")
    fresh = median(costs["fresh"])
    met = fresh.cpu <= AT_MOST["cpu"] and fresh.memory / 1024 <= AT_MOST["memory"]
    sys.stdout.write(f"at most {AT_MOST['cpu']:g} CPU s and {AT_MOST['memory']:g} GiB: {'met' if met else 'not met'}\n")


if __name__ == "__main__":
    main()
