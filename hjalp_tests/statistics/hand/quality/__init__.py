"""Tests of `hjalp_pipeline.statistics.hand.quality`."""
