"""Tests of ``hjalp_pipeline.publishing``."""
