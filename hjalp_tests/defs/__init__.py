"""Tests of the defs floor."""
