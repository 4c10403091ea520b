"""The speed of a quarter against what could be had otherwise: ``uv run --group bench python -m bench.quarter --scale 1``.

Makes the made-up country once (``--data``), measures every contestant in turn, ``--repeat`` times over, checks that all give
the same unsuppressed HJALP1-3, prints the table and writes it to docs/performance.md between its marks.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import country, report
from bench.measure import PRODUCTION, Cost, median, python, run
from bench.plan import differences, make_plan
from hjalp_pipeline.storage.root import ENVIRONMENT_VARIABLE

#: Measured in this order, round after round, so that a busy minute of the machine meets all of them.
ORDER = (
    "fresh",
    "unchanged",
    "redelivery",
    "release",
    "plain",
    "rules",
    "S",
    "P_polars",
    "P_duckdb",
    "fused",
    "pandas",
    "prepare",
    "unprepared",
)


class WrongTables(Exception):
    """Two contestants that do not agree cell for cell: their times mean nothing."""


class Bench:
    """The contestants on one country."""

    def __init__(self, folder: Path, scale: float) -> None:
        """Make the country unless it is there."""
        self.folder = folder
        self.root = country.as_csv(country.make(folder, scale), folder)
        self.log = folder / "bench.log"
        self.plan = folder / "plan.json"
        self.delivery = country.average_kommune(self.root)
        self.delivered = 0

    def measure(self, name: str) -> Cost:
        """One measurement by its name in ``ORDER``."""
        own: dict[str, Callable[[], Cost]] = {
            "fresh": self.fresh,
            "unchanged": self.quarter,
            "redelivery": self.redelivery,
            "release": self.release,
            "plain": self.plain,
            "prepare": self.prepare,
            "unprepared": self.unprepared,
            "fused": lambda: self.compared("bench.fused"),
            "pandas": lambda: self.compared("bench.pandas_quarter"),
        }
        return own[name]() if name in own else self.child(name)

    def hjalp(self, *arguments: str) -> Cost:
        """The command line as a process of its own."""
        environment = PRODUCTION | {ENVIRONMENT_VARIABLE: str(self.root.path.resolve())}
        return run(python("hjalp_pipeline.cli", *arguments), self.log, environment)

    def child(self, name: str) -> Cost:
        """A measurement of ``bench.children``."""
        return run(python("bench.children", name, str(self.root.path)), self.log, PRODUCTION)

    def quarter(self) -> Cost:
        """``hjalp run`` of the quarter as things stand."""
        return self.hjalp("run", "--quarter", country.QUARTER)

    def fresh(self) -> Cost:
        """The quarter from nothing but its inputs and the prepared extract."""
        if not (self.root.lake / "registers").is_dir():
            self.child("prepare")
        country.wipe(self.root, prepared=True)
        cost = self.quarter()
        self.plan.write_text(json.dumps(make_plan(self.root)), encoding="utf-8")
        return cost

    def plain(self) -> Cost:
        """The same from the same, without Dagster."""
        country.wipe(self.root, prepared=True)
        return self.child("plain")

    def unprepared(self) -> Cost:
        """The first quarter of all: the extract has to be prepared, too."""
        country.wipe(self.root, prepared=False)
        return self.quarter()

    def prepare(self) -> Cost:
        """The extract alone."""
        country.wipe(self.root, prepared=False)
        return self.child("prepare")

    def redelivery(self) -> Cost:
        """The quarter after a kommune of average size has delivered again."""
        with self._redelivered():
            return self.quarter()

    @contextmanager
    def _redelivered(self) -> Iterator[None]:
        self.delivered += 1
        again = country.redeliver(self.delivery, self.delivered)
        try:
            yield
        finally:
            again.unlink()
            self.quarter()  # back to what all others see

    def release(self) -> Cost:
        """A first release of two years with all it publishes, what an earlier measurement published removed."""
        country.unpublish(self.root)
        return self.hjalp("release", country.RELEASE)

    def compared(self, module: str) -> Cost:
        """A script we compare with; WrongTables unless it counts what we counted."""
        result = self.folder / f"{module.rpartition('.')[2]}.parquet"
        cost = run(python(module, str(self.plan), str(result)), self.log)
        wrong = differences(self.root, result)
        if wrong:
            raise WrongTables(f"{module} gives other figures than the lake: {', '.join(wrong)}")
        return cost


#: Below this a measurement is a trial: process start is most of it, and it does not replace what the page says.
SMALLEST = 0.25


def main() -> None:
    """Measure, print, write."""
    options = _options()
    folder = options.data.resolve() / f"scale-{options.scale:g}"
    folder.mkdir(parents=True, exist_ok=True)
    bench = Bench(folder, options.scale)
    chosen = [name for name in ORDER if not options.only or name in options.only]
    costs: dict[str, list[Cost]] = {name: [] for name in chosen}
    for nr in range(options.repeat):
        for name in chosen:
            cost = bench.measure(name)
            costs[name].append(cost)
            sys.stderr.write(f"{nr + 1}/{options.repeat} {name}: {cost.cpu:.1f} CPU s, {cost.memory:.0f} MiB\n")
    figures = {name: median(found) for name, found in costs.items()}
    report.keep(folder.parent / "results.json", options.scale, options.repeat, bench.plan, figures)
    text = report.text(folder.parent / "results.json")
    sys.stdout.write(text)
    if not options.only and options.scale >= SMALLEST:
        report.write(text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.quarter")
    parser.add_argument("--scale", type=float, default=1, help="1 is national size")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "hjalp-bench")
    parser.add_argument(
        "--only",
        nargs="+",
        choices=ORDER,
        help="only these; docs/performance.md is left alone, as by a scale below 0.25",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
