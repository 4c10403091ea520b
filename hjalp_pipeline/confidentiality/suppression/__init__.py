"""The parts of the suppressor: moves, routes, patterns, search and bound. ``confidentiality.suppress`` puts them together."""
