"""A delivery beside the one before it."""

FAR_FEWER = 0.75
"""A delivery of less than this share of the one before it has far fewer records: each should hold all of them and more."""


def is_far_fewer(records: int, before: int) -> bool:
    """Whether a delivery has far fewer records than the one before it."""
    return records < before * FAR_FEWER
