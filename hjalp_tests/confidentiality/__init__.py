"""Tests of ``hjalp_pipeline.confidentiality``."""
