"""Workbooks written part by part, as programs write them that nobody here has heard of."""
