"""Tests of `hjalp_pipeline.statistics.hjalp.approval`."""
