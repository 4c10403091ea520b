"""Tests of ``hjalp_pipeline.contracts``."""
