"""Progress of what is done for each statistic: a bar for each, and without a terminal a line for each thing that was done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from types import TracebackType

from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from hjalp_pipeline.terminal.printing import err


@dataclass(slots=True)
class _At:
    """What is being done for a statistic, and since when."""

    task: TaskID
    thing: str = ""
    since: float = 0.0


class Shown:
    """Shows while the block runs. May be told from several threads, each of another statistic."""

    def __init__(self, statistics: Sequence[str]) -> None:
        """Of these; only of several the name is shown."""
        columns = (SpinnerColumn(), TextColumn("{task.description:<48}"), BarColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=err)
        self._at = {name: _At(self._progress.add_task("", total=1.0)) for name in statistics}

    def __enter__(self) -> "Shown":
        """Begin to show."""
        self._progress.start()
        return self

    def __exit__(self, *_fault: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Leave what was shown last."""
        self._progress.stop()

    def teller(self, statistic: str) -> Callable[[str, str, float], None]:
        """Who is told of a statistic: what is being done, a detail of it, the share done before; ("", "", 1.0) in the end."""
        at, name = self._at[statistic], f"{statistic}: " if len(self._at) > 1 else ""

        def tell(thing: str, detail: str, share: float) -> None:
            if thing != at.thing:
                if at.thing and not err.is_terminal:
                    err.print(f"{name}{at.thing}: {monotonic() - at.since:.0f} s", markup=False)
                at.thing, at.since = thing, monotonic()
            words = ": ".join(filter(None, (thing or "done", detail)))
            self._progress.update(at.task, completed=share, description=f"{name}{words}")

        return tell
