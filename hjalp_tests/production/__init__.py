"""Tests of the production floor."""
