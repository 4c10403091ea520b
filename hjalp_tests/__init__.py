"""Tests of the statistic; the folders mirror the package."""
