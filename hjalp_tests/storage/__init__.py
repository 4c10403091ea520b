"""Tests of ``hjalp_pipeline.storage``."""
