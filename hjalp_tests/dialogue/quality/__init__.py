"""Tests of ``hjalp_pipeline.dialogue.quality``."""
