"""Tests of ``hjalp_pipeline.codelists``."""
