"""Counts of persons and rows as whoever reads logs, events and terminals may see them: 1 and 2 are not told apart (R11)."""

FEWEST = 3


def told(number: int) -> int | str:
    """The count itself, or that it is small."""
    return f"fewer than {FEWEST}" if 0 < number < FEWEST else number
