"""Tests of ``hjalp_pipeline.rules``."""
