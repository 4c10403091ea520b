"""A register extract that is sent to other processes by its name, and loaded there when it is first needed."""

from hjalp_pipeline.rules.register import Register
from hjalp_pipeline.storage.registers import load
from hjalp_pipeline.storage.root import DataRoot


class LoadedOnce:
    """An extract that is loaded when it is first asked for, once in each process it is sent to."""

    def __init__(self, root: DataRoot, extract: str) -> None:
        """Nothing is read yet."""
        self._of = root, extract
        self._register: Register | None = None

    def __call__(self) -> Register:
        """The extract as the rules see it."""
        if self._register is None:
            self._register = load(*self._of)
        return self._register

    def __getstate__(self) -> dict[str, object]:
        """For another process: it maps the files itself."""
        return {"_of": self._of, "_register": None}
