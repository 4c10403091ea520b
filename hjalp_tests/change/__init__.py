"""The recipes of ``docs/change.md``, applied to a copy of the package."""
