"""Moves taken from one set of cells to another, so that what was one move stays one."""

from collections.abc import Callable, Mapping

from hjalp_pipeline.confidentiality.model import Ints


class _Once:
    """A function of moves that gives the same move again when it is asked about the same one."""

    def __init__(self, function: Callable[[Ints], Ints]) -> None:
        """``function``: gives a move over other cells."""
        self._function, self._known = function, dict[int, tuple[Ints, Ints]]()

    def __call__(self, z: Ints) -> Ints:
        """The move over other cells."""
        if id(z) not in self._known:
            self._known[id(z)] = z, self._function(z)
        return self._known[id(z)][1]


def carried(
    proof: Mapping[int, tuple[Ints, ...]], numbers: Ints, function: Callable[[Ints], Ints]
) -> dict[int, tuple[Ints, ...]]:
    """Moves by cell for cells that have other ``numbers`` now, each as the function gives it."""
    once = _Once(function)
    return {int(numbers[cell]): tuple(once(z) for z in of_cell) for cell, of_cell in proof.items()}
